import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { everything } from './everything';
import { bodyMethods, nativeMethods, type Value } from './native-view';
import { restBody } from '../../../src/rest-api/body/body';

const ROUTE_TYPES = ['Method', 'Resource', 'Authorizer', 'Model', 'RequestValidator', 'GatewayResponse'].map((type) => `AWS::ApiGateway::${type}`);

function synthesize(build: (stack: Stack) => RestApi, inOneBody: boolean): Value {
  const stack = new Stack(new App(), 'Stack');
  const api = build(stack);
  if (inOneBody) restBody(api);
  return Template.fromStack(stack).toJSON();
}

const native = synthesize(everything, false);
const embodied = synthesize(everything, true);
const restApi = Object.values<Value>(embodied.Resources).find((resource) => resource.Type === 'AWS::ApiGateway::RestApi');
const body = restApi.Properties.Body;

test('the body has the methods of the resources, each with the same integration, authorization, models and responses', () => {
  const expected = nativeMethods(native);
  expect(expected.size).toBeGreaterThan(8);
  expect(bodyMethods(body)).toEqual(expected);
});

test('no route is a resource any more, and everything that is no route stays as it was', () => {
  const others = (template: Value) => Object.entries<Value>(template.Resources)
    .filter(([, { Type: type }]) => ![...ROUTE_TYPES, 'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Deployment', 'AWS::Lambda::Permission'].includes(type));
  const withoutDeploymentHash = (template: Value) => JSON.parse(JSON.stringify(others(template)).replace(/ApiDeployment[0-9A-F]{8}[0-9a-f]{32}/g, 'Deployment'));
  expect(withoutDeploymentHash(embodied)).toEqual(withoutDeploymentHash(native));
  expect(Object.values<Value>(embodied.Resources).filter(({ Type: type }) => ROUTE_TYPES.includes(type))).toEqual([]);
});

test('the settings that an import takes away are in the document as well', () => {
  const nativeProperties = Object.values<Value>(native.Resources).find((resource) => resource.Type === 'AWS::ApiGateway::RestApi').Properties;
  const { Body: _body, Mode: mode, Parameters: parameters, ...properties } = restApi.Properties;
  expect(properties).toEqual(nativeProperties);
  expect(mode).toBe('overwrite');
  expect(parameters).toEqual({ endpointConfigurationTypes: 'REGIONAL' });
  expect(body).toMatchObject({
    'openapi': '3.0.1',
    'info': { title: 'Api', version: '1.0', description: 'Everything' },
    'servers': [{ 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true } }],
    'x-amazon-apigateway-policy': nativeProperties.Policy,
    'x-amazon-apigateway-api-key-source': 'HEADER',
    'x-amazon-apigateway-binary-media-types': ['image/png'],
    'x-amazon-apigateway-minimum-compression-size': 1024,
  });
});

test('authorizers are security schemes, spelled as API Gateway imports them', () => {
  const schemes = body.components.securitySchemes;
  expect(schemes.sigv4).toEqual({ 'type': 'apiKey', 'name': 'Authorization', 'in': 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' });
  expect(schemes.api_key).toEqual({ type: 'apiKey', name: 'x-api-key', in: 'header' });
  const [poolId] = Object.entries<Value>(embodied.Resources).find(([, resource]) => resource.Type === 'AWS::Cognito::UserPool')!;
  expect(Object.values<Value>(schemes).find((scheme) => scheme['x-amazon-apigateway-authtype'] === 'cognito_user_pools')).toEqual({
    'type': 'apiKey',
    'name': 'Authorization',
    'in': 'header',
    'x-amazon-apigateway-authtype': 'cognito_user_pools',
    'x-amazon-apigateway-authorizer': {
      type: 'cognito_user_pools', authorizerResultTtlInSeconds: 60, identitySource: 'method.request.header.Authorization', providerARNs: [{ 'Fn::GetAtt': [poolId, 'Arn'] }],
    },
  });
  expect(schemes.token).toMatchObject({
    'name': 'X-Token',
    'x-amazon-apigateway-authtype': 'custom',
    'x-amazon-apigateway-authorizer': { type: 'token', identitySource: 'method.request.header.X-Token', identityValidationExpression: '^Bearer ', authorizerResultTtlInSeconds: 300 },
  });
  const request = Object.values<Value>(schemes).find((scheme) => scheme['x-amazon-apigateway-authorizer']?.type === 'request');
  expect(request).toMatchObject({
    'name': 'Unused',
    'in': 'header',
    'x-amazon-apigateway-authorizer': { identitySource: 'method.request.header.X-A,method.request.querystring.b', authorizerCredentials: { 'Fn::GetAtt': [expect.stringMatching(/^Credentials/), 'Arn'] } },
  });
});

test('models refer to each other inside the document', () => {
  const { Items: items, Empty: empty, Error: error, ...others } = body.components.schemas;
  const [[name, item]] = Object.entries<Value>(others);
  expect(item).toEqual({ description: 'An item', title: 'item', type: 'object', required: ['id'], properties: { id: { type: 'string' } } });
  expect(items).toEqual({ type: 'array', items: { $ref: `#/components/schemas/${name}` } });
  expect([empty.type, error.properties.message.type]).toEqual(['object', 'string']);
});

test('validators and gateway responses are in the document', () => {
  expect(body['x-amazon-apigateway-request-validators']).toEqual({ 'body-only': { validateRequestBody: true, validateRequestParameters: false } });
  expect(body['x-amazon-apigateway-gateway-responses']).toEqual({
    ACCESS_DENIED: {
      statusCode: '403',
      responseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
      responseTemplates: { 'application/json': '{"message":$context.error.messageString}' },
    },
  });
});

test('the permission of a Lambda authorizer holds for the authorizers of this API', () => {
  const sources = Object.values<Value>(embodied.Resources)
    .filter((resource) => resource.Type === 'AWS::Lambda::Permission')
    .map((resource) => JSON.stringify(resource.Properties.SourceArn))
    .filter((source) => source.includes('/authorizers/'));
  expect(sources).toHaveLength(1);
  expect(sources[0]).toContain('/authorizers/*"');
});
