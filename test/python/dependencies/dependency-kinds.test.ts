import * as fs from 'fs';
import * as path from 'path';
import type { Bundle } from '../../../src/bundling/bundle';
import { BytecodeMode } from '../../../src/bundling/bytecode-mode';
import { PythonBundling } from '../../../src/bundling/python-bundling';
import type { UvBundlingOptions } from '../../../src/bundling/uv-bundling-options';
import { runTool, toolEnvironment } from '../../../src/private/process';
import { hostEnvironment } from '../../../src/python/environment';
import { PythonProject } from '../../../src/python/python-project';
import { bundleFiles, pyproject, runTestUv, smallProject, temporaryCache, testPython } from '../../support/projects';
import type { TemporaryProject } from '../../support/temporary-project';

temporaryCache();
const python = testPython();
const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

function project(files: Record<string, string>, directory?: string): TemporaryProject {
  const made = smallProject(files, directory);
  projects.push(made);
  return made;
}

function bundle(entry: string, entrypoint = 'main:app', options: UvBundlingOptions = {}): Bundle {
  return PythonBundling.uv({ bytecode: BytecodeMode.OFF, ...options })._bundle({ entry, entrypoint, runtime: python.minor, architecture: 'arm64' });
}

const packages = (made: Bundle): string[] => bundleFiles(made).flatMap((file) => /^([^/]+)-[^/]+\.dist-info\/METADATA$/.exec(file)?.[1] ?? []).sort();
const ADDED = ['click', 'h11', 'uvicorn'];
const LIBRARY = {
  'pyproject.toml': '[project]\nname = "shared-lib"\nversion = "0.1"\ndependencies = ["six"]\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
  'src/shared_lib/__init__.py': 'NAME = "shared"\n',
  'src/shared_lib/data.txt': 'x',
};

function library(root: string): string {
  const at = path.join(root, 'libs', 'shared');
  for (const [name, content] of Object.entries(LIBRARY)) {
    fs.mkdirSync(path.dirname(path.join(at, name)), { recursive: true });
    fs.writeFileSync(path.join(at, name), content);
  }
  return at;
}

test('requirements.txt without hashes: versions are chosen once and kept, the adapter is added', () => {
  const made = project({ 'requirements.txt': '-r base.txt\niniconfig # a comment\n', 'base.txt': 'six>=1.16 \\\n  ; python_version >= "3.8"\n' });
  const first = bundle(made.entry);
  expect(packages(first)).toEqual([...ADDED, 'iniconfig', 'six'].sort());
  made.write({ 'base.txt': 'toolz\n' });
  expect(packages(bundle(made.entry))).toEqual([...ADDED, 'iniconfig', 'toolz'].sort());
});

test('requirements.txt with hashes is installed as it stands, and a wrong hash is refused', () => {
  const made = project({ 'requirements.in': 'six\nuvicorn\n' });
  runTestUv(made.entry, 'pip', 'compile', '--quiet', '--generate-hashes', '--no-header', 'requirements.in', '-o', 'requirements.txt');
  const version = /six==(\S+)/.exec(fs.readFileSync(path.join(made.entry, 'requirements.txt'), 'utf8'))?.[1];
  expect(bundleFiles(bundle(made.entry))).toContain(`six-${version}.dist-info/METADATA`);
  const locked = fs.readFileSync(path.join(made.entry, 'requirements.txt'), 'utf8');
  made.write({ 'requirements.txt': locked.replace(/sha256:[0-9a-f]{64}/g, `sha256:${'0'.repeat(64)}`) });
  expect(() => bundle(made.entry)).toThrow(/could not install packages for arm64[\s\S]*[Hh]ash/);
});

test('pylock.toml', () => {
  const made = project({ 'requirements.in': 'six\n' });
  runTestUv(made.entry, 'pip', 'compile', '--quiet', '--format', 'pylock.toml', 'requirements.in', '-o', 'pylock.toml');
  expect(packages(bundle(made.entry))).toEqual([...ADDED, 'six'].sort());
});

test('pyproject.toml without a lock, with an extra, a path dependency and a src layout', () => {
  const made = project({
    'pyproject.toml': pyproject(['shared-lib'], '[project.optional-dependencies]\nmore = ["toolz"]\n[tool.uv.sources]\nshared-lib = { path = "../libs/shared" }\n'),
    'src/small_api/main.py': 'import shared_lib\napp = None\n',
    'src/small_api/__init__.py': '',
  }, 'api ü');
  fs.rmSync(path.join(made.entry, 'main.py'));
  library(made.root);
  const built = bundle(made.entry, 'small_api.main:app', { extras: ['more'] });
  expect(packages(built)).toEqual([...ADDED, 'shared_lib', 'six', 'toolz'].sort());
  expect(bundleFiles(built)).toEqual(expect.arrayContaining(['small_api/main.py', 'shared_lib/__init__.py']));
  expect(fs.readdirSync(path.join(made.root, 'libs', 'shared')).sort()).toEqual(['pyproject.toml', 'src']);
});

test('requirements.txt with a local directory, which is built from a copy', () => {
  const made = project({ 'requirements.txt': '-e ../libs/shared\ntoolz\n' }, 'api');
  const local = library(made.root);
  expect(packages(bundle(made.entry))).toEqual([...ADDED, 'shared_lib', 'six', 'toolz'].sort());
  const before = bundle(made.entry);
  fs.writeFileSync(path.join(local, 'src/shared_lib/__init__.py'), 'NAME = "edited"\n');
  const after = bundle(made.entry);
  expect(after.hash).not.toBe(before.hash);
  expect(fs.readFileSync(path.join(after.directory, 'shared_lib/__init__.py'), 'utf8')).toContain('edited');
  expect(fs.readdirSync(local).sort()).toEqual(['pyproject.toml', 'src']);
});

test('a member of a uv workspace, with a library of the workspace', () => {
  const made = project({
    'pyproject.toml': pyproject(['shared-lib'], '[tool.uv.sources]\nshared-lib = { workspace = true }\n'),
  }, 'packages/api');
  library(made.root);
  fs.writeFileSync(path.join(made.root, 'pyproject.toml'), '[tool.uv.workspace]\nmembers = ["packages/*", "libs/*"]\n');
  runTestUv(made.root, 'lock', '--quiet');
  expect(PythonProject.inspect(made.entry).dependencies).toMatchObject({ format: { name: 'uv-lock' }, file: path.join(made.root, 'uv.lock') });
  const built = bundle(made.entry);
  expect(packages(built)).toEqual([...ADDED, 'shared_lib', 'six'].sort());
  expect(fs.readdirSync(path.join(made.root, 'libs', 'shared')).sort()).toEqual(['pyproject.toml', 'src']);
  expect(fs.existsSync(path.join(made.entry, '.venv'))).toBe(false);

  // The environment that reads the app has the same.
  const environment = hostEnvironment(PythonProject.inspect(made.entry));
  const imports = runTool([environment, '-I', '-c', 'import shared_lib, six; print(shared_lib.NAME)'], { cwd: made.root, env: toolEnvironment(), what: 'import' });
  expect(imports.trim()).toBe('shared');
  expect(made.files()).toEqual(['main.py', 'pyproject.toml']);
});

test('a project without any dependency file is refused, unless it carries FastAPI itself', () => {
  const made = project({});
  expect(() => bundle(made.entry)).toThrow(/the project must say what it depends on, got: .* without `uv.lock`.*write at least `fastapi` into .*requirements.txt/);
  made.write({ 'fastapi/__init__.py': '' });
  expect(packages(bundle(made.entry))).toEqual(ADDED);
});

test.each([
  ['Poetry', { 'pyproject.toml': '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nfastapi = "*"\n' }, /Poetry's own; run `poetry export/],
  ['Poetry with a lock', { 'pyproject.toml': pyproject(['fastapi']), 'poetry.lock': '' }, /poetry\.lock, which is Poetry's own; run `poetry export/],
  ['PDM', { 'pyproject.toml': pyproject(['fastapi']), 'pdm.lock': '' }, /pdm\.lock, which is PDM's own; run `pdm export/],
])('a project of %s is refused with the command to run', (_tool, files, message) => {
  const made = project(files);
  expect(() => bundle(made.entry)).toThrow(message);
  expect(() => hostEnvironment(PythonProject.inspect(made.entry))).toThrow(message);
});

test('extras and groups of a list that has none are refused', () => {
  const made = project({ 'requirements.txt': 'six\n' });
  expect(() => bundle(made.entry, 'main:app', { extras: ['a'], groups: ['b'] })).toThrow(/`extras` and `groups` .* got: extra a, group b for .*requirements.txt/);
});
