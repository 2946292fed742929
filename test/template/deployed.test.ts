import * as fs from 'fs';
import * as path from 'path';
import { event, logRecords, metricLines, newProject, XRayDaemon, type MetricLine } from './support';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { lambdaPython } from '../../src/local/lambda-python';
import type { Json } from '../../src/private/json';
import { StreamingFunction, textOf, webAdapter, type Asked } from '../streaming/streaming-function';
import { LambdaProcess } from '../support/lambda-process';
import { pyproject, runTestUv, smallProject, sharedCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const ROOT = '1-65f0c0de-0123456789abcdef01234567';
const PARENT = '53995c3f42cd8ad8';

const BUNDLED = 240_000;
const SERVICE = { POWERTOOLS_SERVICE_NAME: 'MyShop', POWERTOOLS_METRICS_NAMESPACE: 'MyShop', AWS_LAMBDA_LOG_LEVEL: 'INFO' };

interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A function on this machine: a bundle, Lambda's own runtime client, and the shim. */
class BufferedFunction {
  public static async start(directory: string, python: string, environment: Record<string, string>): Promise<BufferedFunction> {
    const log = path.join(fs.mkdtempSync(path.join(path.dirname(directory), 'log-')), 'log');
    const definition = { logicalId: 'Shop', directory, python: testPython().minor, unresolved: [], timeoutSeconds: 30, environment };
    const process = await LambdaProcess.start({ ...definition, handler: 'cdk_fastapi_runtime.handler.handler' }, { python, log });
    return new BufferedFunction(process, log);
  }

  private constructor(private readonly process: LambdaProcess, private readonly file: string) {}

  public get log(): string {
    return fs.readFileSync(this.file, 'utf8');
  }

  public async ask(content: Json, trace = `Root=${ROOT};Parent=${PARENT};Sampled=0`): Promise<Answer> {
    // As Lambda does, the trace comes beside the event.
    const url = `http://127.0.0.1:${this.process.port}/2015-03-31/functions/function/invocations`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(content), headers: { 'X-Amzn-Trace-Id': trace } });
    return await response.json() as Answer;
  }

  public async stop(): Promise<void> {
    await this.process.stop();
    fs.rmSync(path.dirname(this.file), { recursive: true });
  }
}

sharedCache();

let shop: TemporaryProject;
let plain: TemporaryProject;
let python: string;
let daemon: XRayDaemon;
const bundles = { shop: '', plain: '' };

beforeAll(async () => {
  shop = newProject('my-shop', 'streaming');
  fs.appendFileSync(path.join(shop.root, 'my_shop/main.py'), FAILING);
  plain = smallProject({ 'pyproject.toml': pyproject(['fastapi']), 'main.py': PLAIN });
  python = lambdaPython(testPython().minor);
  bundles.shop = bundle(shop, 'my_shop.main:app');
  bundles.plain = bundle(plain, 'main:app');
  daemon = await XRayDaemon.start();
}, BUNDLED);

afterAll(async () => {
  await daemon.stop();
  shop.remove();
  plain.remove();
});

function bundle(project: TemporaryProject, entrypoint: string): string {
  runTestUv(project.entry, 'lock', '--quiet');
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  return PythonBundling.uv()._bundle({ entry: project.entry, entrypoint, runtime: testPython().minor, architecture }).directory;
}

/** Seven requests, their failures included: what must be reported of them. */
function checkSeven(lines: readonly MetricLine[]): void {
  expect(lines).toHaveLength(7);
  const sum = (name: string) => lines.reduce((total, line) => total + (line[name] as number), 0);
  expect(['RequestCount', 'Success', 'Failure', 'ClientError', 'ColdStart'].map(sum)).toEqual([7, 4, 1, 2, 1]);
  expect(lines.map((line) => line.route)).toEqual(['/echo', '/echo', '/echo', '/echo', '/echo', 'unknown', '/fails/{how}']);
  for (const line of lines) {
    expect(line._aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: 'MyShop', Dimensions: [['service', 'route'], ['service']] });
    expect(line.service).toBe('MyShop');
    expect(line.Latency).toBeGreaterThan(0);
  }
  expect(lines[0].ColdStart).toBe(1);
}

const SEVEN: readonly (readonly [string, Record<string, string>])[] = [
  ...['a', 'b', 'c', 'd'].map((message) => ['/echo', { message }] as const),
  ['/echo', {}], ['/nowhere/1', {}], ['/fails/now', {}],
];

describe('in a buffered function', () => {
  let running: BufferedFunction;
  const environment = { ...SERVICE, CDK_FASTAPI_APP: 'my_shop.main:app', CDK_FASTAPI_CORS_ALLOW_ORIGINS: 'https://page.example' };

  beforeAll(async () => {
    running = await BufferedFunction.start(bundles.shop, python, { ...environment, AWS_XRAY_DAEMON_ADDRESS: daemon.address });
  });
  afterAll(async () => running.stop());

  test.each(['rest', 'http', 'function-url'] as const)('seven requests of %s give seven lines, each before its answer', async (kind) => {
    const fresh = await BufferedFunction.start(bundles.shop, python, environment);
    try {
      for (const [index, [route, query]] of SEVEN.entries()) {
        await fresh.ask(event(kind, route, query));
        expect(metricLines(fresh.log)).toHaveLength(index + 1);
      }
      checkSeven(metricLines(fresh.log));
    } finally {
      await fresh.stop();
    }
  });

  test('a log record knows its request, and Lambda', async () => {
    const { headers } = await running.ask(event('rest', '/echo', { message: 'hello' }, { 'X-Correlation-Id': 'mine' }));
    expect(headers['x-correlation-id']).toBe('mine');
    const record = logRecords(running.log).find((line) => line.correlation_id === 'mine');
    expect(record).toMatchObject({
      level: 'INFO',
      message: 'Echoing a message',
      service: 'MyShop',
      method: 'GET',
      path: '/echo',
      route: '/echo',
      length: 5,
      function_name: expect.any(String),
      function_arn: expect.stringContaining(':function:'),
      function_request_id: expect.any(String),
      function_memory_size: expect.anything(),
      cold_start: expect.any(Boolean),
    });
  });

  test('an exception is logged once, and answered with id and CORS', async () => {
    const answer = await running.ask(event('rest', '/fails/loudly', {}, { 'X-Correlation-Id': 'failing', 'Origin': 'https://page.example' }));
    expect([answer.statusCode, JSON.parse(answer.body)]).toEqual([500, { detail: 'Internal Server Error', correlation_id: 'failing' }]);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': 'https://page.example', 'vary': 'Origin', 'x-correlation-id': 'failing' });
    expect(running.log.match(/RuntimeError: loudly/g)).toHaveLength(1);
    expect(logRecords(running.log).filter((line) => line.exception_name === 'RuntimeError' && line.correlation_id === 'failing')).toHaveLength(1);
  });

  test.each(['x'.repeat(10_000), 'a\r\nSet-Cookie: b', 'a\nb'])('the correlation id %j is not taken', async (sent) => {
    const content = event('rest', '/echo', { message: 'x' }, { 'X-Correlation-Id': sent });
    const { headers } = await running.ask(content);
    expect(headers['x-correlation-id']).toBe((content as { requestContext: { requestId: string } }).requestContext.requestId);
    expect(running.log).not.toContain('Set-Cookie: b');
  });

  test('subsegments arrive at the daemon, under the segment of the invocation', async () => {
    daemon.arrived.length = 0;
    await running.ask(event('rest', '/echo', { message: 'x' }), `Root=${ROOT};Parent=${PARENT};Sampled=1`);
    await running.ask(event('rest', '/echo', { message: 'x' }));
    const [method, request, ...others] = await arrived(2);
    expect(others).toEqual([]);
    expect([request.name, request.parent_id, request.trace_id]).toEqual(['## GET /echo', PARENT, ROOT]);
    expect([method.name, method.parent_id, method.trace_id]).toEqual(['## my_shop.main.echo', request.id, ROOT]);
  });

  test('a stream that breaks off is an error', async () => {
    const answer = await running.ask(event('rest', '/fails/streaming'));
    expect(answer.statusCode).toBe(500);
    expect(metricLines(running.log).at(-1)).toMatchObject({ Failure: 1, Success: 0, route: '/fails/{how}' });
  });
});

const adapter = webAdapter();
const suite = 'program' in adapter ? describe : describe.skip;

suite('program' in adapter ? 'beside the web adapter' : `beside the web adapter (left out: ${adapter.missing})`, () => {
  const program = 'program' in adapter ? adapter.program : '';
  const running: StreamingFunction[] = [];
  afterEach(async () => { await Promise.all(running.splice(0).map(async (each) => each.stop())); });

  async function start(environment: Record<string, string> = {}): Promise<StreamingFunction> {
    const made = await StreamingFunction.start(bundles.shop, program, { ...SERVICE, CDK_FASTAPI_APP: 'my_shop.main:app', ...environment });
    running.push(made);
    return made;
  }

  test('seven requests give seven lines, each before the end of its answer', async () => {
    const made = await start();
    for (const [index, [route, query]] of SEVEN.entries()) {
      await textOf(await made.ask(route, { query }));
      expect(metricLines(made.log)).toHaveLength(index + 1);
    }
    checkSeven(metricLines(made.log));
    expect(metricLines(made.log)[0].correlation_id).toBe(urlRequestId());
  });

  test('a stream is recorded at its end, and background tasks with their request', async () => {
    const made = await start();
    expect(await textOf(await made.ask('/echo/words', { query: { message: 'one two' } }))).toBe('{"message":"one"}\n{"message":"two"}\n');
    await textOf(await made.ask('/later'));
    expect(metricLines(made.log)).toMatchObject([{ route: '/echo/words', Success: 1 }, { route: '/later', Success: 1, Later: 1 }]);
  });

  test('requests at the same time', async () => {
    const made = await start({ AWS_LAMBDA_MAX_CONCURRENCY: '8' });
    const server = (asked: string): string => `http://127.0.0.1:${made.port}/echo?message=${asked}`;
    await textOf(await made.ask('/echo', { query: { message: 'x' } }));
    const names = Array.from({ length: 20 }, (_, index) => 'x'.repeat(index + 1));
    await Promise.all(names.map(async (name) => fetch(server(name), { headers: { 'X-Correlation-Id': `id-${name.length}` } })));
    const lines = metricLines(made.log).slice(1);
    expect(lines.map((line) => [line.correlation_id, line.EchoedCharacters]).sort()).toEqual(names.map((name) => [`id-${name.length}`, name.length]).sort());
    const records = logRecords(made.log).filter((line) => line.message === 'Echoing a message').slice(1);
    expect(records.map((line) => [line.correlation_id, line.length]).sort()).toEqual(names.map((name) => [`id-${name.length}`, name.length]).sort());
  });

  test('an exception is logged once and answered', async () => {
    const made = await start();
    const asked: Asked = { headers: { 'X-Correlation-Id': 'failing' } };
    const answer = await made.ask('/fails/loudly', asked);
    expect([answer.status, answer.headers['x-correlation-id']]).toEqual([500, 'failing']);
    expect(JSON.parse(await textOf(answer))).toEqual({ detail: 'Internal Server Error', correlation_id: 'failing' });
    expect(made.log.match(/RuntimeError: loudly/g)).toHaveLength(1);
  });

  test('a stream that breaks off is logged once and a failure', async () => {
    const made = await start();
    // The adapter of this machine marks the broken end in the body, that of the layer beside it.
    expect(await textOf(await made.ask('/fails/streaming'))).toMatch(/^{"message":"one"}\n/);
    expect(made.log.match(/RuntimeError: streaming/g)).toHaveLength(1);
    expect(metricLines(made.log)).toMatchObject([{ Failure: 1, Success: 0 }]);
  });

  test('subsegments have the parent that the adapter hands on', async () => {
    daemon.arrived.length = 0;
    const made = await start({ AWS_XRAY_DAEMON_ADDRESS: daemon.address });
    await textOf(await made.ask('/echo', { query: { message: 'x' } }));
    const url = `http://127.0.0.1:${made.process.port}/2021-11-15/functions/function/response-streaming-invocations`;
    const headers = { 'X-Amzn-Trace-Id': `Root=${ROOT};Parent=${PARENT};Sampled=1` };
    await (await fetch(url, { method: 'POST', body: JSON.stringify(event('function-url', '/echo', { message: 'x' })), headers })).text();
    const [method, request] = await arrived(2);
    expect([request.parent_id, method.parent_id, request.trace_id]).toEqual([PARENT, request.id, ROOT]);
  });
});

describe('an app that knows nothing of it', () => {
  test.each([[{}, 0], [{ CDK_FASTAPI_OBSERVABILITY: '1' }, 7]])('with %p', async (option: Record<string, string>, count) => {
    const running = await BufferedFunction.start(bundles.plain, python, { ...SERVICE, CDK_FASTAPI_APP: 'main:app', ...option });
    try {
      for (let index = 0; index < 7; index++) await running.ask(event('http', `/items/${index}`));
      const lines = metricLines(running.log);
      expect(lines.map((line) => [line.route, line.path])).toEqual(Array.from({ length: count }, (_, index) => ['/items/{item_id}', `/items/${index}`]));
      const answer = await running.ask(event('http', '/fails'));
      expect(answer.statusCode).toBe(500);
      expect(logRecords(running.log).filter((line) => line.exception_name === 'ZeroDivisionError')).toHaveLength(count === 0 ? 0 : 1);
    } finally {
      await running.stop();
    }
  });
});

/** What has arrived at the daemon, once there is this much. */
async function arrived(count: number): Promise<XRayDaemon['arrived']> {
  for (let tries = 0; tries < 100 && daemon.arrived.length < count; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  return daemon.arrived;
}

function urlRequestId(): string {
  return JSON.parse(fs.readFileSync(path.join(__dirname, '../../runtime/tests/events/function-url.json'), 'utf8')).requestContext.requestId;
}

const FAILING = `

from fastapi import BackgroundTasks


@app.get("/fails/{how}")
async def fails(how: str) -> JsonStreamingResponse:
    async def breaks() -> AsyncIterator[Echo]:
        yield Echo(message="one")
        await asyncio.sleep(0.05)
        raise RuntimeError(how)

    if how == "streaming":
        return JsonStreamingResponse(breaks())
    raise RuntimeError(how)


@app.get("/later")
def later(tasks: BackgroundTasks) -> str:
    tasks.add_task(metrics.add_metric, "Later", "Count", 1)
    return "now"
`;

const PLAIN = `
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read(item_id: str) -> str:
    return item_id


@app.get("/fails")
def fails() -> None:
    1 / 0
`;
