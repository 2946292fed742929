import { Duration, Size, type Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';

export function pythonFunction(stack: Stack, id: string, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(stack, id, { runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('x'), ...props });
}

/** An API that uses every kind of integration, authorizer and option that the CDK has for methods. */
export function everything(stack: Stack): apigateway.RestApi {
  const handler = pythonFunction(stack, 'Handler');
  const role = new iam.Role(stack, 'Credentials', { assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com') });
  const api = new apigateway.RestApi(stack, 'Api', {
    description: 'Everything',
    endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL], ipAddressType: apigateway.IpAddressType.DUAL_STACK },
    binaryMediaTypes: ['image/png'],
    minCompressionSize: Size.kibibytes(1),
    apiKeySourceType: apigateway.ApiKeySourceType.HEADER,
    disableExecuteApiEndpoint: true,
    defaultCorsPreflightOptions: { allowOrigins: ['https://a.example', 'https://b.example'], allowCredentials: true },
    policy: new iam.PolicyDocument({
      statements: [new iam.PolicyStatement({ actions: ['execute-api:Invoke'], principals: [new iam.AnyPrincipal()], resources: ['execute-api:/*'] })],
    }),
  });

  const pool = new cognito.UserPool(stack, 'Pool');
  const cognitoAuthorizer = new apigateway.CognitoUserPoolsAuthorizer(stack, 'Cognito', { cognitoUserPools: [pool], resultsCacheTtl: Duration.minutes(1) });
  const tokenAuthorizer = new apigateway.TokenAuthorizer(stack, 'Token', {
    handler, identitySource: apigateway.IdentitySource.header('X-Token'), validationRegex: '^Bearer ', authorizerName: 'token',
  });
  const requestAuthorizer = new apigateway.RequestAuthorizer(api, 'Request', {
    handler, assumeRole: role, identitySources: [apigateway.IdentitySource.header('X-A'), apigateway.IdentitySource.queryString('b')],
  });
  const item = api.addModel('Item', {
    schema: { schema: apigateway.JsonSchemaVersion.DRAFT4, title: 'item', type: apigateway.JsonSchemaType.OBJECT, required: ['id'], properties: { id: { type: apigateway.JsonSchemaType.STRING } } },
    description: 'An item',
  });
  const list = api.addModel('List', {
    modelName: 'Items', schema: { type: apigateway.JsonSchemaType.ARRAY, items: { ref: `https://apigateway.amazonaws.com/restapis/${api.restApiId}/models/${item.modelId}` } },
  });
  const validator = api.addRequestValidator('Validator', { validateRequestBody: true, requestValidatorName: 'body-only' });

  const items = api.root.addResource('items');
  const one = items.addResource('{item_id}');
  items.addMethod('GET', new apigateway.LambdaIntegration(handler, { timeout: Duration.seconds(20) }), { authorizationType: apigateway.AuthorizationType.IAM });
  items.addMethod('POST', new apigateway.LambdaIntegration(handler), {
    authorizer: cognitoAuthorizer,
    authorizationScopes: ['items/write'],
    apiKeyRequired: true,
    operationName: 'createItem',
    requestModels: { 'application/json': item },
    requestValidator: validator,
    requestParameters: { 'method.request.querystring.dry': false, 'method.request.header.X-Trace': true, 'method.request.path.item_id': true },
    methodResponses: [
      { statusCode: '200', responseModels: { 'application/json': list, 'text/plain': apigateway.Model.EMPTY_MODEL }, responseParameters: { 'method.response.header.ETag': true } },
      { statusCode: '400', responseModels: { 'application/json': apigateway.Model.ERROR_MODEL } },
    ],
  });
  one.addMethod('GET', new apigateway.HttpIntegration('https://backend.example/items/{id}', {
    proxy: false,
    options: {
      cacheKeyParameters: ['method.request.path.item_id'],
      cacheNamespace: 'items',
      requestParameters: { 'integration.request.path.id': 'method.request.path.item_id' },
      passthroughBehavior: apigateway.PassthroughBehavior.WHEN_NO_TEMPLATES,
      contentHandling: apigateway.ContentHandling.CONVERT_TO_TEXT,
      integrationResponses: [
        { statusCode: '200' },
        { statusCode: '404', selectionPattern: '4\\d{2}', responseTemplates: { 'application/json': '#set($x = "${stageVariables.name}")$x' }, contentHandling: apigateway.ContentHandling.CONVERT_TO_BINARY },
      ],
    },
  }), { authorizer: tokenAuthorizer, requestParameters: { 'method.request.path.item_id': true } });
  one.addMethod('PUT', new apigateway.AwsIntegration({
    service: 's3', path: `bucket/{key}/\${x}/${stack.stackName}`, integrationHttpMethod: 'PUT', options: { credentialsRole: role, timeout: Duration.seconds(5) },
  }), { authorizer: requestAuthorizer });
  one.addResource('{proxy+}').addMethod('ANY', new apigateway.LambdaIntegration(handler, { responseTransferMode: apigateway.ResponseTransferMode.STREAM, timeout: Duration.minutes(15) }));
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0 });
  const link = new apigateway.VpcLink(stack, 'Link', { targets: [new elb.NetworkLoadBalancer(stack, 'Balancer', { vpc })] });
  api.root.addMethod('GET', new apigateway.Integration({
    type: apigateway.IntegrationType.HTTP_PROXY, integrationHttpMethod: 'GET', uri: 'http://inside.example', options: { vpcLink: link, connectionType: apigateway.ConnectionType.VPC_LINK },
  }));
  api.addGatewayResponse('Denied', {
    type: apigateway.ResponseType.ACCESS_DENIED, statusCode: '403', responseHeaders: { 'Access-Control-Allow-Origin': "'*'" }, templates: { 'application/json': '{"message":$context.error.messageString}' },
  });
  const plan = api.addUsagePlan('Plan', { apiStages: [{ api, stage: api.deploymentStage, throttle: [{ method: items.node.findChild('GET') as apigateway.Method, throttle: { rateLimit: 1, burstLimit: 1 } }] }] });
  plan.addApiKey(api.addApiKey('Key'));
  return api;
}
