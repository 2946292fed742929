import * as path from 'path';
import type { ConstructSource } from './construct-source';
import { javaConstruct } from './java-construct';
import { pythonConstruct } from './python-construct';
import { typescriptConstruct } from './typescript-construct';
import { FastApiError } from '../../private/errors';

/** Languages of constructs, by the ending of their files. */
const LANGUAGES = new Map<string, (source: ConstructSource) => string>([['.ts', typescriptConstruct], ['.py', pythonConstruct], ['.java', javaConstruct]]);

/** Whether paths in a construct of this file are relative to the file itself. */
export function relativeToFile(file: string): boolean {
  return file.endsWith('.py');
}

/**
 * The text of a construct, in the language of the file.
 *
 * @throws FastApiError where the file's ending is none of a language that constructs are written in
 */
export function constructText(source: ConstructSource): string {
  const { file } = source;
  const write = file.endsWith('.d.ts') ? undefined : [...LANGUAGES].find(([ending]) => file.endsWith(ending))?.[1];
  if (write === undefined) {
    throw new FastApiError(`\`--construct-out\` must be a file that ends in ${[...LANGUAGES.keys()].join(', ')}, got: ${path.posix.basename(file)}`);
  }
  return write(source);
}
