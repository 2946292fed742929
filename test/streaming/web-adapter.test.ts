import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bytesOf, makeBundle, StreamingFunction, textOf, webAdapter, type Asked } from './streaming-function';
import { sharedCache } from '../support/projects';

const adapter = webAdapter();
// crates.io has 1.0.0-rc1 of the adapter, the layer of a deployed function is 1.1.0.
const suite = 'program' in adapter ? describe : describe.skip;
const title = 'program' in adapter ? 'the real web adapter, run.sh and a bundle' : `the real web adapter (left out: ${adapter.missing})`;

suite(title, () => {
  const program = 'program' in adapter ? adapter.program : '';
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'streaming-'));
  const started: StreamingFunction[] = [];
  let bundle: string;
  let plain: StreamingFunction;

  sharedCache();
  beforeAll(async () => {
    bundle = makeBundle();
    plain = await start();
  });
  afterAll(async () => {
    await Promise.all(started.map(async (each) => each.stop()));
    fs.rmSync(scratch, { recursive: true });
  });

  async function start(environment: Record<string, string> = {}): Promise<StreamingFunction> {
    const made = await StreamingFunction.start(bundle, program, environment);
    started.push(made);
    return made;
  }

  test('run.sh has mode 755 in the bundle', () => {
    expect(fs.statSync(path.join(bundle, 'cdk_fastapi_runtime/run.sh')).mode & 0o777).toBe(0o755);
  });

  test.each([
    ['/response', 'text/plain; charset=utf-8', 'first\n', 'last\n'],
    ['/sync-response', 'text/plain; charset=utf-8', 'first\n', 'last\n'],
    ['/lines', 'application/jsonl', '{"number":1}\n', '{"number":2}\n'],
    ['/events', 'text/event-stream; charset=utf-8', 'data: {"number":1}\n\n', 'data: {"number":2}\n\n'],
  ])('the first byte of %s arrives before the last is produced', async (route, type, first, last) => {
    for (const rest of [false, true]) {
      const gate = path.join(scratch, `gate${route.replace('/', '-')}-${rest}`);
      const answer = await plain.ask(route, { rest, query: { gate } });
      expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
      // The endpoint produces the last item when it sees this file: without the first byte nobody writes it.
      let seen = '';
      for await (const part of answer.body) {
        seen += part.toString();
        if (seen === first) fs.writeFileSync(gate, '');
      }
      expect(seen).toBe(first + last);
    }
  });

  test('a thousand chunks, to a fast and to a slow reader', async () => {
    const expected = Array.from({ length: 1000 }, (_, number) => `${number}\n`).join('');
    expect(await textOf(await plain.ask('/chunks', { query: { count: '1000' } }))).toBe(expected);
    let seen = '';
    for await (const part of (await plain.ask('/chunks', { query: { count: '1000' } })).body) {
      seen += part.toString();
      if (seen.length < 500) await sleep(50);
    }
    expect(seen).toBe(expected);
  });

  test.each([6, 20])('%d MB of binary', async (megabytes) => {
    const size = megabytes * 1024 * 1024 + 1;
    const seen = await bytesOf(await plain.ask('/bytes', { query: { size: String(size) } }));
    expect(seen).toHaveLength(size);
    expect(plain.log).toContain(`sent ${createHash('sha256').update(seen).digest('hex')}`);
  });

  test.each([false, true])('a binary request and several cookies (REST: %p)', async (rest) => {
    const body = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
    const answer = await plain.ask('/echo', { rest, method: 'POST', body, headers: { 'content-type': 'image/png' } });
    expect(await bytesOf(answer)).toEqual(body);
    expect(answer.headers['content-type']).toBe('image/png');
    expect(answer.cookies.map((cookie) => cookie.split(';')[0])).toEqual(['one=1', 'two=2']);
  });

  test.each([
    ['rest-iam', "IamCaller(arn='arn:aws:sts::123456789012:assumed-role/caller/session', account='123456789012', user_id='AROAEXAMPLE:session', organization=None, cognito=None)"],
    ['rest-iam-cognito', ":CognitoSignIn:3344c8a2-60d1-7013-1e0c-7b1f5d7e2a11'))"],
    ['rest-cognito', "'username': 'jürgen'"],
    ['rest-custom', "AuthorizerCaller(principal_id='customer-17', "],
    ['rest-none', 'None'],
    ['function-url-iam', "organization='o-example', cognito=None)"],
    ['function-url-none', 'None'],
  ])('the caller of %s, whatever the caller says', async (name, caller) => {
    const read = (file: string) => JSON.parse(fs.readFileSync(path.join(__dirname, `../../runtime/tests/events/callers/${file}.json`), 'utf8'));
    const event = read(name);
    const forged = { 'x-amzn-request-context': JSON.stringify(read('rest-custom').requestContext), 'X-Amzn-Lambda-Context': '{}' };
    Object.assign(event.headers, forged);
    if (event.multiValueHeaders) Object.assign(event.multiValueHeaders, Object.fromEntries(Object.entries(forged).map(([key, value]) => [key, [value, value]])));
    expect(await textOf(await plain.send(event))).toContain(caller);
  });

  test.each([
    [204, '/items', { method: 'DELETE' }, {}],
    [302, '/moved', {}, { location: '/elsewhere' }],
    [200, '/hello', { method: 'HEAD' }, { 'content-length': '17' }],
    [200, '/empty', {}, {}],
    [200, '/empty-stream', {}, {}],
    [404, '/nothing-here', { method: 'HEAD' }, {}],
  ])('%d without a body: %s', async (status, route, asked: Asked, headers) => {
    for (const rest of [false, true]) {
      const answer = await plain.ask(route, { ...asked, rest });
      expect([answer.status, await textOf(answer)]).toEqual([status, '']);
      expect(answer.headers).toMatchObject(headers);
    }
  });

  test('an event that is no request fails the invocation, and a warmer is answered with nothing', async () => {
    const lost = await textOf(await plain.send({ Records: [{ eventSource: 'aws:sqs', body: 'secret' }] }));
    expect(lost).toContain('Lambda-Runtime-Function-Error-Type: Runtime.StreamError');
    expect(plain.log).toContain('got: 1 records of aws:sqs');
    expect(await textOf(await plain.send({ 'source': 'aws.events', 'detail-type': 'Scheduled Event' }))).toBe('null');
    expect(plain.log).toContain('An event that keeps the function warm was answered with nothing');
  });

  describe('errors', () => {
    let observed: StreamingFunction;
    beforeAll(async () => {
      observed = await start({ CDK_FASTAPI_OBSERVABILITY: '1', POWERTOOLS_SERVICE_NAME: 'streams', POWERTOOLS_METRICS_NAMESPACE: 'streams' });
    });

    /** Metrics that a request wrote, and the errors it logged. */
    async function observe(route: string): Promise<{ answer: string; status: number; failures: unknown[]; errors: number }> {
      const before = observed.records.length;
      const answer = await observed.ask(route);
      const text = await textOf(answer);
      // The answer has ended: what the request had to say is in the log now.
      const records = observed.records.slice(before);
      return {
        status: answer.status,
        answer: text,
        failures: records.filter((record) => '_aws' in record).map((record) => record.Failure),
        errors: records.filter(({ level }) => level === 'ERROR').length,
      };
    }

    test('before the first byte: 500, logged and counted', async () => {
      expect(await observe('/early/other')).toMatchObject({ status: 500, failures: [1], errors: 1 });
    });

    test('before the first byte: what the app has a handler for', async () => {
      expect(await observe('/early/http')).toMatchObject({ status: 418, answer: '{"detail":"no coffee"}', failures: [0], errors: 0 });
    });

    test('after the first byte: the stream ends marked as broken, logged and counted', async () => {
      const { status, answer, failures, errors } = await observe('/late');
      expect([status, failures, errors]).toEqual([200, [1], 1]);
      // The adapter writes what Lambda has as trailers into the body.
      const [line, mark] = answer.split('\n');
      expect([line, mark]).toEqual(['{"number":1}', 'Lambda-Runtime-Function-Error-Type: Runtime.StreamError\r']);
    });

    test('one metric record for each request, written before its end', async () => {
      for (const route of ['/hello', '/chunks', '/background', '/nothing-here']) {
        expect(await observe(route)).toMatchObject({ failures: [0], errors: 0 });
      }
    });
  });

  test('a background task is done when the answer ends', async () => {
    expect(await textOf(await plain.ask('/background'))).toBe('{"answered":"first"}');
    expect(plain.log).toContain('background task done');
  });

  test('a client that leaves does not stop the function, as on Lambda, and the next request is served', async () => {
    const closed = path.join(scratch, 'left-lambda');
    const answer = await plain.ask('/endless', { query: { closed } });
    await answer.body.next();
    await answer.leave();
    expect(await textOf(await plain.ask('/hello'))).toBe('{"hello":"world"}');
    await appears(closed);
    expect(fs.readFileSync(closed, 'utf8')).toBe('99');
  });

  test('an adapter that leaves closes the generator', async () => {
    const closed = path.join(scratch, 'left-adapter');
    // As the adapter asks, and hangs up.
    const hangUp = new AbortController();
    const response = await fetch(`http://127.0.0.1:${plain.port}/endless?${new URLSearchParams({ closed })}`, { signal: hangUp.signal });
    await response.body!.getReader().read();
    hangUp.abort();
    await appears(closed);
    expect(Number(fs.readFileSync(closed, 'utf8'))).toBeLessThan(99);
  });

  test('the request is where its gateway has it, with its ids', async () => {
    const headers = { 'x-correlation-id': 'mine' };
    const url = JSON.parse(await textOf(await plain.ask('/items/42', { headers })));
    expect(url).toMatchObject({ item: '42', correlation: 'mine', url: expect.stringMatching(/^https:\/\/\w+\.lambda-url\.eu-central-1\.on\.aws\/items\/42$/) });
    const rest = JSON.parse(await textOf(await plain.ask('/items/42', { headers, rest: true })));
    expect(rest).toMatchObject({ item: '42', correlation: 'mine', url: expect.stringMatching(/^https:\/\/\w+\.execute-api\.eu-central-1\.amazonaws\.com\/prod\/items\/42$/) });
    const logged = plain.records.filter(({ message }) => message === 'reading 42');
    expect(logged.map(({ correlationId }) => correlationId)).toEqual(['mine', 'mine']);
    expect(new Set(logged.map(({ requestId }) => requestId)).size).toBe(2);
    expect(logged.every(({ requestId }) => /^[0-9a-f-]{36}$/.test(String(requestId)))).toBe(true);
  });

  test('the guard holds', async () => {
    const guarded = await start({ CDK_FASTAPI_OPERATION: 'GET /items/{item_id}' });
    for (const rest of [false, true]) {
      expect((await guarded.ask('/items/1', { rest })).status).toBe(200);
      for (const route of ['/items/1%2Fsecret', '/items/1/secret', '/items/x/../../hello', '/items/%2e%2e/hello', '/hello', '/events']) {
        const answer = await guarded.ask(route, { rest });
        expect([route, answer.status, await textOf(answer)]).toEqual([route, 404, '{"detail":"Not Found"}']);
      }
    }
    expect(guarded.records.filter(({ level }) => level === 'WARNING').length).toBeGreaterThanOrEqual(12);
  });

  test('two requests at the same time in one environment keep their ids', async () => {
    const shared = await start({ AWS_LAMBDA_MAX_CONCURRENCY: '2' });
    // Each waits for the other in the app.
    const answers = await Promise.all([1, 2].map(async () => textOf(await shared.ask('/meet'))));
    const ids = answers.map((answer) => answer.split('\n')[1]);
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => /^[0-9a-f-]{36}$/.test(id))).toBe(true);
  });

  test('a start that fails is an error of the initialization, with the app\'s own words in the log', async () => {
    const broken = await start({ CDK_FASTAPI_APP: 'main:absent' });
    await expect(broken.ask('/hello')).rejects.toThrow(/Runtime\.ExitError/);
    expect(broken.log).toContain('`entrypoint` must name an attribute of its module, got: main:absent');
  });
});

async function appears(file: string): Promise<void> {
  for (let tries = 0; !fs.existsSync(file) || fs.readFileSync(file, 'utf8') === ''; tries++) {
    if (tries > 600) throw new Error(`${file} was not written`);
    await sleep(100);
  }
}
