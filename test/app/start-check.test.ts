import * as fs from 'fs';
import * as path from 'path';
import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, FastApiRestApi, IntegrationPattern, OpenApiSource, PythonBundling, type OpenApiFromAppOptions } from '../../src';
import { importRemedy } from '../../src/app/import-failure';
import { processesStarted } from '../../src/private/process';
import { hostEnvironment } from '../../src/python/environment';
import { PythonProject } from '../../src/python/python-project';
import { fastApiPython } from '../support/fastapi-python';
import { SMALL_APP, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

temporaryCache();
/** A place beside the projects. */
const beside = smallProject({});
const projects: TemporaryProject[] = [beside];
afterAll(() => projects.forEach((each) => each.remove()));

const here = process.arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;
const there = process.arch === 'arm64' ? Architecture.X86_64 : Architecture.ARM_64;
// Named where the machine cannot start what is made for Linux.
const onLinux = process.platform === 'linux' ? test : test.skip;

interface Given {
  readonly reading?: OpenApiFromAppOptions;
  readonly environment?: Record<string, string>;
  readonly verify?: boolean;
  readonly architecture?: Architecture;
}

function project(head: string, more: Record<string, string> = {}): TemporaryProject {
  const made = smallProject({ 'requirements.txt': 'fastapi\n', 'main.py': `${head}\n${SMALL_APP}`, ...more });
  projects.push(made);
  return made;
}

function synth(made: TemporaryProject, given: Given = {}): FastApiApp {
  const app = FastApiApp.fromDirectory(made.entry, {
    entrypoint: 'main:app',
    runtime: Runtime.ALL.find(({ name }) => name === `python${testPython().minor}`),
    architecture: given.architecture ?? here,
    bundling: PythonBundling.uv({ verify: given.verify }),
    openApi: OpenApiSource.fromApp({ python: fastApiPython(), ...given.reading }),
  });
  const cdk = new App();
  new FastApiRestApi(new Stack(cdk, 'Stack'), 'Api', { app, pattern: IntegrationPattern.SHARED, functionOptions: { environment: given.environment } });
  cdk.synth();
  return app;
}

onLinux('what starts is started once, and an unchanged synth starts nothing', () => {
  const made = project('');
  synth(made);
  const before = processesStarted();
  synth(made);
  expect(processesStarted() - before).toBe(0);
});

onLinux('what the app writes to its files is not in the bundle', () => {
  const made = project('import os, pathlib\nif "AWS_LAMBDA_FUNCTION_NAME" in os.environ:\n    pathlib.Path(__file__).with_name("data.txt").open("a").write("x")', { 'data.txt': 'a' });
  expect(fs.readFileSync(path.join(synth(made)._bundle.directory, 'data.txt'), 'utf8')).toBe('a');
});

onLinux('a module of the reading environment that no requirement brings, with its requirement', () => {
  const site = path.join(beside.root, 'elsewhere');
  fs.mkdirSync(site, { recursive: true });
  fs.writeFileSync(path.join(site, 'only_here.py'), '');
  const made = project('import sys; sys.path.append(__import__("os").environ.get("ELSEWHERE", ""))\nimport only_here');
  process.env.ELSEWHERE = site;
  try {
    expect(() => synth(made)).toThrow(/would not start: main:app cannot be imported[\s\S]*\| ModuleNotFoundError: No module named 'only_here'[\s\S]*no package of the bundle has the module only_here: name what brings it[\s\S]*`verify: false`/);
    expect(() => synth(made, { verify: false })).not.toThrow();
    // Of another architecture it cannot be tried.
    expect(() => synth(made, { architecture: there })).not.toThrow();
  } finally {
    delete process.env.ELSEWHERE;
  }
});

/** A Python with packages that the projects do not name. */
function richPython(): string {
  const made = smallProject({ 'requirements.txt': 'fastapi\npyyaml\npython-dateutil\ngoogle-cloud-core\ngoogle-crc32c\npydantic-settings\n' });
  projects.push(made);
  return hostEnvironment(PythonProject.inspect(made.entry));
}

onLinux('modules of the reading environment that no requirement brings are named with the requirement that would', () => {
  const python = richPython();
  const site = path.join(beside.root, 'linked');
  fs.mkdirSync(path.join(site, 'house_rules'), { recursive: true });
  fs.writeFileSync(path.join(site, 'house_rules', '__init__.py'), '');
  const packages = path.join(path.dirname(path.dirname(python)), 'lib', `python${testPython().minor}`, 'site-packages');
  fs.writeFileSync(path.join(packages, 'house-rules.pth'), `${site}\n`);
  const wants = (code: string): (() => void) => () => synth(project(code), { reading: { python } });
  expect(wants('import yaml')).toThrow(/the module yaml is in [^,]*, and in no package of the bundle: add PyYAML to the dependencies/);
  expect(wants('from google.cloud import client')).toThrow(/the module google.cloud.client is in [^,]*, and in no package of the bundle: add google-cloud-core to/);
  expect(wants('import google_crc32c')).toThrow(/add google-crc32c to/);
  expect(wants('import house_rules')).toThrow(/the module house_rules is in \S*linked, to which \S* has a link: make it a dependency of the project by its path/);
});

test.each<[string, string, RegExp]>([
  ['pydantic-settings', 'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, input_type=dict]\n    For further information visit x', /^SHOP_DATABASE_URL is a variable of this shell/],
  ['decouple', 'decouple.UndefinedValueError: SECRET_KEY not found. Declare it as envvar or define a default value.', /^the function has no variable SECRET_KEY: give it by/],
  ['environs', 'environs.exceptions.EnvError: Environment variable "API_TOKEN" not set', /^the function has no variable API_TOKEN: give it by/],
  ['Starlette', 'KeyError: "Config \'API_TOKEN\' is missing, and has no default."', /^the function has no variable API_TOKEN: give it by/],
  ['a database', 'sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) connection to server at "localhost", port 5432 failed: Connection refused', /^the app connects to something while it is imported/],
  ['a document store', 'pymongo.errors.ServerSelectionTimeoutError: localhost:27017: [Errno 111]', /^the app connects to something while it is imported/],
  ['a library of the system', 'ImportError: libGL.so.1: cannot open shared object file: No such file or directory', /^the library libGL.so.1 of the system is in no package of the bundle/],
  ['a file', "FileNotFoundError: [Errno 2] No such file or directory: 'x.json'", /^a file is not in the bundle/],
  ['anything else', 'ZeroDivisionError: division by zero', /^variables that the app needs while it is imported/],
])('what %s says at the end of a traceback', (_, stderr, want) => {
  process.env.SHOP_DATABASE_URL = 'x';
  try {
    expect(importRemedy({ stderr, variables: [] })).toMatch(want);
  } finally {
    delete process.env.SHOP_DATABASE_URL;
  }
});

onLinux('a variable of the shell that the function has not; with it, and with a placeholder for what the deployment knows, it starts', () => {
  const made = project('import os\nTOKEN = os.environ["SHOP_TOKEN"]');
  process.env.SHOP_TOKEN = 'x';
  try {
    expect(() => synth(made)).toThrow(/KeyError: 'SHOP_TOKEN'[\s\S]*SHOP_TOKEN is a variable of this shell and none of the function: give it by `environment`/);
    expect(() => synth(made, { environment: { SHOP_TOKEN: 'y' } })).not.toThrow();
    expect(() => synth(made, { environment: { SHOP_TOKEN: Lazy.string({ produce: () => 'z' }) } })).not.toThrow();
  } finally {
    delete process.env.SHOP_TOKEN;
  }
  expect(() => synth(made, { reading: { environment: { SHOP_TOKEN: 'x' } } })).not.toThrow();
});

onLinux('a database that is asked for at import', () => {
  const made = project('import os, socket\nif "LAMBDA_TASK" in os.environ or os.environ.get("AWS_EXECUTION_ENV"):\n    socket.create_connection(("127.0.0.1", 1))');
  expect(() => synth(made)).toThrow(/ConnectionRefusedError[\s\S]*the app connects to something while it is imported: do that in its lifespan/);
});

describe('processes that the app starts at import are not waited for, and end', () => {
  // Each runs for an hour and tells its number. Whoever waits for it, or for what it has inherited, runs out of this test's time.
  const CHILD = 'import os, time\ndef run():\n    with open(PIDS, "a") as file:\n        file.write(f"{os.getpid()}\\n")\n    time.sleep(3600)\n';
  const WAIT = 'import time\nwhile not os.path.exists(PIDS): time.sleep(0.01)\ntime.sleep(0.05)\n';
  test.each<[string, string]>([
    ['a program with our pipes', 'import subprocess, sys\nsubprocess.Popen([sys.executable, "-c", f"PIDS = {PIDS!r}\\n" + "import os, time; open(PIDS, \'a\').write(str(os.getpid()) + chr(10)); time.sleep(3600)"])\n'],
    ['a pipe that is kept and never read', 'import subprocess, sys\nkept = subprocess.Popen([sys.executable, "-c", f"PIDS = {PIDS!r}\\n" + "import os, time; open(PIDS, \'a\').write(str(os.getpid()) + chr(10)); time.sleep(3600)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n'],
    ['a fork', 'if os.fork() == 0:\n    run()\n'],
    ['a process of multiprocessing', 'import multiprocessing\nmultiprocessing.get_context("fork").Process(target=run).start()\n'],
    ['a daemon of multiprocessing', 'import multiprocessing\nmultiprocessing.get_context("fork").Process(target=run, daemon=True).start()\n'],
    ['a pool', 'import multiprocessing\npool = multiprocessing.get_context("fork").Pool(1, initializer=run)\n'],
    ['a daemon that leaves our group, by a double fork', 'if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        run()\n    os._exit(0)\n'],
    ['a thread that holds on', 'import threading\nthreading.Thread(target=run).start()\n'],
  ])('%s', (_, code) => {
    if (process.platform !== 'linux') return;
    const pids = path.join(fs.mkdtempSync(path.join(beside.root, 'pids-')), 'pids');
    synth(project(`PIDS = ${JSON.stringify(pids)}\n${CHILD}${code}${WAIT}`));
    const started = fs.readFileSync(pids, 'utf8').trim().split('\n');
    // Once where the app is read, once where its bundle is tried.
    expect(started.length).toBeGreaterThanOrEqual(2);
    const alive = (pid: string): boolean => fs.existsSync(`/proc/${pid}`) && !/^State:\s*[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    expect(started.filter(alive)).toEqual([]);
  });
});

onLinux('a wrapper is served, and what is read is the app in it', () => {
  const made = project('class Locked:\n    def __init__(self, app): self.app = app\n    async def __call__(self, scope, receive, send): await self.app(scope, receive, send)\n');
  made.write({ 'main.py': `${fs.readFileSync(path.join(made.entry, 'main.py'), 'utf8')}\napp = Locked(app)\n` });
  expect(() => synth(made)).not.toThrow();
});
