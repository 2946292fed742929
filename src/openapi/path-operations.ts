import type { OpenApiDocument } from './document';
import { resolveReference } from './json-pointer';
import { DOCUMENT_METHODS } from '../private/http-methods';
import { isJsonObject, member, type JsonObject } from '../private/json';

/** An operation object with the parameters of its path item. */
export interface PathOperation {
  /** HTTP method in upper case. */
  readonly method: string;
  /** Path as declared. */
  readonly path: string;
  /** The operation object. */
  readonly operation: JsonObject;
  /** Its parameters and those of the path item, references resolved; the operation's own win. */
  readonly parameters: readonly JsonObject[];
}


/** Every operation of a document in its order; local references of path items and parameters are resolved. */
export function pathOperations(document: OpenApiDocument): PathOperation[] {
  const { content, source } = document;
  const fixed = content.openapi.startsWith('3.2') ? [...DOCUMENT_METHODS, 'query'] : DOCUMENT_METHODS;
  const resolve = (value: unknown) => (
    isJsonObject(value) && typeof value.$ref === 'string' ? resolveReference(content, value.$ref, source) : value
  );
  return Object.entries(content.paths ?? {}).filter(([path]) => !path.startsWith('x-')).flatMap(([path, declared]) => {
    // Fields beside `$ref` are allowed since 3.1 and override the ones referred to.
    const item = { ...objectOf(resolve(declared)), ...objectOf(declared) };
    const methods: [string, unknown][] = [
      ...Object.entries(item).filter(([key]) => fixed.includes(key)).map(([key, value]): [string, unknown] => [key.toUpperCase(), value]),
      ...(fixed.includes('query') ? Object.entries(objectOf(item.additionalOperations)) : []),
    ];
    return methods.filter(([, operation]) => isJsonObject(operation)).map(([method, operation]) => ({
      method,
      path,
      operation: objectOf(operation),
      parameters: mergeParameters(listOf(item.parameters).map(resolve), listOf(member(operation, 'parameters')).map(resolve)),
    }));
  });
}

/** Media types of an operation's successful responses. */
export function answerTypes(document: OpenApiDocument, operation: JsonObject): [string, unknown][] {
  return Object.entries(objectOf(operation.responses))
    .filter(([status]) => /^(2..|default)$/.test(status))
    .map(([, response]) => response)
    .map((response) => {
      const reference = member(response, '$ref');
      return typeof reference === 'string' && reference.startsWith('#') ? resolveReference(document.content, reference, document.source) : response;
    })
    .flatMap((response) => Object.entries(objectOf(member(response, 'content'))));
}

function mergeParameters(...levels: unknown[][]): JsonObject[] {
  const merged = new Map<string, JsonObject>();
  for (const parameter of levels.flat()) {
    if (isJsonObject(parameter)) merged.set(JSON.stringify([parameter.in, parameter.name]), parameter);
  }
  return [...merged.values()];
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
