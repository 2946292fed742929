import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { declaredProperties, HTTP_PLACES, type Place, REST_PLACES, spelling } from './property-places';
import { httpBody } from '../../../src/http-api/body/body';
import { restBody } from '../../../src/rest-api/body/body';
import type { Value } from '../../rest-api/body/native-view';

const declarations = (module: string) => fs.readFileSync(path.join(path.dirname(require.resolve('aws-cdk-lib')), module), 'utf8');

/** Properties that are in the table alone: newer versions of the CDK have them. */
const NEWER = ['CfnRestApi version'];

describe.each([
  ['REST', REST_PLACES, 'aws-apigateway/lib/apigateway.generated.d.ts'],
  ['HTTP', HTTP_PLACES, 'aws-apigatewayv2/lib/apigatewayv2.generated.d.ts'],
])('the table of %s APIs', (_kind, places, module) => {
  test.each(Object.keys(places))('has every property of %s, and no other', (name) => {
    const declared = declaredProperties(declarations(module), name).map(spelling);
    const known = Object.keys(places[name]).map(spelling).filter((property) => !NEWER.includes(`${name} ${property}`) || declared.includes(property));
    expect(declared).not.toEqual([]);
    expect(known.sort()).toEqual(declared.sort());
  });
});

/** An API with one element of each type, by the name of its L1. */
type Elements = Record<string, CfnResource>;

function restApi(stack: Stack): Elements {
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  restBody(api);
  // The CDK refuses an API whose methods are all L1 constructs.
  api.root.addMethod('GET', new apigateway.MockIntegration());
  const authorizer = new apigateway.CfnAuthorizer(stack, 'Authorizer', {
    restApiId: api.restApiId, name: 'token', type: 'TOKEN', authorizerUri: 'arn:aws:apigateway:eu-central-1:lambda:path/y', identitySource: 'method.request.header.Authorization',
  });
  const resource = api.root.addResource('items');
  const method = new apigateway.CfnMethod(stack, 'Method', {
    restApiId: api.restApiId,
    resourceId: resource.resourceId,
    httpMethod: 'GET',
    authorizationType: 'CUSTOM',
    authorizerId: authorizer.ref,
    integration: { type: 'HTTP_PROXY', uri: 'https://example.com', integrationHttpMethod: 'GET', integrationResponses: [{ statusCode: '200' }] },
    methodResponses: [{ statusCode: '200' }],
  });
  return {
    CfnRestApi: api.node.defaultChild as CfnResource,
    CfnMethod: method,
    CfnResource: resource.node.defaultChild as CfnResource,
    CfnAuthorizer: authorizer,
    CfnModel: new apigateway.CfnModel(stack, 'Model', { restApiId: api.restApiId, name: 'Item', schema: { type: 'object' } }),
    CfnRequestValidator: new apigateway.CfnRequestValidator(stack, 'Validator', { restApiId: api.restApiId, name: 'validator' }),
    CfnGatewayResponse: new apigateway.CfnGatewayResponse(stack, 'Response', { restApiId: api.restApiId, responseType: 'DEFAULT_5XX' }),
  };
}

function httpApi(stack: Stack): Elements {
  const api = new apigatewayv2.HttpApi(stack, 'Api');
  httpBody(api);
  const { apiId } = api;
  const authorizer = new apigatewayv2.CfnAuthorizer(stack, 'Authorizer', {
    apiId, name: 'jwt', authorizerType: 'JWT', identitySource: ['$request.header.Authorization'], jwtConfiguration: { issuer: 'https://issuer.example', audience: ['a'] },
  });
  const integration = new apigatewayv2.CfnIntegration(stack, 'Integration', { apiId, integrationType: 'HTTP_PROXY', integrationUri: 'https://example.com', integrationMethod: 'GET' });
  const route = new apigatewayv2.CfnRoute(stack, 'Route', {
    apiId, routeKey: 'GET /items', target: `integrations/${integration.ref}`, authorizationType: 'JWT', authorizerId: authorizer.ref, authorizationScopes: ['read'],
  });
  return { CfnApi: api.node.defaultChild as CfnResource, CfnRoute: route, CfnIntegration: integration, CfnAuthorizer: authorizer };
}

/** Where CloudFormation has the members of a struct. */
const STRUCTS: Record<string, string> = {
  'CfnRestApi.EndpointConfigurationProperty': 'EndpointConfiguration.',
  'CfnMethod.IntegrationProperty': 'Integration.',
  'CfnMethod.IntegrationResponseProperty': 'Integration.IntegrationResponses.0.',
  'CfnMethod.MethodResponseProperty': 'MethodResponses.0.',
  'CfnApi.CorsProperty': 'CorsConfiguration.',
  'CfnIntegration.TlsConfigProperty': 'TlsConfig.',
  'CfnAuthorizer.JWTConfigurationProperty': 'JwtConfiguration.',
};

/** The properties of the API, once with a property of one of its elements and once without. */
function synthesize(type: string, make: (stack: Stack) => Elements, change?: (elements: Elements) => void): Value {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
  const elements = make(stack);
  change?.(elements);
  return Object.values<Value>(Template.fromStack(stack).findResources(type))[0].Properties;
}

function placeOf(type: string, make: (stack: Stack) => Elements, construct: string, property: string, sample: unknown): Place {
  const { Body: body, ...properties } = synthesize(type, make);
  let changed: Value;
  try {
    changed = synthesize(type, make, (elements) => elements[construct.split('.')[0]].addPropertyOverride(`${STRUCTS[construct] ?? ''}${property}`, sample));
  } catch (error) {
    // Each message names the property, as CloudFormation or as the CDK spells it.
    expect(spelling(String(error))).toContain(spelling(property).replace(/id$/, ''));
    return 'error';
  }
  const { Body: changedBody, ...changedProperties } = changed;
  const inDocument = JSON.stringify(changedBody) !== JSON.stringify(body);
  const inProperties = JSON.stringify(changedProperties) !== JSON.stringify(properties);
  return inDocument && inProperties ? 'both' : inDocument ? 'document' : inProperties ? 'property' : 'identity';
}

const rows = (places: typeof REST_PLACES) => Object.entries(places).flatMap(([construct, properties]) => (
  Object.entries(properties).filter(([, [, sample]]) => sample !== undefined).map(([property, [place, sample]]): [string, string, Place, unknown] => [construct, property, place, sample])
));

describe('a body has each property where the table says', () => {
  test.each(rows(REST_PLACES))('REST: %s %s: %s', (construct, property, place, sample) => {
    expect(placeOf('AWS::ApiGateway::RestApi', restApi, construct, property, sample)).toBe(place);
  });

  test.each(rows(HTTP_PLACES))('HTTP: %s %s: %s', (construct, property, place, sample) => {
    expect(placeOf('AWS::ApiGatewayV2::Api', httpApi, construct, property, sample)).toBe(place);
  });
});

test('a property that no version of the CDK has yet is refused with its name, wherever it stands', () => {
  const types = { 'AWS::ApiGateway::RestApi': [restApi, REST_PLACES], 'AWS::ApiGatewayV2::Api': [httpApi, HTTP_PLACES] } as const;
  for (const [type, [make, places]] of Object.entries(types)) {
    // What a struct without a reader of its own holds is passed on as it is.
    for (const construct of Object.keys(places).filter((name) => name !== 'CfnStage' && name !== 'CfnApi.CorsProperty')) {
      if (construct === 'CfnResource') continue;
      expect([construct, placeOf(type, make, construct, 'OfTomorrow', 'x')]).toEqual([construct, 'error']);
    }
  }
});
