import { spawn } from 'child_process';
import { once } from 'events';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { transpileModule } from 'typescript';
import { cacheEntry, type Entry, type EntryRequest } from '../../src/cache/cache';
import { cacheDirectory } from '../../src/cache/cache-directory';

const before = { ...process.env };
let cache: string;
beforeEach(() => {
  cache = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-cache-')));
  process.env.CDK_FASTAPI_CACHE = cache;
  process.env.CDK_FASTAPI_QUIET = '1';
});
afterEach(() => {
  for (const name of ['CDK_FASTAPI_CACHE', 'CDK_FASTAPI_QUIET', 'XDG_CACHE_HOME']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  fs.rmSync(cache, { recursive: true, force: true });
});

let builds = 0;
function thing(more: Partial<EntryRequest> = {}): Entry {
  return cacheEntry({
    kind: 'things',
    key: 'key',
    what: 'making a thing',
    build: (directory) => {
      builds++;
      fs.mkdirSync(path.join(directory, 'sub'));
      fs.writeFileSync(path.join(directory, 'sub', 'a.txt'), 'aaa');
      fs.writeFileSync(path.join(directory, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
      return { builds };
    },
    ...more,
  });
}
beforeEach(() => {
  builds = 0;
});

test('an entry is made once, with its facts and a hash of its content', () => {
  const first = thing();
  const second = thing();
  expect(builds).toBe(1);
  expect(second).toEqual(first);
  expect(first.manifest.facts).toEqual({ builds: 1 });
  expect(first.manifest.files.map(({ path: file, size, executable }) => [file, size, executable])).toEqual([['run.sh', 10, true], ['sub/a.txt', 3, false]]);
  expect(thing({ key: 'other' }).manifest.hash).toBe(first.manifest.hash);
});

test.each<[string, (directory: string) => void]>([
  ['a file is missing', (directory) => fs.rmSync(path.join(directory, 'sub', 'a.txt'))],
  ['a file is cut', (directory) => fs.truncateSync(path.join(directory, 'sub', 'a.txt'), 2)],
  ['a file has another content of the same size', (directory) => fs.writeFileSync(path.join(directory, 'sub', 'a.txt'), 'bbb')],
  ['a file is added', (directory) => fs.writeFileSync(path.join(directory, 'b.txt'), '')],
  ['a file is a link', (directory) => {
    fs.rmSync(path.join(directory, 'sub', 'a.txt'));
    fs.symlinkSync('../run.sh', path.join(directory, 'sub', 'a.txt'));
  }],
  ['a program cannot be executed', (directory) => fs.chmodSync(path.join(directory, 'run.sh'), 0o644)],
  ['the content is missing', (directory) => fs.rmSync(directory, { recursive: true })],
  ['the manifest is cut', (directory) => fs.truncateSync(path.join(directory, '..', 'manifest.json'), 100)],
  ['the manifest is missing', (directory) => fs.rmSync(path.join(directory, '..', 'manifest.json'))],
])('a damaged entry is made again: %s', (_name, damage) => {
  const first = thing();
  damage(first.directory);
  const second = thing();
  expect(builds).toBe(2);
  expect(second.manifest.hash).toBe(first.manifest.hash);
  expect(fs.readFileSync(path.join(second.directory, 'sub', 'a.txt'), 'utf8')).toBe('aaa');
});

test('damage that keeps size and time is found by the full check', () => {
  const file = path.join(thing().directory, 'sub', 'a.txt');
  const { atime, mtime } = fs.statSync(file);
  fs.writeFileSync(file, 'bbb');
  fs.utimesSync(file, atime, mtime);
  // The time of the file system is finer than what `utimes` can set: only a full check does not depend on it.
  thing({ verification: 'full' });
  expect(builds).toBe(2);
});

test('a touched file is read again and believed', () => {
  fs.utimesSync(path.join(thing().directory, 'sub', 'a.txt'), new Date(), new Date(0));
  thing();
  expect(builds).toBe(1);
});

test('an entry whose user may add to it is checked for presence only', () => {
  const entry = thing({ verification: 'presence' });
  fs.writeFileSync(path.join(entry.directory, 'b.txt'), '');
  thing({ verification: 'presence' });
  expect(builds).toBe(1);
});

test('a build that fails leaves nothing, and the next one is made', () => {
  expect(() => thing({
    build: (directory) => {
      fs.writeFileSync(path.join(directory, 'half'), '');
      throw new Error('no');
    },
  })).toThrow('no');
  expect(fs.readdirSync(path.join(cache, 'things'))).toEqual([]);
  expect(fs.existsSync(path.join(thing().directory, 'half'))).toBe(false);
});

test('what killed processes left is swept, what belongs to a living one stays', () => {
  const things = path.join(cache, 'things');
  const dead = path.join(things, `.tmp-${os.hostname()}-4194999-x`);
  const living = path.join(things, `.tmp-${os.hostname()}-${process.ppid}-x`);
  const elsewhere = path.join(things, '.tmp-another-host-1-x');
  for (const directory of [dead, living, elsewhere]) fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(things, 'key.lock'), `${os.hostname()} 4194999`);
  thing();
  expect(fs.readdirSync(things).sort()).toEqual([path.basename(living), path.basename(elsewhere), 'key'].sort());
  fs.utimesSync(elsewhere, 0, 0);
  thing({ key: 'more' });
  expect(fs.existsSync(elsewhere)).toBe(false);
});

test('the folder: own variable, then the one of the desktop standard, then the convention of the system', () => {
  expect(cacheDirectory()).toBe(cache);
  delete process.env.CDK_FASTAPI_CACHE;
  process.env.XDG_CACHE_HOME = path.join(cache, 'xdg');
  expect(cacheDirectory()).toBe(path.join(cache, 'xdg', 'cdk-fastapi'));
});

describe('several processes', () => {
  let worker: string;
  beforeAll(() => {
    // Compiled once, beside the sources it imports: a worker must not need a TypeScript loader of its own.
    const out = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-worker-'));
    const sources = ['src/private', 'src/cache'].flatMap((room) => fs.readdirSync(room).map((name) => `${room}/${name}`));
    for (const file of [...sources, 'test/cache/cache-worker.ts']) {
      const { outputText } = transpileModule(fs.readFileSync(file, 'utf8'), { compilerOptions: { module: 1, target: 9, esModuleInterop: true } });
      fs.mkdirSync(path.join(out, path.dirname(file)), { recursive: true });
      fs.writeFileSync(path.join(out, file.replace(/\.ts$/, '.js')), outputText);
    }
    worker = path.join(out, 'test/cache/cache-worker.js');
  });
  afterAll(() => fs.rmSync(path.resolve(worker, '../../..'), { recursive: true, force: true }));

  const log = (): string => path.join(cache, 'log');
  const start = (phase = '-') => spawn(process.execPath, [worker, log(), phase], { env: process.env, stdio: ['ignore', 'pipe', 'inherit'] });
  const finish = async (child: ReturnType<typeof start>): Promise<string> => {
    let out = '';
    child.stdout.on('data', (data) => { out += String(data); });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    return out;
  };
  const built = (): number => fs.readFileSync(log(), 'utf8').split('\n').filter((line) => line.startsWith('built')).length;

  test.each([2, 10])('%d at once make one entry, once', async (count) => {
    const results = await Promise.all(Array.from({ length: count }, () => finish(start())));
    expect(new Set(results).size).toBe(1);
    expect(results[0]).toMatch(/^[0-9a-f]{64} 50$/);
    expect(built()).toBe(1);
    expect(fs.readdirSync(path.join(cache, 'things'))).toEqual(['one']);
  });

  test.each(['beginning', 'middle', 'sealing'])('killed at the %s, the next one makes the entry and sweeps', async (phase) => {
    const victim = start(phase);
    while (!fs.existsSync(log()) || !fs.readFileSync(log(), 'utf8').includes('hanging')) {
      expect(victim.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    victim.kill('SIGKILL');
    await once(victim, 'close');
    expect(fs.readdirSync(path.join(cache, 'things')).some((name) => name.startsWith('.tmp-'))).toBe(true);
    expect(await finish(start())).toMatch(/^[0-9a-f]{64} 50$/);
    expect(fs.readdirSync(path.join(cache, 'things'))).toEqual(['one']);
  });
});
