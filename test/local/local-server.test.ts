import { connect, createServer, type AddressInfo } from 'net';
import * as path from 'path';
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, FastApiHttpApi, FastApiRestApi } from '../../src';
import { run } from '../../src/cli/main';
import { pyproject, smallProject, sharedCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const APP = `
from collections.abc import AsyncIterator

from fastapi import FastAPI, Response
from pydantic import BaseModel

app = FastAPI()


class Tick(BaseModel):
    number: int


@app.get("/items/{item_id}")
def read_item(item_id: str, q: list[str] | None = None) -> dict[str, object]:
    return {"item": item_id}


@app.post("/items", status_code=201)
def create_item(tick: Tick) -> Tick:
    return tick


@app.get("/picture")
def picture() -> Response:
    return Response(bytes(range(256)), media_type="image/png")


@app.get("/ticks")
async def ticks() -> AsyncIterator[Tick]:
    for number in range(3):
        yield Tick(number=number)
`;

sharedCache();
let project: TemporaryProject;
let out: string;

beforeAll(() => {
  project = smallProject({
    'main.py': APP,
    // The server that stands for Lambda is not run by the modules of a bundle.
    'argparse.py': 'raise SystemExit("the argparse of the bundle")\n',
    'pyproject.toml': pyproject(['fastapi>=0.135']),
  });
  out = path.join(project.entry, '..', 'cdk.out');
  const app = new App({ outdir: out, analyticsReporting: false });
  const fastApi = FastApiApp.fromDirectory(project.entry, { runtime: new Runtime(`python${testPython().minor}`) });
  new FastApiRestApi(new Stack(app, 'Rest'), 'Api', { app: fastApi });
  new FastApiHttpApi(new Stack(app, 'Http'), 'Api', { app: fastApi });
  const nested = new Stack(app, 'Nested');
  new FastApiRestApi(nested, 'Rest', { app: fastApi, functionStacks: 20 });
  new FastApiHttpApi(nested, 'Http', { app: fastApi, functionStacks: 20 });
  new FastApiRestApi(new NestedStack(nested, 'Inner'), 'Rest', { app: fastApi, functionStacks: 20 });
  app.synth();
});
afterAll(() => project.remove());

/** Runs the command until the work is done, as a user who stops it with Ctrl+C. */
async function served(work: (urls: Record<string, string>) => Promise<void>): Promise<number> {
  let printed = '';
  let ready: () => void = () => undefined;
  const listening = new Promise<void>((resolve) => { ready = resolve; });
  const ended = run(['node', 'cdk-fastapi', 'local', '--cdk-out', out, '--json', '--no-auth'], {
    out: (text) => { printed += text; ready(); },
    err: (text) => process.stderr.write(text),
  });
  await Promise.race([listening, ended]);
  expect(printed).toMatch(/^[^\n]+\n$/); // one line, as `--help` says
  try {
    await work(JSON.parse(printed));
  } finally {
    process.emit('SIGTERM');
  }
  return ended;
}

test('both APIs answer as the app does, buffered and streamed, and refuse what has no route', async () => {
  const code = await served(async (urls) => {
    const rest = Object.entries(urls).find(([name]) => name.startsWith('Rest/'))![1];
    const http = Object.entries(urls).find(([name]) => name.startsWith('Http/'))![1];
    expect(new URL(rest).pathname).toBe('/prod/');
    expect(new URL(http).pathname).toBe('/');
    const nested = Object.entries(urls).filter(([name]) => name.startsWith('Nested/')).map(([, url]) => url);
    expect(nested).toHaveLength(3);
    for (const url of [rest, http, ...nested]) {
      expect(await (await fetch(`${url}items/a%20b`)).json()).toEqual({ item: 'a b' });
      const created = await fetch(`${url}items`, { method: 'POST', body: '{"number": 7}', headers: { 'content-type': 'application/json' } });
      expect([created.status, await created.json()]).toEqual([201, { number: 7 }]);
      const picture = await fetch(`${url}picture`);
      expect(Buffer.from(await picture.arrayBuffer())).toEqual(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
      const ticks = await fetch(`${url}ticks`);
      expect((await ticks.text()).trim().split('\n').map((line) => JSON.parse(line))).toEqual([{ number: 0 }, { number: 1 }, { number: 2 }]);
    }
    expect((await fetch(`${rest}nowhere`)).status).toBe(403);
    expect((await fetch(`${http}nowhere`)).status).toBe(404);
    expect((await fetch(new URL('/items/1', rest))).status).toBe(403); // outside the stage
  });
  expect(code).toBe(0);
});

test('a caller who leaves in the middle of a request ends no server', async () => {
  await served(async (urls) => {
    const url = Object.entries(urls).find(([name]) => name.startsWith('Rest/'))![1];
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write('POST /prod/items HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"num', () => setTimeout(() => socket.destroy(), 50));
      });
      socket.once('close', () => resolve());
    });
    expect((await fetch(`${url}items/1`)).status).toBe(200);
  });
});

test('a folder without an assembly is one error that says what to do', async () => {
  let said = '';
  const code = await run(['node', 'cdk-fastapi', 'local', '--cdk-out', project.entry], { out: () => undefined, err: (text) => { said += text; } });
  expect(code).toBe(2);
  expect(said).toMatch(/must hold manifest\.json, got: .*; run `cdk synth` first/);
});

test.each([
  [['--cdk-out', 'OUT', '--stack', 'Nowhere'], 2, /`--stack` must name a stack of the assembly, got: Nowhere; it has .*Rest/],
  [['--cdk-out', 'OUT', '--api', 'Nothing'], 2, /`--api` must name an API, got: Nothing; there are /],
  [['--cdk-out', 'OUT', '--env-file', '/nowhere/.env'], 2, /`--env-file` must be a file that can be read, got: \/nowhere\/\.env/],
  [['--cdk-out', 'OUT', '--app', 'true'], 2, /give either --app or --cdk-out, got: both/],
  [['--port', '99999'], 2, /must be a number from 0 to 65535/],
  [['--app', 'exit 3'], 1, /the app must synthesize, got: exit status 3 of `exit 3`/],
])('%j ends with exit status %i and says why', async (args, expected, message) => {
  let said = '';
  const code = await run(['node', 'cdk-fastapi', 'local', ...args.map((each) => (each === 'OUT' ? out : each))], { out: () => undefined, err: (text) => { said += text; } });
  expect([code, said]).toEqual([expected, expect.stringMatching(message)]);
});

test('a port that is taken is said, with what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  let said = '';
  const code = await run(['node', 'cdk-fastapi', 'local', '--cdk-out', out, '--stack', 'Rest', '--port', String(port)], { out: () => undefined, err: (text) => { said += text; } });
  other.close();
  expect([code, said]).toEqual([1, expect.stringMatching(new RegExp(`port ${port} for .* is taken by another program; end that one, or give another --port`))]);
});

test('an assembly that was not bundled says how it is', async () => {
  const bare = path.join(project.entry, '..', 'bare.out');
  const app = new App({ outdir: bare, analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
  new FastApiRestApi(new Stack(app, 'Rest'), 'Api', { app: FastApiApp.fromDirectory(project.entry, { runtime: new Runtime(`python${testPython().minor}`) }) });
  app.synth();
  let said = '';
  const code = await run(['node', 'cdk-fastapi', 'local', '--cdk-out', bare], { out: () => undefined, err: (text) => { said += text; } });
  expect([code, said]).toEqual([1, expect.stringMatching(/must be bundled, got: a placeholder, .* run `cdk synth`/)]);
});
