import { type Stream, streamOf } from './stream';
import type { OpenApiDocument } from '../openapi/document';
import { pathOperations, type PathOperation } from '../openapi/path-operations';
import { declaredOperations } from '../operations/declared-operation';

/** An operation as the generator is given it. */
export interface ClientOperation extends PathOperation {
  /** What the generator makes the name of its function from; unique, also without regard to case and separators. */
  readonly id: string;
  /** Undefined where the whole answer is waited for. */
  readonly stream?: Stream;
}

/** Names that no function can have, or with which the modules of the generator would not mean what they say. */
const RESERVED = new Set([
  'arguments', 'await', 'break', 'case', 'catch', 'class', 'client', 'const', 'continue', 'debugger', 'default', 'delete', 'do', 'else', 'enum', 'eval', 'export',
  'extends', 'false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in', 'instanceof', 'interface', 'let', 'new', 'null', 'package', 'private',
  'protected', 'public', 'return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'undefined', 'var', 'void', 'while', 'with', 'yield',
  // The module of hooks has these of its own, and does not step aside.
  'createInfiniteParams', 'createQueryKey', 'data', 'fnOptions', 'infiniteQueryOptions', 'mutationOptions', 'options', 'page', 'pageParam', 'params', 'queryKey',
  'queryOptions', 'signal',
].map(plain));

/** What the generator calls the hooks of an operation: its name, and one of these. */
const HOOKS = ['Options', 'QueryKey', 'InfiniteOptions', 'InfiniteQueryKey', 'Mutation'];

/** The operations of a document, named as in the constructs as far as TypeScript lets them. */
export function clientOperations(document: OpenApiDocument): ClientOperation[] {
  const declared = declaredOperations(document);
  const counts = new Map<string, number>();
  for (const { name } of declared) counts.set(name, (counts.get(name) ?? 0) + 1);
  const wanted = declared.map(({ name, qualifiedName, method, path }) => (
    words(counts.get(name) === 1 ? name : qualifiedName) || words(`${method.toLowerCase()} ${path}`)
  ));
  const hooks = new Set(wanted.flatMap((id) => HOOKS.map((hook) => plain(`${id}${hook}`))));
  const taken = new Set<string>();
  return pathOperations(document).map((operation, index): ClientOperation => {
    const id = wanted[index];
    const refused = RESERVED.has(plain(id)) || hooks.has(plain(id));
    return {
      ...operation, id: unique(refused ? `${id}-operation` : id, taken, plain), stream: declared[index].streaming ? streamOf(document, operation.operation) : undefined,
    };
  });
}

/** A name that is not taken: the one that is wanted, or that with a number. What it is compared by is up to `form`. */
export function unique(wanted: string, taken: Set<string>, form: (name: string) => string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? wanted : `${wanted}${/\d$/.test(wanted) ? 'N' : ''}${number}`;
    if (taken.has(form(candidate))) continue;
    taken.add(form(candidate));
    return candidate;
  }
}

/** What the generator makes of a name, but for upper and lower case. */
export function plain(name: string): string {
  return name.replace(/[^\p{L}\p{M}\p{N}]/gu, '').toLowerCase();
}

/** The words of a name, in letters that an identifier may have. */
function words(name: string): string {
  const joined = name.normalize('NFC').replace(/[^\p{ID_Continue}]+|_+/gu, '-').replace(/^-|-$/g, '');
  return /^\P{ID_Start}/u.test(joined) ? `operation-${joined}` : joined;
}
