import { evaluate, TemplateReferences } from '../../src/local/assembly/intrinsics';
import { evaluatePolicy } from '../../src/local/authorizers/policy';
import { answerHeaders, preflightHeaders, readCors } from '../../src/local/gateway/cors-configuration';
import { gatewayAnswer, readGatewayResponses } from '../../src/local/gateway/gateway-response';
import type { MockIntegration } from '../../src/local/gateway/integration';
import { checkRequest, readRules } from '../../src/local/gateway/request-rules';
import { TemplateAnswer } from '../../src/local/gateway/template-answer';
import { isLoopbackHost } from '../../src/local/host';
import type { LocalRequest } from '../../src/local/local-request';
import type { Json } from '../../src/private/json';

const request = (headers: Record<string, string> = {}, more: Partial<LocalRequest> = {}): LocalRequest =>
  ({ method: 'GET', rawPath: '/items', rawQuery: '', headers: Object.entries(headers), body: Buffer.alloc(0), sourceIp: '127.0.0.1', ...more });
const context = { requestId: 'r', stage: 'prod', stageVariables: { color: 'red' } };

describe('CORS of an HTTP API', () => {
  const cors = (allowOrigins: string[], allowCredentials = false) =>
    readCors({ allowOrigins, allowCredentials, allowMethods: ['GET', '*'], allowHeaders: ['X-One'], exposeHeaders: ['X-Two'], maxAge: 60 }, 'http')!;

  test.each([
    [['*'], false, 'https://a.example', '*'],
    [['*'], true, 'https://a.example', 'https://a.example'],
    [['https://a.example'], false, 'https://a.example', 'https://a.example'],
    [['https://a.example'], false, 'https://b.example', undefined],
    [['https://*'], false, 'https://b.example', 'https://b.example'],
    [['https://*'], false, 'http://b.example', undefined],
  ])('%j with credentials %j answers %s with %s', (origins, credentials, origin, expected) => {
    const settings = cors(origins, credentials);
    const asked = request({ origin });
    expect(Object.fromEntries(answerHeaders(settings, asked))['access-control-allow-origin']).toBe(expected);
    const preflight = Object.fromEntries(preflightHeaders(settings, asked));
    expect(preflight['access-control-allow-origin']).toBe(expected);
    expect(preflight['access-control-max-age']).toBe(expected === undefined ? undefined : '60');
  });

  test('without settings there is nothing', () => {
    expect(readCors(undefined, 'http')).toBeUndefined();
    expect(readCors({}, 'function-url')).toBeUndefined();
  });
});

describe('gateway responses', () => {
  const responses = readGatewayResponses({
    DEFAULT_4XX: { responseParameters: { 'gatewayresponse.header.X-Said': '\'text\'', 'gatewayresponse.header.X-Origin': 'method.request.header.Origin' } },
    UNAUTHORIZED: { statusCode: '418', responseTemplates: { 'application/json': '{"why":$context.error.messageString,"type":"$context.error.responseType","color":"$stageVariables.color"}' } },
  });
  const answer = (type: Parameters<typeof gatewayAnswer>[1]) => gatewayAnswer(responses, type, { ...context, request: request({ origin: 'https://a.example' }) });

  test('the general one stands for all of its class', () => {
    const { status, headers, body } = answer('NOT_FOUND');
    expect([status, body.toString()]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect(Object.fromEntries(headers)).toMatchObject({ 'x-said': 'text', 'x-origin': 'https://a.example', 'x-amzn-errortype': 'MissingAuthenticationTokenException' });
    expect(Object.fromEntries(answer('MALFORMED_ANSWER').headers)).not.toHaveProperty('x-said');
  });

  test('one of its own has its status and its words', () => {
    const { status, body } = answer('UNAUTHORIZED');
    expect([status, JSON.parse(body.toString())]).toEqual([418, { why: 'Unauthorized', type: 'UNAUTHORIZED', color: 'red' }]);
  });
});

describe('mock integrations', () => {
  const integration: MockIntegration = {
    kind: 'mock',
    requestTemplates: { 'application/json': '{"statusCode": #if($input.params("fail") == "yes")500#{else}200#end}' },
    responses: [
      { pattern: undefined, statusCode: 200, headers: { 'X-Said': '\'text\'' }, templates: { 'application/json': '{"id":"$input.params("id")","stage":"$context.stage"}' } },
      { pattern: '5\\d{2}', statusCode: 503, headers: {}, templates: { 'application/json': '#set($context.responseOverride.header.X-Why = "asked")no' } },
    ],
  };
  const answer = (rawQuery: string) => new TemplateAnswer(integration, request({}, { rawQuery }), { parameters: { id: '7' } }, context).ofMock();

  test('the request template chooses the response', () => {
    expect(answer('')).toMatchObject({ status: 200, body: Buffer.from('{"id":"7","stage":"prod"}') });
    expect(Object.fromEntries(answer('').headers)).toMatchObject({ 'x-said': 'text', 'content-type': 'application/json' });
    expect(answer('fail=yes')).toMatchObject({ status: 503, body: Buffer.from('no') });
    expect(Object.fromEntries(answer('fail=yes').headers)).toMatchObject({ 'x-why': 'asked' });
  });

  test('a template that gives no status is an error', () => {
    expect(() => new TemplateAnswer({ ...integration, requestTemplates: { 'application/json': 'nothing' } }, request(), { parameters: {} }, context).ofMock()).toThrow(/must give a `statusCode`, got: nothing/);
  });
});

test.each([
  [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:x/prod/GET/*' }, 'allow'],
  [{ Effect: 'Allow', Action: '*', Resource: ['arn:y', 'arn:x/*'] }, 'allow'],
  [[{ Effect: 'Allow', Action: 'execute-api:*', Resource: '*' }, { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: 'arn:x/prod/GET/items' }], 'deny'],
  [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }, 'silent'],
  [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:x/prod/GET/item?' }, 'allow'],
  [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:x/prod/GET/item' }, 'silent'],
])('a policy with %j says %s', (statement, expected) => {
  expect(evaluatePolicy({ Statement: statement } as Json, 'arn:x/prod/GET/items')).toBe(expected);
});

test('an answer without a policy says nothing at all', () => {
  expect(evaluatePolicy({ Version: '2012-10-17' }, 'arn:x')).toBeUndefined();
});

test('validators check parameters and bodies', () => {
  const document: Json = {
    'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
    'components': { schemas: { Item: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } } },
  };
  const rules = readRules({
    'x-amazon-apigateway-request-validator': 'all',
    'parameters': [{ name: 'q', in: 'query', required: true }, { name: 'X-Key', in: 'header', required: true }],
    'requestBody': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } },
  }, document)!;
  const checked = (rawQuery: string, headers: Record<string, string>, body: string) => checkRequest(rules, request(headers, { rawQuery, body: Buffer.from(body) }));
  expect(checked('', {}, '{}')).toEqual({ type: 'BAD_REQUEST_PARAMETERS', message: 'Missing required request parameters: [X-Key, q]' });
  expect(checked('q=1', { 'x-key': 'k' }, '{}')).toEqual({ type: 'BAD_REQUEST_BODY' });
  expect(checked('q=1', { 'x-key': 'k' }, 'no JSON')).toEqual({ type: 'BAD_REQUEST_BODY' });
  expect(checked('q=1', { 'x-key': 'k' }, '{"name":"n"}')).toBeUndefined();
  expect(readRules({}, document)).toBeUndefined();
});

test('intrinsic functions are carried out where nothing is missing', () => {
  const known = new TemplateReferences({ Parameters: { P: { Default: 'p' } }, Resources: { Fn: { Type: 'AWS::Lambda::Function' }, Table: { Type: 'AWS::DynamoDB::Table' } } });
  const cases: [Json, Json | undefined][] = [
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'P' }, 'p'],
    [{ Ref: 'Table' }, undefined],
    [{ 'Fn::GetAtt': ['Fn', 'Arn'] }, 'arn:aws:lambda:us-east-1:123456789012:function:Fn'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'P' }]] }, 'a-p'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Table' }]] }, undefined],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::Sub': 'x${AWS::Partition}/${P}/${!kept}' }, 'xaws/p/${kept}'],
    [{ 'Fn::Sub': ['${Own}/${Table}', { Own: 'o' }] }, undefined],
    [{ 'Fn::Sub': ['${Own}', { Own: { Ref: 'P' } }] }, 'p'],
    [{ 'Fn::ImportValue': 'x' }, undefined],
    [{ a: [{ Ref: 'P' }] }, { a: ['p'] }],
  ];
  for (const [given, expected] of cases) expect([given, evaluate(given, known)]).toEqual([given, expected]);
});

test.each([
  ['localhost:8000', true], ['127.0.0.1', true], ['[::1]:80', true], ['shop.localhost:1', true],
  ['localhost.example', false], ['127.0.0.1.example:80', false], ['192.168.1.1', false], [undefined, false], ['', false],
])('the host %s is this machine: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
