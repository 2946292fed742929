import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { OpenApiSource } from '../../src/app/open-api-source';
import { RestApiAuth } from '../../src/rest-api/auth';
import { FastApiRestApi, type FastApiRestApiProps } from '../../src/rest-api/fast-api-rest-api';
import { rendered } from '../api/fixture';
import { documentOf, fastApiApp, type Row, stack as newStack } from '../integrations/fixture';
import { pythonFunction } from './body/everything';
import type { Value } from './body/native-view';

const ROWS: Row[] = [['get', '/items/{item_id}', 'readItem'], ['get', '/health', 'health'], ['post', '/items', 'createItem']];

/** The app, whose `readItem` declares a query parameter, a header and a cookie. */
function app(parameters: readonly Value[] = [{ name: 'page', in: 'query', schema: { type: 'integer' } }, { name: 'accept-language', in: 'header', schema: {} }, { name: 'session', in: 'cookie', schema: {} }]) {
  const document = documentOf(ROWS) as Value;
  document.paths['/items/{item_id}'].get.parameters.push(...parameters);
  document.components = { ...document.components, schemas: { ...document.components?.schemas, Tags: { type: 'array', items: { $ref: '#/components/schemas/Tags' } } } };
  return fastApiApp(ROWS, { openApi: OpenApiSource.fromDocument(document) });
}

type Auth = (stack: ReturnType<typeof newStack>) => RestApiAuth;

function operations(props: Partial<FastApiRestApiProps>, auth: Auth = () => RestApiAuth.none(), its = app()): Value {
  const stack = newStack();
  new FastApiRestApi(stack, 'MyApi', { app: its, auth: auth(stack), ...props });
  return rendered(stack).body.paths;
}

const keysOf = (operation: Value): string[] => (operation['x-amazon-apigateway-integration'].cacheKeyParameters ?? []).map((key: string) => key.replace('method.request.', ''));
const ALL = { deployOptions: { cachingEnabled: true, cacheClusterEnabled: true } };
const DECLARED = ['path.item_id', 'querystring.page', 'header.accept-language', 'header.Cookie'];

test('a cached operation is told apart by what it declares to read; each key is a declared parameter', () => {
  const paths = operations(ALL);
  const read = paths['/items/{item_id}'].get;
  expect(keysOf(read)).toEqual(DECLARED);
  expect(read.parameters.map(({ name, in: location, required }: Value) => [name, location, required])).toEqual([
    ['item_id', 'path', true], ['page', 'query', false], ['accept-language', 'header', false], ['Cookie', 'header', false],
  ]);
  expect(keysOf(paths['/health'].get)).toEqual([]);
  // Of other methods a stage caches none.
  expect(keysOf(paths['/items'].post)).toEqual([]);
});

test.each<[string, Auth, string[]]>([
  ['a signature', () => RestApiAuth.iam(), ['header.Authorization', 'querystring.X-Amz-Signature']],
  ['a user pool', (stack) => RestApiAuth.cognito({ userPools: [new cognito.UserPool(stack, 'Pool')] }), ['header.Authorization']],
  ['an authorizer', (stack) => RestApiAuth.custom(new apigateway.RequestAuthorizer(stack, 'Request', {
    handler: pythonFunction(stack, 'Handler'), identitySources: [apigateway.IdentitySource.header('X-Key'), apigateway.IdentitySource.queryString('tenant')],
  })), ['header.X-Key', 'querystring.tenant']],
])('callers are told apart by %s', (_what, auth, expected) => {
  const paths = operations(ALL, auth);
  expect(keysOf(paths['/items/{item_id}'].get)).toEqual([...DECLARED, ...expected]);
  expect(keysOf(paths['/health'].get)).toEqual(expected);
});

test('an operation is cached, or not, by the options of its method', () => {
  const only = operations({ deployOptions: { methodOptions: { '/items/{item_id}/GET': { cachingEnabled: true } } } });
  expect(keysOf(only['/items/{item_id}'].get)).toEqual(DECLARED);
  const except = operations({ deployOptions: { cachingEnabled: true, methodOptions: { '/items/{item_id}/GET': { cachingEnabled: false } } } }, () => RestApiAuth.iam());
  expect(keysOf(except['/items/{item_id}'].get)).toEqual([]);
  expect(keysOf(except['/health'].get)).toEqual(['header.Authorization', 'querystring.X-Amz-Signature']);
});

test('keys that an integration says itself stay', () => {
  const its = app();
  const stack = newStack();
  const integration = new apigateway.HttpIntegration('https://example.com', { options: { cacheKeyParameters: ['method.request.path.item_id'] } });
  const integrations = FastApiRestApi.defaultIntegrations(stack, its).withOverrides({ readItem: { integration, options: { requestParameters: { 'method.request.path.item_id': true } } } }).build();
  new FastApiRestApi(stack, 'MyApi', { app: its, auth: RestApiAuth.none(), integrations, ...ALL });
  expect(keysOf(rendered(stack).body.paths['/items/{item_id}'].get)).toEqual(['path.item_id']);
});

test('nothing is said where nothing is cached', () => expect(JSON.stringify(operations({}))).not.toContain('cacheKey'));

test.each<[string, Partial<FastApiRestApiProps>, Auth, Value[], RegExp]>([
  ['a list in the query', ALL, () => RestApiAuth.none(), [{ name: 'tag', in: 'query', schema: { anyOf: [{ type: 'array' }, { type: 'null' }] } }],
    /`cachingEnabled` for `readItem`.* one value of a query parameter, got: the list `tag`; leave it out by `methodOptions: { "\/items\/{item_id}\/GET": { cachingEnabled: false } }`/],
  ['a list or null', ALL, () => RestApiAuth.none(), [{ name: 'tag', in: 'query', schema: { type: ['array', 'null'], items: {} } }], /got: the list `tag`/],
  ['a list by reference', ALL, () => RestApiAuth.none(), [{ name: 'tag', in: 'query', schema: { anyOf: [{ $ref: '#/components/schemas/Tags' }, { type: 'null' }] } }], /got: the list `tag`/],
  ['an identity that is no part of the request', ALL, (stack) => RestApiAuth.custom(new apigateway.RequestAuthorizer(stack, 'Request', {
    handler: pythonFunction(stack, 'Handler'), identitySources: [apigateway.IdentitySource.context('identity.sourceIp')],
  })), [], /got: an identity source that is no part of the request, context.identity.sourceIp/],
  ['a catch-all route', { ...ALL, catchAll: true }, () => RestApiAuth.none(), [], /`cachingEnabled` of `deployOptions` cannot stand beside `catchAll`/],
])('%s is refused', (_what, props, auth, parameters, message) => expect(() => operations(props, auth, app(parameters))).toThrow(message));
