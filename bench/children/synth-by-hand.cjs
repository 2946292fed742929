// node synth-by-hand.cjs BUNDLE OPERATIONS PYTHON OUTDIR: the same API written by hand over a directory that is bundled already.
'use strict';
const fs = require('node:fs');
const { App, Duration, RemovalPolicy, Stack } = require('aws-cdk-lib');
const apigateway = require('aws-cdk-lib/aws-apigateway');
const iam = require('aws-cdk-lib/aws-iam');
const lambda = require('aws-cdk-lib/aws-lambda');
const logs = require('aws-cdk-lib/aws-logs');

const [bundle, operations, python, outdir] = process.argv.slice(2);
const ALLOWED_HEADERS = ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'];

const app = new App({ outdir, analyticsReporting: false });
const stack = new Stack(app, 'Bench');
const accessLog = new logs.LogGroup(stack, 'AccessLog', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
const api = new apigateway.RestApi(stack, 'Api', {
  endpointTypes: [apigateway.EndpointType.REGIONAL],
  cloudWatchRole: true,
  binaryMediaTypes: ['*/*'],
  deployOptions: {
    tracingEnabled: true,
    accessLogDestination: new apigateway.LogGroupLogDestination(accessLog),
    accessLogFormat: apigateway.AccessLogFormat.jsonWithStandardFields(),
  },
  defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
  defaultCorsPreflightOptions: { allowOrigins: ['*'], allowHeaders: ALLOWED_HEADERS },
});
for (const type of [apigateway.ResponseType.DEFAULT_4XX, apigateway.ResponseType.DEFAULT_5XX]) {
  api.addGatewayResponse(type.responseType, {
    type,
    responseHeaders: { 'Access-Control-Allow-Origin': "'*'", 'Access-Control-Allow-Headers': `'${ALLOWED_HEADERS.join(',')}'` },
  });
}

const code = lambda.Code.fromAsset(bundle);
for (const { name, method, path } of JSON.parse(fs.readFileSync(operations, 'utf8'))) {
  const logGroup = new logs.LogGroup(stack, `${name}Log`, { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
  const role = new iam.Role(stack, `${name}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  const handler = new lambda.Function(stack, name, {
    code,
    handler: 'main.handler',
    runtime: lambda.Runtime[`PYTHON_${python.replace('.', '_')}`],
    timeout: Duration.seconds(30),
    memorySize: 1024,
    tracing: lambda.Tracing.ACTIVE,
    environment: { POWERTOOLS_SERVICE_NAME: 'Api', POWERTOOLS_METRICS_NAMESPACE: 'Api', CDK_FASTAPI_CORS_ALLOW_ORIGINS: '*' },
    logGroup,
    role,
  });
  api.root.resourceForPath(path).addMethod(method, new apigateway.LambdaIntegration(handler, { allowTestInvoke: false }));
}
app.synth();
