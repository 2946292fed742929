import { entries, isJsonObject, type Json, type JsonObject } from '../../private/json';

/** The keywords of schemas of accepted requests. Other keywords are dropped, which makes a schema accept more. */
const SCHEMAS = new Set(['items', 'additionalProperties', 'not']);
const LISTS = new Set(['anyOf', 'allOf']);
const NUMBERS = new Set(['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties']);
const TYPES = new Set(['object', 'array', 'string', 'number', 'boolean']);

/**
 * The schema without anything that CloudFormation would read as an intrinsic function or the CDK as a token, because the document
 * is not trusted and the schema becomes part of a template.
 */
export function harmless(schema: JsonObject): JsonObject {
  const kept = entries(schema).flatMap(([key, value]): [string, Json][] => {
    if (NUMBERS.has(key)) return typeof value === 'number' ? [[key, value]] : [];
    if (LISTS.has(key)) return Array.isArray(value) ? [[key, value.filter(isJsonObject).map(harmless)]] : [];
    if (SCHEMAS.has(key)) return isJsonObject(value) ? [[key, harmless(value)]] : value === false && key === 'additionalProperties' ? [[key, false]] : [];
    if (key === 'type') return TYPES.has(String(value)) ? [[key, value]] : [];
    if (key === '$ref') return /^#\/definitions\/[A-Za-z0-9]+$/.test(String(value)) ? [[key, value]] : [];
    if (key === 'enum') return Array.isArray(value) && value.length > 0 && value.every(isPlain) ? [[key, value]] : [];
    if (key === 'required') return requiredOf(value);
    return key === 'properties' ? propertiesOf(value) : [];
  });
  const result = Object.fromEntries(kept);
  // Without `additionalProperties` if a property was dropped, which would otherwise be refused as an unknown one.
  return entries(schema.properties).every(([name]) => isPlain(name)) ? result : without(result, 'additionalProperties');
}

function requiredOf(value: Json): [string, Json][] {
  const names = (Array.isArray(value) ? value : []).filter(isPlain);
  return names.length > 0 ? [['required', [...new Set(names)]]] : [];
}

function propertiesOf(value: Json): [string, Json][] {
  const plain = entries(value).filter(([name]) => isPlain(name));
  return plain.length > 0 ? [['properties', Object.fromEntries(plain.map(([name, inner]) => [name, isJsonObject(inner) ? harmless(inner) : {}]))]] : [];
}

/** Whether CloudFormation and the CDK read a value as plain text. */
function isPlain(value: Json): value is string {
  return typeof value === 'string' && value !== 'Ref' && !value.startsWith('Fn::') && !value.includes('${Token[') && value !== '__proto__';
}

function without(schema: JsonObject, name: string): JsonObject {
  return Object.fromEntries(entries(schema).filter(([key]) => key !== name));
}
