import * as fs from 'fs';
import * as path from 'path';
import type { Bundle } from '../../../src/bundling/bundle';
import { BytecodeMode } from '../../../src/bundling/bytecode-mode';
import { PythonBundling } from '../../../src/bundling/python-bundling';
import { processesStarted, runTool, toolEnvironment } from '../../../src/private/process';
import { bundleFiles, pyproject, runTestUv, smallProject, temporaryCache, testPython } from '../../support/projects';
import type { TemporaryProject } from '../../support/temporary-project';

temporaryCache();
const python = testPython();
const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

/** A project in `api/`, with what is beside it. */
function project(files: Record<string, string>, beside: Record<string, string> = {}): TemporaryProject {
  const made = smallProject(files, 'api');
  projects.push(made);
  for (const [name, content] of Object.entries(beside)) {
    fs.mkdirSync(path.dirname(path.join(made.root, name)), { recursive: true });
    fs.writeFileSync(path.join(made.root, name), content);
  }
  return made;
}

function bundle(made: TemporaryProject, runtime = python.minor): Bundle {
  return PythonBundling.uv({ bytecode: BytecodeMode.OFF })._bundle({ entry: made.entry, entrypoint: 'main:app', runtime, architecture: 'arm64' });
}

const versions = (built: Bundle): string[] => bundleFiles(built).flatMap((file) => /^((?:lib|win|uvicorn)\w*-[^/]+)\.dist-info\/METADATA$/.exec(file)?.[1] ?? []).sort();
const all = (made: TemporaryProject): string[] => fs.readdirSync(made.root, { recursive: true, encoding: 'utf8' }).filter((name) => !name.includes('.git')).sort();
const SETUP = { 'lib_old/setup.py': 'from setuptools import setup\nsetup(name="lib-old", version="1.5", py_modules=["lib_old"], extras_require={"more": ["toolz"]})\n', 'lib_old/lib_old.py': 'X = 1\n' };

test('a package with `setup.py` alone, by a path in requirements, with an extra', () => {
  const made = project({ 'requirements.txt': 'six\n../lib_old[more]\n' }, SETUP);
  const before = all(made);
  const built = bundle(made);
  expect(bundleFiles(built)).toEqual(expect.arrayContaining(['lib_old.py', 'lib_old-1.5.dist-info/METADATA', 'toolz/__init__.py']));
  expect(all(made)).toEqual(before);
});

test('a package with `setup.cfg` alone, by `uv.lock`', () => {
  const made = project({ 'pyproject.toml': pyproject(['lib-cfg', 'six'], '[tool.uv.sources]\nlib-cfg = { path = "../lib_cfg" }\n') }, {
    'lib_cfg/setup.cfg': '[metadata]\nname = lib-cfg\nversion = 2.5\n[options]\npy_modules = lib_cfg\n', 'lib_cfg/setup.py': 'import setuptools\nsetuptools.setup()\n', 'lib_cfg/lib_cfg.py': 'X = 1\n',
  });
  runTestUv(made.entry, 'lock', '--quiet');
  expect(versions(bundle(made))).toEqual(expect.arrayContaining(['lib_cfg-2.5']));
});

test('a package whose version comes from git and that reads what is around it is built where it lies', () => {
  const made = project({ 'requirements.txt': 'six\n../libs/lib_scm\n' }, {
    'LICENSE': 'all', 'README.md': 'read',
    'libs/lib_scm/lib_scm/__init__.py': '',
    'libs/lib_scm/setup.py': 'import pathlib, setuptools\nsetuptools.setup(long_description=pathlib.Path("../../README.md").read_text())\n',
    'libs/lib_scm/pyproject.toml': '[project]\nname = "lib-scm"\ndynamic = ["version", "readme"]\n[build-system]\nrequires = ["setuptools", "setuptools-scm"]\nbuild-backend = "setuptools.build_meta"\n'
      + '[tool.setuptools]\npackages = ["lib_scm"]\n[tool.setuptools_scm]\nroot = "../.."\n',
  });
  const git = (...args: string[]): string => runTool(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: made.root, env: toolEnvironment({ GIT_CONFIG_GLOBAL: '/dev/null' }), what: 'run git' });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'first');
  git('tag', 'v4.2');
  expect(versions(bundle(made))).toContain('lib_scm-4.2');
  // A tag is no file of the package, and rules its version all the same.
  git('commit', '-qm', 'second', '--allow-empty');
  git('tag', 'v4.3');
  expect(versions(bundle(made))).toContain('lib_scm-4.3');
});

test('where version control is missing, the variable that helps is named', () => {
  const made = project({ 'requirements.txt': 'six\n../lib_vcs\n' }, {
    'lib_vcs/lib_vcs.py': '',
    'lib_vcs/pyproject.toml': '[project]\nname = "lib-vcs"\ndynamic = ["version"]\n[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n[tool.hatch.version]\nsource = "vcs"\n',
  });
  expect(() => bundle(made)).toThrow(/SETUPTOOLS_SCM_PRETEND_VERSION_FOR_/);
});

describe('what a package reads around it is part of its key', () => {
  const HATCH = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n';
  const lib = (made: Bundle, file: string): string => fs.readFileSync(path.join(made.directory, file), 'utf8');
  const metadata = (made: Bundle): string => lib(made, bundleFiles(made).find((file) => /^lib_around-[^/]+\.dist-info\/METADATA$/.test(file))!);

  test.each<[string, Record<string, string>, string, (made: Bundle) => string]>([
    ['a file of `force-include`', {
      'lib_around/lib_around/__init__.py': '',
      'lib_around/pyproject.toml': `[project]\nname = "lib-around"\nversion = "1"\n${HATCH}[tool.hatch.build.targets.wheel.force-include]\n"../shared/words.txt" = "lib_around/words.txt"\n`,
    }, 'shared/words.txt', (made) => lib(made, 'lib_around/words.txt')],
    ['a directory of `force-include`', {
      'lib_around/lib_around/__init__.py': '',
      'lib_around/pyproject.toml': `[project]\nname = "lib-around"\nversion = "1"\n${HATCH}[tool.hatch.build.targets.wheel.force-include]\n"../shared" = "lib_around/shared"\n`,
    }, 'shared/deep/words.txt', (made) => lib(made, 'lib_around/shared/deep/words.txt')],
    ['a `setup.py` that goes up by itself', {
      'libs/lib_around/lib_around.py': '',
      'libs/lib_around/setup.py': 'from pathlib import Path\nfrom setuptools import setup\nhere = Path(__file__).resolve().parent\n'
        + 'setup(name="lib-around", version="1", py_modules=["lib_around"], long_description=(here.parent.parent / "README.md").read_text())\n',
    }, 'README.md', metadata],
    ['a version in a file above', {
      'lib_around/lib_around/__init__.py': '',
      'lib_around/pyproject.toml': `[project]\nname = "lib-around"\ndynamic = ["version"]\n${HATCH}[tool.hatch.version]\npath = "../VERSION"\npattern = "(?P<version>.+)"\n`,
    }, 'VERSION', metadata],
  ])('%s', (_, files, around, read) => {
    const directory = Object.keys(files)[0].startsWith('libs/') ? 'libs/lib_around' : 'lib_around';
    const made = project({ 'requirements.txt': `six\n../${directory}\n` }, { ...files, [around]: '1.1\n', '.git/HEAD': 'ref: refs/heads/main\n' });
    expect(read(bundle(made))).toContain('1.1');
    fs.writeFileSync(path.join(made.root, around), '1.2\n');
    expect(read(bundle(made))).toContain('1.2');
    const before = processesStarted();
    bundle(made);
    expect(processesStarted()).toBe(before);
  });

  test('a link that leads out of it, as to the README of the repository', () => {
    const made = project({ 'requirements.txt': 'six\n../lib_around\n' }, {
      'README.md': 'first\n', 'lib_around/lib_around/__init__.py': '', 'lib_around/pyproject.toml': `[project]\nname = "lib-around"\nversion = "1"\nreadme = "README.md"\n${HATCH}`,
    });
    fs.symlinkSync(path.join('..', 'README.md'), path.join(made.root, 'lib_around', 'README.md'));
    expect(metadata(bundle(made))).toContain('first');
    fs.writeFileSync(path.join(made.root, 'README.md'), 'second\n');
    expect(metadata(bundle(made))).toContain('second');
  });

  test('and a local package of a `pylock.toml` itself', () => {
    const made = project({}, { 'lib_around/lib_around/__init__.py': 'X = 1\n', 'lib_around/pyproject.toml': `[project]\nname = "lib-around"\nversion = "1"\n${HATCH}` });
    made.write({ 'pylock.toml': 'lock-version = "1.0"\ncreated-by = "test"\n[[packages]]\nname = "lib-around"\ndirectory = { path = "../lib_around" }\n' });
    expect(lib(bundle(made), 'lib_around/__init__.py')).toBe('X = 1\n');
    fs.writeFileSync(path.join(made.root, 'lib_around', 'lib_around', '__init__.py'), 'X = 2\n');
    expect(lib(bundle(made), 'lib_around/__init__.py')).toBe('X = 2\n');
  });

  test('and of the project itself: files that its build brings from around it are in the bundle', () => {
    const made = project({
      'pyproject.toml': `${pyproject(['six'])}${HATCH}[tool.hatch.build.targets.wheel]\nonly-include = ["main.py"]\n[tool.hatch.build.targets.wheel.force-include]\n"../shared" = "shared"\n`,
    }, { 'shared/words.txt': 'first\n' });
    expect(lib(bundle(made), 'shared/words.txt')).toBe('first\n');
    fs.writeFileSync(path.join(made.root, 'shared', 'words.txt'), 'second\n');
    expect(lib(bundle(made), 'shared/words.txt')).toBe('second\n');
  });
});

describe('UTF-16, as PowerShell writes it', () => {
  const utf16 = (text: string, bigEndian = false): Buffer => {
    const content = Buffer.from(`\ufeff${text}`, 'utf16le');
    return bigEndian ? content.swap16() : content;
  };

  test.each([false, true])('requirements, and those of -r and -c: big endian %p', (bigEndian) => {
    const made = project({});
    const write = (name: string, text: string): void => fs.writeFileSync(path.join(made.entry, name), utf16(text, bigEndian));
    write('requirements.txt', 'six\r\n-r more.txt\r\n-c bounds.txt\r\n');
    write('more.txt', 'toolz\r\n');
    write('bounds.txt', 'toolz<1\r\n');
    expect(bundleFiles(bundle(made))).toEqual(expect.arrayContaining(['six.py', 'toolz/__init__.py']));
  });
});

describe('markers that are false for the target', () => {
  test('of a package that a bundle needs: it is there, by whatever the lock is', () => {
    const line = "uvicorn==0.30.0 ; python_version < '3.12'";
    const locked = project({ 'pyproject.toml': pyproject(['six', line]) });
    runTestUv(locked.entry, 'lock', '--quiet');
    const hashed = project({ 'requirements.txt': "uvicorn==0.30.0 ; python_version < '3.12' --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000\nsix==1.17.0 --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274\n" });
    const plain = project({ 'requirements.txt': `six\n${line}\n` });
    const pylock = project({});
    fs.writeFileSync(path.join(pylock.entry, 'pylock.toml'), runTestUv(locked.entry, 'export', '--quiet', '--format', 'pylock.toml', '--no-emit-project'));
    for (const made of [locked, hashed, plain, pylock]) {
      expect(versions(bundle(made, '3.13')).filter((name) => name.startsWith('uvicorn'))).toEqual([expect.not.stringContaining('0.30.0')]);
    }
  });

  test('of a package by its path: it is neither built nor installed', () => {
    const win = { 'winlib/setup.py': 'raise SystemExit("for Windows alone")\n', 'winlib/pyproject.toml': '[project]\nname = "winlib"\nversion = "1"\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n' };
    const locked = project({ 'pyproject.toml': pyproject(['six', "winlib ; sys_platform == 'win32'"], '[tool.uv.sources]\nwinlib = { path = "../winlib" }\n') }, win);
    runTestUv(locked.entry, 'lock', '--quiet');
    const plain = project({ 'requirements.txt': "six\n../winlib ; sys_platform == 'win32'\n" }, win);
    for (const made of [locked, plain]) expect(versions(bundle(made)).filter((name) => name.startsWith('win'))).toEqual([]);
  });
});
