import * as fs from 'fs';
import * as path from 'path';
import type { Place } from './plan';

/** Never searched for a `cdk.json`. */
const SKIPPED = new Set(['node_modules', 'dist', 'cdk.out', 'coverage', 'tmp']);
const MAX_DEPTH = 4;

/** The Nx workspace around a directory, else the directory itself. */
export function placeAround(directory: string): Place {
  let root = path.resolve(directory);
  while (!fs.existsSync(path.join(root, 'nx.json'))) {
    const above = path.dirname(root);
    if (above === root) return place(path.resolve(directory), false);
    root = above;
  }
  return place(root, true);
}

function place(root: string, nx: boolean): Place {
  return {
    root,
    nx,
    cdkDirectories: () => cdkDirectories((relative) => fs.readdirSync(path.join(root, relative), { withFileTypes: true }).map((item) => ({
      name: item.name, directory: item.isDirectory(),
    }))),
    read: (file) => {
      const absolute = path.join(root, file);
      return fs.existsSync(absolute) ? fs.readFileSync(absolute, 'utf8') : undefined;
    },
  };
}

/**
 * The directories that hold a `cdk.json`, not far below the root.
 *
 * @param list what is in a directory; `` is the root
 */
export function cdkDirectories(list: (relative: string) => readonly { readonly name: string; readonly directory: boolean }[]): string[] {
  const found: string[] = [];
  const search = (relative: string, depth: number): void => {
    const items = list(relative);
    if (items.some((item) => item.name === 'cdk.json')) found.push(relative);
    for (const { name, directory } of items) {
      if (directory && depth < MAX_DEPTH && !SKIPPED.has(name) && !name.startsWith('.')) search(relative === '' ? name : `${relative}/${name}`, depth + 1);
    }
  };
  search('', 0);
  return found;
}
