import * as fs from 'fs';
import * as path from 'path';
import { readApplication, writeApplication } from '../../src/python/application';
import { isPackage, isStatic, staticMetadata } from '../../src/python/own-metadata';
import { PythonProject } from '../../src/python/python-project';
import { TemporaryProject } from '../support/temporary-project';

const made: TemporaryProject[] = [];
afterAll(() => made.forEach((project) => project.remove()));

function read(files: Record<string, string>, entrypoint = 'pkg.main:app') {
  const project = new TemporaryProject(files);
  made.push(project);
  const inspected = PythonProject.inspect(project.entry);
  const metadata = { metadata: isPackage(inspected) && isStatic(inspected) ? staticMetadata(inspected) : [], hash: '' };
  const application = readApplication(inspected, entrypoint, {}, metadata);
  return { project, application, paths: application.files.map((file) => file.path).filter((file) => !file.startsWith('cdk_fastapi_runtime/')) };
}

test('modules in `src` are at the root of the bundle, where only they are', () => {
  expect(read({ 'src/pkg/main.py': '', 'data/x': '' }).paths).toEqual(['data/x', 'pkg/main.py']);
  expect(read({ 'src/main.py': '', 'x.py': '' }, 'main:app').paths).toEqual(['main.py', 'x.py']);
  expect(read({ 'src/pkg/main.py': '', 'pkg/main.py': '' }).paths).toEqual(['pkg/main.py', 'src/pkg/main.py']);
  expect(() => read({ 'src/pkg/main.py': '', 'src/x.py': '', 'x.py': '' })).toThrow('must not have one place in the bundle, got: x.py and src/x.py');
});

test('the metadata of a project that is a package', () => {
  const build = '\n[build-system]\nrequires = []\n';
  expect(read({ 'pyproject.toml': `[project]\nname = "My.Api"\nversion = "2.0"${build}` }).paths).toContain('my_api-2.0.dist-info/METADATA');
  for (const without of ['[project]\nname = "x"\nversion = "1"\n', `[project]\nname = "x"\ndynamic = ["version"]${build}`, `[project]\nname = "../x"\nversion = "1"${build}`]) {
    expect(read({ 'pyproject.toml': without }).paths).toEqual(['pyproject.toml']);
  }
});

test.each([
  ['import boto3', true], ['  from botocore.config import Config', true], ['import boto3.session as s', true],
  ['# import boto3', false], ['import boto3x', false], ['x = "import boto3"', false],
])('%p imports the AWS SDK: %p', (source, want) => {
  expect(read({ 'pkg/main.py': `import os\n${source}\n` }).application.importsSdk).toBe(want);
});

test('a file that changes between reading and writing is refused: its bundle would have the wrong hash', () => {
  const { project, application } = read({ 'pkg/main.py': 'a' });
  const target = path.join(project.root, 'out');
  fs.mkdirSync(target);
  writeApplication(application.files, target);
  expect(fs.readFileSync(path.join(target, 'pkg/main.py'), 'utf8')).toBe('a');
  project.write({ 'pkg/main.py': 'b' });
  expect(() => writeApplication(application.files, target)).toThrow('must not change while they are bundled, got: pkg/main.py, which did; synthesize again');
});
