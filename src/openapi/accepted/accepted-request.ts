import { DeclaredAcceptance } from './declared-acceptance';
import { harmless } from './harmless-schema';
import { entries, isJsonObject, member, stringMember, type JsonObject } from '../../private/json';
import type { OpenApiDocument } from '../document';
import { pathOperations } from '../path-operations';
import { operationFacts } from '../route-facts';

/** What an operation accepts, as far as API Gateway can check it. */
export interface AcceptedRequest {
  /** Schema of a body of `application/json`, in JSON schema draft 4; references lead to `definitions`. */
  readonly body?: JsonObject;
  /** Query parameters that must be there, and not blank. */
  readonly query: readonly string[];
  /** The same of headers. */
  readonly header: readonly string[];
  /** Why the body is left to the app. */
  readonly leftBody?: string;
  /** Parameters that the app needs, and that are left to it: their place and name. */
  readonly leftParameters: readonly string[];
}

/** What all operations of a document accept. */
export interface AcceptedRequests {
  /** By method and path as the document has them. */
  readonly operations: ReadonlyMap<string, AcceptedRequest>;
  /** The schemas that bodies refer to, by name. */
  readonly definitions: JsonObject;
}

/** Names that `method.request.…` can hold. */
const QUERY_NAME = /^[A-Za-z0-9._$-]+$/;
/** Without underscores, which API Gateway may drop, and without what belongs to the connection. */
const HEADER_NAME = /^(?!(?:connection|content-length|expect|host|te|trailer|transfer-encoding|upgrade)$)[A-Za-z0-9-]+$/i;

/**
 * What the operations of a document accept: as the app's own schemas of pydantic say it, where the app wrote the document, and
 * as the document declares it else. It is never less than what the app accepts.
 */
export function acceptedRequests(document: OpenApiDocument): AcceptedRequests {
  const declared = new DeclaredAcceptance(document.content as unknown as JsonObject, Object.keys(document.facts.accepted));
  const operations = new Map(pathOperations(document).map(({ method, path, operation, parameters }): [string, AcceptedRequest] => {
    const facts = operationFacts(operation, `${method} ${path} of ${document.source}`)?.accepts;
    const { body, left, query, header } = facts ?? declared.request(operation, parameters);
    const required = parameters.filter((parameter) => parameter.required === true);
    const sayable = {
      query: query.filter((name) => QUERY_NAME.test(name)),
      header: header.filter((name) => HEADER_NAME.test(name)),
    };
    const hasBody = member(operation, 'requestBody') !== undefined;
    return [`${method} ${path}`, {
      ...sayable,
      body: body && harmless(body),
      leftBody: hasBody && body === undefined ? left ?? 'its body may be anything' : undefined,
      leftParameters: required.map((parameter) => [stringMember(parameter, 'in'), stringMember(parameter, 'name')] as const)
        .filter(([place, name]) => place !== 'path' && !(place === 'query' || place === 'header' ? sayable[place] : []).includes(name ?? ''))
        .map(([place, name]) => `${place} ${name}`),
    }];
  }));
  const given = Object.fromEntries([...entries(document.facts.accepted), ...entries(declared.definitions)]);
  const definitions = Object.fromEntries(entries(given).map(([name, schema]) => [name, isJsonObject(schema) ? harmless(schema) : {}]));
  return { operations, definitions };
}
