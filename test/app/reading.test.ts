import * as fs from 'fs';
import * as path from 'path';
import { Duration } from 'aws-cdk-lib';
import { FastApiApp, OpenApiSource, PythonBundling, type FastApiAppOptions, type OpenApiFromAppOptions } from '../../src';
import { processesStarted } from '../../src/private/process';
import { findUv } from '../../src/python/uv';
import { fastApiEnvironment, fastApiPython } from '../support/fastapi-python';
import { TemporaryProject } from '../support/temporary-project';

/** What no app of these tests needs, and what would choose another interpreter. */
const CLEARED = ['CDK_FASTAPI_PYTHON', 'VIRTUAL_ENV', 'PYTHONHASHSEED'];
const APP = `
from fastapi import FastAPI

app = FastAPI()


@app.get("/hello")
def say_hello() -> str:
    return "hello"
`;

let python: string;
let uv: string;
let cache: TemporaryProject;
let project: TemporaryProject;
const before = { ...process.env };

beforeAll(() => {
  python = fastApiPython();
  uv = findUv().path;
});

beforeEach(() => {
  for (const name of CLEARED) delete process.env[name];
  cache = new TemporaryProject();
  project = new TemporaryProject();
  process.env.CDK_FASTAPI_CACHE = cache.root;
  process.env.CDK_FASTAPI_QUIET = '1';
  process.env.CDK_FASTAPI_UV = uv;
});

afterEach(() => {
  process.env = { ...before };
  cache.remove();
  project.remove();
});

function open(options: OpenApiFromAppOptions = {}, app: FastAppOptions = {}): FastApiApp {
  return FastApiApp.fromDirectory(project.entry, { ...app, openApi: OpenApiSource.fromApp({ python, ...options }) });
}

type FastAppOptions = Omit<FastApiAppOptions, 'openApi'>;

function routes(app: FastApiApp): string[] {
  return app.operations.map((operation) => `${operation.name}: ${operation.method} ${operation.routePath}`);
}

/** The message of what reading the app throws; reading leaves nothing behind. */
function problem(options: OpenApiFromAppOptions = {}, app: FastAppOptions = {}): string {
  const files = project.files();
  let message: string | undefined;
  try {
    routes(open(options, app));
  } catch (error) {
    expect((error as Error).name).toBe('FastApiError');
    message = (error as Error).message;
  }
  if (message === undefined) throw new Error('the app was read');
  expect(project.files()).toEqual(files);
  expect(documentsInCache()).toEqual([]);
  return message;
}

function documentsInCache(): string[] {
  const folder = path.join(cache.root, 'documents');
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

describe('apps', () => {
  test('routers, `:path` and several methods of one function', () => {
    project.write({
      'app/__init__.py': '',
      'app/items.py': `
from fastapi import APIRouter

router = APIRouter(prefix="/items", tags=["items"])


@router.get("/{item_id}")
def read_item(item_id: int) -> int:
    return item_id


@router.api_route("/{item_id}/state", methods=["GET", "POST", "DELETE"])
def state(item_id: int) -> int:
    return item_id
`,
      'app/main.py': `
from fastapi import FastAPI
from .items import router

app = FastAPI()
app.include_router(router, prefix="/v1")


@app.get("/files/{name:path}")
def read_file(name: str) -> str:
    return name
`,
    });
    const app = open();
    expect(routes(app).sort()).toEqual([
      'readFile: GET /files/{name+}',
      'readItem: GET /v1/items/{item_id}',
      'state: DELETE /v1/items/{item_id}/state',
      'state: GET /v1/items/{item_id}/state',
      'state: POST /v1/items/{item_id}/state',
    ]);
    expect(app.operation('items.state.post').method).toBe('POST');
    expect(app._entrypoint).toBe('app.main:app');
    expect(app._document.facts).toMatchObject({ entrypoint: 'app.main:app', handler: false });
    expect(project.files()).toEqual(['app/__init__.py', 'app/items.py', 'app/main.py']);
  });

  test('a factory', () => {
    project.write({ 'service.py': APP.replace('app = FastAPI()', 'def create() -> FastAPI:\n    return other\n\n\nother = app = FastAPI()') });
    expect(routes(open({}, { entrypoint: 'service:create' }))).toEqual(['sayHello: GET /hello']);
  });

  test('a src layout, named in pyproject.toml', () => {
    project.write({
      'pyproject.toml': '[project]\nname = "my-shop"\nversion = "1"\n[tool.fastapi]\nentrypoint = "my_shop.web:api"\n',
      'src/my_shop/__init__.py': '',
      'src/my_shop/web.py': APP.replaceAll('app', 'api'),
    });
    expect(routes(open())).toEqual(['sayHello: GET /hello']);
  });

  test('an app that prints', () => {
    project.write({ 'main.py': `import os\nprint("{}")\nos.system("echo [1]")\n${APP}` });
    expect(routes(open())).toEqual(['sayHello: GET /hello']);
  });

  test('an app that leaves a thread and a child process running', () => {
    project.write({
      'main.py': `
import subprocess, sys, threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(5)"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
${APP}`,
    });
    expect(routes(open())).toEqual(['sayHello: GET /hello']);
  });

  test('an app that needs a variable', () => {
    project.write({ 'main.py': `import os\nPREFIX = os.environ["PREFIX"]\n${APP.replace('"/hello"', 'PREFIX + "/hello"')}` });
    expect(routes(open({ environment: { PREFIX: '/one' } }))).toEqual(['sayHello: GET /one/hello']);
    expect(routes(open({ environment: { PREFIX: '/two' } }))).toEqual(['sayHello: GET /two/hello']);
  });

  test('boto3 finds a region', () => {
    delete process.env.AWS_DEFAULT_REGION;
    project.write({ 'main.py': `import os\nassert os.environ["AWS_DEFAULT_REGION"]\n${APP}` });
    expect(routes(open())).toEqual(['sayHello: GET /hello']);
  });
});

describe('cache', () => {
  beforeEach(() => project.write({ 'main.py': APP }));

  test('an unchanged project starts no process', () => {
    const start = processesStarted();
    const first = routes(open());
    expect(processesStarted()).toBeGreaterThan(start);
    const between = processesStarted();
    expect(routes(open())).toEqual(first);
    expect(open()._entrypoint).toBe('main:app');
    expect(processesStarted()).toBe(between);
  });

  test('one app is read once', () => {
    const app = open();
    app.operation('sayHello');
    fs.rmSync(cache.root, { recursive: true });
    const between = processesStarted();
    expect(app._operationsFor('http', false)).toBe(app._operationsFor('http', false));
    expect(app._operationsFor('http', false)).not.toBe(app._operationsFor('http', true));
    expect(processesStarted()).toBe(between);
  });

  const changes: Record<string, () => FastApiApp> = {
    'the module': () => {
      project.write({ 'main.py': APP.replace('/hello', '/changed') });
      return open();
    },
    'another file of the application': () => {
      project.write({ 'data/menu.json': '{}' });
      return open();
    },
    'a settings file': () => {
      project.write({ '.env': 'A=1' });
      return open();
    },
    'a variable': () => open({ environment: { A: '2' } }),
    'the entry point': () => open({}, { entrypoint: 'main:app' }),
    'an extra input': () => {
      project.write({ '../extra.txt': 'two' });
      return open({ extraInputs: ['../extra.txt'] });
    },
  };

  test.each(Object.keys(changes).filter((name) => !/entry point|extra/.test(name)))('%s changes: the app is read again', (name) => {
    routes(open());
    const between = processesStarted();
    routes(changes[name]());
    expect(processesStarted()).toBe(between + 1);
  });

  test.each(['.env', '../.env', '../../.env', '../settings.ini', '.envs/.local/.django'])('settings in %s change: the app is read again', (file) => {
    project = new TemporaryProject({ 'main.py': APP, [file]: 'A=1\n' }, 'repository/app');
    routes(open());
    const between = processesStarted();
    routes(open());
    expect(processesStarted()).toBe(between);
    project.write({ [file]: 'A=2\n' });
    routes(open());
    expect(processesStarted()).toBe(between + 1);
  });

  test('an extra input changes: the app is read again', () => {
    project = new TemporaryProject({ 'main.py': APP, '../extra.txt': 'one' }, 'app');
    routes(open({ extraInputs: ['../extra.txt'] }));
    const between = processesStarted();
    routes(open({ extraInputs: ['../extra.txt'] }));
    expect(processesStarted()).toBe(between);
    routes(changes['an extra input']());
    expect(processesStarted()).toBe(between + 1);
  });

  test('a wrapper beside an app that was found has to be named, whatever was read before', () => {
    project = new TemporaryProject({
      'main.py': `${APP}
class Outer:
    def __init__(self, app): self.app = app
    async def __call__(self, scope, receive, send): await self.app(scope, receive, send)
secured = Outer(app)
`,
    }, 'app');
    routes(open({}, { entrypoint: 'main:app' }));
    routes(open({}, { entrypoint: 'main:secured' }));
    expect(() => routes(open())).toThrow(/`entrypoint` must name what is served, got: none; main:app was .*, and secured of the same module is wrapped around it: write main:secured/);
  });

  test('the same entry point, said otherwise: the app is not read again', () => {
    routes(open());
    const between = processesStarted();
    routes(changes['the entry point']());
    expect(processesStarted()).toBe(between);
  });

  test('a file that no application has changes nothing', () => {
    routes(open());
    const between = processesStarted();
    project.write({ '__pycache__/main.cpython-313.pyc': 'x', 'tests/test_main.py': 'x' });
    routes(open());
    expect(processesStarted()).toBe(between);
  });

  test('the packages of the interpreter change: the app is read again', () => {
    const own = ownEnvironment();
    routes(open({ python: own.python }));
    const between = processesStarted();
    fs.mkdirSync(path.join(own.packages, '__pycache__'));
    routes(open({ python: own.python }));
    expect(processesStarted()).toBe(between);
    fs.mkdirSync(path.join(own.packages, 'another-1.0.dist-info'));
    routes(open({ python: own.python }));
    expect(processesStarted()).toBe(between + 1);
  });

  test('the source of a package that is installed by a link changes: the app is read again', () => {
    const own = ownEnvironment();
    const source = path.join(cache.root, 'linked');
    fs.mkdirSync(source);
    fs.writeFileSync(path.join(source, 'linked_package.py'), 'PREFIX = "/one"\n');
    fs.writeFileSync(path.join(own.packages, 'linked.pth'), `${source}\n`);
    project.write({ 'main.py': `from linked_package import PREFIX\n${APP.replace('"/hello"', 'PREFIX + "/hello"')}` });
    expect(routes(open({ python: own.python }))).toEqual(['sayHello: GET /one/hello']);
    const between = processesStarted();
    routes(open({ python: own.python }));
    expect(processesStarted()).toBe(between);
    fs.writeFileSync(path.join(source, 'linked_package.py'), 'PREFIX = "/two"\n');
    expect(routes(open({ python: own.python }))).toEqual(['sayHello: GET /two/hello']);
  });

  /** A virtual environment of this test alone, with the packages of the common one. */
  function ownEnvironment(): { readonly python: string; readonly packages: string } {
    const common = fastApiEnvironment();
    const own = path.join(cache.root, 'own');
    const inside = path.relative(common, sitePackages(common));
    fs.mkdirSync(path.join(own, inside), { recursive: true });
    for (const name of fs.readdirSync(path.join(common, inside)).filter((item) => item !== '__pycache__')) {
      fs.symlinkSync(path.join(common, inside, name), path.join(own, inside, name));
    }
    return { python: linkPython(own), packages: path.join(own, inside) };
  }
});

function sitePackages(environment: string): string {
  const lib = path.join(environment, 'lib');
  return path.join(lib, fs.readdirSync(lib)[0], 'site-packages');
}

/** Makes a directory a virtual environment, and returns its interpreter. */
function linkPython(environment: string): string {
  const own = path.join(environment, path.relative(fastApiEnvironment(), python));
  fs.mkdirSync(path.dirname(own), { recursive: true });
  fs.copyFileSync(path.join(fastApiEnvironment(), 'pyvenv.cfg'), path.join(environment, 'pyvenv.cfg'));
  fs.symlinkSync(fs.realpathSync(python), own);
  return own;
}

describe('interpreter', () => {
  beforeEach(() => project.write({ 'main.py': APP }));

  const read = () => routes(FastApiApp.fromDirectory(project.entry));

  test('CDK_FASTAPI_PYTHON', () => {
    process.env.CDK_FASTAPI_PYTHON = python;
    process.env.VIRTUAL_ENV = path.join(project.root, 'missing');
    expect(read()).toEqual(['sayHello: GET /hello']);
  });

  test('the active virtual environment', () => {
    process.env.VIRTUAL_ENV = fastApiEnvironment();
    expect(read()).toEqual(['sayHello: GET /hello']);
  });

  test('.venv of the project, where the active environment has no FastAPI', () => {
    linkPython(path.join(cache.root, 'empty'));
    process.env.VIRTUAL_ENV = path.join(cache.root, 'empty');
    fs.symlinkSync(fastApiEnvironment(), path.join(project.entry, '.venv'));
    expect(read()).toEqual(['sayHello: GET /hello']);
  });

  test('a private environment, where the project has none: made once, and nothing is written beside the project', () => {
    project.write({ 'requirements.txt': 'fastapi\n' });
    linkPython(path.join(cache.root, 'empty'));
    process.env.VIRTUAL_ENV = path.join(cache.root, 'empty');
    expect(read()).toEqual(['sayHello: GET /hello']);
    const between = processesStarted();
    expect(read()).toEqual(['sayHello: GET /hello']);
    expect(processesStarted()).toBe(between);
    project.write({ 'main.py': APP.replace('/hello', '/changed') });
    expect(read()).toEqual(['sayHello: GET /changed']);
    expect(processesStarted()).toBe(between + 1);
    expect(project.files()).toEqual(['main.py', 'requirements.txt']);
  });

  test('a private environment has the extras that are bundled', () => {
    project.write({
      'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi"]\n[project.optional-dependencies]\nforms = ["python-multipart"]\n',
      'main.py': `import python_multipart\n${APP}`,
    });
    const extras = (names: string[]) => FastApiApp.fromDirectory(project.entry, { bundling: PythonBundling.uv({ extras: names }) });
    expect(() => routes(extras([]))).toThrow(/No module named 'python_multipart'[\s\S]*name the package among the dependencies of the project/);
    expect(routes(extras(['forms']))).toEqual(['sayHello: GET /hello']);
  });

  test('a launcher is asked for the interpreter behind it', () => {
    const launcher = path.join(cache.root, 'launcher');
    fs.writeFileSync(launcher, `#!/bin/sh\nexec '${python}' "$@"\n`, { mode: 0o755 });
    expect(routes(open({ python: launcher }))).toEqual(['sayHello: GET /hello']);
    const between = processesStarted();
    routes(open({ python: launcher }));
    expect(processesStarted()).toBe(between + 1);
  });

  test('an interpreter that does not exist', () => {
    expect(problem({ python: './no/python' })).toContain(
      `\`python\` of OpenApiSource.fromApp must be a Python interpreter that has the packages of ${project.entry}, got: ./no/python, which does not exist`,
    );
  });

  test('an interpreter without FastAPI', () => {
    const bare = linkPython(path.join(cache.root, 'empty'));
    const message = problem({ python: bare });
    expect(message).toContain('No module named \'fastapi\'');
    expect(message).toContain(`Python: ${bare}, \`python\` of OpenApiSource.fromApp`);
  });
});

describe('bad projects', () => {
  test('the directory is missing', () => {
    const app = FastApiApp.fromDirectory('no/such/app');
    expect(() => app.operations).toThrow(
      `\`entry\` of FastApiApp.fromDirectory must be the directory of a FastAPI project, got: no/such/app, and ${path.resolve('no/such/app')} does not exist; `
      + `a relative path is relative to the working directory, now ${process.cwd()}`,
    );
  });

  test('the directory is a file', () => {
    project.write({ 'main.py': APP });
    expect(() => FastApiApp.fromDirectory(path.join(project.entry, 'main.py')).operations).toThrow('must be a directory');
  });

  test('no app', () => {
    expect(problem()).toContain('no FastAPI app found');
  });

  test('a module that raises', () => {
    project.write({ 'app/main.py': APP + '\nfrom . import settings\n', 'app/settings.py': 'import os\n\nKEY = os.environ["NO_SUCH_KEY"]\n', 'app/__init__.py': '' });
    const message = problem();
    expect(message).toContain('the FastAPI app app.main:app');
    expect(message).toContain('KeyError');
    expect(message).toContain('at app/settings.py:3');
    expect(message).toContain('| KeyError: \'NO_SUCH_KEY\'');
    expect(message).toContain('`environment` of OpenApiSource.fromApp');
    expect(message).toContain('entry point: found in app/main.py');
  });

  test('a module that raises with terminal codes', () => {
    project.write({ 'main.py': `${APP}\nraise ValueError("\\x1b[2J\\x1b]0;title\\x07")\n` });
    // eslint-disable-next-line no-control-regex
    expect(problem()).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
  });

  test('a module that is no Python', () => {
    project.write({ 'main.py': `${APP}\ndef (\n` });
    expect(problem()).toMatch(/SyntaxError[\s\S]*at main\.py:11[\s\S]*names its version in `\.python-version`[\s\S]* {2}Python 3\.\d+: /);
  });

  test('a problem of several lines has its first in the message, and all in the traceback', () => {
    project.write({ 'main.py': `raise ValueError("first\\nsecond")\n${APP}` });
    const message = problem();
    expect(message).toMatch(/while it was imported: first\n[\s\S]*\| second\n/);
    expect(message).not.toContain('u000a');
  });

  test('a missing package', () => {
    project.write({ 'main.py': `import no_such_package\n${APP}` });
    const message = problem();
    expect(message).toContain('No module named \'no_such_package\'');
    expect(message).toContain('install the packages of the project into this Python');
  });

  test('a module that is missing', () => {
    const message = problem({}, { entrypoint: 'no_such_module:app' });
    expect(message).toContain('no module no_such_module');
    expect(message).toContain('entry point: `entrypoint`');
  });

  test('an attribute that is missing', () => {
    project.write({ 'main.py': APP });
    expect(problem({}, { entrypoint: 'main:web' })).toContain('main has no attribute web: its FastAPI applications are app');
  });

  test('an object that is no app', () => {
    project.write({ 'main.py': 'from fastapi import APIRouter as FastAPI\napp = FastAPI()\n' });
    expect(problem()).toContain('which is an object of type APIRouter');
  });

  test('a module that calls exit', () => {
    project.write({ 'main.py': `${APP}\nimport sys\nsys.exit(4)\n` });
    const message = problem();
    expect(message).toContain('sys.exit(4)');
    expect(message).toContain('at main.py:12');
  });

  test('a module that ends the process', () => {
    project.write({ 'main.py': `${APP}\nimport os, sys\nprint("goodbye", file=sys.stderr, flush=True)\nos._exit(0)\n` });
    const message = problem();
    expect(message).toContain('ended the process itself (exit status 0)');
    expect(message).toContain('| goodbye');
  });

  test('a module that kills the process', () => {
    project.write({ 'main.py': `${APP}\nimport os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n` });
    expect(problem()).toContain('ended the process itself (signal SIGKILL)');
  });

  test('a module that waits', () => {
    project.write({ 'main.py': `${APP}\nimport time\n\ntime.sleep(600)\n` });
    const message = problem({ timeout: Duration.seconds(8) });
    expect(message).toMatch(/within 8 seconds: it waits, in one place for \d seconds/);
    expect(message).toContain('at main.py:13');
    expect(message).toMatch(/time by module: main \d\.\d s/);
    expect(message).toContain('what it waits for may be out of reach here');
  });

  test('a module that is slow is waited for once, and is not said to hang', () => {
    project.write({ 'slow.py': 'import time\nend = time.monotonic() + 600\nwhile time.monotonic() < end:\n    sum(range(1000))\n', 'main.py': `import slow\n${APP}` });
    const message = problem({ timeout: Duration.seconds(4) });
    expect(message).toContain('within 4 seconds: it is slow, at work until the end');
    expect(message).toMatch(/time by module: .*slow \d\.\d s/);
    expect(message).toContain('raise `timeout` of OpenApiSource.fromApp');
    const started = processesStarted();
    expect(problem({ timeout: Duration.seconds(4) })).toBe(message);
    expect(processesStarted()).toBe(started);
  });

  test('a module that hangs in native code', () => {
    project.write({ 'main.py': `import ctypes\nimport time\n\ntime.sleep(1.5)\nctypes.PyDLL(None).sleep(600)\n${APP}` });
    const message = problem({ timeout: Duration.seconds(5) });
    expect(message).toMatch(/did not finish loading within 5 seconds: it runs native code that holds the interpreter, without a sign since second \d/);
    expect(message).toContain('last seen at main.py:4');
    expect(message).toContain('raise `timeout` of OpenApiSource.fromApp');
  });

  test('files that are left out of the bundle are not the app\'s', () => {
    project.write({ 'main.py': APP });
    fs.symlinkSync(cache.root, path.join(project.entry, 'elsewhere'));
    const read = (exclude: string[]) => routes(open({}, { bundling: PythonBundling.uv({ exclude }) }));
    expect(() => read([])).toThrow('a symbolic link of the project leads out of it, got: elsewhere');
    expect(read(['elsewhere'])).toEqual(['sayHello: GET /hello']);
  });

  test('an app without routes', () => {
    project.write({ 'main.py': 'from fastapi import FastAPI\n\napp = FastAPI()\n' });
    expect(problem()).toContain('has no routes');
  });

  test('an app whose routes appear in its lifespan', () => {
    project.write({
      'main.py': `
from contextlib import asynccontextmanager
from fastapi import FastAPI

@asynccontextmanager
async def lifespan(app: FastAPI):
    app.add_api_route("/late", lambda: 1)
    yield

app = FastAPI(lifespan=lifespan)
`,
    });
    const message = problem();
    expect(message).toContain('lifespan cannot be deployed');
    expect(message).toContain('add the routes when the module is imported');
  });

  test('an app whose document cannot be made', () => {
    project.write({ 'main.py': `${APP}\ndef broken():\n    raise RuntimeError("no document")\n\napp.openapi = broken\n` });
    const message = problem();
    expect(message).toContain('openapi() raised RuntimeError: no document');
    expect(message).toContain('at main.py:12');
  });

  test('an app whose document is no OpenAPI', () => {
    project.write({ 'main.py': `${APP}\napp.openapi = lambda: {"openapi": "2.0", "paths": {}}\n` });
    expect(() => routes(open())).toThrow(/`openapi` of main:app .* must be 3\.0, 3\.1 or 3\.2/);
  });

  test('a project that is itself a package', () => {
    project.write({ '__init__.py': '', 'main.py': `${APP}\nfrom .other import x\n`, 'other.py': 'x = 1\n' });
    expect(problem()).toContain('pass its parent directory');
  });
});
