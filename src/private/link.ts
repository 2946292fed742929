import * as fs from 'fs';
import * as path from 'path';

/**
 * Puts files of one directory below another, which shares their bytes: links where the file system can, copies otherwise.
 *
 * @param files paths below `from`, with `/`
 */
export function linkFiles(from: string, files: readonly string[], to: string): void {
  putFiles(from, files, to, (source, target) => {
    try {
      fs.linkSync(source, target);
    } catch {
      fs.copyFileSync(source, target);
    }
  });
}

/**
 * Copies files of one directory below another, for a program that may write to them: a link would change the original.
 *
 * @param files paths below `from`, with `/`
 */
export function copyFiles(from: string, files: readonly string[], to: string): void {
  putFiles(from, files, to, (source, target) => fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE));
}

function putFiles(from: string, files: readonly string[], to: string, put: (source: string, target: string) => void): void {
  const directories = new Set<string>();
  for (const file of files) {
    const source = path.join(from, file);
    const target = path.join(to, file);
    const parent = path.dirname(target);
    if (!directories.has(parent)) fs.mkdirSync(parent, { recursive: true });
    directories.add(parent);
    put(source, target);
  }
}
