import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import type { Bundle } from '../../src/bundling/bundle';
import { bundleCode } from '../../src/bundling/bundle-code';
import { PythonBundling } from '../../src/bundling/python-bundling';
import type { UvBundlingOptions } from '../../src/bundling/uv-bundling-options';
import { runTool, toolEnvironment, tryTool } from '../../src/private/process';
import { bundleFiles, smallProject, temporaryCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

temporaryCache();
const python = testPython();
const projects: TemporaryProject[] = [];
const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).reverse().forEach((step) => step()));
afterAll(() => projects.forEach((each) => each.remove()));

function project(files: Record<string, string> = {}, below?: string): TemporaryProject {
  const made = smallProject({ 'requirements.txt': 'six\n', ...files }, below);
  projects.push(made);
  return made;
}

function bundle(entry: string, options: UvBundlingOptions = {}): Bundle {
  return PythonBundling.uv(options)._bundle({ entry, entrypoint: 'main:app', runtime: python.minor, architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64' });
}

function setVariable(name: string, value: string | undefined): void {
  const before = process.env[name];
  undo.push(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

function directory(): string {
  const made = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-fault-')));
  undo.push(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

const mountOptions = { cwd: os.tmpdir(), env: toolEnvironment(), what: 'mount a file system' };

/** A file system in memory. */
function mount(options: string): string {
  const at = directory();
  runTool(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', at], mountOptions);
  undo.push(() => runTool(['umount', at], mountOptions));
  return at;
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-mount-'));
  const mounted = tryTool(['mount', '-t', 'tmpfs', 'tmpfs', at], mountOptions).status === 0;
  if (mounted) runTool(['umount', at], mountOptions);
  fs.rmdirSync(at);
  return mounted;
}

// Named where the machine cannot mount: only the superuser of Linux can.
const withMount = canMount() ? test : test.skip;

withMount('a full disk: the cache is named with what to do, nothing half-made stays, and with space it goes on', () => {
  const made = project({ 'big.bin': 'x'.repeat(20_000_000) });
  const small = mount('size=16m');
  setVariable('CDK_FASTAPI_CACHE', small);
  // The packages fit, the application does not.
  expect(() => bundle(made.entry)).toThrow(new RegExp(`could not write to the cache folder, got: ${small}/bundles \\(ENOSPC\\); free some space or set \`CDK_FASTAPI_CACHE\``));
  expect(fs.readdirSync(path.join(small, 'bundles'))).toEqual([]);
  runTool(['mount', '-o', 'remount,size=96m', small], mountOptions);
  expect(bundleFiles(bundle(made.entry))).toContain('big.bin');
});

withMount('a disk that is full while uv installs', () => {
  const made = project();
  const tiny = mount('size=3m');
  setVariable('CDK_FASTAPI_CACHE', tiny);
  expect(() => bundle(made.entry)).toThrow(/No space left on device|ENOSPC/);
  expect(fs.readdirSync(path.join(tiny, 'packages'))).toEqual([]);
});

withMount('a home that cannot be written to: the cache is asked for, and with one everything is kept there', () => {
  const made = project();
  const home = mount('ro');
  setVariable('HOME', home);
  // What Node.js takes for the home of this process cannot be changed from a test; the variable for caches can.
  setVariable('XDG_CACHE_HOME', path.join(home, '.cache'));
  setVariable('UV_CACHE_DIR', undefined);
  setVariable('CDK_FASTAPI_CACHE', undefined);
  expect(() => bundle(made.entry)).toThrow(/the cache folder cannot be written to, got: .*\/\.cache\/cdk-fastapi \((?:EROFS|ENOENT)\); set `CDK_FASTAPI_CACHE`/);
  const own = directory();
  setVariable('CDK_FASTAPI_CACHE', own);
  expect(bundleFiles(bundle(made.entry))).toContain('six.py');
  expect(fs.readdirSync(own)).toEqual(expect.arrayContaining(['bundles', 'downloads', 'packages']));
});

withMount('a complete cache on a mount that cannot be written to is read; what it lacks is the error', () => {
  const made = project({ 'data.txt': 'x' });
  const at = mount('size=64m');
  setVariable('CDK_FASTAPI_CACHE', at);
  const before = bundle(made.entry);
  runTool(['mount', '-o', 'remount,ro', at], mountOptions);
  expect(bundle(made.entry).hash).toBe(before.hash);
  made.write({ 'data.txt': 'y' });
  expect(() => bundle(made.entry)).toThrow(/the cache folder cannot be written to, got: .*EROFS/);
});

withMount('a cache on another file system than uv\'s, where hard links end: the same bundle', () => {
  const made = project();
  const here = bundle(made.entry);
  setVariable('CDK_FASTAPI_CACHE', mount('size=64m'));
  const there = bundle(made.entry);
  expect(there.directory).not.toBe(here.directory);
  expect(there.hash).toBe(here.hash);
});

test('spaces, quotes and letters of any language in the paths of project, cache and files', () => {
  const made = project({ 'größe $HOME.txt': 'x', 'pkg é/__init__.py': '' }, 'my "api" \'ü\' 店; x');
  const plain = bundle(made.entry);
  setVariable('CDK_FASTAPI_CACHE', path.join(directory(), 'a cache "of" ü 店'));
  const odd = bundle(made.entry);
  expect(odd.hash).toBe(plain.hash);
  expect(bundleFiles(odd)).toEqual(expect.arrayContaining(['größe $HOME.txt', 'pkg é/__init__.py', `__pycache__/main.cpython-${python.minor.replace('.', '')}.pyc`]));
});

test('namespace packages and several packages are bundled as they lie, whatever the number', () => {
  const made = project({
    'main.py': 'import company.api.routes, company.data.store, tools\napp = (company.api.routes.A, company.data.store.B, tools.C)\n',
    'company/api/routes.py': 'A = 1\n',
    'company/data/store.py': 'B = 2\n',
    'tools/__init__.py': 'C = 3\n',
  });
  const built = bundle(made.entry);
  const said = runTool([python.path, '-s', '-c', 'import main; print(main.app)'], { cwd: built.directory, env: toolEnvironment({ PYTHONDONTWRITEBYTECODE: '1' }), what: 'import' });
  expect(said.trim()).toBe('(1, 2, 3)');
});

test('two parts of one namespace package, in the project and in a package it depends on', () => {
  const made = project({ 'company/api/__init__.py': 'from company.base import BASE\n', 'requirements.txt': '../base\n' }, 'api');
  const base = path.join(made.root, 'base');
  fs.mkdirSync(path.join(base, 'src', 'company', 'base'), { recursive: true });
  fs.writeFileSync(path.join(base, 'src', 'company', 'base', '__init__.py'), 'BASE = 7\n');
  fs.writeFileSync(path.join(base, 'pyproject.toml'), '[project]\nname = "company-base"\nversion = "1"\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n');
  const built = bundle(made.entry);
  const said = runTool([python.path, '-s', '-c', 'import company.api; print(company.api.BASE)'], { cwd: built.directory, env: toolEnvironment({ PYTHONDONTWRITEBYTECODE: '1' }), what: 'import' });
  expect(said.trim()).toBe('7');
});

withMount('an assembly on another file system than the cache, where hard links end: its asset is a copy', () => {
  const made = bundle(project().entry);
  const app = new App({ outdir: mount('size=64m') });
  bundleCode(made).bind(new Stack(app, 'Stack'));
  const [asset] = fs.readdirSync(app.outdir).filter((name) => name.startsWith('asset.'));
  const staged = path.join(app.outdir, asset);
  expect(bundleFiles({ ...made, directory: staged })).toEqual(bundleFiles(made));
  expect(fs.readFileSync(path.join(staged, 'six.py'))).toEqual(fs.readFileSync(path.join(made.directory, 'six.py')));
});
