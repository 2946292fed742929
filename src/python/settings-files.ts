import * as fs from 'fs';
import * as path from 'path';
import { listFiles } from '../private/hash';

/** Settings of the project itself, whatever the user has said about its files. */
const OWN = /^\.env(\..+)?$/;
/** Settings that libraries look for in every directory above: python-dotenv, decouple, dynaconf. */
const ABOVE = ['.env', 'settings.ini', '.secrets.toml'];

/**
 * Files that are not in a bundle and that an app may read while it is imported: they rule its document. They are read
 * for a key and never kept.
 *
 * @param secrets what was left out of the project as a secret, relative to it; a directory ends with `/`
 * @returns absolute paths
 */
export function settingsFiles(entry: string, secrets: readonly string[] = []): string[] {
  const own = fs.readdirSync(entry).filter((name) => OWN.test(name));
  const left = secrets.flatMap((name) => (name.endsWith('/') ? listFiles(path.join(entry, name)).map((file) => `${name}${file}`) : [name]));
  const found = [...new Set([...own, ...left])].map((name) => path.join(entry, name));
  for (let above = path.dirname(entry); ; above = path.dirname(above)) {
    found.push(...ABOVE.map((name) => path.join(above, name)));
    if (path.dirname(above) === above) break;
  }
  return found.filter(isReadable);
}

function isReadable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.R_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
