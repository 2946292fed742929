import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchPython, median } from './measure';
import type { Bench, Outcome, Row } from './row';
import { freePort } from '../src/local/http-exchange';
import { makeBundle, StreamingFunction, webAdapter } from '../test/streaming/streaming-function';

const REQUESTS = 51;
const MEGABYTE = 1024 * 1024;
const STREAM = 200 * MEGABYTE;

/** How much more memory a function may take while it streams, above what it takes when idle. */
const MEMORY_GOAL = 20 * MEGABYTE;

/** A streamed response through `run.sh` and the real web adapter, against the same bundle in uvicorn alone; one run. */
export const rows: readonly Row[] = [
  { name: 'streaming: time to first byte against uvicorn alone', run: async (bench) => withBoth(bench, timeToFirstByte) },
  { name: 'streaming: 200 MB against uvicorn alone', run: async (bench) => withBoth(bench, throughput) },
  { name: 'streaming: memory while 200 MB are streamed, of 20 MB above idle', goal: 1, run: async (bench) => withBoth(bench, memory) },
];

interface Both {
  /** Bundle, `run.sh` and adapter, behind the Lambda Runtime API server of this repository. */
  readonly lambda: StreamingFunction;
  readonly uvicorn: string;
}

async function withBoth(bench: Bench, compare: (both: Both) => Promise<Outcome>): Promise<Outcome> {
  const adapter = webAdapter();
  if ('missing' in adapter) throw new Error(adapter.missing);
  bench.progress('making the bundle');
  const directory = makeBundle();
  const port = await freePort();
  const server = spawn(benchPython().path, ['-m', 'uvicorn', 'main:app', '--port', String(port), '--no-access-log'], { cwd: directory, stdio: 'ignore' });
  const lambda = await StreamingFunction.start(directory, adapter.program);
  try {
    const both = { lambda, uvicorn: `http://127.0.0.1:${port}` };
    await ready(both.uvicorn);
    await drain((await lambda.ask('/hello')).body);
    return await compare(both);
  } finally {
    await lambda.stop();
    await ended(server);
  }
}

async function timeToFirstByte({ lambda, uvicorn }: Both): Promise<Outcome> {
  const times: Record<'ours' | 'alone', number[]> = { ours: [], alone: [] };
  for (let request = 0; request < REQUESTS; request++) {
    times.ours.push(await firstByte((await timed(async () => lambda.ask('/chunks', { query: { count: '100' } })))));
    times.alone.push(await firstByte(await timed(async () => plain(uvicorn, '/chunks?count=100'))));
  }
  const [ours, alone] = [median(times.ours), median(times.alone)];
  return {
    ratio: ours / alone,
    detail: `${ours.toFixed(1)} ms against ${alone.toFixed(1)} ms, median of ${REQUESTS} warm requests in turn; ours includes the Lambda Runtime API server of this repository`,
  };
}

async function throughput({ lambda, uvicorn }: Both): Promise<Outcome> {
  const ours = await download(async () => lambda.ask('/bytes', { query: { size: String(STREAM) } }));
  const alone = await download(async () => plain(uvicorn, `/bytes?size=${STREAM}`));
  return { ratio: ours / alone, detail: `${rate(ours)} against ${rate(alone)}; ours includes the Lambda Runtime API server of this repository` };
}

async function memory({ lambda }: Both): Promise<Outcome> {
  const idle = residentOf(lambda.port);
  let most = idle;
  const sampler = setInterval(() => { most = Math.max(most, residentOf(lambda.port)); }, 20);
  try {
    await download(async () => lambda.ask('/bytes', { query: { size: String(STREAM) } }));
  } finally {
    clearInterval(sampler);
  }
  const growth = most - idle;
  return {
    ratio: growth / MEMORY_GOAL,
    detail: `${megabytes(growth)} above the ${megabytes(idle)} of the idle function: the app and the adapter, resident`,
  };
}

interface Body {
  readonly body: AsyncIterable<Uint8Array>;
}

async function plain(server: string, route: string): Promise<Body> {
  const response = await fetch(`${server}${route}`);
  return { body: response.body as unknown as AsyncIterable<Uint8Array> }; // fetch's type does not say that it can be iterated
}

async function timed(ask: () => Promise<Body>): Promise<{ readonly begun: number; readonly answer: Body }> {
  const begun = performance.now();
  return { begun, answer: await ask() };
}

async function firstByte({ begun, answer }: { readonly begun: number; readonly answer: Body }): Promise<number> {
  let first: number | undefined;
  for await (const part of answer.body) if (part.length > 0) first ??= performance.now() - begun;
  if (first === undefined) throw new Error('the stream had no byte');
  return first;
}

/** Milliseconds that the whole stream took. */
async function download(ask: () => Promise<Body>): Promise<number> {
  const { begun, answer } = await timed(ask);
  const size = await drain(answer.body);
  if (size !== STREAM) throw new Error(`the stream had ${size} bytes of ${STREAM}`);
  return performance.now() - begun;
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const part of body) size += part.length;
  return size;
}

/** Resident bytes of the function's processes: those that have its port among their variables. */
function residentOf(port: number): number {
  let bytes = 0;
  for (const id of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!`\0${fs.readFileSync(`/proc/${id}/environ`, 'latin1')}`.includes(`\0PORT=${port}\0`)) continue;
      const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${id}/status`, 'latin1')) ?? [];
      bytes += 1024 * Number(kilobytes ?? 0);
    } catch (error) {
      // A process that ends meanwhile, or somebody else's.
      if (!(error instanceof Error)) throw error;
    }
  }
  return bytes;
}

async function ready(server: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await fetch(`${server}/hello`);
      return;
    } catch (error) {
      if (tries > 600) throw error;
      await sleep(100);
    }
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exit = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await exit;
}

function rate(milliseconds: number): string {
  return `${(STREAM / MEGABYTE / (milliseconds / 1000)).toFixed(0)} MB/s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
