import * as fs from 'node:fs';
import * as path from 'node:path';
import { arrivalOf, directoryOf, rootPathOf, synthesize } from './deployment';
import { difference } from './differences';
import { entrypointOf, projectFiles } from './project';
import { requestsFor } from './requests';
import { pairsRows, type PairsRow } from './rows';
import { Running } from './running';
import { Uvicorn } from '../../scripts/demo/uvicorn';
import { sendOverHttp, wholeAnswer } from '../../src/local/http-exchange';
import type { LocalRequest } from '../../src/local/local-request';
import type { LocalAnswer } from '../../src/local/proxy-answer';
import { webAdapter } from '../streaming/streaming-function';
import { pythonEnvironment, pythonOf } from '../support/fastapi-python';
import { testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

/** `PAIRS=all npx jest test/pairs` tries all rows, a number so many of them; `PAIRS_SEED` others, `PAIRS_ROWS=4,8` these. */
const PAIRS = process.env.PAIRS ?? '12';
const SEED = Number(process.env.PAIRS_SEED ?? 1);

const rows = pairsRows(SEED);
const chosen = rows.map((row, index) => ({ row, index }))
  .filter(({ index }) => process.env.PAIRS_ROWS?.split(',').includes(String(index)) ?? true)
  .slice(0, PAIRS === 'all' ? undefined : Number(PAIRS));

const project = new TemporaryProject();
afterAll(() => project.remove());

const adapter = webAdapter();
const python = testPython();
const describeOrSkip = 'missing' in adapter ? describe.skip : describe;
if ('missing' in adapter) process.stderr.write(`skipped: ${adapter.missing}\n`);

describeOrSkip(`every answer is uvicorn's (${chosen.length} of ${rows.length} rows, seed ${SEED})`, () => {
  test.each(chosen.map(({ row, index }) => [index, Object.values(row).join(', '), row] as const))('row %i: %s', async (index, _what, row) => {
    const directory = directoryOf(project.root, index);
    const entry = path.join(directory, 'project');
    project.write(Object.fromEntries(Object.entries(projectFiles(row)).map(([name, content]) => [path.relative(project.root, path.join(entry, name)), content])));
    const deployment = synthesize(row, entry, path.join(directory, 'cdk.out'), python.minor);
    const machine = { python: pythonOf(pythonEnvironment(['awslambdaric==4.*'])), adapter: 'program' in adapter ? adapter.program : '' };
    const log = path.join(directory, 'log');
    const running = new Running(deployment, machine, log);
    // The packages of the bundle, so that both have the same.
    const [{ directory: bundle }] = deployment.functions.values();
    const uvicorn = await Uvicorn.start(python.path, bundle, entrypointOf(row), uvicornVariables(row), rootPathOf(row));
    try {
      const arrivals = requestsFor(row).flatMap((request) => {
        const arrival = arrivalOf(row, deployment, request);
        return arrival === undefined ? [] : [{ request, arrival }];
      });
      // One function after the other.
      arrivals.sort((a, b) => (a.arrival.functionId < b.arrival.functionId ? -1 : a.arrival.functionId > b.arrival.functionId ? 1 : 0));
      const found: string[] = [];
      for (const { request, arrival } of arrivals) {
        const wanted = await answerOf(uvicorn, request);
        const got = await running.answer(arrival).catch((error: Error): LocalAnswer => ({ status: 502, headers: [], body: Buffer.from(error.message) }));
        found.push(...[difference(row, request, arrival, got, wanted)].filter((each) => each !== undefined));
      }
      if (found.length > 0) process.stderr.write(`row ${index} printed:\n${fs.readFileSync(log, 'utf8').slice(-3000)}\n`);
      expect(found).toEqual([]);
      expect(arrivals.length).toBeGreaterThan(15);
    } finally {
      await running.stop();
      await uvicorn.stop();
    }
  }, 600_000);
});

function uvicornVariables({ entry, handler }: PairsRow): Record<string, string> {
  return {
    FORWARDED_ALLOW_IPS: '*',
    ...(entry === 'factory' ? { UVICORN_FACTORY: 'true' } : {}),
    ...(handler === 'Mangum without lifespan' ? { UVICORN_LIFESPAN: 'off' } : {}),
  };
}

async function answerOf({ port }: Uvicorn, request: LocalRequest): Promise<LocalAnswer> {
  const incoming = await sendOverHttp(port, request);
  // A stream that fails is not ended: what came is the answer.
  return wholeAnswer(incoming).catch(() => ({ status: incoming.statusCode!, headers: [], body: Buffer.alloc(0) }));
}
