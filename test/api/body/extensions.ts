import Ajv, { type ValidateFunction } from 'ajv';
import { EXTENSIONS, type Place } from './extension-schemas';
import type { Value } from '../../rest-api/body/native-view';

/** The type of API that imports a document. */
export type ApiKind = 'rest' | 'http';

const PREFIX = 'x-amazon-apigateway-';
const ANY_METHOD = `${PREFIX}any-method`;
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', ANY_METHOD]);

/** @see https://spec.openapis.org/oas/v3.0.1#operation-object */
const OPERATION_MEMBERS = new Set(['tags', 'summary', 'description', 'externalDocs', 'operationId', 'parameters', 'requestBody', 'responses', 'callbacks', 'deprecated', 'security', 'servers']);

const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new Map<string, ValidateFunction>();

/** What a document says to API Gateway in a form that AWS's documentation does not have: a line for each place. */
export function undocumented(body: Value, kind: ApiKind): string[] {
  return [...deviations(body, kind, [])];
}

function* deviations(value: Value, kind: ApiKind, tokens: string[]): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  const place = placeOf(tokens);
  for (const [key, inner] of Object.entries<Value>(value)) {
    const here = [...tokens, key];
    if (key.startsWith(PREFIX)) yield* extension(key, inner, kind, place, here);
    else if (place === 'operation' && !OPERATION_MEMBERS.has(key)) yield* operationMember(inner, kind, here);
    if (!key.startsWith(PREFIX) || key === ANY_METHOD) yield* deviations(inner, kind, here);
  }
}

function* extension(key: string, value: Value, kind: ApiKind, place: Place | undefined, tokens: string[]): Generator<string> {
  const name = key.slice(PREFIX.length);
  const documented = Object.hasOwn(EXTENSIONS, name) ? EXTENSIONS[name] : undefined;
  const schema = documented?.[kind];
  if (documented === undefined || schema === undefined) {
    yield `${tokens.join(' ')}: no extension of ${kind} APIs`;
    return;
  }
  if (documented.place !== place) yield `${tokens.join(' ')}: stands in a ${documented.place}, got: ${place ?? 'elsewhere'}`;
  const validate = validators.get(`${kind} ${name}`) ?? ajv.compile(schema);
  validators.set(`${kind} ${name}`, validate);
  if (validate(value)) return;
  for (const { instancePath, message, params } of validate.errors!) yield `${tokens.join(' ')}${instancePath}: ${message} ${JSON.stringify(params)} (${documented.see})`;
}

/** Of the members that OpenAPI does not have, HTTP APIs know one: the default route's. */
function* operationMember(value: Value, kind: ApiKind, tokens: string[]): Generator<string> {
  const [, path, method, member] = tokens;
  const isDefault = kind === 'http' && member === 'isDefaultRoute' && method === ANY_METHOD && path === '/$default' && value === true;
  if (!isDefault && !member.startsWith('x-')) yield `${tokens.join(' ')}: no member of an operation`;
}

function placeOf([first, second, third, ...more]: string[]): Place | undefined {
  if (first === undefined) return 'document';
  if (more.length > 0) return undefined;
  if (third === undefined) return first === 'components' && second === undefined ? 'components' : second === undefined ? undefined : IN_ROOT.get(first);
  if (first === 'components' && second === 'securitySchemes') return 'securityScheme';
  return first === 'paths' && METHODS.has(third) ? 'operation' : undefined;
}

/** What the members of a member of the document are. */
const IN_ROOT = new Map<string, Place>([['servers', 'server'], ['tags', 'tag'], ['paths', 'pathItem']]);
