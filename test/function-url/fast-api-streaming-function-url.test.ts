import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { RuntimeConfig } from '../../src/access/runtime-config';
import { FastApiStreamingFunctionUrl, type FastApiStreamingFunctionUrlProps } from '../../src/function-url/fast-api-streaming-function-url';
import { fastApiApp, messageOf, stack as newStack } from '../integrations/fixture';

const LAYER = 'arn:aws:lambda:eu-west-1:123456789012:layer:mine:1';

function make(props: Partial<FastApiStreamingFunctionUrlProps> = {}, stack: Stack = newStack()): { made: FastApiStreamingFunctionUrl; stack: Stack } {
  return { made: new FastApiStreamingFunctionUrl(stack, 'MyApi', { app: fastApiApp(), ...props }), stack };
}

describe('a URL of which nothing is said', () => {
  const { made, stack } = make();
  const template = Template.fromStack(stack);

  test('is a function, its role, its log group and its URL', () => {
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type).sort();
    expect(types).toEqual(['AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Lambda::Url', 'AWS::Logs::LogGroup']);
  });

  test('streams, asks for IAM, and lets pages of every origin call', () => {
    template.hasResourceProperties('AWS::Lambda::Url', {
      AuthType: 'AWS_IAM',
      InvokeMode: 'RESPONSE_STREAM',
      TargetFunctionArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^MyApiFunction'), 'Arn'] },
      Cors: {
        AllowOrigins: ['*'],
        AllowHeaders: ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'],
        AllowMethods: ['*'],
        AllowCredentials: false,
      },
    });
  });

  test('has the stated defaults', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'cdk_fastapi_runtime/run.sh',
      Architectures: ['x86_64'],
      Timeout: 30,
      MemorySize: 1024,
      TracingConfig: { Mode: 'Active' },
      Layers: [{ 'Fn::Join': ['', Match.arrayWith([':753240598075:layer:LambdaAdapterLayerX86:30'])] }],
      Environment: {
        Variables: {
          AWS_LAMBDA_EXEC_WRAPPER: '/opt/bootstrap',
          AWS_LWA_INVOKE_MODE: 'response_stream',
          AWS_LWA_READINESS_CHECK_PROTOCOL: 'tcp',
          AWS_CONNECTION_REUSE_ENABLED: '1',
          AWS_LWA_PORT: '8080',
          PORT: Match.absent(),
          CDK_FASTAPI_APP: 'main:app',
          CDK_FASTAPI_OPERATION: Match.absent(),
          CDK_FASTAPI_CORS_ALLOW_ORIGINS: Match.absent(),
          POWERTOOLS_SERVICE_NAME: 'MyApi',
          POWERTOOLS_METRICS_NAMESPACE: 'MyApi',
        },
      },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('says its URL in the output, and in the runtime configuration', () => {
    const url = stack.resolve(made.url);
    expect(template.findOutputs('*')).toEqual({ MyApiUrl: { Value: url } });
    expect(stack.resolve(RuntimeConfig.ensure(stack).config.apis.MyApi)).toEqual(url);
    expect(stack.resolve(made.functionUrl.url)).toEqual(url);
  });
});

test('every option reaches the template', () => {
  const { stack, made } = make({
    app: fastApiApp(undefined, { architecture: lambda.Architecture.ARM_64 }),
    auth: lambda.FunctionUrlAuthType.NONE,
    adapterLayerArn: LAYER,
    cors: {
      allowOrigins: ['https://www.example.com'],
      allowHeaders: ['x-mine'],
      allowMethods: ['GET', 'POST', 'OPTIONS'],
      exposeHeaders: ['x-theirs'],
      allowCredentials: true,
      maxAge: Duration.minutes(5),
    },
    runtimeConfigKey: 'Chat',
    timeout: Duration.minutes(15),
    memorySize: 512,
    logRetention: logs.RetentionDays.ONE_WEEK,
    tracing: lambda.Tracing.PASS_THROUGH,
    environment: { MINE: '1' },
    reservedConcurrentExecutions: 3,
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Architectures: ['arm64'],
    Layers: [LAYER],
    Timeout: 900,
    MemorySize: 512,
    TracingConfig: { Mode: 'PassThrough' },
    ReservedConcurrentExecutions: 3,
    Environment: { Variables: { MINE: '1' } },
  });
  template.hasResourceProperties('AWS::Lambda::Url', {
    AuthType: 'NONE',
    Cors: { AllowOrigins: ['https://www.example.com'], AllowHeaders: ['x-mine'], AllowMethods: ['GET', 'POST'], ExposeHeaders: ['x-theirs'], AllowCredentials: true, MaxAge: 300 },
  });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  expect(stack.resolve(RuntimeConfig.ensure(stack).config.apis.Chat)).toEqual(stack.resolve(made.url));
  // Everybody may call it: the CDK adds both permissions.
  template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE', Principal: '*' });
  template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true, Principal: '*' });
});

test('the layer is that of the region and the architecture', () => {
  const { stack } = make({ app: fastApiApp(undefined, { architecture: lambda.Architecture.ARM_64 }) }, regional('eu-west-1'));
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { Layers: ['arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerArm64:30'] });
  expect(messageOf(() => make({}, regional('us-gov-west-1')))).toMatch(/^a streaming function needs the layer of the Lambda Web Adapter, which is not published in the partition aws-us-gov/);
});

function regional(region: string): Stack {
  return new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack', { env: { region } });
}

describe('a grant', () => {
  test('has both statements, on the function', () => {
    const { stack, made } = make();
    const role = new iam.Role(stack, 'Caller', { assumedBy: new iam.AnyPrincipal() });
    expect(made.grantInvokeAccess(role).success).toBe(true);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Action: 'lambda:InvokeFunctionUrl', Effect: 'Allow', Resource: stack.resolve(made.handler.functionArn), Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } } },
          { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: stack.resolve(made.handler.functionArn), Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } } },
        ],
      },
    });
  });

  test('to another account is two permissions of the function', () => {
    const { stack, made } = make();
    made.grantInvokeAccess(new iam.AccountPrincipal('210987654321'));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM', Principal: '210987654321' });
    template.hasResourceProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true, Principal: '210987654321' });
  });

  test('is an error where everybody may call', () => {
    const { stack, made } = make({ auth: lambda.FunctionUrlAuthType.NONE });
    const role = new iam.Role(stack, 'Caller', { assumedBy: new iam.AnyPrincipal() });
    expect(messageOf(() => made.grantInvokeAccess(role))).toMatch(/^`grantInvokeAccess` works for a URL that IAM protects, got: `auth` NONE/);
  });
});

test('the function takes rights, and they end in its role', () => {
  const { stack, made } = make();
  made.handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [{ Action: 's3:GetObject' }] } });
});

test('with SnapStart the URL, and every grant, is that of an alias', () => {
  const { stack, made } = make({ snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS });
  expect(made.alias?.aliasName).toBeDefined();
  expect(make().made.alias).toBeUndefined();
  made.grantInvokeAccess(new iam.Role(stack, 'Caller', { assumedBy: new iam.AnyPrincipal() }));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    SnapStart: { ApplyOn: 'PublishedVersions' },
    Environment: { Variables: { AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH: '/cdk-fastapi/snapstart/after-restore' } },
  });
  template.hasResourceProperties('AWS::Lambda::Alias', { Name: 'live', FunctionVersion: { 'Fn::GetAtt': [Match.stringLikeRegexp('CurrentVersion'), 'Version'] } });
  template.hasResourceProperties('AWS::Lambda::Url', { Qualifier: 'live' });
  const [alias] = Object.keys(template.findResources('AWS::Lambda::Alias'));
  template.hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [Match.objectLike({ Resource: { Ref: alias } }), Match.objectLike({ Resource: { Ref: alias } })] } });
});

describe('CORS', () => {
  test('can be restricted later, to origins that are known at deployment too', () => {
    const { stack, made } = make();
    made.restrictCorsTo('https://www.example.com');
    made.restrictCorsTo('https://admin.example.com');
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Url', { Cors: { AllowOrigins: ['https://www.example.com', 'https://admin.example.com'] } });
  });

  test('can be turned off', () => {
    const { stack, made } = make({ cors: { allowOrigins: [] } });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Url', { Cors: Match.absent() });
    expect(messageOf(() => made.restrictCorsTo('https://www.example.com'))).toMatch(/^`restrictCorsTo` needs CORS, got: `cors` with `allowOrigins: \[\]`/);
  });
});

describe('two URLs in one stack', () => {
  test('must not have one key in the runtime configuration', () => {
    const { stack } = make({ runtimeConfigKey: 'Chat' });
    expect(messageOf(() => new FastApiStreamingFunctionUrl(stack, 'Other', { app: fastApiApp(), runtimeConfigKey: 'Chat' })))
      .toMatch(/^`runtimeConfigKey` must be unique in a stack, got: "Chat" for both Stack\/MyApi and Stack\/Other; give one of them another/);
  });

  test('may be called the same in different scopes', () => {
    const stack = newStack();
    for (const tenant of ['a-tenant', 'b-tenant']) {
      new FastApiStreamingFunctionUrl(new Construct(stack, tenant), 'MyApi', { app: fastApiApp(), runtimeConfigKey: tenant });
    }
    expect(Object.keys(Template.fromStack(stack).findOutputs('*'))).toEqual(['atenantMyApiUrl', 'btenantMyApiUrl']);
  });
});

test.each([
  [{ timeout: Duration.seconds(901) }, /^`timeout` of the function must be 900 seconds at most, got: 901$/],
  [{ app: fastApiApp(undefined, { runtime: lambda.Runtime.PYTHON_3_11 }), snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }, /^`snapStart` of the function needs Python 3.12 or newer, got: python3.11/],
  [{ environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/mine' } }, /^`environment` of the function cannot set AWS_LAMBDA_EXEC_WRAPPER/],
  [{ architecture: lambda.Architecture.ARM_64 }, /^`architecture` of the function must be the one that the app is bundled for, x86_64, got: arm64/],
  [{ adapterLayerArn: 'mine' }, /^`adapterLayerArn` must be the ARN of a layer version/],
  [{ cors: { allowOrigins: ['example.com'] } }, /^`allowOrigins`/],
])('refuses %p', (props: Partial<FastApiStreamingFunctionUrlProps>, message) => {
  expect(messageOf(() => make(props))).toMatch(message);
});
