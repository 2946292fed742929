import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { cacheDirectory, checkWritable, reasonOf } from './cache-directory';
import { withLock } from './cache-lock';
import { readManifest, sealEntry, verifyEntry, type Manifest, type SealOptions, type Verification } from './cache-manifest';
import { FastApiError } from '../private/errors';
import { progress } from '../private/progress';

/** Where an entry lies and what is made when it is missing. */
export interface EntryRequest {
  /** Folder of the cache, as `bundles`. */
  readonly kind: string;
  /** Hash of everything that the content depends on. */
  readonly key: string;
  /** What is done for the user, as "installing 31 packages". */
  readonly what: string;
  /**
   * Writes the content into an empty directory, which gets its name when it is complete, and returns
   * facts to keep with it. The directory moves: nothing in it may hold its path.
   */
  readonly build: (directory: string) => Facts | void;
  /** How an existing entry is checked on use. Default: `'list'`. */
  readonly verification?: Verification;
}

/** Facts kept beside the content: plain JSON. */
export type Facts = Readonly<Record<string, unknown>>;

/** A complete entry. Nobody edits what is below its directory. */
export interface Entry {
  readonly directory: string;
  readonly manifest: Manifest;
}

const TEMPORARY = '.tmp-';
/** A temporary of a host that cannot be asked is swept after this time. */
const TEMPORARY_HOURS = 24;

/**
 * An entry of the cache, made if it is missing or damaged.
 *
 * Content is written to a temporary sibling and renamed when it is complete, so a process that is killed in any
 * phase leaves a temporary (swept later) and never half an entry, and of several that make the same entry one wins.
 */
export function cacheEntry(request: EntryRequest): Entry {
  const folder = path.join(cacheDirectory(), request.kind);
  const directory = path.join(folder, request.key);
  const found = findEntry(directory, request);
  if (found !== undefined) return found;
  // A complete cache may be mounted read-only: only what is missing needs to be written.
  checkWritable();
  try {
    fs.mkdirSync(folder, { recursive: true });
    return withLock(`${directory}.lock`, request.what, () => findEntry(directory, request) ?? makeEntry(folder, directory, request));
  } catch (error) {
    throw explained(error, folder);
  }
}

function findEntry(directory: string, request: EntryRequest): Entry | undefined {
  const manifest = readManifest(directory);
  if (manifest === undefined) return undefined;
  const problem = verifyEntry(contentOf(directory), manifest, request.verification ?? 'list');
  if (problem === undefined) return { directory: contentOf(directory), manifest };
  progress(`a cached entry is damaged (${problem}), making it again`);
  discard(directory);
  return undefined;
}

function makeEntry(folder: string, directory: string, request: EntryRequest): Entry {
  sweep(folder);
  const temporary = path.join(folder, `${TEMPORARY}${os.hostname()}-${process.pid}-${randomUUID()}`);
  try {
    fs.mkdirSync(contentOf(temporary), { recursive: true });
    const facts = request.build(contentOf(temporary)) ?? {};
    const options: SealOptions = { facts, hashed: request.verification !== 'presence' };
    const manifest = sealEntry(temporary, contentOf(temporary), options);
    return { directory: contentOf(directory), manifest: adopt(temporary, directory) ?? manifest };
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** Gives a complete entry its name. Where another process was faster, its entry is the one and its manifest is returned. */
function adopt(temporary: string, directory: string): Manifest | undefined {
  for (let attempt = 0; ; attempt++) {
    try {
      fs.renameSync(temporary, directory);
      return undefined;
    } catch (error) {
      const theirs = readManifest(directory);
      if (theirs !== undefined) return theirs;
      if (attempt === 2 || !fs.existsSync(directory)) throw error;
      discard(directory);
    }
  }
}

/** Takes an entry's name away first, so that no reader finds half of it. */
function discard(directory: string): void {
  const doomed = path.join(path.dirname(directory), `${TEMPORARY}${os.hostname()}-${process.pid}-${randomUUID()}`);
  try {
    fs.renameSync(directory, doomed);
  } catch {
    return;
  }
  fs.rmSync(doomed, { recursive: true, force: true });
}

/** Removes what processes that were killed have left. */
function sweep(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(TEMPORARY) || !isAbandoned(path.join(folder, name), name)) continue;
    fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function isAbandoned(file: string, name: string): boolean {
  const own = `${TEMPORARY}${os.hostname()}-`;
  if (!name.startsWith(own)) return olderThan(file, TEMPORARY_HOURS);
  try {
    process.kill(Number.parseInt(name.slice(own.length), 10), 0);
    return olderThan(file, TEMPORARY_HOURS);
  } catch (error) {
    return reasonOf(error) === 'ESRCH';
  }
}

function olderThan(file: string, hours: number): boolean {
  try {
    return Date.now() - fs.statSync(file).mtimeMs > hours * 3_600_000;
  } catch {
    return false;
  }
}

function contentOf(directory: string): string {
  return path.join(directory, 'content');
}

/** Says what to do where it is the cache that could not be written, and leaves every other error as it is. */
function explained(error: unknown, folder: string): unknown {
  const reason = reasonOf(error);
  const files = typeof error === 'object' && error !== null ? ['path', 'dest'].map((name) => String(Reflect.get(error, name))) : [];
  const ours = reason === 'ENOSPC' || files.some((file) => file.startsWith(folder));
  if (!ours || !['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'].includes(reason)) return error;
  return new FastApiError(
    `could not write to the cache folder, got: ${folder} (${reason}); free some space or set \`CDK_FASTAPI_CACHE\` to another folder`,
    { cause: error },
  );
}
