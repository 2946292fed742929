import * as fs from 'fs';
import * as path from 'path';
import { hasBits, isExecutable } from '../private/hash';

/**
 * Gives files and directories below a directory the modes that they have everywhere, whatever the umask: what is in a bundle is read
 * by the user of Lambda, who is not its owner, and a layer of an image has the modes of its files in its digest. A linked file with
 * another mode is replaced, not changed.
 *
 * @param files all files below it
 */
export function normalizeModes(directory: string, files: readonly string[]): void {
  const directories = new Set<string>();
  for (const file of files) {
    for (let above = path.posix.dirname(file); above !== '.' && !directories.has(above); above = path.posix.dirname(above)) directories.add(above);
    const absolute = path.join(directory, file);
    const { mode, nlink } = fs.statSync(absolute);
    const wanted = isExecutable(mode) ? 0o755 : 0o644;
    if (permissions(mode) === wanted) continue;
    if (nlink > 1) {
      const content = fs.readFileSync(absolute);
      fs.rmSync(absolute);
      fs.writeFileSync(absolute, content);
    }
    fs.chmodSync(absolute, wanted);
  }
  for (const each of ['', ...directories]) {
    const absolute = path.join(directory, each);
    if (permissions(fs.statSync(absolute).mode) !== 0o755) fs.chmodSync(absolute, 0o755);
  }
}

function permissions(mode: number): number {
  return mode & 0o777; // eslint-disable-line no-bitwise
}

/** Whether everyone may read a file, and start it where its owner may. */
export function isReadable(mode: number): boolean {
  return hasBits(mode, isExecutable(mode) ? 0o555 : 0o444);
}
