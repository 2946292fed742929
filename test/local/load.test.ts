import * as fs from 'fs';
import { Agent, get } from 'http';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, FastApiRestApi, IntegrationPattern, RestApiAuth } from '../../src';
import { LocalProgram } from '../support/local-program';
import { pyproject, smallProject, sharedCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const MAIN = `
from fastapi import FastAPI

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: int) -> dict[str, int]:
    return {"item": item_id}
`;
/** A minute shows what memory does: `LOCAL_LOAD_SECONDS=60 npx jest test/local/load.test.ts`. */
const SECONDS = Number(process.env.LOCAL_LOAD_SECONDS ?? 4);
const CLIENTS = 200;
const LINUX = process.platform === 'linux' ? test : test.skip;

sharedCache();
let project: TemporaryProject;
let out: string;

beforeAll(() => {
  project = smallProject({ 'main.py': MAIN, 'pyproject.toml': pyproject(['fastapi>=0.135']) });
  out = path.join(project.entry, '..', 'cdk.out');
  const app = new App({ outdir: out, analyticsReporting: false });
  const fastApi = FastApiApp.fromDirectory(project.entry, { runtime: new Runtime(`python${testPython().minor}`) });
  new FastApiRestApi(new Stack(app, 'Shop'), 'Rest', { app: fastApi, pattern: IntegrationPattern.SHARED, auth: RestApiAuth.none() });
  app.synth();
});
afterAll(() => project.remove());

LINUX('of two hundred clients each gets its own answers, memory stays flat and nothing is left', async () => {
  const program = await LocalProgram.start(['--cdk-out', out]);
  const url = program.url('Shop/');
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const wrong: string[] = [];
  let asked = 0;
  const ask = async (id: number) => new Promise<void>((resolve) => {
    asked++;
    get(`${url}items/${id}`, { agent }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => { body += chunk.toString(); }).once('end', () => {
        if (answer.statusCode !== 200 || body !== `{"item":${id}}`) wrong.push(`${id}: ${answer.statusCode} ${body}`);
        resolve();
      });
    }).once('error', (error) => { wrong.push(`${id}: ${error.message}`); resolve(); });
  });
  const load = async (seconds: number) => {
    const stop = Date.now() + seconds * 1000;
    await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
      for (let number = 0; Date.now() < stop; number++) await ask(client * 100_000 + number);
    }));
  };
  await load(SECONDS / 2);
  const before = memory(program.child.pid!);
  await load(SECONDS / 2);
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(CLIENTS);
  expect(memory(program.child.pid!)).toBeLessThan(before * 1.5 + 50_000_000);
  agent.destroy();
  program.child.kill('SIGINT');
  expect(await program.ended).toBe(0);
  expect(program.descendants()).toEqual([]);
});

/** Bytes of memory in use. */
function memory(pid: number): number {
  return Number(fs.readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
}
