import { httpEvent } from '../../src/local/http-event';
import type { LocalRequest } from '../../src/local/local-request';
import { proxyAnswer } from '../../src/local/proxy-answer';
import { restEvent } from '../../src/local/rest-event';
import type { RouteMatch } from '../../src/local/route';

const request: LocalRequest = {
  method: 'POST',
  rawPath: '/items/a%20b',
  rawQuery: 'tag=x&tag=y%26z',
  headers: [['Content-Type', 'application/json'], ['X-Twice', '1'], ['x-twice', '2'], ['Cookie', 'a=1; b=2']],
  body: Buffer.from('{"name":"é"}'),
  sourceIp: '127.0.0.1',
};
const match: RouteMatch = { route: { method: 'POST', path: '/items/{id}' }, parameters: { id: 'a b' } };
const context = { apiId: 'api', stage: 'prod', domainName: 'api.execute-api.us-east-1.amazonaws.com' };

test('a REST API event has the path without the stage, and every value of headers and query', () => {
  expect(restEvent(request, match, context)).toMatchObject({
    resource: '/items/{id}',
    path: '/items/a%20b',
    pathParameters: { id: 'a b' },
    headers: { 'x-twice': '2' },
    multiValueHeaders: { 'x-twice': ['1', '2'] },
    queryStringParameters: { tag: 'y&z' },
    multiValueQueryStringParameters: { tag: ['x', 'y&z'] },
    requestContext: { path: '/prod/items/a%20b', stage: 'prod' },
    body: '{"name":"é"}',
    isBase64Encoded: false,
  });
});

test('an HTTP API event joins values with commas, takes the cookies out, and has the named stage in its path', () => {
  const event = httpEvent(request, match, context);
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /items/{id}',
    rawPath: '/prod/items/a b',
    rawQueryString: 'tag=x&tag=y%26z',
    cookies: ['a=1', 'b=2'],
    headers: { 'x-twice': '1,2' },
    queryStringParameters: { tag: 'x,y&z' },
  });
  expect(event.headers).not.toHaveProperty('cookie');
  expect(httpEvent(request, match, { ...context, stage: '$default' })).toMatchObject({ rawPath: '/items/a b' });
  expect(httpEvent(request, match, { ...context, stage: '$default' }, 'function-url')).toMatchObject({ rawPath: '/items/a%20b' });
});

test('the default route has no method, no path and no parameters in its key', () => {
  const event = httpEvent(request, { route: { ...match.route, method: 'ANY', path: '$default' }, parameters: {} }, context);
  expect(event).toMatchObject({ routeKey: '$default', requestContext: { routeKey: '$default' } });
  expect(event).not.toHaveProperty('pathParameters');
});

test('what is not text is sent in base64', () => {
  const binary = { ...request, headers: [['content-type', 'image/png']] as const, body: Buffer.from([0, 255]) };
  expect(restEvent(binary, match, context)).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
  expect(restEvent(request, match, { ...context, allBinary: true })).toMatchObject({ body: request.body.toString('base64'), isBase64Encoded: true });
  expect(restEvent({ ...request, body: Buffer.alloc(0) }, match, context)).toMatchObject({ body: null, isBase64Encoded: false });
});

test('an answer has the multi-value headers before the single ones, and its cookies', () => {
  const answer = proxyAnswer({
    statusCode: 201,
    headers: { 'X-A': 'no', 'X-B': 'yes' },
    multiValueHeaders: { 'x-a': ['1', '2'] },
    cookies: ['c=1'],
    body: 'AP8=',
    isBase64Encoded: true,
  });
  expect(answer.status).toBe(201);
  expect(answer.headers).toEqual([['x-b', 'yes'], ['x-a', '1'], ['x-a', '2'], ['set-cookie', 'c=1']]);
  expect([...answer.body]).toEqual([0, 255]);
});

test.each([[null], ['text'], [{}], [{ statusCode: 99 }], [{ statusCode: 600 }], [{ statusCode: 'ok' }]])('an answer of %j is a 502', (payload) => {
  expect(() => proxyAnswer(payload)).toThrow(/must answer with a `statusCode`/);
});
