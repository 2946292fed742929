import * as fs from 'fs';
import * as path from 'path';
import { isReadable, normalizeModes } from './modes';
import { compareText, hashFile, hashTree, isExecutable, listFiles, sha256, type TreeFile } from '../private/hash';

/**
 * How an entry is checked on use: every byte, the list of its files with sizes and times, or that each of its files is there and whole
 * (for content that its user may add to, as an interpreter does with compiled files; its links may lead out).
 */
export type Verification = 'full' | 'list' | 'presence';

/** A file as it was when its entry was complete. */
export interface ManifestFile extends TreeFile {
  /** Modification time in milliseconds: a file with another one is read again before it is believed. */
  readonly modified: number;
}

/** What an entry holds. */
export interface Manifest {
  /** Hash of the tree. */
  readonly hash: string;
  readonly files: readonly ManifestFile[];
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface SealOptions {
  readonly facts: Readonly<Record<string, unknown>>;
  /** Whether the content of the files is hashed, and their modes are made those of a bundle. */
  readonly hashed: boolean;
}

const MANIFEST = 'manifest.json';
/** Hashes of files that a build has linked from another entry and need not be read again. */
const known = new Map<string, ManifestFile>();

/** Tells the hash of a file that was linked or copied unchanged, so that sealing does not read it again. */
export function knowFile(absolute: string, file: ManifestFile): void {
  known.set(absolute, file);
}

/** Lists and hashes the content, and writes the manifest beside it. */
export function sealEntry(directory: string, content: string, options: SealOptions): Manifest {
  const names = listFiles(content);
  if (options.hashed) normalizeModes(content, names);
  const files = names.map((relative) => (options.hashed ? describe(content, relative) : sizeOf(content, relative)));
  files.sort((a, b) => compareText(a.path, b.path));
  const manifest: Manifest = { hash: hashTree(files), files, facts: options.facts };
  const text = JSON.stringify(manifest);
  fs.writeFileSync(path.join(directory, MANIFEST), `${sha256(text)}\n${text}`);
  return manifest;
}

function describe(content: string, relative: string): ManifestFile {
  const absolute = path.join(content, relative);
  const modified = fs.statSync(absolute).mtimeMs;
  const before = known.get(absolute);
  known.delete(absolute);
  return before !== undefined ? { ...before, path: relative, modified } : { ...hashFile(content, relative), modified };
}

function sizeOf(content: string, relative: string): ManifestFile {
  const { size, mtimeMs } = fs.statSync(path.join(content, relative));
  return { path: relative, size, executable: false, sha256: '', modified: mtimeMs };
}

/** The manifest of an entry; undefined where there is none, or where it is not as it was written. */
export function readManifest(directory: string): Manifest | undefined {
  let written: string;
  try {
    written = fs.readFileSync(path.join(directory, MANIFEST), 'utf8');
  } catch {
    return undefined;
  }
  const end = written.indexOf('\n');
  const text = written.slice(end + 1);
  // The hash says that this very library wrote the text, whole: its shape needs no second check.
  return sha256(text) === written.slice(0, end) ? JSON.parse(text) as Manifest : undefined;
}

/** The first thing that is not as the manifest says, in words. */
export function verifyEntry(content: string, manifest: Manifest, verification: Verification): string | undefined {
  if (!fs.existsSync(content)) return 'its directory is missing';
  if (verification === 'presence') return manifest.files.flatMap((file) => damage(content, file) ?? [])[0];
  const present = listFiles(content);
  const expected = new Set(manifest.files.map((file) => file.path));
  const extra = present.find((file) => !expected.has(file));
  if (extra !== undefined) return `${extra} does not belong to it`;
  for (const file of manifest.files) {
    const problem = verifyFile(content, file, verification);
    if (problem !== undefined) return `${file.path} ${problem}`;
  }
  return undefined;
}

function damage(content: string, { path: file, size }: ManifestFile): string | undefined {
  const stat = fs.statSync(path.join(content, file), { throwIfNoEntry: false });
  if (stat === undefined) return `${file} is missing`;
  return stat.size === size ? undefined : `${file} has ${stat.size} bytes instead of ${size}`;
}

function verifyFile(content: string, file: ManifestFile, verification: Verification): string | undefined {
  const stat = fs.lstatSync(path.join(content, file.path), { throwIfNoEntry: false });
  if (stat === undefined) return 'is missing';
  if (!stat.isFile()) return 'is not a file';
  // The hash of a tree says nothing of who may read it.
  if (!isReadable(stat.mode)) return 'cannot be read by everyone';
  if (isExecutable(stat.mode) !== file.executable) return file.executable ? 'cannot be executed' : 'can be executed';
  if (stat.size !== file.size) return `has ${stat.size} bytes instead of ${file.size}`;
  if (verification === 'list' && stat.mtimeMs === file.modified) return undefined;
  return hashFile(content, file.path).sha256 === file.sha256 ? undefined : 'has another content';
}
