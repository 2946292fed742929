import { operationName, qualifiedNames } from './operation-name';
import { constructId, parseTemplate, type PathTemplate } from './path-template';
import type { OpenApiDocument } from '../openapi/document';
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
      parameters: parameters.map(declaredParameter),
      facts,
      guard: `${method} ${path}`,
      template,
      constructId: constructId(method, template),
    };
  });
  const qualified = qualifiedNames(named);
  return named.map((operation, index) => ({ ...operation, qualifiedName: qualified[index] }));
}

function declaredParameter(parameter: JsonObject): OperationParameter {
  return {
    in: stringMember(parameter, 'in') ?? '',
    name: stringMember(parameter, 'name') ?? '',
    repeated: JSON.stringify(parameter.schema ?? {}).includes('"type":"array"'),
  };
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
