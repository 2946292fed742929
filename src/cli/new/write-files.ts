import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { FastApiError } from '../../private/errors';
import { makeDirectory } from '../../private/make-directory';

/**
 * Writes files, all or none.
 *
 * @param root the directory that their paths are relative to
 * @param force whether files that exist are written over
 * @throws FastApiError where one exists, or one cannot be written; then nothing has changed
 */
export function writeFiles(root: string, files: ReadonlyMap<string, string>, force: boolean): void {
  const targets = [...files].map(([name, content]) => ({ name, file: path.resolve(root, name), content }));
  const existing = targets.filter(({ file }) => fs.existsSync(file) && !(force && fs.statSync(file).isFile()));
  if (existing.length > 0) {
    const names = existing.slice(0, 5).map(({ name }) => name).concat(existing.length > 5 ? [`and ${existing.length - 5} more`] : []);
    throw new FastApiError(`files that exist are not written over, got: ${names.join(', ')}; choose another name, or say --force`);
  }
  const suffix = `.${randomUUID()}.part`;
  const directories: string[] = [];
  const parts: string[] = [];
  try {
    for (const { file, content } of targets) {
      const first = makeDirectory(path.dirname(file));
      if (first !== undefined) directories.push(first);
      parts.push(file + suffix);
      fs.writeFileSync(file + suffix, content);
    }
  } catch (error) {
    for (const part of parts) fs.rmSync(part, { force: true });
    for (const directory of directories) fs.rmSync(directory, { recursive: true, force: true });
    const { path: place, code } = error as NodeJS.ErrnoException;
    throw new FastApiError(`the project must be in a directory that can be written to, got: ${path.dirname(place ?? root)} (${code ?? error})`, { cause: error });
  }
  for (const { file } of targets) fs.renameSync(file + suffix, file);
}
