import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as path from 'path';
import { clientDocument } from './client-document';
import { clientOperations } from './client-operation';
import { clientTexts, HEADER, REACT_QUERY } from './client-text';
import { findGenerator, type Generator, runGenerator } from './generator';
import { reasonOf } from '../cache/cache-directory';
import type { OpenApiDocument } from '../openapi/document';
import { CLIENT_TEMPLATE_DIRECTORY } from '../private/assets';
import { FastApiError } from '../private/errors';
import { makeDirectory } from '../private/make-directory';

/** What a client has beside the operations. */
export interface ClientOptions {
  /** Signing with AWS credentials. */
  readonly iam: boolean;
  /** Hooks of TanStack Query for React. */
  readonly reactQuery: boolean;
}

/** What was written. */
export interface WrittenClient {
  readonly operations: number;
  readonly streams: number;
  readonly generator: string;
  readonly warnings: readonly string[];
}

const GENERATED = 'generated';

/** Where a client is to be written, and what writes it. */
export interface ClientDestination {
  /** As the user names it. */
  readonly directory: string;
  readonly generator: Generator;
}

/** Files that a client may have, beside those of `client-template`. */
const TEXTS = ['index.ts', 'connect.ts', 'streams.ts', 'react-query.ts'];
const TEMPLATES = ['errors.ts', 'connection.ts'];
const STREAM_TEMPLATES = ['decode.ts', 'formats.ts', 'stream.ts'];

/**
 * Looks at everything that a client needs but its document.
 *
 * @param directory where it is written; made where it does not exist. It may hold files of other names
 * @throws FastApiError where the generator is missing or unknown, or where a file of somebody else would be replaced
 */
export function clientDestination(directory: string): ClientDestination {
  const target = path.resolve(directory);
  refuseForeign(target, [...TEXTS, ...TEMPLATES, ...STREAM_TEMPLATES, 'iam.ts']);
  return { directory, generator: findGenerator([existing(target), process.cwd()]) };
}

/** Writes the client of a document. Nothing is changed where the generator fails. */
export function writeClient(document: OpenApiDocument, { directory, generator }: ClientDestination, options: ClientOptions): WrittenClient {
  const target = path.resolve(directory);
  const { content, operations, itemSchemas, warnings } = clientDocument(document, clientOperations(document));
  if (operations.length === 0) throw new FastApiError(`a client needs operations, got: none in ${document.source}`);
  const streams = operations.filter(({ stream }) => stream !== undefined);
  const copied = templates(options, streams.length > 0);

  const scratch = path.join(existing(path.dirname(target)), `.${path.basename(target)}.${randomUUID()}.part`);
  try {
    fs.mkdirSync(scratch);
    const names = runGenerator(generator, {
      document: content,
      output: path.join(scratch, GENERATED),
      reactQuery: options.reactQuery,
      streams: streams.map(({ id }) => id),
    });
    const texts = new Map([...clientTexts(operations, itemSchemas, names), ...copied]);
    // There are no hooks where every operation streams.
    if (fs.existsSync(path.join(scratch, GENERATED, '@tanstack'))) texts.set('react-query.ts', REACT_QUERY);
    for (const [file, text] of texts) fs.writeFileSync(path.join(scratch, file), `${HEADER}${text}`);
    install(scratch, target);
  } catch (error) {
    if (FastApiError.isFastApiError(error)) throw error;
    throw new FastApiError(`\`--out\` must be a directory that can be written to, got: ${directory} (${reasonOf(error)})`, { cause: error });
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return { operations: operations.length, streams: streams.length, generator: generator.version, warnings };
}

/** The files that are the same for every client; imports get the endings that Node.js wants. */
function templates({ iam }: ClientOptions, streams: boolean): Map<string, string> {
  const files = [...TEMPLATES, ...(streams ? STREAM_TEMPLATES : []), ...(iam ? ['iam.ts'] : [])];
  return new Map(files.map((file) => [
    file, fs.readFileSync(path.join(CLIENT_TEMPLATE_DIRECTORY, file), 'utf8').replace(/ from '(\.\/[^']+)';/g, " from '$1.js';"),
  ]));
}

/** The nearest directory that there is. */
function existing(directory: string): string {
  return fs.existsSync(directory) || path.dirname(directory) === directory ? directory : existing(path.dirname(directory));
}

function refuseForeign(target: string, files: readonly string[]): void {
  if (fs.existsSync(target) && !fs.statSync(target).isDirectory()) {
    throw new FastApiError(`\`--out\` must be a directory, got: ${target}, which is a file; name another one`);
  }
  const ours = isOurs(path.join(target, 'index.ts'));
  const foreign = files.find((file) => fs.existsSync(path.join(target, file)) && !isOurs(path.join(target, file)))
    ?? (fs.existsSync(path.join(target, GENERATED)) && !ours ? GENERATED : undefined);
  if (foreign !== undefined) {
    throw new FastApiError(`\`--out\` must be a new directory, or one in which \`cdk-fastapi client\` has written, got: ${path.join(target, foreign)}, which it has not; name another directory`);
  }
}

function isOurs(file: string): boolean {
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8').startsWith(HEADER);
}

/** Takes over what was written, and removes files of ours that the client no longer has. */
function install(from: string, to: string): void {
  makeDirectory(to);
  for (const file of fs.readdirSync(to)) {
    if (file === GENERATED || (file.endsWith('.ts') && isOurs(path.join(to, file)))) fs.rmSync(path.join(to, file), { recursive: true });
  }
  for (const file of fs.readdirSync(from)) fs.renameSync(path.join(from, file), path.join(to, file));
}
