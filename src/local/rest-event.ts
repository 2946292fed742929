import { randomUUID } from 'node:crypto';
import { eventBody, headerValues, queryValues, type LocalRequest } from './local-request';
import type { RouteMatch } from './route';
import type { JsonObject } from '../private/json';

/** What of an event depends on the API and not on the request. */
export interface EventContext {
  readonly apiId: string;
  readonly stage: string;
  readonly domainName: string;
  /** Whether a REST API's binary media types hold all types, so that every body comes in base64. Default: no. */
  readonly allBinary?: boolean;
}

/**
 * The event that a REST API sends to a Lambda proxy integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function restEvent(request: LocalRequest, match: RouteMatch, context: EventContext): JsonObject {
  const headers = headerValues(request);
  const query = queryValues(request);
  const body = context.allBinary && request.body.length > 0 ? { body: request.body.toString('base64'), isBase64Encoded: true } : eventBody(request);
  return {
    resource: match.route.path,
    path: request.rawPath,
    httpMethod: request.method,
    headers: lasts(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size === 0 ? null : lasts(query),
    multiValueQueryStringParameters: query.size === 0 ? null : Object.fromEntries(query),
    pathParameters: Object.keys(match.parameters).length === 0 ? null : match.parameters,
    stageVariables: null,
    requestContext: {
      resourcePath: match.route.path,
      httpMethod: request.method,
      path: `/${context.stage}${request.rawPath}`,
      stage: context.stage,
      apiId: context.apiId,
      domainName: context.domainName,
      domainPrefix: context.domainName.split('.')[0],
      accountId: '123456789012',
      protocol: 'HTTP/1.1',
      requestId: randomUUID(),
      requestTimeEpoch: Date.now(),
      identity: { sourceIp: request.sourceIp, userAgent: headers.get('user-agent')?.at(-1) ?? null },
    },
    ...body,
  };
}

function lasts(values: Map<string, string[]>): JsonObject {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1)]));
}
