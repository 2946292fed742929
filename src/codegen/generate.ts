import * as path from 'path';
import type { GeneratedText } from './generated-text';
import { LANGUAGES, type LanguageName } from './language';
import { typedConstruct } from './typed-construct';
import type { ApiType } from '../operations/api-type';
import type { Operations } from '../operations/operations';

/** What a typed construct is generated for. Paths are absolute, or relative to the working directory. */
export interface GenerateOptions {
  /** Name of the class. */
  readonly name: string;
  readonly apiType: ApiType;
  readonly language: LanguageName;
  /** The file that it will be: Python finds its app from there, and Java's package is seen in it. */
  readonly out: string;
  /** Whether the operations are those of an API with a catch-all route. */
  readonly catchAll?: boolean;
  /** Directory of the FastAPI project. */
  readonly entry: string;
  readonly entrypoint?: string;
  /** The OpenAPI document that the operations were read from, where the app does not make it. */
  readonly openapi?: string;
}

/** The text of a typed construct: the same for the same input on every machine, whatever the working directory of Python's. */
export function generate(operations: Operations, options: GenerateOptions): GeneratedText {
  const { name, apiType, language, out, catchAll = false, entry, entrypoint, openapi } = options;
  const { appBase, write } = LANGUAGES[language];
  const base = appBase === 'file' ? path.dirname(out) : '.';
  const relative = (to: string): string => path.relative(base, to).split(path.sep).join('/') || '.';
  const app = { directory: relative(entry), entrypoint, openApi: openapi === undefined ? undefined : relative(openapi) };
  return write(typedConstruct(operations, { name, apiType, app, catchAll }), path.resolve(out).split(path.sep).join('/'));
}
