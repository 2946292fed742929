import * as fs from 'node:fs';
import { join } from 'node:path';

/**
 * Copies a bundle to where a function may run it: what an app does to the copy never reaches the assembly that is
 * deployed next, nor the cache. Files and directories of the copy are read-only, as `/var/task` is.
 *
 * Synchronous, because many small files are copied several times faster so.
 *
 * @param sources directories that lie over one another: of what two have, the first one's is copied
 * @param target a directory that does not exist
 */
export function workingCopy(sources: readonly string[], target: string): void {
  fs.mkdirSync(target, { recursive: true });
  for (const name of new Set(sources.flatMap((source) => fs.readdirSync(source)))) {
    const [first, ...others] = sources.map((source) => join(source, name)).filter((from) => fs.existsSync(from));
    // A link that leads nowhere is in no bundle that runs.
    if (first === undefined) continue;
    const to = join(target, name);
    if (fs.statSync(first).isDirectory()) workingCopy([first, ...others.filter((other) => fs.statSync(other).isDirectory())], to);
    else copyReadOnly(first, to);
  }
  fs.chmodSync(target, 0o555);
}

/** Copies a working copy by links: its files are never written to, only replaced. */
export function linkedCopy(source: string, target: string): void {
  fs.mkdirSync(target, { recursive: true });
  for (const entry of fs.readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    if (entry.isDirectory()) linkedCopy(from, to);
    else fs.linkSync(from, to);
  }
  fs.chmodSync(target, 0o555);
}

/** Copies one file; the copy is read-only. */
export function copyReadOnly(from: string, to: string): void {
  // A clone where the file system knows them; a link would be the same file.
  fs.copyFileSync(from, to, fs.constants.COPYFILE_FICLONE);
  fs.chmodSync(to, isExecutable(from) ? 0o555 : 0o444);
}

function isExecutable(file: string): boolean {
  return (fs.statSync(file).mode & 0o111) !== 0; // eslint-disable-line no-bitwise
}

/** Removes a working copy. */
export function removeCopy(directory: string): void {
  makeWritable(directory);
  fs.rmSync(directory, { recursive: true, force: true });
}

function makeWritable(directory: string): void {
  if (!fs.existsSync(directory)) return;
  fs.chmodSync(directory, 0o755);
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(join(directory, entry.name));
  }
}
