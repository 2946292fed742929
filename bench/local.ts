import * as fs from 'node:fs';
import { Agent, get } from 'node:http';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { benchPython } from './measure';
import type { Bench, Outcome, Row } from './row';
import { Uvicorn } from '../scripts/demo/uvicorn';
import { FastApiApp, FastApiRestApi, IntegrationPattern, RestApiAuth } from '../src';
import { hostEnvironment } from '../src/python/environment';
import { PythonProject } from '../src/python/python-project';
import { LocalProgram } from '../test/support/local-program';

const MAIN = `
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> dict[str, int]:
    return {"item": item_id}
`;
const CLIENTS = 50;
/** Seconds of each of the interleaved runs. */
const SECONDS = 5;
const RUNS = 3;

/** `cdk-fastapi local` against one worker of uvicorn, on one machine in one run. */
export const rows: readonly Row[] = [
  { name: 'local: requests a second of uvicorn against local, 50 clients', goal: 2.5, run: throughput },
  { name: 'local: seconds to the first answer, against uvicorn', goal: 1.3, run: firstAnswer },
];

interface Prepared {
  readonly entry: string;
  readonly out: string;
  readonly python: string;
}

let made: Prepared | undefined;

function prepared(bench: Bench): Prepared {
  if (made !== undefined) return made;
  const entry = path.join(bench.scratch, 'local');
  fs.mkdirSync(entry, { recursive: true });
  fs.writeFileSync(path.join(entry, 'main.py'), MAIN);
  fs.writeFileSync(path.join(entry, 'pyproject.toml'), '[project]\nname = "bench"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ["fastapi", "uvicorn"]\n');
  const interpreter = benchPython();
  const out = path.join(bench.scratch, 'local.out');
  const app = new App({ outdir: out, analyticsReporting: false });
  const fastApi = FastApiApp.fromDirectory(entry, { runtime: new Runtime(`python${interpreter.minor}`) });
  new FastApiRestApi(new Stack(app, 'Bench'), 'Api', { app: fastApi, pattern: IntegrationPattern.SHARED, auth: RestApiAuth.none() });
  app.synth();
  made = { entry, out, python: hostEnvironment(PythonProject.inspect(entry), { python: interpreter.path }) };
  return made;
}

async function throughput(bench: Bench): Promise<Outcome> {
  const { entry, out, python } = prepared(bench);
  const uvicorn = await Uvicorn.start(python, entry, 'main:app', {});
  const local = await LocalProgram.start(['--cdk-out', out]);
  try {
    const urls = { uvicorn: `http://127.0.0.1:${uvicorn.port}/`, local: local.url('Bench/') };
    const rates: Record<keyof typeof urls, number[]> = { uvicorn: [], local: [] };
    const waits: Record<keyof typeof urls, number[]> = { uvicorn: [], local: [] };
    for (const name of ['uvicorn', 'local'] as const) await load(urls[name], CLIENTS, 2);
    for (let run = 0; run < RUNS; run++) {
      for (const name of ['uvicorn', 'local'] as const) {
        bench.progress(`run ${run + 1} of ${RUNS}: ${name}`);
        rates[name].push((await load(urls[name], CLIENTS, SECONDS)).length / SECONDS);
        waits[name].push(...await load(urls[name], 1, 1));
      }
    }
    const added = (share: number): string => (quantile(waits.local, share) - quantile(waits.uvicorn, share)).toFixed(1);
    const [theirs, ours] = [quantile(rates.uvicorn, 0.5), quantile(rates.local, 0.5)];
    return { ratio: theirs / ours, detail: `${theirs.toFixed(0)} against ${ours.toFixed(0)} a second; of one client alone, latency is ${added(0.5)} ms more (median), ${added(0.99)} ms more (p99)` };
  } finally {
    local.child.kill('SIGINT');
    await local.ended;
    await uvicorn.stop();
  }
}

async function firstAnswer(bench: Bench): Promise<Outcome> {
  const { entry, out, python } = prepared(bench);
  const seconds = { uvicorn: [] as number[], local: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    let began = performance.now();
    const uvicorn = await Uvicorn.start(python, entry, 'main:app', {});
    await asked(`http://127.0.0.1:${uvicorn.port}/items/1`);
    seconds.uvicorn.push((performance.now() - began) / 1000);
    await uvicorn.stop();
    began = performance.now();
    const local = await LocalProgram.start(['--cdk-out', out]);
    await asked(`${local.url('Bench/')}items/1`);
    seconds.local.push((performance.now() - began) / 1000);
    local.child.kill('SIGINT');
    await local.ended;
  }
  const [theirs, ours] = [quantile(seconds.uvicorn, 0.5), quantile(seconds.local, 0.5)];
  return { ratio: ours / theirs, detail: `${ours.toFixed(2)} s against ${theirs.toFixed(2)} s` };
}

/** Milliseconds of each request. */
async function load(url: string, clients: number, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const stop = performance.now() + seconds * 1000;
  const times: number[] = [];
  await Promise.all(Array.from({ length: clients }, async () => {
    while (performance.now() < stop) {
      const began = performance.now();
      await asked(`${url}items/7`, agent);
      times.push(performance.now() - began);
    }
  }));
  agent.destroy();
  return times;
}

async function asked(url: string, agent?: Agent): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    get(url, { agent }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
      answer.resume().once('end', resolve);
    }).once('error', reject);
  });
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
}
