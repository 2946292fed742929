import type { ClientOperation } from './client-operation';
import { essence } from './stream';
import type { OpenApiDocument } from '../openapi/document';
import { resolveReference } from '../openapi/json-pointer';
import { FastApiError } from '../private/errors';
import { entries, isJsonObject, type Json, type JsonObject, member } from '../private/json';

/** The document that the generator is given. */
export interface ClientDocument {
  readonly content: JsonObject;
  /** Type of the items of each stream, by name of the operation, where the document declares it. */
  readonly itemTypes: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']);
/** Members whose values are data of the user. */
const DATA = new Set(['example', 'examples', 'default', 'enum', 'const']);

/**
 * A document for the generator: every operation under the name of its function, items of streams as schemas of their own,
 * an ordinary answer in place of each stream, and nothing that the generator stumbles over.
 */
export function clientDocument(document: OpenApiDocument, operations: readonly ClientOperation[]): ClientDocument {
  const { content } = document;
  const warnings: string[] = [];
  const items = itemSchemas(document, operations);
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const { method, path, parameters, name } = operation;
    if (!METHODS.has(method)) {
      warnings.push(`${method} ${path} is left out: the generator does not know the method`);
      continue;
    }
    if (!Object.hasOwn(paths, path)) paths[path] = {};
    const { callbacks, servers, ...declared } = operation.operation;
    paths[path][method.toLowerCase()] = {
      ...declared, operationId: name, parameters: [...parameters], responses: answersOf(document, operation),
    };
  }
  const { webhooks, servers, paths: replaced, components, ...rest } = content as unknown as JsonObject; // `checkDocument` has read JSON
  const schemas: Record<string, Json> = Object.fromEntries(entries(member(components, 'schemas')));
  for (const { type, schema } of items.values()) schemas[type] = schema;
  const prepared = { ...rest, paths, components: { ...(isJsonObject(components) ? components : {}), schemas } };
  return {
    content: withoutBrokenReferences(document, prepared, warnings),
    itemTypes: new Map([...items].map(([name, { type }]) => [name, type])),
    warnings,
  };
}

/** The schema of the items of each stream under a name that no type of the document or of the generator has. */
function itemSchemas(document: OpenApiDocument, operations: readonly ClientOperation[]): Map<string, { type: string; schema: Json }> {
  const taken = new Set(Object.keys(document.content.components?.schemas ?? {}).map(plain));
  const items = new Map<string, { type: string; schema: Json }>();
  for (const { name, stream } of operations) {
    if (stream?.item === undefined) continue;
    const base = `${name[0].toUpperCase()}${name.slice(1)}Item`;
    let type = base;
    for (let number = 2; taken.has(plain(type)); number++) type = `${base}${number}`;
    taken.add(plain(type));
    items.set(name, { type, schema: stream.item });
  }
  return items;
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

/** The answers of an operation; in place of those of a stream an ordinary one, or none where a JSON value is declared beside it. */
function answersOf(document: OpenApiDocument, { operation, stream }: ClientOperation): Json {
  const responses = member(operation, 'responses') ?? {};
  if (stream === undefined || !isJsonObject(responses)) return responses;
  return Object.fromEntries(entries(responses).map(([status, declared]) => {
    if (!/^(2..|default)$/.test(status)) return [status, declared];
    const reference = member(declared, '$ref');
    const response = typeof reference === 'string' ? resolveReference(document.content, reference, document.source) : declared;
    const kept = stream.optional ? entries(member(response, 'content')).filter(([type]) => /json$/.test(essence(type)) && essence(type).startsWith('application/')) : [];
    return [status, { description: 'OK', content: stream.optional ? Object.fromEntries(kept) : { 'application/json': { schema: {} } } }];
  }));
}

/** A copy in which what a reference does not lead to may be anything. */
function withoutBrokenReferences(document: OpenApiDocument, content: JsonObject, warnings: string[]): JsonObject {
  const broken = new Set<string>();
  const copy = (value: Json | undefined): Json | undefined => {
    if (Array.isArray(value)) return value.map((item) => copy(item) ?? null);
    if (!isJsonObject(value)) return value;
    if (typeof value.$ref === 'string' && !resolves(document, content, value.$ref)) {
      broken.add(value.$ref);
      return {};
    }
    return Object.fromEntries(entries(value).map(([key, child]) => [key, DATA.has(key) && !isJsonObject(child) ? child : copy(child)]));
  };
  const result = copy(content);
  for (const reference of broken) warnings.push(`what \`$ref\` ${reference} stands for may be anything in the client: the document does not have it`);
  return isJsonObject(result) ? result : content;
}

function resolves(document: OpenApiDocument, content: JsonObject, reference: string): boolean {
  try {
    resolveReference(content, reference, document.source);
    return true;
  } catch (error) {
    if (FastApiError.isFastApiError(error)) return false;
    throw error;
  }
}
