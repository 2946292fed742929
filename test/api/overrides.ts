import { Duration, type Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer, HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import type { HttpApiIntegration } from '../../src/http-api/integration';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import type { RestApiIntegration } from '../../src/rest-api/integration';
import { fastApiApp, type Row } from '../integrations/fixture';
import { pythonFunction } from '../rest-api/body/everything';

/** One operation for each kind of override, and one that the app answers. */
const OPERATIONS: Row[] = [
  ['get', '/url/{item_id}', 'url'], ['put', '/object/{key}', 'object'], ['get', '/mock', 'mock'], ['post', '/function', 'function'], ['post', '/machine', 'machine'],
  ['get', '/app', 'app'], ['get', '/balancer', 'balancer'], ['post', '/queue', 'queue'],
];

const rows = (...names: string[]) => OPERATIONS.filter(([, , name]) => names.includes(name));

function machine(stack: Stack): sfn.StateMachine {
  return new sfn.StateMachine(stack, 'Machine', {
    definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')), stateMachineType: sfn.StateMachineType.EXPRESS,
  });
}

/** A REST API with every kind of integration that an override may have, and every option. */
export function restOverrides(stack: Stack): FastApiRestApi {
  const app = fastApiApp(rows('url', 'object', 'mock', 'function', 'machine', 'app'));
  const bucket = new s3.Bucket(stack, 'Bucket');
  const credentialsRole = new iam.Role(stack, 'Writer', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') });
  bucket.grantPut(credentialsRole);
  const handler = pythonFunction(stack, 'Handler');
  const pool = new cognito.UserPool(stack, 'Pool');
  const overrides: Record<string, RestApiIntegration> = {
    url: {
      integration: new apigateway.HttpIntegration('https://example.com/{id}', {
        options: { requestParameters: { 'integration.request.path.id': 'method.request.path.item_id' }, timeout: Duration.seconds(5) },
      }),
      options: { requestParameters: { 'method.request.path.item_id': true, 'method.request.querystring.page': false }, requestValidatorOptions: { validateRequestParameters: true }, apiKeyRequired: true },
    },
    object: {
      integration: new apigateway.AwsIntegration({
        service: 's3',
        path: `${bucket.bucketName}/{key}`,
        integrationHttpMethod: 'PUT',
        options: {
          credentialsRole,
          requestParameters: { 'integration.request.path.key': 'method.request.path.key' },
          integrationResponses: [{ statusCode: '200' }, { statusCode: '404', selectionPattern: '404' }],
        },
      }),
      options: {
        requestParameters: { 'method.request.path.key': true },
        methodResponses: [{ statusCode: '200', responseParameters: { 'method.response.header.ETag': true } }, { statusCode: '404' }],
        authorizer: new apigateway.TokenAuthorizer(stack, 'Token', { handler }),
      },
    },
    mock: {
      integration: new apigateway.MockIntegration({ requestTemplates: { 'application/json': '{"statusCode": 200}' }, integrationResponses: [{ statusCode: '200' }] }),
      options: { authorizationType: apigateway.AuthorizationType.NONE, methodResponses: [{ statusCode: '200' }] },
    },
    function: {
      integration: new apigateway.LambdaIntegration(handler),
      options: { authorizer: new apigateway.CognitoUserPoolsAuthorizer(stack, 'Users', { cognitoUserPools: [pool] }), authorizationScopes: ['items/write'], operationName: 'callFunction' },
    },
    machine: {
      integration: apigateway.StepFunctionsIntegration.startExecution(machine(stack)),
      options: { authorizer: new apigateway.RequestAuthorizer(stack, 'Request', { handler, identitySources: [apigateway.IdentitySource.header('X-Key')] }) },
    },
  };
  return new FastApiRestApi(stack, 'MyApi', { app, integrations: FastApiRestApi.defaultIntegrations(stack, app).withOverrides(overrides).build() });
}

/** An HTTP API with every kind of integration that an override may have, and every option. */
export function httpOverrides(stack: Stack): FastApiHttpApi {
  const app = fastApiApp(rows('url', 'function', 'machine', 'app', 'balancer', 'queue'));
  const handler = pythonFunction(stack, 'Handler');
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'inside', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
  const balancer = new elb.ApplicationLoadBalancer(stack, 'Balancer', { vpc, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  const vpcLink = new apigatewayv2.VpcLink(stack, 'Link', { vpc, subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
  const overrides: Record<string, HttpApiIntegration> = {
    url: {
      integration: new integrations.HttpUrlIntegration('Url', 'https://example.com/{item_id}', {
        timeout: Duration.seconds(5), parameterMapping: new apigatewayv2.ParameterMapping().appendHeader('x-id', apigatewayv2.MappingValue.requestPathParam('item_id')),
      }),
      options: { authorizer: new apigatewayv2.HttpNoneAuthorizer() },
    },
    function: { integration: new integrations.HttpLambdaIntegration('Function', handler), options: { authorizer: new HttpLambdaAuthorizer('Custom', handler) } },
    machine: {
      integration: new integrations.HttpStepFunctionsIntegration('Machine', { stateMachine: machine(stack), subtype: apigatewayv2.HttpIntegrationSubtype.STEPFUNCTIONS_START_SYNC_EXECUTION }),
      options: { authorizer: new HttpJwtAuthorizer('Tokens', 'https://issuer.example', { jwtAudience: ['a'] }), authorizationScopes: ['run'] },
    },
    balancer: {
      integration: new integrations.HttpAlbIntegration('Balancer', balancer.addListener('Listener', { port: 80, open: false, defaultAction: elb.ListenerAction.fixedResponse(200) }), { vpcLink }),
      options: { authorizer: new HttpIamAuthorizer() },
    },
    queue: { integration: new integrations.HttpSqsIntegration('Queue', { queue: new sqs.Queue(stack, 'Queue') }) },
  };
  return new FastApiHttpApi(stack, 'MyApi', { app, integrations: FastApiHttpApi.defaultIntegrations(stack, app).withOverrides(overrides).build() });
}
