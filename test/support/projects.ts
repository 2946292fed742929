import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { TemporaryProject } from './temporary-project';
import type { Bundle } from '../../src/bundling/bundle';
import { cacheDirectory } from '../../src/cache/cache-directory';
import { runTool } from '../../src/private/process';
import { findInterpreters, type Interpreter } from '../../src/python/interpreters';
import { findUv, uvEnvironment } from '../../src/python/uv';

/** A small application: its one route answers with what it was imported from. */
export const SMALL_APP = `
from fastapi import FastAPI

app = FastAPI()


@app.get("/hello")
def say_hello() -> dict[str, str]:
    return {"hello": "world"}
`;

/** `pyproject.toml` of a project; `more` follows its `[project]` table. */
export function pyproject(dependencies: readonly string[], more = '', requiresPython = '>=3.11'): string {
  return `[project]\nname = "small-api"\nversion = "1.2.3"\nrequires-python = "${requiresPython}"\n` +
    `dependencies = ${JSON.stringify(dependencies)}\n${more}`;
}

/** A project with one module, `main.py`. */
export function smallProject(files: Record<string, string>, directory?: string): TemporaryProject {
  return new TemporaryProject({ 'main.py': SMALL_APP, ...files }, directory);
}

let uv: string | undefined;

/** The uv of this machine, or the pinned one in the cache that outlives the tests. */
export function testUv(): string {
  if (uv === undefined) uv = inUsersCache(() => findUv().path);
  return uv;
}

/** The newest interpreter of this machine that Lambda runs too. */
export function testPython(): Interpreter {
  const [newest] = inUsersCache(findInterpreters);
  if (newest === undefined) throw new Error('these tests need a CPython from 3.11 on');
  return newest;
}

/** Runs uv in a project, as its user would. Locks hold addresses of registries, so they are made by the tests. */
export function runTestUv(directory: string, ...args: string[]): string {
  return runTool([testUv(), ...args], { cwd: directory, env: { ...uvEnvironment(), UV_PYTHON: testPython().path }, what: `run uv ${args.join(' ')}` });
}

/**
 * Gives every test of a file a cache of its own, empty at the beginning of the file, and the uv of this machine.
 * Returns its path.
 */
export function temporaryCache(): string {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-cache-')));
  useCache(directory);
  afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * The same with one cache for all files that ask for it, which outlives the run: for tests of what is done with a bundle,
 * because bundles of the same packages are then made once. Tests of bundling have a cache of their own.
 */
export function sharedCache(): void {
  useCache(path.join(inUsersCache(cacheDirectory), 'tests'));
}

function useCache(directory: string): void {
  const before = { cache: process.env.CDK_FASTAPI_CACHE, uv: process.env.CDK_FASTAPI_UV, quiet: process.env.CDK_FASTAPI_QUIET };
  caches.add(directory);
  beforeAll(() => {
    process.env.CDK_FASTAPI_UV = testUv();
    process.env.CDK_FASTAPI_CACHE = directory;
    process.env.CDK_FASTAPI_QUIET = '1';
  });
  afterAll(() => {
    restore('CDK_FASTAPI_CACHE', before.cache);
    restore('CDK_FASTAPI_UV', before.uv);
    restore('CDK_FASTAPI_QUIET', before.quiet);
  });
}

/** Paths of a bundle's files, relative and sorted. */
export function bundleFiles(bundle: Bundle): string[] {
  return fs.readdirSync(bundle.directory, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => path.relative(bundle.directory, path.join(item.parentPath, item.name)).split(path.sep).join('/'))
    .sort();
}

/** Caches of tests, which are not the user's. */
const caches = new Set<string>();

/** Does something with the cache that outlives the tests. */
export function inUsersCache<T>(work: () => T): T {
  const before = process.env.CDK_FASTAPI_CACHE;
  if (before !== undefined && caches.has(before)) delete process.env.CDK_FASTAPI_CACHE;
  try {
    return work();
  } finally {
    restore('CDK_FASTAPI_CACHE', before);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
