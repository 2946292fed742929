import * as fs from 'fs';
import * as os from 'os';
import { reasonOf } from './cache-directory';
import { progress } from '../private/progress';

const POLL_MILLISECONDS = 100;
/** Longer than any build should take: after it the work is done twice, which is only slow. */
const PATIENCE_MILLISECONDS = 300_000;

/**
 * Holds `file` while `work` runs, so that two synths do not do the same work at once.
 *
 * The lock saves time and guards nothing: entries of the cache are complete before they have a name. So whatever
 * is unclear about a lock (its holder was killed, lives on another host, does not end) is settled by going ahead.
 */
export function withLock<T>(file: string, what: string, work: () => T): T {
  const token = `${os.hostname()} ${process.pid}`;
  const held = acquire(file, token, what);
  try {
    return work();
  } finally {
    if (held) release(file, token);
  }
}

function acquire(file: string, token: string, what: string): boolean {
  const end = Date.now() + PATIENCE_MILLISECONDS;
  let told = false;
  for (;;) {
    try {
      take(file, token);
      return true;
    } catch (error) {
      if (reasonOf(error) !== 'EEXIST') return false;
    }
    if (holderIsGone(file)) {
      fs.rmSync(file, { force: true });
      continue;
    }
    if (Date.now() > end) return false;
    if (!told) progress(`waiting for another process that is ${what}`);
    told = true;
    sleep(POLL_MILLISECONDS);
  }
}

/** Makes the lock, or nothing: on a full disk an empty file would stay. */
function take(file: string, token: string): void {
  const descriptor = fs.openSync(file, 'wx');
  try {
    fs.writeSync(descriptor, token);
  } catch (error) {
    fs.rmSync(file, { force: true });
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}

function release(file: string, token: string): void {
  if (readLock(file) === token) fs.rmSync(file, { force: true });
}

/** A lock of another host is believed for as long as patience lasts, counted from when it was taken. */
function holderIsGone(file: string): boolean {
  const content = readLock(file);
  if (content === undefined) return false;
  const [host, pid] = content.split(' ');
  // The content is written after the file is made: an empty lock is young, or its holder died between the two.
  if (pid === undefined || host !== os.hostname()) return age(file) > PATIENCE_MILLISECONDS || (content === '' && age(file) > 2_000);
  // Process numbers begin anew at each start of the machine.
  if (age(file) > os.uptime() * 1000) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return reasonOf(error) === 'ESRCH';
  }
}

function readLock(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function age(file: string): number {
  try {
    return Date.now() - fs.statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** Synthesis is synchronous, so waiting is too. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
