import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as codeguru from 'aws-cdk-lib/aws-codeguruprofiler';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as signer from 'aws-cdk-lib/aws-signer';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { checkFunctionOptions } from '../../src/functions/function-options';
import { OperationFunction, type OperationFunctionProps } from '../../src/functions/operation-function';
import { fastApiApp, messageOf, stack } from '../integrations/fixture';

const app = fastApiApp();

function make(options: lambda.FunctionOptions = {}, props: Partial<OperationFunctionProps> = {}, within = stack()): OperationFunction {
  return new OperationFunction(within, 'GET items {}', { app, options, ...props });
}

function templateOf(made: OperationFunction): Template {
  return Template.fromStack(Stack.of(made));
}

describe('a function of which nothing is said', () => {
  const made = make({}, { guards: ['GET /items/{item_id}'], environment: { CDK_FASTAPI_CORS_ALLOW_ORIGINS: '*' } });
  const template = templateOf(made);

  test('is three resources: function, role and log group', () => {
    const types = Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type).sort();
    expect(types).toEqual(['AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup']);
  });

  test('has the stated defaults', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'cdk_fastapi_runtime.handler.handler',
      Runtime: 'python3.13',
      Architectures: ['x86_64'],
      Timeout: 30,
      MemorySize: 1024,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('LogGroup') } },
      Environment: { Variables: { CDK_FASTAPI_APP: 'main:app', CDK_FASTAPI_OPERATION: 'GET /items/{item_id}', CDK_FASTAPI_CORS_ALLOW_ORIGINS: '*' } },
    });
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 }, DeletionPolicy: 'Delete' });
  });

  test('may write its own log group and traces, and nothing else', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: [{
        PolicyDocument: {
          Statement: [
            { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::Join': ['', Match.arrayWith([{ Ref: Match.stringLikeRegexp('LogGroup') }, ':*'])] } },
            { Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
          ],
        },
      }],
    });
  });

  test('has no name of its own, and the logical id that its construct would have', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: Match.absent() });
    const other = stack();
    const plain = new lambda.Function(other, 'GET items {}', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'x.y', code: lambda.Code.fromInline('x') });
    expect(Stack.of(made).resolve(made.handler.functionName)).toEqual(other.resolve(plain.functionName));
  });

  test('still takes rights afterwards', () => {
    const later = make();
    later.handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    templateOf(later).hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [{ Action: 's3:GetObject' }] } });
  });
});

test('a function without guard serves any operation', () => {
  const template = templateOf(make());
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_OPERATION: Match.absent() } } });
});

test('operations that share a route are all admitted', () => {
  const template = templateOf(make({}, { guards: ['GET /items/{item_id}', 'GET /items/{slug}'] }));
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_OPERATION: 'GET /items/{item_id}\nGET /items/{slug}' } } });
});

/** The properties that an option leads to, by resource type. */
type Reached = Record<string, unknown>;
interface Reach {
  readonly options: (within: Stack) => lambda.FunctionOptions;
  readonly reaches: Record<string, Reached>;
}

const fn = (properties: Reached): Reach['reaches'] => ({ 'AWS::Lambda::Function': properties });
const ref = (pattern: string): Reached => ({ Ref: Match.stringLikeRegexp(pattern) });
const arn = (pattern: string): Reached => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(pattern), 'Arn'] });
const vpc = (within: Stack): ec2.Vpc => new ec2.Vpc(within, 'Vpc', { natGateways: 1, maxAzs: 1 });
const subnets = (kind: string): Reach['reaches'] => fn({ VpcConfig: { SubnetIds: Match.arrayWith([ref(`Vpc${kind}Subnet`)]) } });

const REACHES: Record<string, Reach> = {
  description: { options: () => ({ description: 'reads' }), reaches: fn({ Description: 'reads' }) },
  timeout: { options: () => ({ timeout: Duration.seconds(7) }), reaches: fn({ Timeout: 7 }) },
  environment: { options: () => ({ environment: { A: '1' } }), reaches: fn({ Environment: { Variables: { A: '1', CDK_FASTAPI_APP: 'main:app' } } }) },
  functionName: { options: () => ({ functionName: 'reader' }), reaches: fn({ FunctionName: 'reader' }) },
  memorySize: { options: () => ({ memorySize: 512 }), reaches: fn({ MemorySize: 512 }) },
  ephemeralStorageSize: { options: () => ({ ephemeralStorageSize: Size.mebibytes(1000) }), reaches: fn({ EphemeralStorage: { Size: 1000 } }) },
  initialPolicy: {
    options: () => ({ initialPolicy: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })] }),
    reaches: { 'AWS::IAM::Role': { Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:GetObject' })]) } }] } },
  },
  role: {
    options: (within) => ({ role: new iam.Role(within, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }) }),
    reaches: { ...fn({ Role: arn('Mine'), TracingConfig: { Mode: 'Active' } }), 'AWS::IAM::Policy': { Roles: [ref('Mine')] } },
  },
  vpc: {
    options: (within) => ({ vpc: vpc(within) }),
    reaches: {
      ...subnets('Private'),
      'AWS::IAM::Role': { Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['ec2:CreateNetworkInterface']) })]) } }] },
    },
  },
  ipv6AllowedForDualStack: {
    options: (within) => ({ vpc: vpc(within), ipv6AllowedForDualStack: true }), reaches: fn({ VpcConfig: { Ipv6AllowedForDualStack: true } }),
  },
  vpcSubnets: {
    options: (within) => ({ vpc: vpc(within), vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, allowPublicSubnet: true }), reaches: subnets('Public'),
  },
  securityGroups: {
    options: (within) => {
      const network = vpc(within);
      return { vpc: network, securityGroups: [new ec2.SecurityGroup(within, 'Mine', { vpc: network })] };
    },
    reaches: fn({ VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('Mine'), 'GroupId'] }] } }),
  },
  allowAllOutbound: {
    options: (within) => ({ vpc: vpc(within), allowAllOutbound: false }),
    reaches: { 'AWS::EC2::SecurityGroup': { SecurityGroupEgress: [Match.objectLike({ CidrIp: '255.255.255.255/32' })] } },
  },
  allowAllIpv6Outbound: {
    options: (within) => ({ vpc: vpc(within), allowAllIpv6Outbound: true }),
    reaches: { 'AWS::EC2::SecurityGroup': { SecurityGroupEgress: Match.arrayWith([Match.objectLike({ CidrIpv6: '::/0' })]) } },
  },
  allowPublicSubnet: {
    options: (within) => ({ vpc: vpc(within), vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, allowPublicSubnet: true }), reaches: subnets('Public'),
  },
  deadLetterQueueEnabled: {
    options: () => ({ deadLetterQueueEnabled: true }), reaches: { ...fn({ DeadLetterConfig: { TargetArn: arn('DeadLetterQueue') } }), 'AWS::SQS::Queue': {} },
  },
  deadLetterQueue: {
    options: (within) => ({ deadLetterQueue: new sqs.Queue(within, 'Mine') }),
    reaches: { ...fn({ DeadLetterConfig: { TargetArn: arn('Mine') } }), 'AWS::IAM::Policy': { PolicyDocument: { Statement: [{ Action: 'sqs:SendMessage' }] } } },
  },
  deadLetterTopic: {
    options: (within) => ({ deadLetterTopic: new sns.Topic(within, 'Mine') }), reaches: fn({ DeadLetterConfig: { TargetArn: ref('Mine') } }),
  },
  tracing: {
    options: () => ({ tracing: lambda.Tracing.PASS_THROUGH }), reaches: fn({ TracingConfig: { Mode: 'PassThrough' } }),
  },
  snapStart: {
    options: () => ({ snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }),
    reaches: { ...fn({ SnapStart: { ApplyOn: 'PublishedVersions' } }), 'AWS::Lambda::Version': {}, 'AWS::Lambda::Alias': { Name: 'live' } },
  },
  profiling: {
    options: () => ({ profiling: true }),
    reaches: { ...fn({ Environment: { Variables: { AWS_CODEGURU_PROFILER_ENABLED: 'TRUE' } } }), 'AWS::CodeGuruProfiler::ProfilingGroup': {} },
  },
  profilingGroup: {
    options: (within) => ({ profilingGroup: new codeguru.ProfilingGroup(within, 'Mine') }),
    reaches: fn({ Environment: { Variables: { AWS_CODEGURU_PROFILER_GROUP_ARN: arn('Mine') } } }),
  },
  insightsVersion: {
    options: () => ({ insightsVersion: lambda.LambdaInsightsVersion.fromInsightVersionArn('arn:aws:lambda:eu-west-1:1:layer:insights:1') }),
    reaches: { ...fn({ Layers: ['arn:aws:lambda:eu-west-1:1:layer:insights:1'] }), 'AWS::IAM::Role': { ManagedPolicyArns: [Match.anyValue()] } },
  },
  adotInstrumentation: {
    options: () => ({
      adotInstrumentation: {
        layerVersion: lambda.AdotLayerVersion.fromPythonSdkLayerVersion(lambda.AdotLambdaLayerPythonSdkVersion.LATEST),
        execWrapper: lambda.AdotLambdaExecWrapper.INSTRUMENT_HANDLER,
      },
    }),
    reaches: fn({ Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument' } }, TracingConfig: { Mode: 'Active' } }),
  },
  paramsAndSecrets: {
    options: () => ({ paramsAndSecrets: lambda.ParamsAndSecretsLayerVersion.fromVersion(lambda.ParamsAndSecretsVersions.V1_0_103) }),
    reaches: fn({ Environment: { Variables: { PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED: 'true' } } }),
  },
  layers: {
    options: (within) => ({ layers: [lambda.LayerVersion.fromLayerVersionArn(within, 'Mine', 'arn:aws:lambda:eu-west-1:1:layer:mine:1')] }),
    reaches: fn({ Layers: ['arn:aws:lambda:eu-west-1:1:layer:mine:1'] }),
  },
  reservedConcurrentExecutions: { options: () => ({ reservedConcurrentExecutions: 3 }), reaches: fn({ ReservedConcurrentExecutions: 3 }) },
  events: {
    options: (within) => ({ events: [new sources.SqsEventSource(new sqs.Queue(within, 'Mine'))] }),
    reaches: { 'AWS::Lambda::EventSourceMapping': { EventSourceArn: arn('Mine') } },
  },
  logRetention: {
    options: () => ({ logRetention: logs.RetentionDays.ONE_WEEK }), reaches: { 'AWS::Logs::LogGroup': { RetentionInDays: 7 } },
  },
  currentVersionOptions: {
    options: () => ({ currentVersionOptions: { provisionedConcurrentExecutions: 2 } }),
    reaches: { 'AWS::Lambda::Version': { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 } }, 'AWS::Lambda::Alias': {} },
  },
  filesystem: {
    options: (within) => {
      const network = vpc(within);
      const point = new efs.FileSystem(within, 'Files', { vpc: network }).addAccessPoint('Point');
      return { vpc: network, filesystem: lambda.FileSystem.fromEfsAccessPoint(point, '/mnt/files') };
    },
    reaches: fn({ FileSystemConfigs: [{ LocalMountPath: '/mnt/files' }] }),
  },
  environmentEncryption: { options: (within) => ({ environmentEncryption: new kms.Key(within, 'Mine') }), reaches: fn({ KmsKeyArn: arn('Mine') }) },
  codeSigningConfig: {
    options: (within) => {
      const profile = new signer.SigningProfile(within, 'Profile', { platform: signer.Platform.AWS_LAMBDA_SHA384_ECDSA });
      return { codeSigningConfig: new lambda.CodeSigningConfig(within, 'Mine', { signingProfiles: [profile] }) };
    },
    reaches: fn({ CodeSigningConfigArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Mine'), 'CodeSigningConfigArn'] } }),
  },
  architecture: { options: () => ({ architecture: lambda.Architecture.X86_64 }), reaches: fn({ Architectures: ['x86_64'] }) },
  runtimeManagementMode: {
    options: () => ({ runtimeManagementMode: lambda.RuntimeManagementMode.FUNCTION_UPDATE }),
    reaches: fn({ RuntimeManagementConfig: { UpdateRuntimeOn: 'FunctionUpdate' } }),
  },
  tenancyConfig: { options: () => ({ tenancyConfig: lambda.TenancyConfig.PER_TENANT }), reaches: fn({ TenancyConfig: { TenantIsolationMode: 'PER_TENANT' } }) },
  durableConfig: {
    options: () => ({ durableConfig: { executionTimeout: Duration.hours(1) } }),
    reaches: { ...fn({ DurableConfig: { ExecutionTimeout: 3600 } }), 'AWS::IAM::Role': { ManagedPolicyArns: [Match.anyValue()] } },
  },
  logGroup: {
    options: (within) => ({ logGroup: new logs.LogGroup(within, 'Mine') }),
    reaches: {
      ...fn({ LoggingConfig: { LogGroup: ref('Mine') } }),
      'AWS::IAM::Role': { Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Resource: { 'Fn::Join': ['', Match.arrayWith([ref('Mine')])] } })]) } }] },
    },
  },
  logFormat: { options: () => ({ logFormat: 'JSON' }), reaches: fn({ LoggingConfig: { LogFormat: 'JSON' } }) },
  loggingFormat: { options: () => ({ loggingFormat: lambda.LoggingFormat.JSON }), reaches: fn({ LoggingConfig: { LogFormat: 'JSON' } }) },
  recursiveLoop: { options: () => ({ recursiveLoop: lambda.RecursiveLoop.ALLOW }), reaches: fn({ RecursiveLoop: 'Allow' }) },
  applicationLogLevel: {
    options: () => ({ applicationLogLevel: 'WARN', logFormat: 'JSON' }), reaches: fn({ LoggingConfig: { ApplicationLogLevel: 'WARN' } }),
  },
  applicationLogLevelV2: {
    options: () => ({ applicationLogLevelV2: lambda.ApplicationLogLevel.WARN, loggingFormat: lambda.LoggingFormat.JSON }),
    reaches: fn({ LoggingConfig: { ApplicationLogLevel: 'WARN' } }),
  },
  systemLogLevel: { options: () => ({ systemLogLevel: 'DEBUG', logFormat: 'JSON' }), reaches: fn({ LoggingConfig: { SystemLogLevel: 'DEBUG' } }) },
  systemLogLevelV2: {
    options: () => ({ systemLogLevelV2: lambda.SystemLogLevel.DEBUG, loggingFormat: lambda.LoggingFormat.JSON }),
    reaches: fn({ LoggingConfig: { SystemLogLevel: 'DEBUG' } }),
  },
  onFailure: {
    options: (within) => ({ onFailure: new destinations.SqsDestination(new sqs.Queue(within, 'Mine')) }),
    reaches: { 'AWS::Lambda::EventInvokeConfig': { DestinationConfig: { OnFailure: { Destination: arn('Mine') } } } },
  },
  onSuccess: {
    options: (within) => ({ onSuccess: new destinations.EventBridgeDestination(new events.EventBus(within, 'Mine')) }),
    reaches: { 'AWS::Lambda::EventInvokeConfig': { DestinationConfig: { OnSuccess: { Destination: arn('Mine') } } } },
  },
  maxEventAge: { options: () => ({ maxEventAge: Duration.hours(1) }), reaches: { 'AWS::Lambda::EventInvokeConfig': { MaximumEventAgeInSeconds: 3600 } } },
  retryAttempts: { options: () => ({ retryAttempts: 0 }), reaches: { 'AWS::Lambda::EventInvokeConfig': { MaximumRetryAttempts: 0 } } },
};

describe('every option of a Lambda function reaches the template', () => {
  test.each(Object.entries(REACHES))('%s', (_name, { options, reaches }) => {
    const within = stack();
    const template = templateOf(make(options(within), {}, within));
    for (const [type, properties] of Object.entries(reaches)) template.hasResourceProperties(type, properties);
  });

  test('logRemovalPolicy', () => {
    templateOf(make({ logRemovalPolicy: RemovalPolicy.RETAIN })).hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain' });
  });

  test('none is forgotten: CDK declares no other', () => {
    const read = (file: string, name: string): string[] => {
      const text = fs.readFileSync(path.join(path.dirname(require.resolve('aws-cdk-lib/aws-lambda')), 'lib', `${file}.d.ts`), 'utf8');
      const [, body] = new RegExp(`export interface ${name}[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(text)!;
      return [...body.matchAll(/^ {4}readonly (\w+)\?:/gm)].map(([, option]) => option);
    };
    const declared = [...read('function', 'FunctionOptions'), ...read('event-invoke-config', 'EventInvokeConfigOptions')];
    const refused = ['logRetentionRole', 'logRetentionRetryOptions'];
    expect(declared.filter((option) => !refused.includes(option)).sort()).toEqual([...Object.keys(REACHES), 'logRemovalPolicy'].sort());
  });
});

describe('resources that an option spares', () => {
  test('tracing that is off needs no right', () => {
    const template = templateOf(make({ tracing: lambda.Tracing.DISABLED }));
    template.hasResourceProperties('AWS::Lambda::Function', { TracingConfig: Match.absent() });
    expect(JSON.stringify(template.toJSON())).not.toContain('xray');
  });

  test('a role of the user gets traces and its initial policy, and no second role is made', () => {
    const within = stack();
    const role = new iam.Role(within, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const template = templateOf(make({ role, initialPolicy: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })] }, {}, within));
    template.resourceCountIs('AWS::IAM::Role', 1);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:GetObject' }), Match.objectLike({ Action: Match.arrayWith(['xray:PutTraceSegments']) })]) },
    });
  });

  test('a log group of the user is the only one', () => {
    const within = stack();
    templateOf(make({ logGroup: new logs.LogGroup(within, 'Mine') }, {}, within)).resourceCountIs('AWS::Logs::LogGroup', 1);
  });

  test('a retention is set on the log group, without a custom resource', () => {
    templateOf(make({ logRetention: logs.RetentionDays.ONE_WEEK })).resourceCountIs('Custom::LogRetention', 0);
  });

  test('a shared security group is the only one', () => {
    const within = stack();
    const network = vpc(within);
    const securityGroup = new ec2.SecurityGroup(within, 'Shared', { vpc: network, allowAllOutbound: false });
    const template = templateOf(make({ vpc: network, allowAllOutbound: false }, { securityGroup }, within));
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('Shared'), 'GroupId'] }] } });
  });
});

describe('published versions', () => {
  test('with SnapStart the API invokes an alias, and no warning asks for one', () => {
    const made = make({ snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS });
    expect(made.invoked).toBeInstanceOf(lambda.Alias);
    expect(Annotations.fromStack(Stack.of(made)).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test('otherwise it invokes the function', () => {
    const made = make();
    expect(made.invoked).toBe(made.handler);
  });
});

describe('options that contradict the bundle or one another', () => {
  const check = (options: lambda.FunctionOptions): string => messageOf(() => checkFunctionOptions(app, options, '`readItem` (GET /items/{item_id})'));

  test('another architecture', () => {
    expect(check({ architecture: lambda.Architecture.ARM_64 })).toBe(
      '`architecture` of `readItem` (GET /items/{item_id}) must be the one that the app is bundled for, x86_64, got: arm64; set `architecture` on FastApiApp instead',
    );
  });

  test.each(['CDK_FASTAPI_APP', 'CDK_FASTAPI_OPERATION'])('the variable %s', (variable) => {
    expect(check({ environment: { [variable]: 'mine' } })).toContain(`cannot set ${variable}`);
  });

  test('two places for the retention of logs', () => {
    const logGroup = new logs.LogGroup(stack(), 'Mine');
    expect(check({ logGroup, logRetention: logs.RetentionDays.ONE_DAY })).toContain('`logRetention`');
    expect(check({ logGroup, logRemovalPolicy: RemovalPolicy.RETAIN })).toContain('`logRemovalPolicy`');
  });

  test('settings of a custom resource that does not exist', () => {
    expect(check({ logRetentionRole: iam.Role.fromRoleName(stack(), 'Mine', 'mine') })).toContain('`logRetentionRole`');
    expect(check({ logRetentionRetryOptions: { maxRetries: 1 } })).toContain('`logRetentionRetryOptions`');
  });
});
