import { join } from 'node:path';
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3deployment from 'aws-cdk-lib/aws-s3-deployment';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, HttpApiAuth, RequestValidation, RestApiAuth } from '../../src';

/**
 * Deploys APIs whose settings stand in the document, reads back what the import made of them, and calls what only AWS can answer.
 * `npm run integ -- settings` deploys it to the account of the environment, updates it once, updates it with an issuer that nobody
 * answers for, which must fail, and removes it: see scripts/integ.mjs. Nothing else runs it; a test synthesizes it.
 */
export function settings(app: App): Stack {
  /** `update`: the REST API is imported over itself; `unreachable`: the issuer of tokens does not exist. */
  const phase: unknown = app.node.tryGetContext('phase');
  const stack = new Stack(app, 'CdkFastApiIntegSettings');
  const bookshop = FastApiApp.fromDirectory(join(__dirname, '..', '..', 'examples', 'bookshop'));
  const { assertions } = new IntegTest(app, 'CdkFastApiIntegOfSettings', { testCases: [stack] });

  /** An import that warns fails, so that a deployment is the proof that each route and authorizer was taken. */
  const issuer = phase === 'unreachable' ? 'https://issuer.invalid' : 'https://accounts.google.com';
  const http = new FastApiHttpApi(stack, 'Http', {
    app: bookshop, auth: HttpApiAuth.jwt({ issuer, audience: ['nobody'] }), description: 'described', disableExecuteApiEndpoint: true, catchAll: true, documentation: true,
  });
  assertions.awsApiCall('ApiGatewayV2', 'getApi', { ApiId: http.api.apiId })
    .expect(ExpectedResult.objectLike({ Description: 'described', DisableExecuteApiEndpoint: true }));
  const routes = http.node.findAll().filter((node): node is apigatewayv2.CfnRoute => node instanceof apigatewayv2.CfnRoute);
  // As many as the body has, neither fewer nor more: a list within `objectLike` has exactly these elements.
  assertions.awsApiCall('ApiGatewayV2', 'getRoutes', { ApiId: http.api.apiId, MaxResults: '500' })
    .expect(ExpectedResult.objectLike({ Items: routes.map(() => ({})) }));
  assertions.awsApiCall('ApiGatewayV2', 'getIntegrations', { ApiId: http.api.apiId, MaxResults: '500' })
    .assertAtPath('Items.0.IntegrationUri', ExpectedResult.stringLikeRegexp(':function:'));

  const rest = new FastApiRestApi(stack, 'Rest', {
    app: bookshop,
    auth: RestApiAuth.none(),
    description: phase === 'update' ? 'described anew' : 'described',
    binaryMediaTypes: ['*/*', 'image~1png', 'application/pdf'],
    endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL], ipAddressType: apigateway.IpAddressType.DUAL_STACK },
    operationRequestValidation: { addToBasket: RequestValidation.ALL },
    deployOptions: { cacheClusterEnabled: true, cacheClusterSize: '0.5', methodOptions: { '/books/{book_id}/price/GET': { cachingEnabled: true } } },
  });
  const restApi = rest.api.node.defaultChild as apigateway.CfnRestApi;
  restApi.addPropertyOverride('SecurityPolicy', 'SecurityPolicy_TLS13_1_3_2025_09');
  restApi.addPropertyOverride('EndpointAccessMode', 'STRICT');
  assertions.awsApiCall('APIGateway', 'getRestApi', { restApiId: rest.api.restApiId }).expect(ExpectedResult.objectLike({
    description: phase === 'update' ? 'described anew' : 'described',
    binaryMediaTypes: ['*/*', 'image/png', 'application/pdf'],
    securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09',
    endpointAccessMode: 'STRICT',
    endpointConfiguration: { types: ['REGIONAL'], ipAddressType: 'dualstack' },
  }));
  addIntegrations(stack, rest.api);

  const call = (path: string, status: number, body: object, options: object = {}) => assertions.httpApiCall(`${rest.url}${path}`, options)
    .expect(ExpectedResult.objectLike({ status, body }));
  call('mock', 200, { ok: true });
  call('queue', 200, { SendMessageResponse: Match.objectLike({}) }, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ a: 1 }) });
  call('object', 200, { from: 'S3' });
  // A cache without keys would give the second the answer of the first.
  for (const id of [1, 2]) call(`books/${id}/price`, 200, { book_id: id });
  // Bodies are checked where their media type is a binary one as well.
  const json = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  call('basket/lines', 201, { lines: [{ book_id: 1, quantity: 1 }] }, { ...json, body: JSON.stringify({ book_id: '1', quantity: 1 }) });
  call('basket/lines', 422, { detail: [{ type: 'request_validation', loc: ['body'], msg: 'Invalid request body' }] }, { ...json, body: '{}' });
  return stack;
}

/** What other services answer. Templates must not be taken for bytes. */
function addIntegrations(stack: Stack, api: apigateway.RestApi): void {
  const open = { authorizationType: apigateway.AuthorizationType.NONE, methodResponses: [{ statusCode: '200' }] };
  const ok = [{ statusCode: '200' }];
  api.root.addResource('mock').addMethod('GET', new apigateway.MockIntegration({
    requestTemplates: { 'application/json': '{"statusCode": 200}' }, integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': '{"ok": true}' } }],
  }), open);

  const credentialsRole = new iam.Role(stack, 'Integrations', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') });
  const queue = new sqs.Queue(stack, 'Queue', { removalPolicy: RemovalPolicy.DESTROY });
  queue.grantSendMessages(credentialsRole);
  api.root.addResource('queue').addMethod('POST', new apigateway.AwsIntegration({
    service: 'sqs',
    path: `${Aws.ACCOUNT_ID}/${queue.queueName}`,
    options: {
      credentialsRole,
      requestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
      requestTemplates: { 'application/json': 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)' },
      integrationResponses: ok,
    },
  }), open);

  const bucket = new s3.Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
  bucket.grantRead(credentialsRole);
  const deployed = new s3deployment.BucketDeployment(stack, 'Object', { destinationBucket: bucket, sources: [s3deployment.Source.jsonData('object.json', { from: 'S3' })] });
  const method = api.root.addResource('object').addMethod('GET', new apigateway.AwsIntegration({
    service: 's3', integrationHttpMethod: 'GET', path: `${bucket.bucketName}/object.json`, options: { credentialsRole, integrationResponses: ok },
  }), open);
  method.node.addDependency(deployed);
}

if (require.main === module) settings(new App());
