import * as fs from 'fs';
import * as path from 'path';
import { hashParts, listFiles, sha256 } from '../private/hash';

/** A room of this library whose code makes what is kept. */
export type Room = 'openapi' | 'python' | 'bundling' | 'app';

/** Rooms that all the others stand on. */
const BELOW = ['private', 'cache'];
/** `src`, or `lib` in the package. */
const ROOT = path.dirname(__dirname);
const SUFFIX = path.extname(__filename);
/** What the compiler adds: the version of the release, and at the end the source map, which is most of a file. */
const VERSION_MARK = 'JSII_RTTI_SYMBOL_1';
const VERSION_LINE = /^.*JSII_RTTI_SYMBOL_1.*$/gm;
const SOURCE_MAP = Buffer.from('\n//# sourceMappingURL=');

const hashes = new Map<string, string>();

/**
 * Hash of our own code in some rooms and those below them, a part of the key of what that code makes: where it makes something else, it
 * does not find what it made before. It is read once in a process.
 */
export function codeHash(...rooms: readonly Room[]): string {
  return hashParts(Object.fromEntries([...BELOW, ...rooms].map((room) => [room, roomHash(room)])));
}

function roomHash(room: string): string {
  const directory = path.join(ROOT, room);
  const hash = hashes.get(room) ?? hashParts(Object.fromEntries(codeFiles(directory).map((file) => [file, fileHash(path.join(directory, file))])));
  hashes.set(room, hash);
  return hash;
}

function codeFiles(directory: string): string[] {
  return listFiles(directory).filter((file) => file.endsWith(SUFFIX) && !file.endsWith('.d.ts'));
}

/** One hash of a file: this is done at each synth, so that what costs is looked for before it is done. */
function fileHash(file: string): string {
  const content = fs.readFileSync(file);
  const end = content.lastIndexOf(SOURCE_MAP);
  const code = end === -1 ? content : content.subarray(0, end);
  return sha256(code.includes(VERSION_MARK) ? code.toString('utf8').replace(VERSION_LINE, '') : code);
}
