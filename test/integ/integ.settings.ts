import { join } from 'node:path';
import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, HttpApiAuth } from '../../src';

/**
 * Deploys APIs whose settings stand in the document, and reads back what the import made of them. To run it in the account of the
 * environment: `npx cdk deploy --all --app 'npx ts-node -P tsconfig.dev.json test/integ/integ.settings.ts'`. Nothing runs it here.
 */
const app = new App();
const stack = new Stack(app, 'CdkFastApiIntegSettings');
const bookshop = FastApiApp.fromDirectory(join(__dirname, '..', '..', 'examples', 'bookshop'));

/** An import that warns fails, so that a deployment is the proof that each route and authorizer was taken. */
const http = new FastApiHttpApi(stack, 'Http', {
  app: bookshop,
  auth: HttpApiAuth.cognito({ userPool: new cognito.UserPool(stack, 'Pool') }),
  description: 'described',
  disableExecuteApiEndpoint: true,
  catchAll: true,
});

const rest = new FastApiRestApi(stack, 'Rest', {
  app: bookshop,
  description: 'described',
  binaryMediaTypes: ['image~1png', 'application/pdf'],
  endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL], ipAddressType: apigateway.IpAddressType.DUAL_STACK },
});
const restApi = rest.api.node.defaultChild as apigateway.CfnRestApi;
restApi.addPropertyOverride('SecurityPolicy', 'SecurityPolicy_TLS13_1_3_2025_09');
restApi.addPropertyOverride('EndpointAccessMode', 'STRICT');

/** What templates answer must not be taken for bytes. */
rest.api.root.addResource('mock').addMethod('GET', new apigateway.MockIntegration({
  requestTemplates: { 'application/json': '{"statusCode": 200}' }, integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': '{"ok": true}' } }],
}), { authorizationType: apigateway.AuthorizationType.NONE, methodResponses: [{ statusCode: '200' }] });

const { assertions } = new IntegTest(app, 'CdkFastApiIntegOfSettings', { testCases: [stack] });
assertions.awsApiCall('ApiGatewayV2', 'getApi', { ApiId: http.api.apiId })
  .expect(ExpectedResult.objectLike({ Description: 'described', DisableExecuteApiEndpoint: true }));
assertions.awsApiCall('APIGateway', 'getRestApi', { restApiId: rest.api.restApiId }).expect(ExpectedResult.objectLike({
  description: 'described',
  binaryMediaTypes: ['image/png', 'application/pdf'],
  securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09',
  endpointAccessMode: 'STRICT',
  endpointConfiguration: { types: ['REGIONAL'], ipAddressType: 'dualstack' },
}));
assertions.httpApiCall(`${rest.url}mock`).expect(ExpectedResult.objectLike({ status: 200, body: { ok: true } }));
