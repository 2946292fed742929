import type { OperationFacts } from '../openapi/route-facts';

/** The facts about an operation that its names are made from. */
export interface NameSource {
  readonly method: string;
  readonly path: string;
  readonly operationId?: string;
  readonly tags: readonly string[];
  readonly facts?: OperationFacts;
}

/**
 * The name of an operation: the route function's name in camelCase, else the operationId unchanged, else a name made from
 * method and path.
 */
export function operationName(source: NameSource): string {
  const route = source.facts?.name ?? routeFunction(source);
  // Renamed, because an object literal cannot have a key `__proto__`.
  const name = route !== undefined ? camelCase(route) : source.operationId?.replace(/^__proto__$/, 'proto');
  return name || nameFromPath(source);
}

/**
 * The route function's name in an operationId that FastAPI made: the name and the path with every non-word character as `_`, then
 * `_` and one of the route's methods, which may differ from this operation's.
 */
function routeFunction({ operationId, path }: NameSource): string | undefined {
  const match = operationId?.match(/^(.+)_(get|put|post|delete|options|head|patch|trace)$/s);
  const suffix = path.replace(/[^\p{L}\p{N}_]/gu, '_');
  if (!match || !match[1].endsWith(suffix)) return undefined;
  return match[1].slice(0, -suffix.length) || undefined;
}

/** `say_hello` as `sayHello`. Upper-case letters stay, underscores at the ends do not. */
export function camelCase(name: string): string {
  const words = name.split(/[^\p{L}\p{M}\p{N}$]+/u).filter((word) => word !== '');
  return words.map((word, index) => (index === 0 ? word : capital(word))).join('');
}

function nameFromPath({ method, path }: NameSource): string {
  return camelCase(`${method.toLowerCase()}/${path === '/' ? 'root' : path}`);
}

function capital(word: string): string {
  const [first, ...rest] = word;
  return first.toUpperCase() + rest.join('');
}

/**
 * The qualified name of each operation, unique in any document: first tag (else the last part of the module), name, and
 * method in lower case. If several operations share it, each gets its path after a space. Slashes and spaces in a tag
 * or name become `_`, so that a name without a path cannot equal one with a path.
 */
export function qualifiedNames(sources: readonly (NameSource & { readonly name: string })[]): string[] {
  const bases = sources.map(({ method, tags, facts, name }) => {
    const router = tags[0] || facts?.module?.split('.').at(-1);
    return [router, name, method.toLowerCase()].filter((part) => part).map((part) => part!.replace(/[\s/]/gu, '_')).join('.');
  });
  const counts = new Map<string, number>();
  for (const base of bases) counts.set(base, (counts.get(base) ?? 0) + 1);
  return bases.map((base, index) => (counts.get(base) === 1 ? base : `${base} ${sources[index].path}`));
}
