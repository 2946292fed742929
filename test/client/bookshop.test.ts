import { spawn, spawnSync, type ChildProcess } from 'child_process';
import * as fs from 'fs';
import * as http from 'http';
import type { AddressInfo } from 'net';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { ClientProject, ROOT } from './support';
import { FastApiApp, FastApiRestApi, IntegrationPattern } from '../../src';
import { LocalSession } from '../../src/local/local-session';
import { cli } from '../support/cli';
import { pythonEnvironment, pythonOf } from '../support/fastapi-python';
import { QUIET } from '../support/local-session';
import { testPython } from '../support/projects';

const BOOKSHOP = path.join(ROOT, 'examples', 'bookshop');
/** What the page looked like last, for people. */
const SCREENSHOT = path.join(ROOT, '.cache', 'client-page.png');

let project: ClientProject;
let database: string;
let app: ChildProcess;
/** URL of the app behind uvicorn, which streams. */
let streams: string;

beforeAll(async () => {
  const python = pythonOf(pythonEnvironment(['fastapi>=0.135', 'python-multipart>=0.0.20', 'uvicorn>=0.34']));
  project = new ClientProject();
  database = path.join(project.root, 'bookshop.sqlite3');
  for (const name of ['bookshop-node.mts', 'bookshop-page.mts']) project.addProgram(name);
  const written = await cli('client', '--entry', BOOKSHOP, '--python', python, '--out', path.join(project.root, 'client'));
  expect(written).toEqual({ code: 0, out: '', err: expect.stringMatching(/client: \d\d operations, 2 streams of /) });

  app = spawn(python, ['-m', 'uvicorn', '--port', '0', 'bookshop.main:app'], { cwd: BOOKSHOP, env: { ...process.env, BOOKSHOP_DATABASE: database, PYTHONDONTWRITEBYTECODE: '1' }, stdio: ['ignore', 'ignore', 'pipe'] });
  streams = await new Promise((resolve, reject) => {
    let said = '';
    app.once('exit', () => reject(new Error(said)));
    app.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /running on (http:\S+)/.exec(said);
      if (url !== null) resolve(url[1]);
    });
  });
});

afterAll(async () => {
  if (app !== undefined && app.exitCode === null) {
    const ended = new Promise((resolve) => app.once('exit', resolve));
    app.kill();
    await ended;
  }
  project?.remove();
});

test('its program compiles as Node.js and as bundlers resolve modules', () => {
  expect(project.compile('bundler', { noEmit: true })).toBe('');
  expect(project.compile('nodenext')).toBe('');
});

test('Node.js talks to the deployed bundle, and to the app where answers stream', async () => {
  const out = path.join(project.root, 'cdk.out');
  const cdk = new App({ outdir: out, analyticsReporting: false });
  const fastApi = FastApiApp.fromDirectory(BOOKSHOP, { runtime: new Runtime(`python${testPython().minor}`) });
  new FastApiRestApi(new Stack(cdk, 'Shop'), 'Bookshop', { app: fastApi, pattern: IntegrationPattern.SHARED });
  cdk.synth();
  const session = await LocalSession.start({ assembly: out, noAuth: true, environment: { BOOKSHOP_DATABASE: database } }, QUIET);
  try {
    const [{ url }] = session.served;
    expect(new URL(url).pathname).toBe('/prod/');
    const printed = await inNode(path.join('built', 'bookshop-node.mjs'), url, streams);
    const said = JSON.parse(printed) as { created: number; exported: number; isbns: string[]; order: number; events: unknown[] };
    expect(said.exported).toBe(8); // the seven of the shop, and the one that was created through the bundle
    expect(said.isbns).toEqual(['9780000000019', '9780000000026']);
    expect(said.events).toEqual([expect.objectContaining({ event: 'placed', data: expect.stringContaining(`"order_id":${said.order}`) })]);
  } finally {
    await session.close();
  }
});

/** Runs a program beside the servers of this process. */
async function inNode(...argv: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    const child = spawn(process.execPath, argv, { cwd: project.root, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
    child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`${argv[0]} ended with ${code}: ${err}`))));
  });
}

const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);
(chromium === undefined ? test.skip : test)('a page in Chromium lists, creates and watches a stream (needs Chromium)', async () => {
  buildSync({ entryPoints: [path.join(project.root, 'bookshop-page.mts')], outfile: path.join(project.root, 'page.js'), bundle: true, format: 'esm', target: 'es2022' });
  const { server, url, report } = await pageServer();
  try {
    fs.mkdirSync(path.dirname(SCREENSHOT), { recursive: true });
    fs.rmSync(SCREENSHOT, { force: true });
    const browser = spawn(chromium!, [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', `--user-data-dir=${path.join(project.root, 'browser')}`,
      '--hide-scrollbars', '--window-size=700,900', '--virtual-time-budget=20000', `--screenshot=${SCREENSHOT}`, url,
    ], { stdio: 'ignore' });
    const ended = new Promise((resolve) => browser.once('exit', resolve));
    const seen = await report;
    await ended;
    expect(/data-state="([^"]*)"/.exec(seen)?.[1]).toBe('done');
    expect(list(seen, 'listed')).toEqual(['Frankenstein – Mary Shelley', 'Dracula – Bram Stoker', 'Les Misérables – Victor Hugo']);
    expect(seen).toMatch(/<p id="created">\d+: Żółta książka – 黄色い本, 12\.30<\/p>/);
    expect(list(seen, 'streamed')).toContain('9780000000088 Żółta książka – 黄色い本');
    expect(list(seen, 'streamed').length).toBeGreaterThanOrEqual(8);
    expect(fs.statSync(SCREENSHOT).size).toBeGreaterThan(5_000);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

function list(html: string, id: string): string[] {
  const inside = new RegExp(`id="${id}">(.*?)</[ou]l>`, 's').exec(html)?.[1] ?? '';
  return [...inside.matchAll(/<li>(.*?)<\/li>/gs)].map(([, text]) => text);
}

/** Serves the page and its runtime configuration, and hands `/api` on to the app as one origin in front of both would. */
async function pageServer(): Promise<{ server: http.Server; url: string; report: Promise<string> }> {
  let reported: (html: string) => void = () => undefined;
  const report = new Promise<string>((resolve) => { reported = resolve; });
  const server = http.createServer((request, response) => {
    const target = request.url ?? '/';
    if (target.startsWith('/api/')) {
      const forwarded = http.request(`${streams}${target.slice(4)}`, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(forwarded);
    } else if (target === '/report') {
      let html = '';
      request.setEncoding('utf8').on('data', (chunk: string) => { html += chunk; }).on('end', () => {
        response.end();
        reported(html);
      });
    } else if (target === '/runtime-config.json') {
      response.end(JSON.stringify({ apis: { Bookshop: `http://${request.headers.host}/api/` } }));
    } else if (target === '/page.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(fs.readFileSync(path.join(project.root, 'page.js')));
    } else if (target === '/') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(fs.readFileSync(path.join(__dirname, 'programs', 'page.html')));
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, report };
}
