import * as fs from 'node:fs';
import * as path from 'node:path';
import { benchPython, interleave, type Side } from './measure';
import type { Bench, Outcome, Row } from './row';
import { RUNTIME_PACKAGE_DIRECTORY } from '../src/private/assets';
import { runTool, toolEnvironment } from '../src/private/process';
import { findUv, uvEnvironment } from '../src/python/uv';

/** The last commit whose shim built every route at start: the build before. */
const BEFORE = '35f3718';

/** How a function starts, and against what: see `children/cold_start.py`. */
type Way = 'lambda' | 'mangum' | 'server' | 'uvicorn';
type What = 'start' | 'restored' | 'warm' | 'memory';

/** An application with one of its operations, which the function serves and the request asks for. */
interface App {
  readonly title: string;
  /** What it needs beside FastAPI, Mangum and uvicorn. */
  readonly packages?: readonly string[];
  readonly entrypoint: string;
  readonly operation: string;
  /** Method, path, body. */
  readonly request: readonly [string, string, string];
  readonly environment?: Record<string, string>;
  /** Writes the application to the directory that Python imports from. */
  readonly write?: (directory: string) => void;
}

const HELLO: App = {
  title: 'hello world',
  entrypoint: 'hello:app',
  operation: 'GET /hello/{name}',
  request: ['GET', '/hello/world', ''],
  write: (directory) => fs.writeFileSync(path.join(directory, 'hello.py'), [
    'from fastapi import FastAPI', 'app = FastAPI()', '@app.get("/hello/{name}")', 'def hello(name: str) -> dict[str, str]:', '    return {"hello": name}', '',
  ].join('\n')),
};

const BOOKSHOP: App = {
  title: 'bookshop, 30 operations',
  packages: ['python-multipart'],
  entrypoint: 'bookshop.main:app',
  operation: 'GET /health',
  request: ['GET', '/health', ''],
  write: (directory) => fs.cpSync(path.join(__dirname, '..', 'examples', 'bookshop', 'bookshop'), path.join(directory, 'bookshop'), { recursive: true }),
};

function synthetic(count: number, kind: 'included' | 'direct'): App {
  const thing = `/things${Math.floor(count / 10)}`; // in the middle of them
  const name = `synthetic_${kind}_${count}`;
  return {
    title: `${count} operations, ${kind}`,
    entrypoint: `${name}:app`,
    operation: `POST ${thing}/new`,
    request: ['POST', `${thing}/new`, '{"name": "x"}'],
    write: (directory) => runTool(
      [benchPython().path, path.join(__dirname, 'children', 'synthetic_app.py'), path.join(directory, `${name}.py`), String(count), kind],
      { cwd: directory, env: toolEnvironment(), what: 'write a synthetic application' }),
  };
}

const LARGE = synthetic(300, 'included');

const PUBLIC: readonly App[] = [
  {
    title: 'titiler.application 2.4.0, 95 operations',
    packages: ['titiler.application==2.4.0'],
    entrypoint: 'titiler.application.main:app',
    operation: 'GET /cog/info',
    request: ['GET', '/cog/info', ''],
  },
  {
    title: 'prefect 3.8.8 server, 190 operations',
    packages: ['prefect==3.8.8', 'fastapi==0.128.8'],
    entrypoint: 'bench_prefect:app',
    operation: 'GET /api/health',
    request: ['GET', '/api/health', ''],
    environment: { PREFECT_HOME: '/tmp/cdk-fastapi-bench-prefect' },
    write: (directory) => fs.writeFileSync(path.join(directory, 'bench_prefect.py'), 'from prefect.server.api.server import create_api_app\napp = create_api_app()\n'),
  },
  {
    title: 'google-adk 2.13.0, 22 operations with text annotations',
    packages: ['google-adk==2.13.0'],
    entrypoint: 'bench_adk:app',
    operation: 'GET /list-apps',
    request: ['GET', '/list-apps', ''],
    write: (directory) => fs.writeFileSync(path.join(directory, 'bench_adk.py'),
      'from google.adk.cli.fast_api import get_fast_api_app\napp = get_fast_api_app(agents_dir="/tmp", web=False)\n'),
  },
];

/** What a cold start pays: CPU of a process that imports everything and answers one request. */
export const rows: readonly Row[] = [
  ...([[HELLO, 0.9], [BOOKSHOP, 0.7], [synthetic(100, 'included'), 0.4], [LARGE, 0.33], [synthetic(100, 'direct')], [synthetic(300, 'direct')]] as const)
    .map(([app, goal]): Row => ({ name: `cold start: ${app.title}, against the build before`, goal, run: async (bench) => against(bench, app, 'lambda', 'before') })),
  ...([[PUBLIC[0], 0.62], [PUBLIC[1], 0.72], [PUBLIC[2], 0.8]] as const)
    .map(([app, goal]): Row => ({ name: `cold start: ${app.title}, against the build before`, goal, run: async (bench) => against(bench, app, 'lambda', 'before') })),
  { name: 'cold start: 300 operations, included, against hello world', goal: 1.5, run: async (bench) => growth(bench) },
  ...[HELLO, BOOKSHOP, LARGE].map((app): Row => (
    { name: `cold start: ${app.title}, against the app in Mangum alone`, run: async (bench) => against(bench, app, 'lambda', 'mangum') })),
  { name: 'cold start: 300 operations, included, shared, against the build before', run: async (bench) => against(bench, { ...LARGE, operation: '' }, 'lambda', 'before') },
  ...[HELLO, LARGE].flatMap((app): Row[] => [
    { name: `cold start: ${app.title}, streaming, against the build before`, run: async (bench) => against(bench, app, 'server', 'before') },
    { name: `cold start: ${app.title}, streaming, against uvicorn`, run: async (bench) => against(bench, app, 'server', 'uvicorn') },
  ]),
  ...(['lambda', 'server'] as const).map((way): Row => (
    { name: `cold start: 300 operations, first request after a snapshot, ${way}`, run: async (bench) => against(bench, LARGE, way, 'before', 'restored') })),
  ...[BOOKSHOP, LARGE].flatMap((app): Row[] => [
    { name: `cold start: ${app.title}, warm request, against the build before`, goal: 1.02, run: async (bench) => against(bench, app, 'lambda', 'before', 'warm') },
    { name: `cold start: ${app.title}, memory after the first request, against the build before`, goal: 1, run: async (bench) => against(bench, app, 'lambda', 'before', 'memory') },
  ]),
];

type Peer = 'before' | 'mangum' | 'uvicorn';

const PEERS: Record<Peer, string> = { before: 'every route and model at start', mangum: 'Mangum(app)', uvicorn: 'uvicorn' };

function against(bench: Bench, app: App, way: 'lambda' | 'server', peer: Peer, what: What = 'start'): Outcome {
  const ours = starting(bench, app, way, what);
  const theirs = peer === 'before' ? starting(bench, app, way, what, runtimeBefore(bench)) : starting(bench, app, peer, what);
  bench.progress('measuring in turn');
  const found = interleave({ ours, theirs }, bench.scratch);
  return {
    ratio: found.ours.cpu / found.theirs.cpu,
    detail: `${shown(found.ours.cpu, what)} against ${shown(found.theirs.cpu, what)} of ${PEERS[peer]}; ${app.operation || 'all operations'}`,
  };
}

function growth(bench: Bench): Outcome {
  const large = starting(bench, LARGE, 'lambda', 'start');
  const hello = starting(bench, HELLO, 'lambda', 'start');
  const before = starting(bench, LARGE, 'lambda', 'start', runtimeBefore(bench));
  const found = interleave({ large, hello, before }, bench.scratch);
  return {
    ratio: found.large.cpu / found.hello.cpu,
    detail: `${shown(found.large.cpu, 'start')} against ${shown(found.hello.cpu, 'start')}; the build before: ${(found.before.cpu / found.hello.cpu).toFixed(2)}`,
  };
}

function starting(bench: Bench, app: App, way: Way, what: What, runtime = path.dirname(RUNTIME_PACKAGE_DIRECTORY)): Side {
  const packages = installed(bench, app.packages ?? []);
  const directory = path.join(bench.scratch, 'cold-start-apps');
  fs.mkdirSync(directory, { recursive: true });
  app.write?.(directory);
  const runtimeCopy = compiled(bench, runtime);
  compile(directory);
  const env = {
    ...app.environment,
    PYTHONPATH: [directory, runtimeCopy, packages].join(path.delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONWARNINGS: 'ignore',
    AWS_DEFAULT_REGION: 'eu-west-1',
    CDK_FASTAPI_APP: app.entrypoint,
    ...app.operation ? { CDK_FASTAPI_OPERATION: app.operation } : {},
    BENCH_REQUEST: JSON.stringify(app.request),
  };
  const argv = [benchPython().path, '-s', path.join(__dirname, 'children', 'cold_start.py'), way, what];
  return { run: () => [{ argv, cwd: directory, env, reportsItself: true }] };
}

/** FastAPI, Mangum, uvicorn and what an application needs, compiled as in a bundle. */
function installed(bench: Bench, more: readonly string[]): string {
  const directory = path.join(bench.scratch, `cold-start-packages-${more.join('-').replace(/[^\w.-]/g, '')}`);
  if (fs.existsSync(directory)) return directory;
  bench.progress(`installing ${['fastapi', ...more].join(' ')}`);
  const packages = ['fastapi', 'mangum', 'uvicorn', ...more];
  runTool([findUv().path, 'pip', 'install', '--quiet', '--target', directory, '--python', benchPython().path, ...packages], { cwd: bench.scratch, env: uvEnvironment(), what: 'install the packages' });
  compile(directory);
  return directory;
}

/** The directory with the shim as a bundle has it. */
function compiled(bench: Bench, runtime: string): string {
  const directory = path.join(bench.scratch, `cold-start-runtime-${path.basename(path.dirname(runtime))}-${path.basename(runtime)}`);
  if (fs.existsSync(directory)) return directory;
  fs.cpSync(path.join(runtime, 'cdk_fastapi_runtime'), path.join(directory, 'cdk_fastapi_runtime'), { recursive: true });
  compile(directory);
  return directory;
}

function compile(directory: string): void {
  // What packages bring for other versions of Python does not compile, as in a bundle.
  runTool([benchPython().path, '-c', `import compileall; compileall.compile_dir(${JSON.stringify(directory)}, quiet=2)`], { cwd: directory, env: toolEnvironment(), what: 'compile' });
}

function runtimeBefore(bench: Bench): string {
  const directory = path.join(bench.scratch, 'before', 'runtime');
  if (fs.existsSync(directory)) return directory;
  fs.mkdirSync(path.dirname(directory), { recursive: true });
  const archive = path.join(bench.scratch, 'before.tar');
  const repository = path.join(__dirname, '..');
  runTool(['git', 'archive', '--output', archive, BEFORE, 'runtime/cdk_fastapi_runtime'], { cwd: repository, env: toolEnvironment(), what: 'get the shim of the build before' });
  runTool(['tar', '-xf', archive, '-C', path.dirname(directory)], { cwd: bench.scratch, env: toolEnvironment(), what: 'unpack the shim of the build before' });
  return directory;
}

function shown(value: number, what: What): string {
  if (what === 'memory') return `${(value / 1024 / 1024).toFixed(0)} MB`;
  return `${(1000 * value).toFixed(what === 'start' ? 0 : 2)} ms`;
}
