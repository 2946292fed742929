import * as fs from 'fs';
import * as path from 'path';
import { Boto3Mode } from '../../src/bundling/boto3-mode';
import type { Bundle } from '../../src/bundling/bundle';
import { BytecodeMode } from '../../src/bundling/bytecode-mode';
import { PythonBundling } from '../../src/bundling/python-bundling';
import type { UvBundlingOptions } from '../../src/bundling/uv-bundling-options';
import { processesStarted, runTool, toolEnvironment } from '../../src/private/process';
import { bundleFiles, pyproject, runTestUv, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

temporaryCache();
const python = testPython();

function bundle(project: TemporaryProject, options: UvBundlingOptions = {}, request: Partial<Parameters<PythonBundling['_bundle']>[0]> = {}): Bundle {
  return PythonBundling.uv(options)._bundle({ entry: project.entry, entrypoint: 'main:app', runtime: python.minor, architecture: hostArchitecture(), ...request });
}

function hostArchitecture(): 'x86_64' | 'arm64' {
  return process.arch === 'arm64' ? 'arm64' : 'x86_64';
}

/** Runs Python where the function would: nothing but the bundle on its path. */
function inBundle(made: Bundle, code: string): string {
  return runTool([python.path, '-s', '-c', code], { cwd: made.directory, env: toolEnvironment({ PYTHONDONTWRITEBYTECODE: '1' }), what: 'run the bundle' }).trim();
}

const ANSWER = `
import os
os.environ["CDK_FASTAPI_APP"] = "main:app"
from cdk_fastapi_runtime.handler import handler
event = {"version": "2.0", "routeKey": "GET /hello", "rawPath": "/hello", "rawQueryString": "", "headers": {}, "isBase64Encoded": False,
  "requestContext": {"http": {"method": "GET", "path": "/hello", "sourceIp": "127.0.0.1"}, "stage": "$default"}}
print(handler(event, None)["body"], flush=True)
# As Lambda ends it: threads of the request would be waited for.
os._exit(0)
`;

describe('a project with uv.lock', () => {
  const project = smallProject({
    'pyproject.toml': pyproject(
      ['fastapi'],
      '[project.optional-dependencies]\nextra = ["iniconfig"]\n[dependency-groups]\ndev = ["toolz"]\nops = ["tomli-w"]\n[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n',
    ),
    'data/words.txt': 'one\ntwo\n',
    'tests/test_main.py': '',
    '.env': 'SECRET=1',
    'broken_template.py': 'this is {{ not }} Python',
  });
  let made: Bundle;
  beforeAll(() => {
    runTestUv(project.entry, 'lock', '--quiet');
    made = bundle(project);
  });
  afterAll(() => project.remove());

  test('answers a request with nothing but the bundle', () => {
    expect(JSON.parse(inBundle(made, ANSWER))).toEqual({ hello: 'world' });
  });

  test('holds the application, its data, the shim, the server and its own metadata, and no secret or test', () => {
    const files = bundleFiles(made);
    expect(files).toEqual(expect.arrayContaining([
      'main.py', 'data/words.txt', 'cdk_fastapi_runtime/handler.py', 'uvicorn/__init__.py', 'small_api-1.2.3.dist-info/METADATA',
    ]));
    expect(files.filter((file) => /^(tests|\.env|uv\.lock|bin)(\/|$)|REQUESTED$|direct_url\.json$|\.pyi$/.test(file))).toEqual([]);
    expect(inBundle(made, 'import importlib.metadata as m; print(m.version("small-api"), m.version("fastapi") != "")')).toBe('1.2.3 True');
  });

  test('is compiled so that a source with another time is not read again, under the path that the function has', () => {
    const compiled = path.join(made.directory, '__pycache__', `main.cpython-${python.minor.replace('.', '')}.pyc`);
    expect(fs.readFileSync(compiled).readUInt32LE(4)).toBe(1);
    // Read without an import, which would put the real path in its place.
    const code = `import marshal; print(marshal.loads(open(${JSON.stringify(compiled)}, "rb").read()[16:]).co_filename)`;
    expect(inBundle(made, code)).toBe('/var/task/main.py');
    expect(bundleFiles(made)).toContain(`fastapi/__pycache__/__init__.cpython-${python.minor.replace('.', '')}.pyc`);
    expect(made.bytecode).toEqual({ compiled: true });
  });

  test('starts no process where nothing has changed', () => {
    const before = processesStarted();
    expect(bundle(project)).toEqual(made);
    expect(processesStarted() - before).toBe(0);
  });

  test('an edit to the application installs nothing: one process compiles it', () => {
    project.write({ 'main.py': fs.readFileSync(path.join(project.entry, 'main.py'), 'utf8').replace('world', 'moon') });
    const before = processesStarted();
    const edited = bundle(project);
    expect(processesStarted() - before).toBe(1);
    expect(JSON.parse(inBundle(edited, ANSWER))).toEqual({ hello: 'moon' });
    expect(edited.hash).not.toBe(made.hash);
    // What the two share is linked, and the first is as it was.
    expect(JSON.parse(inBundle(made, ANSWER))).toEqual({ hello: 'world' });
    project.write({ 'main.py': fs.readFileSync(path.join(project.entry, 'main.py'), 'utf8').replace('moon', 'world') });
    expect(bundle(project).hash).toBe(made.hash);
  });

  test('installs the extras and groups that are named, and no others', () => {
    expect(bundleFiles(made).filter((file) => /^(iniconfig|toolz|tomli_w)\//.test(file))).toEqual([]);
    const chosen = bundleFiles(bundle(project, { extras: ['extra'], groups: ['ops'], bytecode: BytecodeMode.OFF }));
    expect(chosen).toEqual(expect.arrayContaining(['iniconfig/__init__.py', 'tomli_w/__init__.py']));
    expect(chosen.filter((file) => file.startsWith('toolz/'))).toEqual([]);
  });

  test('leaves out and brings back files by option', () => {
    const files = bundleFiles(bundle(project, { exclude: ['data/'], include: ['tests/test_main.py'] }));
    expect(files).toContain('tests/test_main.py');
    expect(files).not.toContain('data/words.txt');
  });

  test('keeps type stubs without pruning, and never what names this machine', () => {
    const files = bundleFiles(bundle(project, { prune: false, bytecode: BytecodeMode.OFF }));
    expect(files.some((file) => file.endsWith('.pyi'))).toBe(true);
    expect(files.filter((file) => /^bin\/|REQUESTED$|direct_url\.json$/.test(file))).toEqual([]);
  });

  test('refuses a stale lock and leaves nothing', () => {
    const pyprojectFile = path.join(project.entry, 'pyproject.toml');
    const before = fs.readFileSync(pyprojectFile, 'utf8');
    const cached = fs.readdirSync(path.join(process.env.CDK_FASTAPI_CACHE!, 'packages')).sort();
    fs.writeFileSync(pyprojectFile, before.replace('"fastapi"', '"fastapi","iniconfig"'));
    try {
      expect(() => bundle(project)).toThrow(/`uv.lock` must be up to date with `pyproject.toml`.*run `uv lock`/);
      expect(fs.readdirSync(path.join(process.env.CDK_FASTAPI_CACHE!, 'packages')).sort()).toEqual(cached);
    } finally {
      fs.writeFileSync(pyprojectFile, before);
    }
  });

  test('writes nothing beside the project', () => {
    expect(project.files()).toEqual(['.env', 'broken_template.py', 'data/words.txt', 'main.py', 'pyproject.toml', 'tests/test_main.py', 'uv.lock']);
  });
});

describe('the AWS SDK', () => {
  const project = smallProject({ 'pyproject.toml': pyproject(['aws-xray-sdk', 'aws-lambda-powertools']) });
  beforeAll(() => void runTestUv(project.entry, 'lock', '--quiet'));
  afterAll(() => project.remove());
  const sdk = (options: UvBundlingOptions = {}): string[] =>
    bundleFiles(bundle(project, { ...options, bytecode: BytecodeMode.OFF })).filter((file) => /^(boto3|botocore|s3transfer)[-/].*py$|^botocore-.*METADATA/.test(file));

  test('is left out where only aws-xray-sdk wants it', () => {
    expect(sdk()).toEqual([]);
    expect(bundleFiles(bundle(project, { bytecode: BytecodeMode.OFF }))).toContain('aws_xray_sdk/__init__.py');
  });

  test('is kept by option', () => expect(sdk({ boto3: Boto3Mode.KEEP })).toContain('botocore/__init__.py'));

  test('is kept where the application imports it, unless the option removes it', () => {
    project.write({ 'store.py': 'def connect():\n    import botocore.session\n    return botocore.session.get_session()\n' });
    expect(sdk()).toContain('botocore/__init__.py');
    expect(sdk({ boto3: Boto3Mode.REMOVE })).toEqual([]);
  });
});

describe('a project with compiled packages', () => {
  const project = smallProject({ 'requirements.txt': 'markupsafe\n' });
  afterAll(() => project.remove());

  test.each(['3.11', '3.12', '3.13', '3.14'].flatMap((minor) => [[minor, 'x86_64'], [minor, 'arm64']] as const))('is bundled for Python %s on %s', (minor, architecture) => {
    const made = bundle(project, {}, { runtime: minor, architecture });
    const tag = `cpython-${minor.replace('.', '')}`;
    const libraries = bundleFiles(made).filter((file) => file.endsWith('.so'));
    expect(libraries).toEqual([`markupsafe/_speedups.${tag}-${architecture === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu.so`]);
    expect(made.bytecode.compiled).toBe(bundleFiles(made).includes(`__pycache__/main.${tag}.pyc`));
    expect(made.bytecode.compiled || made.bytecode.reason === `no Python ${minor} was found on this machine`).toBe(true);
  });

  test('is the same bytes from an empty cache', () => {
    const cache = process.env.CDK_FASTAPI_CACHE;
    try {
      const made = bundle(project, {}, { architecture: 'arm64' });
      process.env.CDK_FASTAPI_CACHE = `${cache}-again ü`;
      const again = bundle(project, {}, { architecture: 'arm64' });
      expect(again.directory).not.toBe(made.directory);
      expect(again.hash).toBe(made.hash);
    } finally {
      fs.rmSync(`${cache}-again ü`, { recursive: true, force: true });
      process.env.CDK_FASTAPI_CACHE = cache;
    }
  });

});
