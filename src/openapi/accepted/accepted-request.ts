import { DeclaredAcceptance } from './declared-acceptance';
import { harmless } from './harmless-schema';
import { entries, isJsonObject, member, stringMember, type JsonObject } from '../../private/json';
import type { OpenApiDocument } from '../document';
import { pathOperations } from '../path-operations';
import { operationFacts } from '../route-facts';

/** The requests that an operation accepts, as far as API Gateway can check them. */
export interface AcceptedRequest {
  /** JSON schema (draft 4) of an `application/json` body, with references to `definitions`. */
  readonly body?: JsonObject;
  /** Required query parameters, which must not be blank. */
  readonly query: readonly string[];
  /** Required headers, which must not be blank. */
  readonly header: readonly string[];
  /** The reason why API Gateway does not check the body. */
  readonly leftBody?: string;
  /** Required parameters that API Gateway does not check: location and name. */
  readonly leftParameters: readonly string[];
}

/** The requests that the operations of a document accept. */
export interface AcceptedRequests {
  /** By method and path as in the document, such as `GET /items/{item_id}`. */
  readonly operations: ReadonlyMap<string, AcceptedRequest>;
  /** The schemas that bodies refer to, by name. */
  readonly definitions: JsonObject;
}

/** Names of query parameters that can be written as `method.request.querystring.NAME`. */
const QUERY_NAME = /^[A-Za-z0-9._$-]+$/;
/** Names of headers without underscores, because API Gateway may drop such headers, and without headers of the connection. */
const HEADER_NAME = /^(?!(?:connection|content-length|expect|host|te|trailer|transfer-encoding|upgrade)$)[A-Za-z0-9-]+$/i;

/**
 * The requests that the operations of a document accept: by the app's own pydantic schemas if the app wrote the document, else by
 * the document's declarations. The result is never stricter than the app.
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
