import * as fs from 'fs';
import * as path from 'path';

/**
 * Makes a directory and those around it. The recursive `mkdirSync` of Node.js 20 never ends where a file system answers
 * ENOENT although the directory around is there: `/proc` does, and a mount whose source was deleted.
 *
 * @returns the outermost directory that was made; undefined where none was
 */
export function makeDirectory(directory: string): string | undefined {
  if (isDirectory(directory)) return undefined;
  const parent = path.dirname(directory);
  const outer = fs.existsSync(parent) ? undefined : makeDirectory(parent);
  try {
    fs.mkdirSync(directory);
  } catch (error) {
    // Another process may have been first.
    if (!isDirectory(directory)) throw error;
    return outer;
  }
  return outer ?? directory;
}

function isDirectory(directory: string): boolean {
  return fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
