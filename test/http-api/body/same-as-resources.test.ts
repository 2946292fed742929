import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { everything } from './everything';
import { bodyRoutes, nativeRoutes } from './native-view';
import { httpBody } from '../../../src/http-api/body/body';
import type { Value } from '../../rest-api/body/native-view';

const ROUTE_TYPES = ['Route', 'Integration', 'Authorizer'].map((type) => `AWS::ApiGatewayV2::${type}`);

function synthesize(inOneBody: boolean): Value {
  const stack = new Stack(new App(), 'Stack');
  const api = everything(stack);
  if (inOneBody) httpBody(api);
  return Template.fromStack(stack).toJSON();
}

const native = synthesize(false);
const embodied = synthesize(true);
const apiOf = (template: Value): Value => Object.values<Value>(template.Resources).find((resource) => resource.Type === 'AWS::ApiGatewayV2::Api').Properties;
const body = apiOf(embodied).Body;

test('the body has the routes of the resources, each with the same integration and authorization', () => {
  const expected = nativeRoutes(native);
  expect(expected.size).toBe(12);
  expect(bodyRoutes(body)).toEqual(expected);
});

test('no route is a resource any more, and everything that is no route stays as it was', () => {
  const others = (template: Value) => Object.entries<Value>(template.Resources)
    .filter(([, { Type: type }]) => ![...ROUTE_TYPES, 'AWS::ApiGatewayV2::Api', 'AWS::Lambda::Permission'].includes(type));
  expect(others(embodied)).toEqual(others(native));
  expect(Object.values<Value>(embodied.Resources).filter(({ Type: type }) => ROUTE_TYPES.includes(type))).toEqual([]);
});

test('what CloudFormation does not take beside a body is in the body alone', () => {
  expect(apiOf(native)).toMatchObject({ Name: 'all', ProtocolType: 'HTTP', RouteSelectionExpression: '${request.method} ${request.path}', Tags: { team: 'books' } });
  expect(apiOf(embodied)).toEqual({ Body: body, FailOnWarnings: true });
  expect(body).toMatchObject({
    'openapi': '3.0.1',
    'info': { title: 'all', version: '1.0', description: 'Everything' },
    'servers': [{ 'url': '/', 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true, ipAddressType: 'dualstack' } }],
    'tags': [{ 'name': 'team', 'x-amazon-apigateway-tag-value': 'books' }],
    'x-amazon-apigateway-cors': {
      allowCredentials: true, allowHeaders: ['x-a'], allowMethods: ['GET'], allowOrigins: ['https://a.example'], exposeHeaders: ['x-b'], maxAge: 3600,
    },
  });
});

test('a shared integration stands once in the components, another one in its route', () => {
  const [[name, integration], ...others] = Object.entries<Value>(body.components['x-amazon-apigateway-integrations']);
  expect(others).toEqual([]);
  expect(integration).toMatchObject({ type: 'aws_proxy', timeoutInMillis: 20_000, payloadFormatVersion: '2.0' });
  const reference = { $ref: `#/components/x-amazon-apigateway-integrations/${name}` };
  expect([body.paths['/items'].get, body.paths['/items'].post, body.paths['/items/{item_id}'].put].map((operation) => operation['x-amazon-apigateway-integration']))
    .toEqual([reference, reference, reference]);
  expect(body.paths['/items/{item_id}'].delete['x-amazon-apigateway-integration']).toMatchObject({ payloadFormatVersion: '1.0' });
});

test('path parameters are declared once for a path', () => {
  const declared = (path: string) => body.paths[path].parameters?.map(({ name, ...rest }: Value) => [name, rest]);
  const rest = { in: 'path', required: true, schema: { type: 'string' } };
  expect(declared('/items')).toBeUndefined();
  expect(declared('/items/{item_id}/parts/{rest+}')).toEqual([['item_id', rest], ['rest+', rest]]);
});

test('authorizers are security schemes, spelled as HTTP APIs import them', () => {
  const { sigv4, Jwt: jwt, Users: users, Simple: simple, Policy: policy, ...others } = body.components.securitySchemes;
  expect(others).toEqual({});
  expect(sigv4['x-amazon-apigateway-authtype']).toBe('awsSigv4');
  expect(jwt).toEqual({
    'type': 'oauth2',
    'flows': {},
    'x-amazon-apigateway-authorizer': {
      type: 'jwt', identitySource: '$request.header.Authorization', jwtConfiguration: { issuer: 'https://issuer.example', audience: ['a', 'b'] },
    },
  });
  expect(users['x-amazon-apigateway-authorizer'].jwtConfiguration).toEqual({
    audience: [{ Ref: expect.stringMatching(/^Pool/) }], issuer: { 'Fn::Sub': expect.stringMatching(/^https:\/\/cognito-idp\.\$\{AWS::Region\}\.amazonaws\.com\/\$\{Pool/) },
  });
  expect(simple).toEqual({
    'type': 'apiKey',
    'name': 'Unused',
    'in': 'header',
    'x-amazon-apigateway-authorizer': {
      type: 'request',
      identitySource: '$request.header.X-A, $request.querystring.b',
      authorizerUri: { 'Fn::Sub': expect.stringMatching(/functions\/\$\{Handler\w+\.Arn\}\/invocations$/) },
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: true,
      authorizerResultTtlInSeconds: 60,
    },
  });
  expect(policy['x-amazon-apigateway-authorizer']).toMatchObject({ authorizerPayloadFormatVersion: '1.0', authorizerResultTtlInSeconds: 0 });
  expect(policy['x-amazon-apigateway-authorizer']).not.toHaveProperty('identitySource');
});

test('the permission of a Lambda authorizer holds for the authorizers of this API', () => {
  const sources = Object.values<Value>(embodied.Resources).filter((resource) => resource.Type === 'AWS::Lambda::Permission')
    .map((resource) => JSON.stringify(resource.Properties.SourceArn)).filter((source) => source.includes('/authorizers/'));
  expect(sources).toHaveLength(2);
  for (const source of sources) expect(source).toContain('/authorizers/*"');
});
