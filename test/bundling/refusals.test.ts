import * as fs from 'fs';
import * as path from 'path';
import type { Bundle } from '../../src/bundling/bundle';
import { checkSize, LARGEST_BUNDLE_BYTES } from '../../src/bundling/bundle-size';
import { BytecodeMode } from '../../src/bundling/bytecode-mode';
import { PythonBundling } from '../../src/bundling/python-bundling';
import type { UvBundlingOptions } from '../../src/bundling/uv-bundling-options';
import { findInterpreter } from '../../src/python/interpreters';
import { pyproject, smallProject, temporaryCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

const cache = temporaryCache();
const python = testPython();
const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

function project(files: Record<string, string>): TemporaryProject {
  const made = smallProject(files);
  projects.push(made);
  return made;
}

function bundle(made: Pick<TemporaryProject, 'entry'>, options: UvBundlingOptions = {}, runtime = python.minor): Bundle {
  return PythonBundling.uv({ bytecode: BytecodeMode.OFF, ...options })._bundle({ entry: made.entry, entrypoint: 'main:app', runtime, architecture: 'arm64' });
}

/** What the cache holds: nothing half-made may stay in it. */
function cached(): string[] {
  return fs.readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tmp-|\.lock$|work-/.test(name));
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Error && error.name === 'FastApiError') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

afterEach(() => expect(cached()).toEqual([]));

test('a directory that is missing, or a file', () => {
  const made = project({});
  expect(refusal(() => bundle({ entry: path.join(made.entry, 'nowhere') }))).toBe(`the directory of the FastAPI project must exist, got: ${made.entry}/nowhere`);
  expect(refusal(() => bundle({ entry: path.join(made.entry, 'main.py') }))).toBe(`the FastAPI project must be a directory, got: ${made.entry}/main.py, which is a file`);
});

test('a pyproject.toml that is not TOML', () => {
  expect(refusal(() => bundle(project({ 'pyproject.toml': '[project\n' })))).toMatch(/^`pyproject.toml` must be valid TOML, got: .*pyproject\.toml: Invalid TOML document/);
});

test('a Python that the project does not allow', () => {
  expect(refusal(() => bundle(project({ 'pyproject.toml': pyproject(['six'], '', '<3.13,>=3.11') }), {}, '3.13')))
    .toBe('`runtime` must be a Python that the project allows (`requires-python` = <3.13,>=3.11), got: 3.13; choose another `runtime` or change `requires-python`');
});

test('a compiled library for another machine, another Python or another system', () => {
  const made = project({ 'requirements.txt': 'six\n' });
  const elf = (machine: number): Buffer => {
    const head = Buffer.alloc(64);
    head.writeUInt32BE(0x7f454c46, 0);
    head.writeUInt16LE(machine, 18);
    return head;
  };
  fs.writeFileSync(path.join(made.entry, 'fast.so'), elf(62));
  fs.writeFileSync(path.join(made.entry, 'good.so'), elf(183));
  fs.writeFileSync(path.join(made.entry, 'old.cpython-39-aarch64-linux-gnu.so'), elf(183));
  fs.writeFileSync(path.join(made.entry, 'mac.so'), Buffer.concat([Buffer.from('cffaedfe', 'hex'), Buffer.alloc(60)]));
  const message = refusal(() => bundle(made));
  expect(message).toContain(`must be for aarch64 and Python ${python.minor}, got: fast.so (x86_64); mac.so (macOS); old.cpython-39-aarch64-linux-gnu.so (Python 3.9);`);
  expect(message).not.toContain('good.so');
});

test('a bundle that is too large, with its largest packages: to the byte', () => {
  const packages = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => ({ name, bytes: (6 - index) * 1024 * 1024 }));
  expect(() => checkSize(LARGEST_BUNDLE_BYTES, packages)).not.toThrow();
  expect(refusal(() => checkSize(LARGEST_BUNDLE_BYTES + 1, packages)))
    .toMatch(/must not be larger than 250\.0 MB unzipped, got: 250\.0 MB; the largest parts are a \(6\.0 MB\), .*e \(2\.0 MB\); remove/);
});

test('a real bundle that is too large', () => {
  const made = project({ 'requirements.txt': 'six\n' });
  const file = fs.openSync(path.join(made.entry, 'model.bin'), 'w');
  fs.ftruncateSync(file, LARGEST_BUNDLE_BYTES);
  fs.closeSync(file);
  expect(refusal(() => bundle(made))).toMatch(/unzipped, got: 25\d\.\d MB; the largest parts are the application \(250\.0 MB\), /);
  expect(fs.readdirSync(path.join(cache, 'bundles')).filter((name) => fs.statSync(path.join(cache, 'bundles', name, 'content', 'model.bin'), { throwIfNoEntry: false }) !== undefined)).toEqual([]);
});

test('a symbolic link out of the project, by name; one inside is followed', () => {
  const made = project({ 'requirements.txt': 'six\n', 'data/a.txt': 'a' });
  fs.symlinkSync('data', path.join(made.entry, 'linked'));
  expect(fs.readFileSync(path.join(bundle(made).directory, 'linked', 'a.txt'), 'utf8')).toBe('a');
  fs.symlinkSync('/etc/hostname', path.join(made.entry, 'data', 'host'));
  expect(refusal(() => bundle(made))).toMatch(/^a symbolic link of the project leads out of it, got: data\/host -> \/etc\/hostname; .*`exclude`$/);
  expect(() => bundle(made, { exclude: ['host'] })).not.toThrow();
});

test('bytecode that is required where this machine has no interpreter for it', () => {
  const missing = ['3.11', '3.12', '3.13', '3.14'].find((minor) => findInterpreter(minor) === undefined);
  if (missing === undefined) return;
  const made = project({ 'requirements.txt': 'six\n' });
  expect(refusal(() => bundle(made, { bytecode: BytecodeMode.REQUIRED }, missing)))
    .toMatch(new RegExp(`needs a Python ${missing.replace('.', '\\.')}, got none: .*\`pythonPath\` or \`CDK_FASTAPI_PYTHON\``));
});

test('tools that are not what their option says', () => {
  const made = project({ 'requirements.txt': 'six\n' });
  expect(refusal(() => bundle(made, { uvPath: '/nowhere/uv' }))).toBe('`uvPath` must be the program uv, got: /nowhere/uv');
  expect(refusal(() => bundle(made, { uvPath: process.execPath }))).toBe(`\`uvPath\` must be the program uv, got: ${process.execPath}`);
  expect(refusal(() => bundle(made, { pythonPath: process.execPath }))).toBe(`\`pythonPath\` must be a CPython interpreter, got: ${process.execPath}`);
});

describe('a machine with other tools', () => {
  const saved = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!Object.hasOwn(saved, name)) delete process.env[name];
    Object.assign(process.env, saved, { CDK_FASTAPI_CACHE: cache });
  });

  test('neither uv nor Python', () => {
    const made = project({ 'requirements.txt': 'six\n' });
    Object.assign(process.env, { PATH: '', HOME: made.root, PYENV_ROOT: made.root, CDK_FASTAPI_UV: '' });
    if (fs.existsSync('/usr/bin/python3.11') || fs.existsSync('/usr/local/bin/uv')) return;
    expect(refusal(() => bundle(made))).toMatch(/^bundling needs uv, or a Python from 3\.11 on to install it with, and found neither; .*`CDK_FASTAPI_UV`/);
  });

  test('a cache folder that cannot be made', () => {
    const made = project({ 'requirements.txt': 'six\n' });
    process.env.CDK_FASTAPI_CACHE = path.join(made.entry, 'main.py', 'cache');
    expect(refusal(() => bundle(made))).toMatch(/^the cache folder cannot be written to, got: .*main\.py\/cache \(ENOTDIR\); set `CDK_FASTAPI_CACHE`/);
  });
});
