import { entries, isJsonObject, member, stringMember, type Json, type JsonObject } from '../../private/json';

/** One resource as its template would define it. */
export interface ResourceDefinition {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** The construct, for messages. */
  readonly path: string;
  /** Attributes besides type and properties, such as `Condition`. */
  readonly attributes: JsonObject;
}

/** The logical id that `{ Ref }` names, or `undefined` for anything else. */
export function refOf(value: Json | undefined): string | undefined {
  return isJsonObject(value) && Object.keys(value).length === 1 ? stringMember(value, 'Ref') : undefined;
}

/** An object without its undefined members; `undefined` if none is left. */
export function compact(members: JsonObject): JsonObject | undefined {
  const defined = entries(members).filter(([, value]) => value !== undefined);
  return defined.length === 0 ? undefined : Object.fromEntries(defined);
}

/** The elements of an array property; nothing for an absent one. */
export function elements(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/**
 * Reads the properties of one resource and records which were not read, so that a property that the body cannot
 * express is reported instead of being dropped silently.
 */
export class PropertyReader {
  private readonly unread: Set<string>;

  constructor(private readonly properties: Json | undefined, private readonly owner: string) {
    this.unread = new Set(entries(properties).filter(([, value]) => value !== undefined).map(([name]) => name));
  }

  public take(name: string): Json | undefined {
    this.unread.delete(name);
    return member(this.properties, name);
  }

  /** A property's text in lower case, because OpenAPI extensions spell enumeration values in lower case. */
  public takeLowerCase(name: string): Json | undefined {
    const value = this.take(name);
    return typeof value === 'string' ? value.toLowerCase() : value;
  }

  /** Messages for the properties that were not taken. */
  public leftovers(): string[] {
    return [...this.unread].map((name) => `\`${name}\` of ${this.owner} has no place in an OpenAPI body; remove it, or use \`definition: RouteDefinition.RESOURCES\``);
  }
}
