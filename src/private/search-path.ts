import * as fs from 'fs';
import * as path from 'path';

/** The directories of the `PATH`. A relative one is none: it would be another program in each working directory. */
export function pathDirectories(): string[] {
  return (process.env.PATH ?? '').split(path.delimiter).filter((directory) => path.isAbsolute(directory));
}

/** The first program of this name on the `PATH`; undefined where there is none. */
export function programOnPath(name: string): string | undefined {
  const file = process.platform === 'win32' && path.extname(name) === '' ? `${name}.exe` : name;
  return pathDirectories().map((directory) => path.join(directory, file)).find((program) => fs.existsSync(program));
}
