import { randomUUID } from 'node:crypto';
import { eventBody, headerValues, queryValues, type LocalRequest } from './local-request';
import { logTime, prefixOf, type EventContext } from './rest-event';
import type { RouteMatch } from './route';
import type { JsonObject } from '../private/json';

/**
 * The event of payload format 2.0, which HTTP APIs and function URLs send. HTTP APIs decode the path, function URLs do not.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(request: LocalRequest, match: RouteMatch, context: EventContext, kind: 'http' | 'function-url' = 'http'): JsonObject {
  const headers = headerValues(request);
  const cookies = headers.get('cookie');
  headers.delete('cookie');
  const query = queryValues(request);
  const routeKey = match.route.path === '$default' ? '$default' : `${match.route.method} ${match.route.path}`;
  const path = kind === 'http' ? decodePath(request.rawPath) : request.rawPath;
  const now = new Date();
  const variables = context.stageVariables ?? {};
  const prefix = prefixOf(context);
  return {
    version: '2.0',
    routeKey,
    rawPath: prefix + path,
    rawQueryString: request.rawQuery,
    ...(cookies === undefined ? {} : { cookies: cookies.flatMap((line) => line.split(/;\s*/)) }),
    headers: Object.fromEntries([...headers].map(([name, all]) => [name, all.join(',')])),
    ...(query.size === 0 ? {} : { queryStringParameters: Object.fromEntries([...query].map(([name, all]) => [name, all.join(',')])) }),
    ...(Object.keys(match.parameters).length === 0 ? {} : { pathParameters: match.parameters }),
    ...(Object.keys(variables).length === 0 ? {} : { stageVariables: variables }),
    requestContext: {
      accountId: '123456789012',
      apiId: context.apiId,
      domainName: context.domainName,
      domainPrefix: context.domainName.split('.')[0],
      http: {
        method: request.method,
        path: prefix + path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers.get('user-agent')?.at(-1) ?? '',
      },
      requestId: context.requestId ?? randomUUID(),
      routeKey,
      stage: context.stage,
      time: logTime(now),
      timeEpoch: now.getTime(),
      ...(context.authorizer === undefined ? {} : { authorizer: context.authorizer }),
    },
    ...eventBody(request),
  };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray percent sign is passed on as it came
  }
}
