import { FastApiError } from '../private/errors';
import { type Json, member, stringMember } from '../private/json';

/** How the generator has spelled names: it has rules of its own, and numbers where two would be the same. */
export class GeneratedNames {
  private readonly functions: ReadonlyMap<string, string>;
  private readonly types: ReadonlyMap<string, string>;

  /**
   * @param written what `client-template/generate.mjs` has written down
   * @param generator name and version, for people
   */
  constructor(written: unknown, private readonly generator: string) {
    this.functions = new Map(list(written, 'operations').map((one) => [key(stringMember(one, 'method'), stringMember(one, 'path')), stringMember(one, 'name') ?? '']));
    this.types = new Map(list(written, 'types').map((one) => [stringMember(one, 'schema') ?? '', stringMember(one, 'name') ?? '']));
  }

  /** Names of all functions. */
  public get all(): Iterable<string> {
    return this.functions.values();
  }

  /** The name of an operation's function; a path is as declared. */
  public functionOf(method: string, path: string): string {
    return this.known(this.functions.get(key(method, path)), `a function for ${method} ${path}`);
  }

  /** The name of a schema's type. */
  public typeOf(schema: string): string {
    return this.known(this.types.get(schema), `a type for the schema ${schema}`);
  }

  private known(name: string | undefined, what: string): string {
    if (!name) throw new FastApiError(`${this.generator} must have written ${what}, got: none; see whether another of its versions does`);
    return name;
  }
}

function key(method = '', path = ''): string {
  return `${method} ${path}`;
}

function list(value: unknown, name: string): Json[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
}
