import { Duration, type Stack, Tags } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as authorizers from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as events from 'aws-cdk-lib/aws-events';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { pythonFunction } from '../../rest-api/body/everything';

const { GET, POST, PUT, ANY, DELETE } = apigatewayv2.HttpMethod;

/** The ARN of a listener that another stack made. */
const LISTENER = 'arn:aws:elasticloadbalancing:eu-central-1:111111111111:listener/app/x/50dc6c495c0c9188/f2f7dc8efc522ab2';

/** An API that uses every kind of integration, authorizer and option that the CDK has for routes. */
export function everything(stack: Stack): apigatewayv2.HttpApi {
  const handler = pythonFunction(stack, 'Handler');
  const api = new apigatewayv2.HttpApi(stack, 'Api', {
    apiName: 'all',
    description: 'Everything',
    disableExecuteApiEndpoint: true,
    ipAddressType: apigatewayv2.IpAddressType.DUAL_STACK,
    routeSelectionExpression: true,
    corsPreflight: {
      allowOrigins: ['https://a.example'],
      allowCredentials: true,
      allowHeaders: ['x-a'],
      allowMethods: [apigatewayv2.CorsHttpMethod.GET],
      exposeHeaders: ['x-b'],
      maxAge: Duration.hours(1),
    },
    defaultIntegration: new integrations.HttpUrlIntegration('Rest', 'https://rest.example'),
    defaultAuthorizer: new authorizers.HttpIamAuthorizer(),
  });
  Tags.of(api).add('team', 'books');
  const shared = new integrations.HttpLambdaIntegration('Shared', handler, { timeout: Duration.seconds(20) });
  const pool = new cognito.UserPool(stack, 'Pool');
  const jwt = new authorizers.HttpJwtAuthorizer('Jwt', 'https://issuer.example', { jwtAudience: ['a', 'b'] });
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
  const vpcLink = api.addVpcLink({ vpc, subnets: { subnetType: ec2.SubnetType.PUBLIC } });
  const queue = new sqs.Queue(stack, 'Queue');
  const routes: [string, apigatewayv2.HttpMethod, apigatewayv2.HttpRouteIntegration, apigatewayv2.IHttpRouteAuthorizer?, string[]?][] = [
    ['/items', GET, shared],
    ['/items', POST, shared, new authorizers.HttpUserPoolAuthorizer('Users', pool), ['items/write']],
    ['/items/{item_id}', PUT, shared, jwt],
    ['/items/{item_id}', DELETE, new integrations.HttpLambdaIntegration('Version1', handler, { payloadFormatVersion: apigatewayv2.PayloadFormatVersion.VERSION_1_0 }), jwt],
    ['/items/{item_id}/parts/{rest+}', ANY, new integrations.HttpUrlIntegration('Url', 'https://backend.example/{item_id}/{rest}', {
      method: GET,
      timeout: Duration.seconds(5),
      parameterMapping: new apigatewayv2.ParameterMapping().appendHeader('x-id', apigatewayv2.MappingValue.requestPathParam('item_id')).removeHeader('cookie'),
    }), new authorizers.HttpLambdaAuthorizer('Simple', handler, {
      responseTypes: [authorizers.HttpLambdaResponseType.SIMPLE], identitySource: ['$request.header.X-A', '$request.querystring.b'], resultsCacheTtl: Duration.minutes(1),
    })],
    ['/', GET, new integrations.HttpUrlIntegration('Root', 'https://root.example'), new apigatewayv2.HttpNoneAuthorizer()],
    ['/balanced', GET, new integrations.HttpAlbIntegration('Alb', elb.ApplicationListener.fromApplicationListenerAttributes(stack, 'Alb', {
      listenerArn: LISTENER, securityGroup: new ec2.SecurityGroup(stack, 'Group', { vpc }),
    }), { vpcLink, secureServerName: 'inside.example' }), new authorizers.HttpLambdaAuthorizer('Policy', handler, { identitySource: [], resultsCacheTtl: Duration.seconds(0) })],
    ['/queue', POST, new integrations.HttpSqsIntegration('Queue', { queue })],
    ['/queue', DELETE, new integrations.HttpSqsIntegration('Purge', { queue, subtype: apigatewayv2.HttpIntegrationSubtype.SQS_PURGE_QUEUE })],
    ['/bus', POST, new integrations.HttpEventBridgeIntegration('Bus', { eventBusRef: new events.EventBus(stack, 'Bus').eventBusRef })],
    ['/machine', POST, new integrations.HttpStepFunctionsIntegration('Machine', {
      stateMachine: new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')), stateMachineType: sfn.StateMachineType.EXPRESS }),
      subtype: apigatewayv2.HttpIntegrationSubtype.STEPFUNCTIONS_START_SYNC_EXECUTION,
    })],
  ];
  for (const [path, method, integration, authorizer, authorizationScopes] of routes) api.addRoutes({ path, methods: [method], integration, authorizer, authorizationScopes });
  return api;
}
