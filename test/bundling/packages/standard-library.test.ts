import * as fs from 'fs';
import * as path from 'path';
import { removeShadowing } from '../../../src/bundling/packages/standard-library';
import { listFiles } from '../../../src/private/hash';
import { runTool, toolEnvironment } from '../../../src/private/process';
import { testPython } from '../../support/projects';
import { TemporaryProject } from '../../support/temporary-project';

const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((project) => project.remove()));

function left(files: readonly string[]): string[] {
  const project = new TemporaryProject(Object.fromEntries(files.map((file) => [file, 'raise SystemExit("not the one of Python")\n'])));
  projects.push(project);
  const returned = removeShadowing(project.entry, listFiles(project.entry));
  expect(listFiles(project.entry)).toEqual(returned);
  return returned;
}

test.each([
  ['a module', 'uuid.py'],
  ['a package', 'enum/__init__.py'],
  ['what lies deep in a package', 'typing/a/b.txt'],
  ['a compiled module', 'math.cpython-313-x86_64-linux-gnu.so'],
])('%s of the name of one of Python\'s own goes: %s', (_what, file) => {
  expect(left([file, 'six.py'])).toEqual(['six.py']);
});

test.each(['uuid6.py', 'email_validator/__init__.py', 'a/uuid.py', 'enum34-1.1.dist-info/METADATA', 'typing_extensions.py', 'code.txt'])('%s stays', (file) => {
  expect(left([file])).toEqual([file]);
});

test('every name is a module of this Python', () => {
  const source = fs.readFileSync(path.join(__dirname, '../../../src/bundling/packages/standard-library.ts'), 'utf8');
  const names = /new Set\(`([^`]+)`/.exec(source)?.[1].trim().split(/\s+/) ?? [];
  const argv = [testPython().path, '-c', 'import sys; print(" ".join(sys.stdlib_module_names))'];
  const known = new Set(runTool(argv, { cwd: __dirname, env: toolEnvironment(), what: 'list the modules of Python' }).trim().split(' '));
  expect(names.length).toBeGreaterThan(150);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});
