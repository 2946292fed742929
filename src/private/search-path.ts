import * as fs from 'fs';
import * as path from 'path';

/** The first program of this name on the `PATH`; undefined where there is none. */
export function programOnPath(name: string): string | undefined {
  return (process.env.PATH ?? '').split(path.delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => path.join(directory, name))
    .find((file) => fs.existsSync(file));
}
