import { type ClientOperation, plain, unique } from './client-operation';
import { essence } from './stream';
import type { OpenApiDocument } from '../openapi/document';
import { resolveReference } from '../openapi/json-pointer';
import { FACTS_KEY } from '../openapi/route-facts';
import { FastApiError } from '../private/errors';
import { DOCUMENT_METHODS } from '../private/http-methods';
import { entries, isJsonObject, type Json, type JsonObject, member } from '../private/json';

/** The document that the generator is given. */
export interface ClientDocument {
  readonly content: JsonObject;
  /** The operations that are in it. */
  readonly operations: readonly ClientOperation[];
  /** Name of the schema of the items of each stream, by id of the operation, where the document declares it. */
  readonly itemSchemas: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

const METHODS = new Set(DOCUMENT_METHODS.map((method) => method.toUpperCase()));
/** Members whose values are data of the user. */
const DATA = new Set(['example', 'examples', 'default', 'enum', 'const']);

/**
 * A document for the generator: every operation under its id, items of streams as schemas of their own,
 * an ordinary answer in place of each stream, and nothing that the generator stumbles over.
 */
export function clientDocument(document: OpenApiDocument, declared: readonly ClientOperation[]): ClientDocument {
  const { content } = document;
  const warnings = declared.filter(({ method }) => !METHODS.has(method)).map(({ method, path }) => `${method} ${path} is left out: the generator does not know the method`);
  const operations = declared.filter(({ method }) => METHODS.has(method));
  const items = itemSchemas(document, operations);
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const { method, path, parameters, id } = operation;
    if (!Object.hasOwn(paths, path)) paths[path] = {};
    const { callbacks, servers, ...rest } = operation.operation;
    paths[path][method.toLowerCase()] = {
      ...rest, operationId: id, parameters: [...parameters], responses: answersOf(document, operation),
    };
  }
  const { webhooks, servers, paths: replaced, components, ...others } = content as unknown as JsonObject; // `checkDocument` has read JSON
  const schemas: Record<string, Json> = Object.fromEntries(entries(member(components, 'schemas')));
  for (const { name, schema } of items.values()) schemas[name] = schema;
  const prepared = { ...others, paths, components: { ...(isJsonObject(components) ? components : {}), schemas } };
  return {
    content: withoutBrokenReferences(document, prepared, warnings),
    operations,
    itemSchemas: new Map([...items].map(([id, { name }]) => [id, name])),
    warnings,
  };
}

/** The schema of the items of each stream under a name whose type is none of the document's, by id of the operation. */
function itemSchemas(document: OpenApiDocument, operations: readonly ClientOperation[]): Map<string, { name: string; schema: Json }> {
  const taken = new Set(Object.keys(document.content.components?.schemas ?? {}).map(plain));
  const items = new Map<string, { name: string; schema: Json }>();
  for (const { id, stream } of operations) {
    if (stream?.item !== undefined) items.set(id, { name: unique(`${id}-item`, taken, plain), schema: stream.item });
  }
  return items;
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
    // What the app knows of itself is for the constructs, and has schemas that refer to one another.
    const members = entries(value).filter(([key]) => key !== FACTS_KEY);
    return Object.fromEntries(members.map(([key, child]) => [key, DATA.has(key) && !isJsonObject(child) ? child : copy(child)]));
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
