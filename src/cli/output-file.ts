import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { reasonOf } from '../cache/cache-directory';
import { FastApiError } from '../private/errors';

/**
 * Writes a file whole or not at all, under a temporary name first.
 *
 * @throws FastApiError where it cannot be written
 */
export function writeWhole(file: string, content: string): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.part`);
  try {
    fs.writeFileSync(temporary, content);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new FastApiError(`\`--out\` must be a file in a directory that exists and can be written to, got: ${file} (${reasonOf(error)})`, { cause: error });
  }
}
