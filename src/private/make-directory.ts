import * as fs from 'fs';
import * as path from 'path';

/**
 * Makes a directory and those around it. The recursive `mkdirSync` of Node.js 20 never ends where a file system answers
 * ENOENT although the directory around is there: `/proc` does, and a mount whose source was deleted.
 */
export function makeDirectory(directory: string): void {
  if (fs.existsSync(directory) && fs.statSync(directory).isDirectory()) return;
  const parent = path.dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  try {
    fs.mkdirSync(directory);
  } catch (error) {
    // Another process may have been first.
    if (!fs.existsSync(directory) || !fs.statSync(directory).isDirectory()) throw error;
  }
}
