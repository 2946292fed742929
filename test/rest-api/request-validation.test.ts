import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { RouteDefinition } from '../../src/api/route-definition';
import { OpenApiSource } from '../../src/app/open-api-source';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { FastApiRestApi, type FastApiRestApiProps } from '../../src/rest-api/fast-api-rest-api';
import { RequestValidation } from '../../src/rest-api/request-validation';
import { messages, rendered } from '../api/fixture';
import { LINTS, lintErrors } from '../api/lint';
import { fastApiApp, messageOf, stack as newStack } from '../integrations/fixture';
import type { Value } from './body/native-view';

const item = { type: 'object', required: ['name'], properties: { 'name': { type: 'string', minLength: 1 }, 'count': { type: 'integer', minimum: 1 }, 'note': { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'Fn::Sub': { type: 'string' } } };
const json = (schema: object, required = true): object => ({ required, content: { 'application/json': { schema } } });
const operation = (operationId: string, more: object = {}): object => ({ operationId, responses: {}, ...more });
const parameter = (place: string, name: string, schema: object, required = true): object => ({ in: place, name, schema, required });

const DOCUMENT = {
  'openapi': '3.1.0',
  'info': { title: 'test', version: '1' },
  'paths': {
    '/items': {
      post: operation('createItem', { requestBody: json({ $ref: '#/components/schemas/Item' }) }),
      get: operation('listItems', {
        parameters: [
          parameter('query', 'limit', { type: 'integer' }), parameter('query', 'sort', { type: 'string' }), parameter('header', 'x-page', { type: 'integer' }),
          parameter('header', 'x_tenant', { type: 'integer' }), parameter('cookie', 'session', { type: 'integer' }), parameter('query', 'page', { type: 'integer' }, false),
        ],
      }),
      put: operation('replaceItems', { requestBody: json({ type: 'array', items: { $ref: '#/components/schemas/Item' } }), parameters: [parameter('query', 'dry', { type: 'boolean' })] }),
      patch: operation('patchItem', { requestBody: json({ $ref: '#/components/schemas/Item' }, false) }),
    },
    '/form': { post: operation('sendForm', { requestBody: { required: true, content: { 'multipart/form-data': { schema: { type: 'object' } } } } }) },
    '/own': { post: { ...operation('own', { requestBody: json({}) }), 'x-cdk-fastapi': { name: 'own', accepts: { body: { $ref: '#/definitions/Loop' }, query: ['q'] } } } },
  },
  'components': { schemas: { Item: item } },
  'x-cdk-fastapi': { accepted: { Loop: { 'type': 'object', 'properties': { more: { $ref: '#/definitions/Loop' }, Ref: {}, definitions: { type: 'string' } }, 'required': ['a'], 'Fn::If': [], 'additionalProperties': false } } },
};

function deploy(props: Partial<FastApiRestApiProps>): { body: Value; text: string; template: Value } {
  const stack = newStack();
  new FastApiRestApi(stack, 'MyApi', { app: fastApiApp([], { openApi: OpenApiSource.fromDocument(structuredClone(DOCUMENT)) }), ...props });
  const { body, template } = rendered(stack);
  return { body, text: messages(stack), template: template.toJSON() };
}

const validatorOf = (body: Value, path: string, method: string): Value => body.paths[path][method]['x-amazon-apigateway-request-validator'];

test('bodies and parameters that the app refuses are refused before a function starts', () => {
  const { body, text } = deploy({ requestValidation: RequestValidation.ALL });
  expect(body['x-amazon-apigateway-request-validators']).toEqual({
    all: { validateRequestBody: true, validateRequestParameters: true },
    body: { validateRequestBody: true, validateRequestParameters: false },
    parameters: { validateRequestBody: false, validateRequestParameters: true },
  });
  expect(validatorOf(body, '/items', 'post')).toBe('body');
  expect(body.paths['/items'].post.requestBody).toEqual({ required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/AcceptedItem' } } } });
  expect(body.components.schemas.AcceptedItem).toEqual({
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string', minLength: 1 },
      count: { anyOf: [{ type: 'string' }, { type: 'number', minimum: 1 }, { type: 'boolean' }] },
      note: { anyOf: [{ type: 'string' }, { $ref: '#/components/schemas/AcceptedNullValue' }] },
    },
  });
  expect(body.components.schemas.AcceptedNullValue.allOf).toHaveLength(5);
  expect(validatorOf(body, '/items', 'get')).toBe('parameters');
  expect(body.paths['/items'].get.parameters.map(({ name, required }: Value) => [name, required])).toEqual([['limit', true], ['x-page', true]]);
  expect(validatorOf(body, '/items', 'put')).toBe('all');
  expect(body.components.schemas.AcceptedReplaceItems).toEqual({ type: 'array', items: { $ref: '#/components/schemas/AcceptedItem' } });
  expect(validatorOf(body, '/items', 'patch')).toBeUndefined();
  expect(validatorOf(body, '/form', 'post')).toBeUndefined();
  // Nothing of a document is read as a function of CloudFormation, and what was left out for it is not refused.
  expect(body.components.schemas.AcceptedLoop).toEqual({ type: 'object', required: ['a'], properties: { more: {}, definitions: { type: 'string' } } });
  expect(text).toContain('API Gateway checks 3 bodies and 4 parameters before a function starts; left to the app: '
    + '`listItems` (GET /items): query sort, header x_tenant, cookie session may be empty or cannot be named; '
    + '`patchItem` (PATCH /items): its body may be left out; `sendForm` (POST /form): its body is not `application/json`');
});

test('refusals have the form of FastAPI, and headers of CORS', () => {
  const responses = deploy({ requestValidation: RequestValidation.BODY }).body['x-amazon-apigateway-gateway-responses'];
  expect(responses.BAD_REQUEST_BODY).toEqual({
    statusCode: '422',
    responseParameters: responses.DEFAULT_4XX.responseParameters,
    responseTemplates: { 'application/json': '{"detail":[{"type":"request_validation","loc":["body"],"msg":$context.error.messageString}]}' },
  });
  expect(responses.BAD_REQUEST_PARAMETERS.statusCode).toBe('422');
  const without = deploy({ requestValidation: RequestValidation.BODY, cors: { allowOrigins: [] } }).body['x-amazon-apigateway-gateway-responses'];
  expect(without.BAD_REQUEST_BODY.responseParameters).toBeUndefined();
});

test.each([
  [RequestValidation.BODY, { createItem: 'body', listItems: undefined, replaceItems: 'body' }],
  [RequestValidation.PARAMETERS, { createItem: undefined, listItems: 'parameters', replaceItems: 'parameters' }],
  [RequestValidation.NONE, { createItem: undefined, listItems: undefined, replaceItems: undefined }],
] as const)('%s alone', (requestValidation, expected) => {
  const { body } = deploy({ requestValidation });
  expect({ createItem: validatorOf(body, '/items', 'post'), listItems: validatorOf(body, '/items', 'get'), replaceItems: validatorOf(body, '/items', 'put') }).toEqual(expected);
  expect(body['x-amazon-apigateway-gateway-responses'].BAD_REQUEST_BODY === undefined).toBe(requestValidation === RequestValidation.NONE);
});

test('single operations, by name', () => {
  const only = deploy({ operationRequestValidation: { createItem: RequestValidation.ALL } }).body;
  expect([validatorOf(only, '/items', 'post'), validatorOf(only, '/items', 'put')]).toEqual(['body', undefined]);
  const except = deploy({ requestValidation: RequestValidation.ALL, operationRequestValidation: { createItem: RequestValidation.NONE } }).body;
  expect([validatorOf(except, '/items', 'post'), validatorOf(except, '/items', 'put')]).toEqual([undefined, 'all']);
  expect(messageOf(() => deploy({ operationRequestValidation: { createitm: RequestValidation.ALL } }))).toMatch(/no operation of this name, got: createitm/);
  expect(messageOf(() => deploy({ requestValidation: 'everything' as RequestValidation }))).toMatch(/`requestValidation` of FastApiRestApi must be one of RequestValidation\.NONE/);
  expect(messageOf(() => deploy({ operationRequestValidation: { createItem: 'everything' as RequestValidation } })))
    .toMatch(/`operationRequestValidation.createItem` must be a RequestValidation, got: everything/);
});

test('an override is not checked, and is refused where it is asked for; what a method says itself stays', () => {
  const integration = new apigateway.HttpIntegration('https://example.com');
  const overridden = (options: apigateway.MethodOptions | undefined, props: Partial<FastApiRestApiProps>): Value => {
    const stack = newStack();
    const app = fastApiApp([], { openApi: OpenApiSource.fromDocument(structuredClone(DOCUMENT)) });
    new FastApiRestApi(stack, 'MyApi', { app, integrations: FastApiRestApi.defaultIntegrations(stack, app).withOverride('createItem', { integration, options }).build(), ...props });
    return rendered(stack).body;
  };
  const plain = overridden(undefined, { requestValidation: RequestValidation.ALL });
  expect([validatorOf(plain, '/items', 'post'), validatorOf(plain, '/items', 'put')]).toEqual([undefined, 'all']);
  expect(messageOf(() => overridden(undefined, { operationRequestValidation: { createItem: RequestValidation.BODY } })))
    .toMatch(/`operationRequestValidation` needs an operation that the app answers, got: body for `createItem` \(POST \/items\), which was overridden/);
  const own = overridden({ requestValidatorOptions: { requestValidatorName: 'mine', validateRequestBody: true } }, { requestValidation: RequestValidation.ALL });
  expect(validatorOf(own, '/items', 'post')).toBe('mine');
});

test('the documentation beside it makes nothing stricter', () => {
  const { body } = deploy({ requestValidation: RequestValidation.ALL, documentation: true });
  expect(body.paths['/items'].post.requestBody.content['application/json'].schema).toEqual({ $ref: '#/components/schemas/AcceptedItem' });
  expect(body.paths['/items'].get.parameters.map(({ name, required }: Value) => [name, required === true])).toEqual([
    ['limit', true], ['sort', false], ['x-page', true], ['x_tenant', false], ['page', false],
  ]);
  // No validator, or one of parameters alone, looks at bodies.
  const parameters = deploy({ requestValidation: RequestValidation.PARAMETERS, documentation: true }).body;
  expect(parameters.paths['/items'].put.requestBody.content['application/json'].schema.items).toEqual({ $ref: '#/components/schemas/Item' });
});

test('as resources it is the same', () => {
  const { template } = deploy({ requestValidation: RequestValidation.ALL, definition: RouteDefinition.RESOURCES });
  const of = (type: string): Value[] => Object.values<Value>(template.Resources).filter(({ Type }) => Type === `AWS::ApiGateway::${type}`).map(({ Properties }) => Properties);
  expect(of('RequestValidator').map(({ Name }) => Name).sort()).toEqual(['all', 'body', 'parameters']);
  expect(of('Model').map(({ Name }) => Name).sort()).toEqual(['AcceptedItem', 'AcceptedLoop', 'AcceptedNullValue', 'AcceptedReplaceItems']);
  expect(of('Method').filter(({ RequestModels }) => RequestModels !== undefined)).toHaveLength(3);
});

test('an HTTP API checks no requests', () => {
  const stack = newStack();
  const props = { app: fastApiApp(), requestValidation: RequestValidation.ALL };
  expect(messageOf(() => new FastApiHttpApi(stack, 'Api', props))).toMatch(/`requestValidation` of FastApiHttpApi must be left out: HTTP APIs check no requests, got: "all"; use `FastApiRestApi`/);
});

(LINTS ? test : test.skip)('cfn-lint finds no error in either form (where it is installed)', () => {
  const made = [RouteDefinition.BODY, RouteDefinition.RESOURCES].map((definition) => deploy({ requestValidation: RequestValidation.ALL, definition }).template as object);
  expect(lintErrors(made)).toEqual([]);
});
