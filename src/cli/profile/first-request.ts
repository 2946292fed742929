import type { Operation } from '../../operations/operation';

/** The operation that is asked first: the one that is named, else the first that needs no parameter in its path. */
export function firstOperation(operations: readonly Operation[], named?: Operation): Operation | undefined {
  return named ?? operations.find(({ method, path, streaming }) => method === 'GET' && !path.includes('{') && !streaming);
}

/** The event by which a REST API asks for an operation, with `1` for each parameter of its path and no body. */
export function eventFor({ method, path }: Operation): object {
  const asked = path.replace(/\{[^{}]*\}/g, '1');
  const headers = { 'host': 'profile.execute-api.us-east-1.amazonaws.com', 'accept': '*/*', 'x-forwarded-proto': 'https' };
  return {
    resource: '/{proxy+}',
    path: asked,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: asked.slice(1) },
    stageVariables: null,
    requestContext: {
      resourcePath: '/{proxy+}',
      httpMethod: method,
      path: `/prod${asked}`,
      protocol: 'HTTP/1.1',
      stage: 'prod',
      domainName: headers.host,
      requestId: 'profile',
      identity: { sourceIp: '192.0.2.1' },
    },
    body: null,
    isBase64Encoded: false,
  };
}
