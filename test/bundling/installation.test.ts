import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { FastApiApp } from '../../src';
import type { Bundle } from '../../src/bundling/bundle';
import { BytecodeMode } from '../../src/bundling/bytecode-mode';
import { PythonBundling } from '../../src/bundling/python-bundling';
import type { UvBundlingOptions } from '../../src/bundling/uv-bundling-options';
import { processesStarted, runTool, toolEnvironment } from '../../src/private/process';
import { bundleFiles, pyproject, runTestUv, SMALL_APP, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';
import { writeWheel } from '../support/wheels';

const cache = temporaryCache();
const python = testPython();
const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

function project(files: Record<string, string>, below?: string): TemporaryProject {
  const made = smallProject(files, below);
  projects.push(made);
  return made;
}

function bundle(made: TemporaryProject, options: UvBundlingOptions = {}, request: Partial<Parameters<PythonBundling['_bundle']>[0]> = {}): Bundle {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  return PythonBundling.uv({ bytecode: BytecodeMode.OFF, ...options })._bundle({ entry: made.entry, entrypoint: 'main:app', runtime: python.minor, architecture, ...request });
}

/** Runs Python where the function would: nothing but the bundle on its path. */
function inBundle(made: Bundle, code: string): string {
  return runTool([python.path, '-S', '-c', code], { cwd: made.directory, env: toolEnvironment({ PYTHONDONTWRITEBYTECODE: '1' }), what: 'run the bundle' }).trim();
}

describe('the records of packages', () => {
  const made = project({ 'requirements.txt': 'idna\nattrs\nsetuptools\npython-dateutil\nclick==8.3.1\n' });

  test('name every file that is there and none that is not: the names are those of an environment', () => {
    const built = bundle(made, { bytecode: BytecodeMode.AUTO });
    const found = inBundle(built, [
      'import importlib.metadata as m, json, pathlib',
      'files = [f for d in m.distributions() for f in d.files]',
      'print(json.dumps([sorted(m.packages_distributions()), [str(f) for f in files if not f.locate().exists()]]))',
    ].join('\n'));
    expect(JSON.parse(found)).toEqual([expect.arrayContaining(['_distutils_hack', 'attr', 'attrs', 'click', 'dateutil', 'idna', 'setuptools', 'uvicorn']), []]);
    const records = bundleFiles(built).filter((file) => file.endsWith('.dist-info/RECORD'));
    expect(records.length).toBeGreaterThan(5);
    const text = records.map((file) => fs.readFileSync(path.join(built.directory, file), 'utf8')).join('');
    for (const machine of [cache, os.homedir(), '.pyc', 'direct_url.json']) expect(text).not.toContain(machine);
  });

  test('a wheel whose own record is wrong does no harm', () => {
    const odd = project({});
    const wheel = writeWheel(odd.entry, 'odd', { 'odd/__init__.py': 'X = 1\n', 'odd/more.py': '' }, { record: 'odd/__init__.py,,\nodd/gone.py,,\nodd-1.0.dist-info/METADATA,,\nodd-1.0.dist-info/RECORD,,\n' });
    odd.write({ 'requirements.txt': `./${wheel}\n` });
    expect(inBundle(bundle(odd), 'import importlib.metadata as m, odd.more; print([f for f in map(str, m.files("odd")) if "gone" in f], odd.X)')).toBe('[] 1');
  });
});

describe('the project itself', () => {
  const git = (made: TemporaryProject, ...args: string[]): string =>
    runTool(['git', '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: made.entry, env: toolEnvironment({ GIT_CONFIG_GLOBAL: '/dev/null' }), what: 'run git' });
  const hatch = '[build-system]\nrequires = ["hatchling", "hatch-vcs"]\nbuild-backend = "hatchling.build"\n';
  const PLUGINS = `
import importlib.metadata
${SMALL_APP}
for point in importlib.metadata.entry_points(group="shop.routers"):
    app.include_router(point.load())
app.version = importlib.metadata.version("small-api")
`;
  const ROUTERS = 'from fastapi import APIRouter\nrouter = APIRouter()\n@router.get("/orders")\ndef orders() -> str: return ""\n';

  test('a version that its build makes, entry points that the app loads itself: in what is read and in the bundle, without an environment of the project', () => {
    const made = project({
      'small_api/__init__.py': '', 'small_api/main.py': PLUGINS, 'small_api/routers.py': ROUTERS,
      'pyproject.toml': '[project]\nname = "small-api"\ndynamic = ["version"]\ndescription = "Sells books"\nrequires-python = ">=3.11"\ndependencies = ["fastapi"]\n'
        + '[project.entry-points."shop.routers"]\norders = "small_api.routers:router"\n'
        + `${hatch}[tool.hatch.version]\nsource = "vcs"\n[tool.hatch.build.hooks.vcs]\nversion-file = "small_api/_version.py"\n`,
      '.gitignore': '_version.py\n', '.python-version': python.minor,
    });
    fs.rmSync(path.join(made.entry, 'main.py'));
    git(made, 'init', '-q');
    git(made, 'add', '.');
    git(made, 'commit', '-qm', 'first');
    git(made, 'tag', 'v3.1.4');
    const app = FastApiApp.fromDirectory(made.entry, { entrypoint: 'small_api.main:app', bundling: PythonBundling.uv({ bytecode: BytecodeMode.OFF }) });
    expect(app.operations.map(({ path: route }) => route)).toEqual(['/hello', '/orders']);
    const said = inBundle(app._bundle, [
      'import importlib.metadata as m, json, small_api._version, small_api.main',
      'd = m.distribution("small-api")',
      'print(json.dumps([d.version, d.metadata["Summary"], small_api._version.version, small_api.main.app.version, [e.name for e in d.entry_points], m.packages_distributions()["small_api"], all(f.locate().exists() for f in d.files), len([r for r in small_api.main.app.routes])>4]))',
    ].join('\n'));
    expect(JSON.parse(said)).toEqual(['3.1.4', 'Sells books', '3.1.4', '3.1.4', ['orders'], ['small-api'], true, true]);
    const before = processesStarted();
    const again = FastApiApp.fromDirectory(made.entry, { entrypoint: 'small_api.main:app', bundling: PythonBundling.uv({ bytecode: BytecodeMode.OFF }) });
    expect([again.operations.length, again._bundle.hash]).toEqual([2, app._bundle.hash]);
    expect(processesStarted() - before).toBe(0);
  });

  test('the version of a module, by setuptools, with nothing left beside the source', () => {
    const made = project({
      'small_api/__init__.py': '__version__ = "2.0.1"\n',
      'pyproject.toml': '[project]\nname = "small-api"\ndynamic = ["version"]\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        + '[tool.setuptools]\npackages = ["small_api"]\n[tool.setuptools.dynamic]\nversion = { attr = "small_api.__version__" }\n',
      'requirements.txt': 'six\n',
    });
    const version = (): string => inBundle(bundle(made), 'import importlib.metadata as m; print(m.version("small-api"))');
    expect(version()).toBe('2.0.1');
    made.write({ 'small_api/__init__.py': '__version__ = "2.0.2"\n' });
    expect(version()).toBe('2.0.2');
    expect(made.files()).toEqual(['main.py', 'pyproject.toml', 'requirements.txt', 'small_api/__init__.py']);
  });

  test('static metadata: all that `importlib.metadata` gives, without a build', () => {
    const made = project({
      'pyproject.toml': `${pyproject([], 'description = "Sells books"\nclassifiers = ["Typing :: Typed"]\n[project.optional-dependencies]\naws = ["boto3; python_version > \'3\'"]\n[project.scripts]\nshop = "main:app"\n')}${hatch}`,
    });
    expect(JSON.parse(inBundle(bundle(made), [
      'import importlib.metadata as m, json',
      'd = m.distribution("small_api")',
      'print(json.dumps([d.version, d.metadata["Summary"], d.metadata["Requires-Python"], d.requires, [(e.group, e.name, e.value) for e in d.entry_points], sorted(map(str, d.files))[:2], d.metadata.get_all("Classifier")]))',
    ].join('\n')))).toEqual([
      '1.2.3', 'Sells books', '>=3.11', ["boto3 ; (python_version > '3') and extra == 'aws'"], [['console_scripts', 'shop', 'main:app']],
      ['main.py', 'small_api-1.2.3.dist-info/INSTALLER'], ['Typing :: Typed'],
    ]);
  });

  test('a project that cannot be built is bundled all the same, and the failed build is not repeated', () => {
    const made = project({ 'pyproject.toml': `[project]\nname = "small-api"\ndynamic = ["version"]\n${hatch}[tool.hatch.version]\nsource = "vcs"\n`, 'requirements.txt': 'six\n' });
    expect(bundleFiles(bundle(made)).filter((file) => file.startsWith('small_api-'))).toEqual([]);
    const before = processesStarted();
    bundle(made);
    expect(processesStarted() - before).toBe(0);
  });

  test('a package that no installer puts anywhere has no metadata', () => {
    const made = project({ 'pyproject.toml': pyproject([]) });
    expect(bundleFiles(bundle(made)).filter((file) => file.startsWith('small_api-'))).toEqual([]);
  });
});

describe('what packages do by a .pth file', () => {
  test('is done by the handler as Python does it in an environment, and weights of the same ending are data', () => {
    const made = project({ 'requirements.txt': 'fastapi\n', 'model.pth': 'PK\u0000\u0001', 'main.py': `import hooked\n${SMALL_APP}` });
    const wheel = writeWheel(made.entry, 'hooks', { 'hooks.pth': "import sys; sys.modules['hooked'] = sys\nextra-path\n", 'extra-path/other.py': '' });
    made.write({ 'requirements.txt': `fastapi\n./${wheel}\n` });
    const built = bundle(made);
    expect(inBundle(built, 'import os; os.environ["CDK_FASTAPI_APP"] = "main:app"; import cdk_fastapi_runtime.handler, other; print("ok")')).toBe('ok');
  });
});

describe('modes', () => {
  const readable = (built: Bundle): string[] => bundleFiles(built).filter((file) => (fs.statSync(path.join(built.directory, file)).mode & 0o444) !== 0o444);
  const withUmask = <T>(mask: number, work: () => T): T => {
    const before = process.umask(mask);
    try {
      return work();
    } finally {
      process.umask(before);
    }
  };

  test.each([0o027, 0o077])('under the umask %p everyone may read every file, compiled ones too, and the hash is that of any other machine', (mask) => {
    const made = project({ 'requirements.txt': 'six\n', 'tool.sh': '#!/bin/sh\n' });
    fs.chmodSync(path.join(made.entry, 'tool.sh'), 0o700);
    fs.chmodSync(path.join(made.entry, 'main.py'), 0o600);
    const plain = bundle(made, { bytecode: BytecodeMode.REQUIRED });
    process.env.CDK_FASTAPI_CACHE = path.join(cache, `umask-${mask}`);
    try {
      const strict = withUmask(mask, () => bundle(made, { bytecode: BytecodeMode.REQUIRED }));
      expect(readable(strict)).toEqual([]);
      expect(bundleFiles(strict).filter((file) => file.endsWith('.pyc')).length).toBeGreaterThan(3);
      expect(fs.statSync(path.join(strict.directory, 'tool.sh')).mode & 0o777).toBe(0o755);
      expect(fs.statSync(path.join(strict.directory, 'cdk_fastapi_runtime')).mode & 0o777).toBe(0o755);
      expect(strict.hash).toBe(plain.hash);
    } finally {
      process.env.CDK_FASTAPI_CACHE = cache;
    }
  });

  test('a cached bundle with a file that only its owner may read is made again', () => {
    const made = project({ 'requirements.txt': 'six\n', 'x.py': '' });
    const before = bundle(made);
    fs.chmodSync(path.join(before.directory, 'x.py'), 0o600);
    expect(readable(bundle(made))).toEqual([]);
  });
});

describe('wheels', () => {
  test.each([
    ['3.13', 'manylinux_2_34', true], ['3.12', 'manylinux_2_31', true], ['3.14', 'manylinux_2_28', true], ['3.13', 'manylinux_2_35', false], ['3.13', 'musllinux_1_2', false],
    ['3.11', 'manylinux_2_17', true], ['3.11', 'manylinux_2_24', true], ['3.11', 'manylinux_2_26', true], ['3.11', 'manylinux_2_27', false], ['3.11', 'manylinux_2_28', false],
  ])('Python %s takes what is tagged %s: %p', (runtime, tag, taken) => {
    const made = project({});
    const wheel = writeWheel(made.entry, 'native', { 'native.py': '' }, { tag: `py3-none-${tag}_aarch64` });
    made.write({ 'requirements.txt': `./${wheel}\n` });
    const work = (): Bundle => bundle(made, {}, { runtime, architecture: 'arm64' });
    if (taken) expect(bundleFiles(work())).toContain('native.py');
    else expect(work).toThrow(/every (?:package must have a wheel|compiled library of a bundle must be) for [\s\S]*native/);
  });
});

describe('wheels of one package for several platforms', () => {
  test.each([['pylock', '3.11', '2_26'], ['list', '3.11', '2_26'], ['pylock', '3.12', '2_34'], ['list', '3.12', '2_34']])('of a %s, Python %s has the one for glibc %s', (kind, runtime, glibc) => {
    const made = project({});
    fs.mkdirSync(path.join(made.entry, 'wheels'));
    for (const tag of ['2_26', '2_28', '2_34', '2_36']) writeWheel(path.join(made.entry, 'wheels'), 'native', { [`native_${tag}.py`]: '' }, { tag: `py3-none-manylinux_${tag}_aarch64` });
    made.write({ 'requirements.txt': 'native==1.0\n--find-links ./wheels\n' });
    if (kind === 'pylock') {
      runTestUv(made.entry, 'pip', 'compile', '--quiet', '--format', 'pylock.toml', '--python-platform', 'aarch64-manylinux_2_40', '--python-version', runtime, 'requirements.txt', '-o', 'pylock.toml');
      fs.rmSync(path.join(made.entry, 'requirements.txt'));
    }
    expect(bundleFiles(bundle(made, {}, { runtime, architecture: 'arm64' })).filter((file) => file.startsWith('native_'))).toEqual([`native_${glibc}.py`]);
  });
});

describe('the cache', () => {
  const read = (made: TemporaryProject): string[] => FastApiApp.fromDirectory(made.entry, { entrypoint: 'main:app' }).operations.map(({ name }) => name);
  const environmentOf = (): string => {
    const folder = path.join(process.env.CDK_FASTAPI_CACHE!, 'environments');
    return path.join(folder, fs.readdirSync(folder).filter((name) => !name.endsWith('.lock'))[0], 'content');
  };

  test('a private environment whose interpreter is gone, or a package of which is cut short, is made again', () => {
    process.env.CDK_FASTAPI_CACHE = path.join(cache, 'damaged');
    try {
      const made = project({ 'requirements.txt': 'fastapi\n' });
      expect(read(made)).toEqual(['sayHello']);
      fs.rmSync(path.join(environmentOf(), 'bin', 'python'));
      made.write({ 'main.py': `${SMALL_APP}\n# edited\n` });
      expect(read(made)).toEqual(['sayHello']);
      const [lib] = fs.readdirSync(path.join(environmentOf(), 'lib'));
      const cut = path.join(environmentOf(), 'lib', lib, 'site-packages', 'fastapi', 'routing.py');
      fs.rmSync(cut);
      fs.writeFileSync(cut, 'raise RuntimeError("cut")\n');
      made.write({ 'main.py': `${SMALL_APP}\n# edited again\n` });
      expect(read(made)).toEqual(['sayHello']);
    } finally {
      process.env.CDK_FASTAPI_CACHE = cache;
    }
  });
});
