import type { Losses } from './loss';
import { isJsonObject, type Json, type JsonObject } from '../../private/json';

/** A schema under construction. */
type Draft = Record<string, Json | undefined>;

/** Keywords of OpenAPI 3.0 whose values are copied unchanged. */
const PLAIN = new Set([
  'title', 'multipleOf', 'maximum', 'minimum', 'maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems', 'maxProperties',
  'minProperties', 'description', 'format', 'default', 'readOnly', 'writeOnly', 'deprecated', 'example', 'nullable',
]);

/** Keywords that are dropped without a loss being reported, because they do not constrain a value by themselves. */
const SILENT = new Set(['$schema', '$id', '$anchor', '$comment', '$vocabulary', 'contentEncoding', 'contentMediaType', 'contentSchema', 'externalDocs', 'xml', 'minContains', 'maxContains']);

/** Converts JSON schemas of OpenAPI 3.1 to those of 3.0. A keyword that 3.0 lacks is left out, which accepts more. */
export class SchemaConverter {
  /**
   * @param losses receives the keywords that OpenAPI 3.0 cannot express
   * @param reference converts a reference to another schema; returns `undefined` if it cannot be followed
   */
  public constructor(
    private readonly losses: Losses,
    private readonly reference: (target: string, tokens: readonly string[]) => string | undefined,
  ) {}

  /** @param tokens place of the schema in its document */
  public convert(schema: unknown, tokens: readonly string[]): JsonObject {
    if (schema === false) return { not: {} };
    if (!isJsonObject(schema)) return {};
    if (typeof schema.$ref === 'string') return this.referring(schema, schema.$ref, tokens);
    const { type, nullable } = typesOf(schema);
    const alternatives = this.withoutNull(schema, tokens);
    const members = this.members(schema, tokens);
    const result: Draft = {
      ...this.plain(schema, tokens),
      ...this.bounds(schema),
      ...members,
      ...alternatives.keywords,
      ...this.constants(schema),
      ...encoded(schema),
    };
    if (Array.isArray(members.allOf) && Array.isArray(alternatives.keywords.allOf)) result.allOf = [...members.allOf, ...alternatives.keywords.allOf];
    if (type.length === 1) Object.assign(result, { type: type[0] });
    if (type.includes('array') && result.items === undefined) result.items = {};
    if (type.length > 1) {
      // The other keywords stay outside of `anyOf`, because each applies to one type only.
      const each = type.map((name) => (name === 'array' ? { type: name, items: result.items ?? {} } : { type: name }));
      if (result.anyOf === undefined) result.anyOf = each;
      else result.allOf = [...Array.isArray(result.allOf) ? result.allOf : [], { anyOf: each }];
    }
    if (nullable || alternatives.nullable || schema.nullable === true) {
      result.nullable = true;
      if (Array.isArray(result.enum) && !result.enum.includes(null)) result.enum = [...result.enum, null];
    }
    return result;
  }

  /** Moves a reference with siblings into `allOf`, because OpenAPI 3.0 ignores the siblings of `$ref`. */
  private referring(schema: JsonObject, target: string, tokens: readonly string[]): JsonObject {
    const { $ref: _reference, ...siblings } = schema;
    const converted = this.reference(target, tokens);
    const rest = Object.keys(siblings).length === 0 ? {} : this.convert(siblings, tokens);
    if (converted === undefined) return rest;
    if (Object.keys(rest).length === 0) return { $ref: converted };
    const all = Array.isArray(rest.allOf) ? rest.allOf : [];
    return { ...rest, allOf: [{ $ref: converted }, ...all] };
  }

  private plain(schema: JsonObject, tokens: readonly string[]): JsonObject {
    const result: Draft = {};
    for (const [key, value] of Object.entries(schema)) {
      if (PLAIN.has(key)) result[key] = value;
      else if (!HANDLED.has(key) && !SILENT.has(key) && !key.startsWith('x-')) this.losses.add([...tokens, key], `\`${key}\` is no keyword of OpenAPI 3.0`);
    }
    if (Array.isArray(schema.examples) && result.example === undefined && schema.examples.length > 0) result.example = schema.examples[0];
    if (Array.isArray(schema.required) && schema.required.length > 0) result.required = [...new Set(schema.required)];
    if (typeof (schema.discriminator as JsonObject | undefined)?.propertyName === 'string') result.discriminator = this.discriminator(schema.discriminator as JsonObject, tokens);
    return result;
  }

  private discriminator({ propertyName, mapping }: JsonObject, tokens: readonly string[]): JsonObject {
    if (!isJsonObject(mapping)) return { propertyName };
    const named = Object.entries(mapping).flatMap(([value, target]) => {
      const converted = typeof target === 'string' && target.startsWith('#') ? this.reference(target, [...tokens, 'discriminator', 'mapping', value]) : undefined;
      return converted === undefined ? [] : [[value, converted]];
    });
    return { propertyName, mapping: Object.fromEntries(named) };
  }

  private bounds(schema: JsonObject): JsonObject {
    const result: Draft = {};
    for (const [exclusive, plain, tighter] of [['exclusiveMinimum', 'minimum', Math.max], ['exclusiveMaximum', 'maximum', Math.min]] as const) {
      const bound = schema[exclusive];
      const other = schema[plain];
      if (typeof bound === 'boolean') result[exclusive] = bound; // a document of 3.0
      if (typeof bound !== 'number') continue;
      const inclusive = typeof other === 'number' && tighter(other, bound) === other && other !== bound;
      if (!inclusive) Object.assign(result, { [plain]: bound, [exclusive]: true });
    }
    return result;
  }

  private members(schema: JsonObject, tokens: readonly string[]): JsonObject {
    const result: Draft = {};
    const at = (...more: string[]): string[] => [...tokens, ...more];
    if (isJsonObject(schema.properties)) {
      result.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, value]) => [name, this.convert(value, at('properties', name))]));
    }
    const additional = schema.additionalProperties;
    if (typeof additional === 'boolean') result.additionalProperties = additional;
    else if (isJsonObject(additional)) result.additionalProperties = this.convert(additional, at('additionalProperties'));
    // Otherwise properties that only `patternProperties` allows would be refused.
    if (isJsonObject(schema.patternProperties) && additional !== undefined) result.additionalProperties = true;
    const { items, prefixItems } = schema;
    if (Array.isArray(prefixItems)) {
      const places = prefixItems.map((item, index) => this.convert(item, at('prefixItems', String(index))));
      const rest = items === false || items === undefined ? [] : [this.convert(items, at('items'))];
      result.items = items === undefined || items === true ? {} : { anyOf: [...places, ...rest] };
      if (items === false && typeof schema.maxItems !== 'number') result.maxItems = prefixItems.length;
      this.losses.add(at('prefixItems'), 'OpenAPI 3.0 cannot say which item stands where; any of them may stand anywhere');
    } else if (items !== undefined) {
      result.items = this.convert(items, at('items'));
    }
    if (isJsonObject(schema.not)) result.not = this.exactly(schema.not, at('not'));
    if (result.not === undefined) delete result.not;
    if (Array.isArray(schema.allOf)) result.allOf = schema.allOf.map((each, index) => this.convert(each, at('allOf', String(index))));
    return result;
  }

  /** The schema of `not`; `undefined` if a part of it is lost, because `not` of the rest would refuse more. */
  private exactly(schema: JsonObject, tokens: readonly string[]): JsonObject | undefined {
    const before = this.losses.all.length;
    const converted = this.convert(schema, tokens);
    return this.losses.all.length === before ? converted : undefined;
  }

  /** Converts `anyOf: [X, null]`, as pydantic writes optional values, to a nullable X. */
  private withoutNull(schema: JsonObject, tokens: readonly string[]): { readonly keywords: JsonObject; readonly nullable: boolean } {
    let nullable = false;
    const keywords: Draft = {};
    for (const key of ['anyOf', 'oneOf'] as const) {
      const list = schema[key];
      if (!Array.isArray(list)) continue;
      const others = list.flatMap((each, index) => (isNull(each) ? [] : [this.convert(each, [...tokens, key, String(index)])]));
      if (others.length < list.length) nullable = true;
      if (others.length === 1 && others.length < list.length) Object.assign(keywords, this.merged(schema, others[0]));
      else if (others.length > 0) keywords[key] = others;
    }
    return { keywords, nullable };
  }

  private merged(schema: JsonObject, only: JsonObject): JsonObject {
    const { title: _title, description: _description, default: _default, ...constraints } = only;
    const clashing = Object.keys(constraints).some((key) => schema[key] !== undefined);
    return clashing || only.$ref !== undefined ? { allOf: [only] } : constraints;
  }

  private constants(schema: JsonObject): JsonObject {
    if (Object.hasOwn(schema, 'const')) return { enum: [schema.const ?? null] };
    return Array.isArray(schema.enum) && schema.enum.length > 0 ? { enum: schema.enum } : {};
  }
}

/** Keywords that are read by name above. */
const HANDLED = new Set([
  '$ref', 'type', 'required', 'examples', 'discriminator', 'exclusiveMinimum', 'exclusiveMaximum', 'properties', 'additionalProperties', 'items',
  'prefixItems', 'not', 'allOf', 'anyOf', 'oneOf', 'const', 'enum',
]);

function typesOf({ type }: JsonObject): { readonly type: string[]; readonly nullable: boolean } {
  const all = (Array.isArray(type) ? type : [type]).filter((each): each is string => typeof each === 'string');
  return { type: all.filter((each) => each !== 'null'), nullable: all.includes('null') };
}

function isNull(schema: unknown): boolean {
  return isJsonObject(schema) && (schema.type === 'null' || (Object.hasOwn(schema, 'const') && schema.const === null));
}

/** The format of files in OpenAPI 3.0: `byte` or `binary`. */
function encoded({ type, format, contentMediaType, contentEncoding }: JsonObject): JsonObject {
  if (type !== 'string' || format !== undefined) return {};
  if (contentEncoding === 'base64') return { format: 'byte' };
  return contentMediaType === 'application/octet-stream' ? { format: 'binary' } : {};
}
