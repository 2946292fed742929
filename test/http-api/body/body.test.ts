import { App, Aspects, CfnCondition, CfnOutput, CfnParameter, Fn, type IAspect, NestedStack, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration, HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { httpBody } from '../../../src/http-api/body/body';
import { parseRouteKey } from '../../../src/http-api/body/route-key';
import { pythonFunction } from '../../rest-api/body/everything';
import type { Value } from '../../rest-api/body/native-view';

function newStack(): Stack {
  return new Stack(new App(), 'Stack');
}

const url = (id: string) => new HttpUrlIntegration(id, 'https://example.com');

/** An API with `GET /items`, embodied. */
function itemsApi(stack: Stack, id = 'Api') {
  const api = new apigatewayv2.HttpApi(stack, id);
  httpBody(api);
  const [route] = api.addRoutes({ path: '/items', methods: [apigatewayv2.HttpMethod.GET], integration: url('Url') });
  return { api, resource: api.node.defaultChild as apigatewayv2.CfnApi, route: route.node.defaultChild as apigatewayv2.CfnRoute };
}

function bodies(stack: Stack): Value[] {
  return Object.values<Value>(Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Api')).map((resource) => resource.Properties.Body);
}

describe('what is in the body', () => {
  test('routes that are added later, by an aspect or as L1 constructs', () => {
    const stack = newStack();
    const { api } = itemsApi(stack);
    api.addRoutes({ path: '/late', integration: url('Late') });
    class AddsRoute implements IAspect {
      public visit(node: IConstruct) {
        if (node === api) api.addRoutes({ path: '/aspect', integration: url('Aspect') });
      }
    }
    Aspects.of(stack).add(new AddsRoute());
    const integration = new apigatewayv2.CfnIntegration(stack, 'Raw', { apiId: api.apiId, integrationType: 'HTTP_PROXY', integrationUri: 'https://raw.example', integrationMethod: 'GET' });
    new apigatewayv2.CfnRoute(stack, 'RawRoute', { apiId: api.apiId, routeKey: 'GET /raw', target: `integrations/${integration.ref}` });
    const [body] = bodies(stack);
    expect(Object.keys(body.paths)).toEqual(['/items', '/late', '/aspect', '/raw']);
    expect(body.paths['/raw'].get['x-amazon-apigateway-integration']).toEqual({ type: 'http_proxy', uri: 'https://raw.example', httpMethod: 'GET' });
  });

  test('nothing of another API in the stack, with or without a body', () => {
    const stack = newStack();
    itemsApi(stack, 'One');
    itemsApi(stack, 'Two').api.addRoutes({ path: '/', integration: url('Root') });
    new apigatewayv2.HttpApi(stack, 'Native').addRoutes({ path: '/native', integration: url('Native') });
    expect(bodies(stack).map((body) => body && Object.keys(body.paths))).toEqual([['/items'], ['/items', '/'], undefined]);
    Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Route', 1);
  });

  test('overrides of a route and of the API; those of the body win', () => {
    const stack = newStack();
    const { resource, route } = itemsApi(stack);
    route.addPropertyOverride('OperationName', 'listItems');
    resource.addPropertyOverride('Name', 'other');
    resource.addPropertyOverride('CorsConfiguration.AllowOrigins', ['https://a.example']);
    resource.addPropertyOverride('Tags.team', 'books');
    resource.addPropertyOverride('Body.info.version', '2.0');
    const [{ Properties: properties }] = Object.values<Value>(Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Api'));
    expect(Object.keys(properties)).toEqual(['Body', 'FailOnWarnings']);
    expect(properties.Body).toMatchObject({
      'info': { title: 'other', version: '2.0' },
      'tags': [{ 'name': 'team', 'x-amazon-apigateway-tag-value': 'books' }],
      'x-amazon-apigateway-cors': { allowOrigins: ['https://a.example'] },
      'paths': { '/items': { get: { operationId: 'listItems' } } },
    });
  });

  test('tags of the stack', () => {
    const stack = newStack();
    itemsApi(stack);
    Tags.of(stack).add('team', 'books');
    expect(bodies(stack)[0].tags).toEqual([{ 'name': 'team', 'x-amazon-apigateway-tag-value': 'books' }]);
  });
});

test('an import fails where a route, an integration or an authorizer cannot be made; an escape hatch says otherwise', () => {
  const stack = newStack();
  const { resource } = itemsApi(stack);
  itemsApi(stack, 'Lenient').resource.addPropertyOverride('FailOnWarnings', false);
  const apis = Object.values<Value>(Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Api'));
  expect(apis.map(({ Properties }) => Properties.FailOnWarnings)).toEqual([true, false]);
  expect(resource.failOnWarnings).toBe(true);
});

test('authorizers have names that OpenAPI has for components', () => {
  const stack = newStack();
  const { api } = itemsApi(stack);
  api.addRoutes({ path: '/', integration: url('Root'), authorizer: new HttpJwtAuthorizer('My Authorizer (é)', 'https://issuer.example', { jwtAudience: ['a'] }) });
  const [body] = bodies(stack);
  expect(Object.keys(body.components.securitySchemes)).toEqual(['My-Authorizer----']);
  expect(body.paths['/']['x-amazon-apigateway-any-method'].security).toEqual([{ 'My-Authorizer----': [] }]);
});

test('changes of an answer stand by status code, as exports have them', () => {
  const stack = newStack();
  const { api } = itemsApi(stack);
  const integration = new apigatewayv2.CfnIntegration(stack, 'Raw', {
    apiId: api.apiId,
    integrationType: 'HTTP_PROXY',
    integrationUri: 'https://raw.example',
    integrationMethod: 'GET',
    responseParameters: {
      200: { ResponseParameters: [{ Destination: 'append:header.x-a', Source: '$context.requestId' }, { Destination: 'overwrite:statuscode', Source: '201' }] },
      404: { ResponseParameters: [{ Destination: 'remove:header.x-b', Source: "''" }] },
    },
  });
  new apigatewayv2.CfnRoute(stack, 'RawRoute', { apiId: api.apiId, routeKey: 'GET /raw', target: `integrations/${integration.ref}` });
  expect(bodies(stack)[0].paths['/raw'].get['x-amazon-apigateway-integration'].responseParameters).toEqual({
    200: { 'append:header.x-a': '$context.requestId', 'overwrite:statuscode': '201' }, 404: { 'remove:header.x-b': "''" },
  });
});

describe('what depends on routes', () => {
  test('waits for the API, as the API waits for what its routes wait for', () => {
    const stack = newStack();
    const { route } = itemsApi(stack);
    const [before, after] = ['Before', 'After'].map((id) => pythonFunction(stack, id));
    route.addDependency(before.node.defaultChild as lambda.CfnFunction);
    (after.node.defaultChild as lambda.CfnFunction).addDependency(route);
    const template = Template.fromStack(stack);
    template.hasResource('AWS::ApiGatewayV2::Api', { DependsOn: [Match.stringLikeRegexp('^Before')] });
    template.hasResource('AWS::Lambda::Function', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^Api')]) });
  });

  test('an API in another stack than its functions gets their ARNs through exports', () => {
    const app = new App();
    const functions = new Stack(app, 'Functions');
    const stack = new Stack(app, 'Stack');
    const { api } = itemsApi(stack);
    api.addRoutes({ path: '/', integration: new HttpLambdaIntegration('Function', pythonFunction(functions, 'Handler'), { scopePermissionToRoute: false }) });
    expect(JSON.stringify(bodies(stack)[0].paths['/'])).toContain('Fn::ImportValue');
  });
});

test('each API of a stack may have Lambda authorizers, whose permissions hold for all authorizers of their API', () => {
  const stack = newStack();
  const handler = pythonFunction(stack, 'Decide');
  const apis = ['One', 'Two'].map((id) => {
    const { api } = itemsApi(stack, id);
    api.addRoutes({ path: '/', integration: url('Root'), authorizer: new HttpLambdaAuthorizer('Custom', handler) });
    return api;
  });
  const native = new apigatewayv2.HttpApi(stack, 'Native');
  native.addRoutes({ path: '/', integration: url('Root'), authorizer: new HttpLambdaAuthorizer('Custom', handler) });
  const sources = Object.values<Value>(Template.fromStack(stack).findResources('AWS::Lambda::Permission')).map(({ Properties }) => Properties.SourceArn['Fn::Join'][1].slice(-2));
  expect(sources).toEqual([
    ...apis.map((api) => [stack.resolve(api.apiId), '/authorizers/*']),
    ['/authorizers/', { Ref: expect.stringMatching(/^NativeCustom/) }],
  ]);
});

describe('what a body cannot be', () => {
  test.each<[string, (stack: Stack, parts: ReturnType<typeof itemsApi>) => void, RegExp]>([
    ['a reference to a route', (stack, { route }) => new CfnOutput(stack, 'Out', { value: route.ref }), /Stack\/Out must not refer to Stack\/Api\/GET--items\/Resource: it is part of the API's body/],
    ['a property without a word for it', (_stack, { route }) => route.addPropertyOverride('Unknown', 1), /`Unknown` of the route Stack\/Api\/GET--items\/Resource has no place in an OpenAPI body/],
    ['an integration made elsewhere', (stack, { api }) => new apigatewayv2.CfnRoute(stack, 'Raw', { apiId: api.apiId, routeKey: 'GET /raw', target: 'integrations/abc' }),
      /`target` of the route Stack\/Raw must be an integration of this API, got: "integrations\/abc"/],
    ['an authorizer made elsewhere', (_stack, { api }) => api.addRoutes({ path: '/', integration: url('Root'), authorizer: { bind: () => ({ authorizationType: 'JWT', authorizerId: 'abc' }) } }),
      /`authorizer` of the route Stack\/Api\/ANY--\/Resource must be an authorizer of this API, got: "abc"/],
    ['an authorization it does not know', (_stack, { route, api }) => {
      const authorizer = new HttpJwtAuthorizer('Jwt', 'https://issuer.example', { jwtAudience: ['a'] });
      api.addRoutes({ path: '/', integration: url('Root'), authorizer });
      route.authorizerId = authorizer.authorizerId;
      route.authorizationType = 'OTHER';
    }, /`authorizationType` of the route Stack\/Api\/GET--items\/Resource must be one that an OpenAPI body can say, got: "OTHER"/],
    ['a key without a method', (_stack, { api }) => new apigatewayv2.HttpRoute(api, 'Route', { httpApi: api, routeKey: apigatewayv2.HttpRouteKey.with('/x'), integration: url('X') }),
      /the route key of Stack\/Api\/Route\/Resource must be `METHOD \/path` or `\$default`, got: undefined \/x; `HttpRouteKey.with` needs the method as well/],
    ['two routes of one key', (_stack, { api }) => new apigatewayv2.HttpRoute(api, 'Second', {
      httpApi: api, routeKey: apigatewayv2.HttpRouteKey.with('/items', apigatewayv2.HttpMethod.GET), integration: url('Second'),
    }), /Stack\/Api\/Second\/Resource must be the only route of its key, got: a second one of GET \/items; remove one of the two/],
    ['a route in a nested stack', (stack, { api }) => new apigatewayv2.CfnRoute(new NestedStack(stack, 'Nested'), 'R', { apiId: api.apiId, routeKey: 'GET /x' }), /Stack\/Nested\/R must be in the stack of the API \(Stack\)/],
    ['a condition', (stack, { route }) => {
      route.cfnOptions.condition = new CfnCondition(stack, 'If', { expression: Fn.conditionEquals(new CfnParameter(stack, 'P').valueAsString, 'x') });
    }, /`cfnOptions.condition` of Stack\/Api\/GET--items\/Resource has no place/],
    ['a reference to the API itself', (_stack, { api }) => api.addRoutes({ path: '/', integration: new HttpUrlIntegration('Self', `https://example.com/${api.apiId}`) }),
      /the routes of Stack\/Api\/Resource must not refer to the API itself.*; a function finds it in `requestContext.apiId`/],
    ['two changes of one header', (_stack, { api }) => {
      api.addRoutes({ path: '/', integration: url('Raw') });
      const integration = api.node.findAll().filter((node): node is apigatewayv2.CfnIntegration => node instanceof apigatewayv2.CfnIntegration).at(-1)!;
      integration.responseParameters = { 200: { ResponseParameters: ['x-a', 'X-A'].map((name) => ({ Destination: `append:header.${name}`, Source: 'a' })) } };
    }, /`responseParameters` of the integration .* must change a header once for each status code, got twice: append:header.X-A for 200/],
    ['a property of the API that HTTP APIs do not have', (_stack, { resource }) => resource.addPropertyOverride('ApiKeySelectionExpression', '$request.header.x-api-key'),
      /`ApiKeySelectionExpression` of the API Stack\/Api\/Resource has no place in an OpenAPI body/],
    ['two authorizers of one name', (_stack, { api }) => ['/a', '/b'].forEach((path) => api.addRoutes({
      path, integration: url(path.slice(1)), authorizer: new HttpJwtAuthorizer(path.slice(1), 'https://issuer.example', { jwtAudience: ['a'], authorizerName: 'same' }),
    })), /`authorizerName` must be different .* got twice: same/],
  ])('%s', (_what, build, message) => {
    const stack = newStack();
    build(stack, itemsApi(stack));
    expect(() => Template.fromStack(stack)).toThrow(message);
  });
});

test.each([
  ['GET /', '/', 'get', []],
  ['ANY /a/{b}/{c+}', '/a/{b}/{c+}', 'x-amazon-apigateway-any-method', ['b', 'c+']],
  ['OPTIONS /constructor', '/constructor', 'options', []],
])('route key %s', (key, path, method, parameters) => expect(parseRouteKey(key)).toEqual({ path, method, parameters, isDefault: false }));

test.each([undefined, '', '$connect', 'GET', 'GET x', 'get /x', 'TRACE /x', 'undefined /x'])('%j is no route key of an HTTP API', (key) => expect(parseRouteKey(key)).toBeUndefined());
