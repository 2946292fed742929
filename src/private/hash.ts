import { createHash } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';

/** One file of a tree, named by its path below the tree's root, with `/` on every host. */
export interface TreeFile {
  readonly path: string;
  readonly size: number;
  /** Whether the owner may execute it: the one bit of the mode that matters in a bundle. */
  readonly executable: boolean;
  /** sha-256 of the content, in hexadecimal. */
  readonly sha256: string;
}

/** sha-256 in hexadecimal. */
export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** One hash of named parts. The names and lengths are part of it, so no two different lists give one text. */
export function hashParts(parts: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(parts).sort()) hash.update(JSON.stringify([name, parts[name]]));
  return hash.digest('hex');
}

/** The hash of a tree: paths, executable bits and contents; no times, owners or order of the directory. */
export function hashTree(files: readonly TreeFile[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort(byPath)) hash.update(JSON.stringify([file.path, file.executable, file.sha256]));
  return hash.digest('hex');
}

/** Reads and hashes one file below `root`. */
export function hashFile(root: string, relative: string): TreeFile {
  const absolute = path.join(root, relative);
  const content = fs.readFileSync(absolute);
  return { path: relative, size: content.length, executable: isExecutable(fs.statSync(absolute).mode), sha256: sha256(content) };
}

/** Every file below `root`, sorted; symbolic links are named as files. */
export function listFiles(root: string): string[] {
  const found: string[] = [];
  const walk = (relative: string): void => {
    for (const entry of fs.readdirSync(path.join(root, relative), { withFileTypes: true })) {
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) walk(below);
      else found.push(below);
    }
  };
  walk('');
  return found.sort(compareText);
}

/** Order by code unit: the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byPath(a: TreeFile, b: TreeFile): number {
  return compareText(a.path, b.path);
}

/** Whether the owner may execute a file of this mode. */
export function isExecutable(mode: number): boolean {
  return hasBits(mode, 0o100);
}

/** Whether a mode has all of some bits. */
export function hasBits(mode: number, bits: number): boolean {
  // eslint-disable-next-line no-bitwise
  return (mode & bits) === bits;
}
