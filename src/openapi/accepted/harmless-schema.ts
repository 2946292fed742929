import { entries, isJsonObject, type Json, type JsonObject } from '../../private/json';

/** The keywords that schemas of accepted requests have; what a document adds to them is left out, which accepts more. */
const SCHEMAS = new Set(['items', 'additionalProperties', 'not']);
const LISTS = new Set(['anyOf', 'allOf']);
const NUMBERS = new Set(['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties']);
const TYPES = new Set(['object', 'array', 'string', 'number', 'boolean']);

/**
 * A schema of an accepted request in which nothing can be taken for a function of CloudFormation or for a token of the CDK: a
 * document may hold anything, and the schema stands in a template.
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
  // Where a property had to be left out, it would be refused as one that nobody knows.
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

/** A text that neither CloudFormation nor the CDK reads as anything else. */
function isPlain(value: Json): value is string {
  return typeof value === 'string' && value !== 'Ref' && !value.startsWith('Fn::') && !value.includes('${Token[') && value !== '__proto__';
}

function without(schema: JsonObject, name: string): JsonObject {
  return Object.fromEntries(entries(schema).filter(([key]) => key !== name));
}
