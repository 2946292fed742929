import * as fs from 'fs';
import * as path from 'path';
import { machineNotes, otherPython } from '../../src/cli/new/machine';
import { cli as runCli } from '../support/cli';
import { TemporaryProject } from '../support/temporary-project';

const cwd = process.cwd();
let place: TemporaryProject;

beforeEach(() => {
  place = new TemporaryProject();
  process.chdir(place.root);
});

afterEach(() => {
  process.chdir(cwd);
  place.remove();
});

const cli = (...args: string[]) => runCli('new', ...args);

function read(file: string): string {
  return fs.readFileSync(path.join(place.root, file), 'utf8');
}

const PROJECT = [
  '.gitignore', 'README.md', 'my_shop/__init__.py',
  'my_shop/caller/__init__.py', 'my_shop/caller/callers.py', 'my_shop/caller/dependency.py', 'my_shop/caller/reading.py', 'my_shop/init.py', 'my_shop/main.py', 'my_shop/observability/__init__.py',
  'my_shop/observability/aws_sdk.py', 'my_shop/observability/logs.py', 'my_shop/observability/metrics.py', 'my_shop/observability/middleware.py',
  'my_shop/observability/request.py', 'my_shop/observability/route.py', 'my_shop/observability/tracing.py', 'my_shop/py.typed', 'pyproject.toml', 'scripts/__init__.py', 'scripts/bundle.py',
  'scripts/generate_open_api.py', 'tests/__init__.py', 'tests/conftest.py', 'tests/test_main.py',
];

describe('a project', () => {
  test('has the files of the template, by its own names', async () => {
    expect(await cli('my-shop')).toMatchObject({ code: 0, out: '' });
    expect(place.files().filter((file) => !file.endsWith('.python-version'))).toEqual(PROJECT.map((file) => `packages/my-shop/${file}`));
    for (const file of place.files()) {
      expect(file).not.toMatch(/my.api/i);
      if (!file.includes('observability')) expect(read(file)).not.toMatch(/my[-_]api|MyApi/);
    }
    expect(read('packages/my-shop/pyproject.toml')).toMatch(/^name = "my-shop"$[^]*^entrypoint = "my_shop\.main:app"$/m);
    expect(read('packages/my-shop/my_shop/init.py')).toContain('NAME = "MyShop"');
  });

  test.each([
    ['my-shop', 'my-shop', 'my_shop', 'MyShop'],
    ['MyShop', 'my-shop', 'my_shop', 'MyShop'],
    ['my_shop', 'my-shop', 'my_shop', 'MyShop'],
    ['My Shop', 'my-shop', 'my_shop', 'MyShop'],
    ['v2api', 'v2api', 'v2api', 'V2api'],
    // Near the names that constructs use themselves.
    ['rest-shop', 'rest-shop', 'rest_shop', 'RestShop'],
    ['fast-api-shop', 'fast-api-shop', 'fast_api_shop', 'FastApiShop'],
    ['a'.repeat(64), 'a'.repeat(64), 'a'.repeat(64), `A${'a'.repeat(63)}`],
  ])('called %s', async (name, project, module, construct) => {
    const { out } = await cli(name, '--json');
    expect(JSON.parse(out)).toMatchObject({ name: project, module, class: construct, directory: `packages/${project}`, root: place.root });
  });

  test('in a directory and with a module of the user\'s choice', async () => {
    const { out } = await cli('my-shop', '--directory', './services/', '--module-name', 'shop', '--json');
    const { directory, files } = JSON.parse(out);
    expect(directory).toBe('services/my-shop');
    expect(files).toEqual(place.files());
    expect(read('services/my-shop/shop/init.py')).toContain('from .observability import');
    expect(read('services/my-shop/tests/test_main.py')).toContain('from shop import caller, main');
  });

  test('what observes it is what the shim adds to other apps', async () => {
    await cli('my-shop');
    const runtime = path.join(cwd, 'runtime/cdk_fastapi_runtime');
    for (const file of PROJECT.filter((name) => name.includes('observability/'))) {
      expect(read(`packages/my-shop/${file}`)).toBe(fs.readFileSync(path.join(runtime, file.replace('my_shop/', '')), 'utf8'));
    }
  });

  test('that streams has an endpoint that does', async () => {
    await cli('my-shop', '--compute', 'streaming');
    expect(read('packages/my-shop/my_shop/main.py')).toContain('JsonStreamingResponse(words())');
    expect(place.files()).toContain('packages/my-shop/tests/test_streaming.py');
  });
});

describe('a construct', () => {
  test.each([
    ['rest', 'iam', 'FastApiRestApi', 'RestApiAuth.iam()'],
    ['rest', 'none', 'FastApiRestApi', 'RestApiAuth.none()'],
    ['rest', 'cognito', 'FastApiRestApi', 'RestApiAuth.cognito({ userPools: [userPool] })'],
    ['http', 'iam', 'FastApiHttpApi', 'HttpApiAuth.iam()'],
    ['http', 'cognito', 'FastApiHttpApi', 'HttpApiAuth.cognito({ userPool })'],
    ['streaming', 'iam', 'FastApiStreamingFunctionUrl', 'FunctionUrlAuthType.AWS_IAM'],
    ['streaming', 'none', 'FastApiStreamingFunctionUrl', 'FunctionUrlAuthType.NONE'],
  ])('in TypeScript: %s, %s', async (compute, auth, base, expression) => {
    expect((await cli('my-shop', '--compute', compute, '--auth', auth, '--construct-out', 'lib/my-shop.ts')).code).toBe(0);
    const text = read('lib/my-shop.ts');
    expect(text).toContain(`export class MyShop extends ${base} {`);
    expect(text).toContain(`auth: ${expression}, ...props`);
    expect(text).toContain("FastApiApp.fromDirectory('packages/my-shop')");
  });

  test('finds the project from where cdk runs', async () => {
    place.write({ 'infra/cdk.json': '{}' });
    await cli('my-shop', '--construct-out', 'infra/lib/my-shop.ts');
    expect(read('infra/lib/my-shop.ts')).toContain("FastApiApp.fromDirectory('../packages/my-shop')");
  });

  test.each([['rest', 'iam', 'RestApiAuth.iam()'], ['http', 'cognito', 'HttpApiAuth.cognito(user_pool=user_pool)'], ['streaming', 'none', 'FunctionUrlAuthType.NONE']])(
    'in Python: %s, %s', async (compute, auth, expression) => {
      await cli('my-shop', '--compute', compute, '--auth', auth, '--construct-out', 'infra/my_shop.py');
      const text = read('infra/my_shop.py');
      expect(text).toContain(`properties.setdefault("auth", ${expression})`);
      expect(text).toContain('PROJECT = Path(__file__).resolve().parent / "../packages/my-shop"');
      expect(text).not.toContain('*, **'); // Python has no such signature
    });

  test.each([
    ['rest', 'cognito', 'RestApiAuth.cognito(RestApiCognitoAuthOptions.builder().userPools(Collections.singletonList(userPool)).build())'],
    ['http', 'iam', 'HttpApiAuth.iam()'],
    ['streaming', 'none', 'FunctionUrlAuthType.NONE'],
  ])('in Java: %s, %s', async (compute, auth, expression) => {
    place.write({ 'infra/cdk.json': '{}' });
    await cli('my-shop', '--compute', compute, '--auth', auth, '--construct-out', 'infra/src/main/java/shop/api/MyShop.java');
    const text = read('infra/src/main/java/shop/api/MyShop.java');
    expect(text).toMatch(/^package shop\.api;\n\nimport /);
    expect(text).toContain(`.auth(${expression});`);
    // Maven runs the app in the directory of cdk.json.
    expect(text).toContain('.app(FastApiApp.fromDirectory("../packages/my-shop"))');
    const imports = text.split('\n').filter((line) => line.startsWith('import '));
    expect(imports).toEqual([...imports].sort());
    await cli('my-shop', '--construct-out', 'MyShop.java', '--force');
    expect(read('MyShop.java')).toMatch(/^import io/);
  });
});

describe('refused', () => {
  test.each([
    [['json'], 'must not be the name of a module of Python itself'],
    [['shop', '--module-name', 'cProfile'], 'must not be the name of a module of Python itself'],
    [['shop', '--module-name', 'tomllib'], 'must not be the name of a module of Python itself'],
    [['shop', '--module-name', 'class'], 'must not be a keyword of Python'],
    [['shop', '--module-name', 'my-shop'], 'must be a Python identifier'],
    [['shop', '--module-name', '2shop'], 'must be a Python identifier'],
    [['shop', '--module-name', 'größe'], 'must be a Python identifier'],
    [['shop', '--module-name', 'a.b'], 'must be a Python identifier'],
    [['shop', '--module-name', ''], 'must be a Python identifier'],
    [['fastapi'], 'must not be the name of a package that the project uses'],
    [['shop', '--module-name', 'FastAPI'], 'must not be the name of a package that the project uses'],
    [['tests'], 'must not be the name of another directory of the project'],
    [['../shop'], '`NAME` must be ASCII letters and digits'],
    [['2shop'], '`NAME` must be ASCII letters and digits'],
    [['shöp'], '`NAME` must be ASCII letters and digits'],
    [['shop-'], '`NAME` must be ASCII letters and digits'],
    [[''], '`NAME` must be ASCII letters and digits'],
    [['a'.repeat(65)], '64 characters at most'],
    [['shop\nevil'], '`NAME` must be ASCII letters and digits'],
    [['construct'], '`NAME` must not make the name of a class that the construct itself uses'],
    [['fast-api-app', '--module-name', 'x'], '`NAME` must not make the name of a class'],
    [['true', '--module-name', 'x'], '`NAME` must not make the name of a class'],
    [['rest-api-props'], '`NAME` must not make the name of a class'],
    [['consumer'], '`NAME` must not make the name of a class'],
    [['shop', '--compute', 'streaming', '--auth', 'cognito'], '`--auth` of a streaming function URL must be iam or none'],
    [['shop', '--compute', 'lambda'], 'Allowed choices are rest, http, streaming'],
    [['shop', '--auth', 'IAM'], 'Allowed choices are iam, cognito, none'],
    [['shop', '--construct-out', 'shop.rb'], '`--construct-out` must be a file that ends in .ts, .py, .java, got: shop.rb'],
    [['shop', '--construct-out', 'shop.d.ts'], '`--construct-out` must be a file that ends in .ts, .py, .java, got: shop.d.ts'],
    [['my-shop', '--construct-out', 'lib/Shop.java'], '`--construct-out` must be a file called MyShop.java, as its class is, got: Shop.java'],
    [['shop', '--directory', "it's", '--construct-out', 'shop.ts'], '`--directory` must be a path of letters'],
    [[], "missing required argument 'name'"],
  ])('%p', async (args, message) => {
    const ended = await cli(...args);
    expect(ended.err).toContain(message);
    expect(ended.code).toBe(2);
    expect(ended.err.match(/error/g)).toHaveLength(1);
    expect(place.files()).toEqual([]);
  });

  test('to write over what exists, unless --force', async () => {
    place.write({ 'packages/my-shop/my_shop/main.py': 'mine', 'packages/my-shop/notes.md': 'mine too' });
    const refused = await cli('my-shop', '--construct-out', 'my-shop.ts');
    expect(refused).toMatchObject({
      code: 1, out: '', err: 'error: files that exist are not written over, got: packages/my-shop/my_shop/main.py; choose another name, or say --force\n',
    });
    expect(place.files()).toEqual(['packages/my-shop/my_shop/main.py', 'packages/my-shop/notes.md']);
    expect(read('packages/my-shop/my_shop/main.py')).toBe('mine');

    expect((await cli('my-shop', '--force')).code).toBe(0);
    expect(read('packages/my-shop/my_shop/main.py')).toContain('The endpoints of MyShop');
    expect(read('packages/my-shop/notes.md')).toBe('mine too');
    expect((await cli('my-shop')).err).toMatch(/got: (\S+, ){5}and \d+ more; choose/);
  });

  test.each([[['my-shop', '--force']], [['my-shop']]])('a directory where a file would be: %p', async (args) => {
    place.write({ 'packages/my-shop/pyproject.toml/x': '' });
    expect(await cli(...args)).toMatchObject({ code: 1, err: expect.stringContaining('got: packages/my-shop/pyproject.toml;') });
    expect(place.files()).toEqual(['packages/my-shop/pyproject.toml/x']);
  });

  test('a file where a directory would be, and then nothing is left', async () => {
    place.write({ 'packages/my-shop/tests': 'a file' });
    const ended = await cli('my-shop', '--construct-out', 'deep/er/my-shop.ts');
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('the project must be in a directory that can be written to') });
    expect(place.files()).toEqual(['packages/my-shop/tests']);
    expect(fs.readdirSync(place.root)).toEqual(['packages']);
  });

  (process.platform === 'linux' ? test : test.skip)('a file system that makes no directories, where Node.js itself would try for ever', async () => {
    process.chdir('/proc');
    expect(await cli('my-shop')).toMatchObject({ code: 1, err: 'error: the project must be in a directory that can be written to, got: /proc (ENOENT)\n' });
  });
});

describe('on a machine that lacks', () => {
  const { PATH } = process.env;
  afterEach(() => { process.env.PATH = PATH; });

  test('uv, the project is written, and it is said how to get it', async () => {
    process.env.PATH = '';
    const ended = await cli('my-shop');
    expect(ended).toMatchObject({ code: 0, out: '' });
    expect(ended.err).toContain('warning: the project\'s commands need uv on PATH, got: none; https://docs.astral.sh/uv/');
    expect(ended.err).toMatch(/^next: install uv, then cd packages\/my-shop && uv run fastapi dev$/m);
    expect(place.files()).toContain('packages/my-shop/pyproject.toml');
    expect(JSON.parse((await cli('other-shop', '--json')).out).notes).toEqual([expect.stringContaining('need uv on PATH')]);
  });

  test('nothing, nothing is said', async () => {
    place.write({ 'bin/uv': '' });
    process.env.PATH = `${path.join(place.root, 'bin')}${path.delimiter}${PATH}`;
    expect((await cli('my-shop')).err).toBe('packages/my-shop: 26 files\nnext: cd packages/my-shop && uv run fastapi dev\n');
  });

  test.each([
    [{ uv: true, python: '3.11' }, []],
    [{ uv: true, otherPython: '3.10.13' }, ['the project needs a Python from 3.11 to 3.14, which Lambda runs, got: 3.10.13; `uv run` downloads one where it may, else `uv python install 3.14` does']],
    [{ uv: true }, [expect.stringContaining('which Lambda runs, got: none;')]],
    [{ uv: false }, [expect.stringContaining('need uv on PATH'), expect.stringContaining('the project needs a Python')]],
  ])('%p', (machine, notes) => {
    expect(machineNotes(machine)).toEqual(notes);
  });

  test('a Python of Lambda, another one is asked for its version', () => {
    place.write({ 'bin/python3': '#!/bin/sh\necho 3.10.13\n' });
    fs.chmodSync(path.join(place.root, 'bin/python3'), 0o755);
    process.env.PATH = `${path.join(place.root, 'bin')}${path.delimiter}/bin`;
    expect(otherPython()).toBe('3.10.13');
    process.env.PATH = place.root;
    expect(otherPython()).toBeUndefined();
  });

  test('is what --help tells', async () => {
    expect((await cli('--help')).out).toContain('need uv and a Python from 3.11\nto 3.14');
  });
});
