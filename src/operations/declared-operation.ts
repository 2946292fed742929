import { operationName, qualifiedNames } from './operation-name';
import { constructId, parseTemplate, type PathTemplate } from './path-template';
import type { OpenApiDocument } from '../openapi/document';
import { isLocal, resolveReference } from '../openapi/json-pointer';
import { answerTypes, pathOperations } from '../openapi/path-operations';
import { type OperationFacts, operationFacts } from '../openapi/route-facts';
import { isJsonObject, type JsonObject, member, stringMember } from '../private/json';

/** A parameter as the document declares it: `path`, `query`, `header` or `cookie`. */
export interface OperationParameter {
  readonly in: string;
  readonly name: string;
  /** Whether it may be repeated, because its schema is a list. */
  readonly repeated: boolean;
}

/** An operation as its document declares it, before it gets a route of a REST or HTTP API. */
export interface DeclaredOperation {
  readonly name: string;
  readonly qualifiedName: string;
  readonly operationId?: string;
  readonly method: string;
  readonly path: string;
  readonly tags: string[];
  readonly streaming: boolean;
  readonly security: Record<string, string[]>[];
  readonly summary?: string;
  readonly parameters: readonly OperationParameter[];
  readonly facts?: OperationFacts;
  readonly guard: string;
  readonly template: PathTemplate;
  readonly constructId: string;
}

/** Every operation of a document, in its order. */
export function declaredOperations(document: OpenApiDocument): DeclaredOperation[] {
  const named = pathOperations(document).map(({ method, path, operation, parameters }) => {
    const facts = operationFacts(operation, `${method} ${path} of ${document.source}`);
    const template = parseTemplate(path, facts?.converters);
    const operationId = stringMember(operation, 'operationId');
    const tags = texts(operation.tags);
    return {
      name: operationName({ method, path, operationId, tags, facts }),
      operationId,
      method,
      path,
      tags,
      streaming: isStreaming(document, operation, facts),
      security: requirements(operation.security ?? document.content.security),
      summary: stringMember(operation, 'summary'),
      parameters: parameters.map((parameter) => declaredParameter(document, parameter)),
      facts,
      guard: `${method} ${path}`,
      template,
      constructId: constructId(method, template),
    };
  });
  const qualified = qualifiedNames(named);
  return named.map((operation, index) => ({ ...operation, qualifiedName: qualified[index] }));
}

function declaredParameter(document: OpenApiDocument, parameter: JsonObject): OperationParameter {
  return {
    in: stringMember(parameter, 'in') ?? '',
    name: stringMember(parameter, 'name') ?? '',
    repeated: allowsLists(document, parameter.schema),
  };
}

/** Whether a schema says that values may be lists: itself, by a reference, or by one of several schemas. */
function allowsLists(document: OpenApiDocument, schema: unknown, seen: readonly string[] = []): boolean {
  if (!isJsonObject(schema)) return false;
  const { $ref: reference, type, items, prefixItems } = schema;
  if (type === 'array' || (Array.isArray(type) && type.includes('array'))) return true;
  if (type === undefined && (items !== undefined || prefixItems !== undefined)) return true;
  if (typeof reference === 'string' && isLocal(reference) && !seen.includes(reference)) {
    if (allowsLists(document, resolveReference(document.content, reference, document.source), [...seen, reference])) return true;
  }
  return [schema.anyOf, schema.oneOf, schema.allOf].flat().some((each) => allowsLists(document, each, seen));
}

/** Media types of a sequence of items, which FastAPI sends one by one. */
const STREAM_TYPES = new Set(['text/event-stream', 'application/jsonl', 'application/x-ndjson', 'application/x-jsonlines', 'application/json-seq']);

function isStreaming(document: OpenApiDocument, operation: JsonObject, facts: OperationFacts | undefined): boolean {
  const mark = member(operation, 'x-streaming');
  if (typeof mark === 'boolean') return mark;
  if (facts?.streaming) return true;
  return answerTypes(document, operation).some(([type, media]) => (
    STREAM_TYPES.has(type.split(';')[0].trim().toLowerCase()) || member(media, 'itemSchema') !== undefined
  ));
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function requirements(value: unknown): Record<string, string[]>[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isJsonObject).map((requirement) => (
    Object.fromEntries(Object.entries(requirement).map(([scheme, scopes]) => [scheme, texts(scopes)]))
  ));
}
