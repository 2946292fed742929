import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { makeBundle, StreamingFunction, textOf, webAdapter } from './streaming-function';
import { run } from '../../src/cli/main';
import { sharedCache } from '../support/projects';

const adapter = webAdapter();
const suite = 'program' in adapter ? describe : describe.skip;

suite('program' in adapter ? 'a project of `cdk-fastapi new`, behind the real web adapter' : `the generated project (left out: ${adapter.missing})`, () => {
  let streams: StreamingFunction;

  sharedCache();
  beforeAll(async () => {
    const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'generated-')));
    const silent = { out: () => {}, err: () => {} };
    const before = process.cwd();
    process.chdir(scratch);
    try {
      expect(await run(['node', 'cdk-fastapi', 'new', 'chat', '--compute', 'streaming'], silent)).toBe(0);
    } finally {
      process.chdir(before);
    }
    const bundle = makeBundle(path.join(scratch, 'packages', 'chat'), 'chat.main:app');
    fs.rmSync(scratch, { recursive: true });
    streams = await StreamingFunction.start(bundle, 'program' in adapter ? adapter.program : '', {
      CDK_FASTAPI_APP: 'chat.main:app', POWERTOOLS_SERVICE_NAME: 'Chat', POWERTOOLS_METRICS_NAMESPACE: 'Chat',
    });
  });
  afterAll(async () => streams.stop());

  test('JsonStreamingResponse: one model, one line', async () => {
    const answer = await streams.ask('/echo/words', { query: { message: 'one two three' } });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/jsonl']);
    expect(await textOf(answer)).toBe('{"message":"one"}\n{"message":"two"}\n{"message":"three"}\n');
  });

  test('one metric record for each request, in the log when the answer ends; the correlation id is kept', async () => {
    for (const [route, correlation] of [['/echo/words', 'first'], ['/echo', 'second'], ['/nothing', 'third']]) {
      const before = streams.records.length;
      const answer = await streams.ask(route, { query: { message: 'hello' }, headers: { 'x-correlation-id': correlation } });
      await textOf(answer);
      const metrics = streams.records.slice(before).filter((record) => '_aws' in record);
      expect(metrics).toHaveLength(1);
      expect(metrics[0]).toMatchObject({ RequestCount: 1, route: route === '/nothing' ? expect.not.stringContaining('nothing') : route });
      expect(answer.headers['x-correlation-id']).toBe(correlation);
    }
  });
});
