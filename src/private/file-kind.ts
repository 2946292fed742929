import * as fs from 'fs';

/** What stands where a file is wanted; links are followed. */
export function kindOfFile(file: string): string {
  let stat: fs.Stats;
  try {
    stat = fs.statSync(file);
  } catch {
    return 'a link that leads nowhere';
  }
  if (stat.isFile()) return 'a file';
  if (stat.isDirectory()) return 'a directory';
  return stat.isFIFO() ? 'a named pipe' : 'a socket or a device';
}

/** Whether there is a file, or a link to one. What is no file may have no end. */
export function isFile(file: string): boolean {
  return fs.existsSync(file) && kindOfFile(file) === 'a file';
}
