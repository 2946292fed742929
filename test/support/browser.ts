import { spawn, spawnSync } from 'child_process';
import * as fs from 'fs';
import { createServer } from 'http';
import type { AddressInfo } from 'net';
import * as os from 'os';
import * as path from 'path';

const FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--hide-scrollbars'];

/** The Chromium of this machine, where it has one. */
export const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Has a real browser run the module of a page of its own origin, and gives what the module reports with `report(value)`. */
export async function inBrowser(script: string): Promise<any> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
  let told: (value: unknown) => void = () => undefined;
  const reported = new Promise((resolve) => { told = resolve; });
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'POST') {
      outgoing.setHeader('content-type', incoming.url === '/script.js' ? 'text/javascript' : 'text/html');
      return void outgoing.end(incoming.url === '/script.js'
        ? `const report = (value) => fetch('/report', { method: 'POST', body: JSON.stringify(value) });\ntry {\n${script}\n} catch (error) { report({ error: String(error) }); }`
        : '<!doctype html><script type="module" src="/script.js"></script>');
    }
    let body = '';
    incoming.on('data', (chunk: Buffer) => { body += chunk.toString(); }).once('end', () => { outgoing.end(); told(JSON.parse(body)); });
  });
  await new Promise<void>((resolve) => server.listen(PAGE_PORT, '127.0.0.1', resolve));
  const browser = spawn(CHROMIUM!, [...FLAGS, `--user-data-dir=${profile}`, `http://localhost:${(server.address() as AddressInfo).port}/`], { stdio: 'ignore', detached: true });
  try {
    return await reported;
  } finally {
    if (browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL');
    server.close();
    server.closeAllConnections();
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The document of a page some seconds after it was opened, as HTML. */
export async function documentOf(url: string): Promise<string> {
  return chromium(['--dump-dom', '--virtual-time-budget=4000', url]);
}

/** A picture of a page, as PNG. */
export async function screenshotOf(url: string, file: string): Promise<void> {
  await chromium([`--screenshot=${file}`, '--window-size=1100,760', '--virtual-time-budget=4000', url]);
}

async function chromium(args: readonly string[]): Promise<string> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
  const browser = spawn(CHROMIUM!, [...FLAGS, `--user-data-dir=${profile}`, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  browser.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => browser.once('close', resolve));
  fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return Buffer.concat(chunks).toString();
}

/** Port of the pages, which an API names among its origins. */
export const PAGE_PORT = 5179;
