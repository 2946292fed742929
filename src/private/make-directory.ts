import * as fs from 'fs';
import * as path from 'path';

/**
 * Makes a directory and those around it. The recursive `mkdirSync` of Node.js 20 never ends where a file system answers
 * ENOENT although the directory around is there: `/proc` does, and a mount whose source was deleted.
 */
export function makeDirectory(directory: string): void {
  if (isDirectory(directory)) return;
  const parent = path.dirname(directory);
  if (!fs.existsSync(parent)) makeDirectory(parent);
  try {
    fs.mkdirSync(directory);
  } catch (error) {
    // Another process may have been first.
    if (!isDirectory(directory)) throw error;
  }
}

function isDirectory(directory: string): boolean {
  return fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
