import { ANYTHING, isFree, type Kinds, kindsOf, merged, NULL_SCHEMA, renderKinds, SCALARS } from './kinds';
import { entries, isJsonObject, member, stringMember, type Json, type JsonObject } from '../../private/json';
import { modelNames } from '../gateway/model-names';
import { pointerTokens } from '../json-pointer';
import type { AcceptsFacts } from '../route-facts';

const NULL = 'NullValue';
const SCHEMAS = '#/components/schemas/';
/** Formats for which pydantic accepts only strings. */
const TEXTS = new Set(['uuid', 'uri', 'email', 'password', 'binary', 'byte', 'base64', 'base64url', 'path', 'file-path', 'directory-path', 'json-string']);
const TIMES = new Set(['date', 'date-time', 'time', 'duration']);

/**
 * The requests that a document declares as accepted, with pydantic's conversions: `"1"` is also a number. Used for documents
 * that no app wrote; for the others, `runtime/cdk_fastapi_introspect` has read the app's own schemas.
 */
export class DeclaredAcceptance {
  private readonly names: ReadonlyMap<string, string>;
  private readonly defined = new Map<string, JsonObject>();
  /** Schemas that are being read, to detect references to themselves, which models of API Gateway do not support. */
  private readonly open = new Set<string>();

  /** @param taken names of definitions that are already used */
  constructor(private readonly content: JsonObject, taken: readonly string[]) {
    this.names = modelNames(entries(member(content, 'components', 'schemas')).map(([name]) => name), [NULL, ...taken]);
  }

  /** The schemas that were referred to so far. */
  public get definitions(): JsonObject {
    return Object.fromEntries(this.defined);
  }

  /** The requests that an operation accepts. */
  public request(operation: JsonObject, parameters: readonly JsonObject[]): AcceptsFacts {
    const needed = (place: string): string[] => parameters
      .filter((parameter) => parameter.required === true && parameter.in === place && this.refusesBlank(member(parameter, 'schema')))
      .map((parameter) => String(parameter.name));
    return { ...this.body(operation), query: needed('query'), header: needed('header') };
  }

  private body(operation: JsonObject): Pick<AcceptsFacts, 'body' | 'left'> {
    const body = this.followed(operation.requestBody);
    const schema = member(body, 'content', 'application/json', 'schema');
    if (body === undefined) return {};
    if (schema === undefined) return { left: 'its body is not `application/json`' };
    if (member(body, 'required') !== true) return { left: 'its body may be left out' };
    const kinds = this.kinds(schema);
    if (![...kinds.keys()].every((kind) => kind === 'object' || kind === 'array')) return { left: 'its body may be more than an object or a list' };
    return { body: this.render(kinds) };
  }

  private render(kinds: Kinds): JsonObject {
    return renderKinds(kinds, () => {
      this.defined.set(NULL, NULL_SCHEMA);
      return { $ref: `#/definitions/${NULL}` };
    });
  }

  private kinds(schema: Json | undefined): Kinds {
    if (!isJsonObject(schema)) return ANYTHING;
    if (typeof schema.$ref === 'string') return this.referred(schema.$ref);
    const kinds = this.unmarked(schema);
    return schema.nullable === true ? merged([kinds, kindsOf('null')]) : kinds;
  }

  private unmarked(schema: JsonObject): Kinds {
    const choices = schema.anyOf ?? schema.oneOf;
    if (Array.isArray(choices)) return merged(choices.map((each) => this.kinds(each)));
    if (Array.isArray(schema.allOf)) return schema.allOf.length === 1 ? this.kinds(schema.allOf[0]) : ANYTHING;
    if (Object.hasOwn(schema, 'const')) return choice([schema.const ?? null]);
    if (Array.isArray(schema.enum)) return choice(schema.enum);
    const types = Array.isArray(schema.type) ? schema.type : [schema.type];
    return merged(types.map((type) => this.ofType(type, schema)));
  }

  private ofType(type: Json | undefined, schema: JsonObject): Kinds {
    switch (type) {
      case 'object': return new Map([['object', [this.object(schema)]]]);
      case 'array': return new Map([['array', [this.array(schema)]]]);
      case 'string': return text(schema);
      case 'integer':
      case 'number': return new Map([...SCALARS, ['number', [bounds(schema)]]]);
      case 'boolean': return SCALARS;
      case 'null': return kindsOf('null');
      default: return ANYTHING;
    }
  }

  private object(schema: JsonObject): JsonObject {
    const properties = entries(schema.properties).map(([name, inner]): [string, JsonObject] => [name, this.render(this.kinds(inner))]);
    // `required` applies to read-only properties in responses only.
    const answered = new Set(entries(schema.properties).filter(([, inner]) => member(inner, 'readOnly') === true).map(([name]) => name));
    const required = (Array.isArray(schema.required) ? schema.required : []).filter((name) => !answered.has(String(name)));
    const { additionalProperties: more } = schema;
    const others = schema.patternProperties === undefined && isJsonObject(more) ? this.render(this.kinds(more)) : {};
    const closed = more === false && schema.patternProperties === undefined;
    const told = closed ? properties : properties.filter(([, inner]) => Object.keys(inner).length > 0 || Object.keys(others).length > 0);
    return {
      ...(told.length > 0 && { properties: Object.fromEntries(told) }),
      ...(required.length > 0 && { required }),
      ...(closed && { additionalProperties: false }),
      ...(Object.keys(others).length > 0 && { additionalProperties: others }),
      ...given({ minProperties: schema.minProperties }),
    };
  }

  private array(schema: JsonObject): JsonObject {
    const items = schema.prefixItems === undefined ? this.render(this.kinds(schema.items)) : {};
    // No `maxItems` for a set, because the app counts repeated items once.
    const maxItems = schema.uniqueItems === true ? undefined : schema.maxItems;
    return { ...(Object.keys(items).length > 0 && { items }), ...given({ minItems: schema.minItems, maxItems }) };
  }

  private referred(target: string): Kinds {
    const name = target.startsWith(SCHEMAS) ? pointerTokens(target.slice(1))[2] : undefined;
    const renamed = name === undefined ? undefined : this.names.get(name);
    if (name === undefined || renamed === undefined || this.open.has(name)) return ANYTHING;
    this.open.add(name);
    const kinds = this.kinds(member(this.content, 'components', 'schemas', name));
    this.open.delete(name);
    const [only, ...more] = kinds.get('object') ?? [];
    if (kinds.size !== 1 || only === undefined || more.length > 0 || only.$ref !== undefined || isFree(kinds, 'object')) return kinds;
    this.defined.set(renamed, { type: 'object', ...only });
    return new Map([['object', [{ $ref: `#/definitions/${renamed}` }]]]);
  }

  /** Whether the app certainly refuses an empty value. Needed because API Gateway refuses empty values of required parameters. */
  private refusesBlank(schema: Json | undefined): boolean {
    const followed = this.followed(schema);
    const items = member(followed, 'items');
    if (stringMember(followed, 'type') === 'array' && items !== undefined) return this.refusesBlank(items);
    if (['integer', 'number', 'boolean'].includes(stringMember(followed, 'type') ?? '')) return true;
    const choices = member(followed, 'enum') ?? (member(followed, 'const') === undefined ? undefined : [member(followed, 'const') ?? null]);
    if (Array.isArray(choices)) return choices.every((each) => typeof each === 'string' && each !== '');
    if (stringMember(followed, 'type') !== 'string') return false;
    const format = stringMember(followed, 'format') ?? '';
    return Number(member(followed, 'minLength') ?? 0) > 0 || TIMES.has(format) || format === 'uuid';
  }

  private followed(value: Json | undefined): Json | undefined {
    let found = value;
    for (let steps = 0; steps < 10 && typeof member(found, '$ref') === 'string'; steps++) {
      const target = String(member(found, '$ref'));
      found = target.startsWith('#/') ? member(this.content, ...pointerTokens(target.slice(1))) : undefined;
    }
    return found;
  }
}

function choice(values: readonly Json[]): Kinds {
  if (values.every((each) => typeof each === 'string')) return new Map([['string', [{ enum: [...values] }]]]);
  if (values.some((each) => typeof each === 'object' && each !== null)) return ANYTHING;
  // Any scalar, because pydantic may treat 1, 1.0, "1" and true as the same value.
  return values.includes(null) ? merged([SCALARS, kindsOf('null')]) : SCALARS;
}

function text({ format, contentMediaType, contentEncoding, minLength, maxLength }: JsonObject): Kinds {
  const isPlain = [format, contentMediaType, contentEncoding].every((each) => each === undefined);
  if (isPlain) return new Map([['string', [given({ minLength, maxLength })]]]);
  if (format === undefined || TEXTS.has(String(format))) return kindsOf('string');
  return TIMES.has(String(format)) ? SCALARS : ANYTHING;
}

/** The bounds, exclusive ones as inclusive ones, because not every validator knows the exclusive keywords. */
function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonObject): JsonObject {
  return given({
    minimum: typeof exclusiveMinimum === 'number' ? minimum ?? exclusiveMinimum : minimum,
    maximum: typeof exclusiveMaximum === 'number' ? maximum ?? exclusiveMaximum : maximum,
  });
}

function given(limits: JsonObject): JsonObject {
  return Object.fromEntries(entries(limits).filter(([, value]) => typeof value === 'number'));
}
