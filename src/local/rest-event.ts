import { randomUUID } from 'node:crypto';
import { eventBody, headerValues, queryValues, type LocalRequest } from './local-request';
import type { RouteMatch } from './route';
import type { Json, JsonObject } from '../private/json';

/** What of an event depends on the API and not on the request. */
export interface EventContext {
  readonly apiId: string;
  readonly stage: string;
  readonly domainName: string;
  /** Of the custom domain by which the request came: `/v1`, or nothing. Default: it came by the API's own name. */
  readonly basePath?: string;
  /** Whether a REST API's binary media types hold all types, so that every body comes in base64. Default: no. */
  readonly allBinary?: boolean;
  /** Media types of a REST API whose bodies come in base64. Default: what is no text comes so. */
  readonly binaryMediaTypes?: readonly string[];
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** Default: a new one. */
  readonly requestId?: string;
  /** What the authorizer says of the caller. */
  readonly authorizer?: JsonObject;
  /** What a REST API says of the caller beside. */
  readonly identity?: JsonObject;
}

/**
 * The event that a REST API sends to a Lambda proxy integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function restEvent(request: LocalRequest, match: RouteMatch, context: EventContext): JsonObject {
  return { ...firstVersion(request, match, context, `${context.basePath ?? ''}${request.rawPath}`), ...restBody(request, context) };
}

/**
 * The event of payload format 1.0, which an HTTP API sends where the integration says so.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEventOfFirstVersion(request: LocalRequest, match: RouteMatch, context: EventContext): JsonObject {
  const path = `${prefixOf(context)}${decoded(request.rawPath)}`;
  return { version: '1.0', ...firstVersion(request, match, context, path), ...eventBody(request) };
}

function firstVersion(request: LocalRequest, match: RouteMatch, context: EventContext, path: string): JsonObject {
  const headers = headerValues(request);
  const query = queryValues(request);
  const now = new Date();
  const requestId = context.requestId ?? randomUUID();
  const variables = context.stageVariables ?? {};
  return {
    resource: match.route.path,
    path,
    httpMethod: request.method,
    headers: lasts(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size === 0 ? null : lasts(query),
    multiValueQueryStringParameters: query.size === 0 ? null : Object.fromEntries(query),
    pathParameters: Object.keys(match.parameters).length === 0 ? null : match.parameters,
    stageVariables: Object.keys(variables).length === 0 ? null : variables,
    requestContext: {
      resourceId: 'local',
      resourcePath: match.route.path,
      httpMethod: request.method,
      extendedRequestId: requestId,
      requestTime: logTime(now),
      path: `${prefixOf(context)}${request.rawPath}`,
      accountId: '123456789012',
      protocol: 'HTTP/1.1',
      stage: context.stage,
      domainPrefix: context.domainName.split('.')[0],
      requestTimeEpoch: now.getTime(),
      requestId,
      domainName: context.domainName,
      apiId: context.apiId,
      identity: { sourceIp: request.sourceIp, userAgent: headers.get('user-agent')?.at(-1) ?? null, ...context.identity },
      ...(context.authorizer === undefined ? {} : { authorizer: context.authorizer }),
    },
  };
}

/** A REST API sends as text what is none of its binary media types. */
function restBody(request: LocalRequest, context: EventContext): { body: Json; isBase64Encoded: boolean } {
  if (request.body.length === 0) return { body: null, isBase64Encoded: false };
  if (context.allBinary) return { body: request.body.toString('base64'), isBase64Encoded: true };
  if (context.binaryMediaTypes === undefined) return eventBody(request);
  const type = headerValues(request).get('content-type')?.[0]?.split(';')[0].trim() ?? '';
  const isBinary = context.binaryMediaTypes.includes(type);
  return { body: request.body.toString(isBinary ? 'base64' : 'utf8'), isBase64Encoded: isBinary };
}

/** What an API puts before the path: the base path of a custom domain, else the stage. */
export function prefixOf({ basePath, stage }: EventContext): string {
  return basePath ?? (stage === '$default' ? '' : `/${stage}`);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray percent sign is passed on as it came
  }
}

/** `30/Nov/2026:20:01:02 +0000` */
export function logTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

function lasts(values: Map<string, string[]>): JsonObject {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1)]));
}
