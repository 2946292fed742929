import { type Stream, streamOf } from './stream';
import type { OpenApiDocument } from '../openapi/document';
import { pathOperations, type PathOperation } from '../openapi/path-operations';
import { declaredOperations } from '../operations/declared-operation';

/** An operation as the client has it. */
export interface ClientOperation extends PathOperation {
  /** Name of its function; unique, also without regard to case. */
  readonly name: string;
  /** Undefined where the whole answer is waited for. */
  readonly stream?: Stream;
  /** Name of the function that streams; it is the operation's, unless that one answers with one JSON value. */
  readonly streamName?: string;
}

/** Words that no function can be called, beside those with which the generated modules would not mean what they say. */
const RESERVED = new Set([
  'arguments', 'await', 'break', 'case', 'catch', 'class', 'client', 'const', 'continue', 'debugger', 'default', 'delete', 'do', 'else', 'enum', 'eval', 'export',
  'extends', 'false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in', 'instanceof', 'interface', 'let', 'new', 'null', 'package', 'private',
  'protected', 'public', 'return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'undefined', 'var', 'void', 'while', 'with', 'yield',
]);

/** What the generator calls the hooks of an operation: its name, and one of these. */
const HOOKS = ['Options', 'QueryKey', 'InfiniteOptions', 'InfiniteQueryKey', 'Mutation'];

/** The operations of a document, named as in the constructs as far as TypeScript lets them. */
export function clientOperations(document: OpenApiDocument): ClientOperation[] {
  const declared = declaredOperations(document);
  const counts = new Map<string, number>();
  for (const { name } of declared) counts.set(name, (counts.get(name) ?? 0) + 1);
  const wanted = declared.map(({ name, qualifiedName, method, path }) => (
    identifier(counts.get(name) === 1 ? name : qualifiedName) || identifier(`${method} ${path}`) || 'operation'
  ));
  const hooks = new Set(wanted.flatMap((name) => HOOKS.map((hook) => `${name}${hook}`)));
  const taken = new Set<string>();
  const named = pathOperations(document).map((operation, index): ClientOperation => {
    const name = wanted[index];
    const free = RESERVED.has(name) || hooks.has(name) ? `${name}Operation` : name;
    return { ...operation, name: unique(free, taken), stream: declared[index].streaming ? streamOf(document, operation.operation) : undefined };
  });
  return named.map((operation) => {
    const { name, stream } = operation;
    return stream === undefined ? operation : { ...operation, streamName: stream.optional ? unique(`${name}Stream`, taken) : name };
  });
}

/** Words in camelCase that the generator leaves as they are. */
export function identifier(text: string): string {
  const words = text
    .normalize('NFKD').replace(/[^\p{L}\p{N}]/gu, (character) => (/\p{M}/u.test(character) ? '' : ' ')).replace(/[^A-Za-z0-9 ]/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/([0-9])([A-Za-z])/g, '$1 $2')
    .split(/ +/).filter((word) => word !== '').map((word) => word.toLowerCase());
  const name = words.map((word, index) => (index === 0 ? word : word[0].toUpperCase() + word.slice(1))).join('');
  return /^\d/.test(name) ? `operation${name}` : name;
}

function unique(name: string, taken: Set<string>): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}${/\d$/.test(name) ? 'N' : ''}${number}`;
    if (taken.has(candidate.toLowerCase())) continue;
    taken.add(candidate.toLowerCase());
    return candidate;
  }
}
