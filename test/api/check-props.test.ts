import { App, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  FastApiAgentTools, FastApiApp, FastApiDashboard, FastApiHttpApi, FastApiRestApi, FastApiStreamingFunctionUrl, HttpApiAuth, IntegrationPattern, OpenApiSource, PythonBundling, RestApiAuth,
} from '../../src';

const app = FastApiApp.fromDirectory('.', {
  entrypoint: 'main:app',
  runtime: lambda.Runtime.PYTHON_3_13,
  openApi: OpenApiSource.fromDocument({ openapi: '3.1.0', info: { title: 'A', version: '1' }, paths: { '/a': { get: { operationId: 'a', responses: { 200: { description: 'OK' } } } } } }),
});

function stack(): Stack {
  return new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
}

// What plain JavaScript passes has no type.
const any = (value: unknown): never => value as never;

describe.each([
  ['FastApiRestApi', FastApiRestApi], ['FastApiHttpApi', FastApiHttpApi], ['FastApiStreamingFunctionUrl', FastApiStreamingFunctionUrl],
] as const)('what no compiler has looked at, in %s', (name, Api) => {
  const isUrl = name === 'FastApiStreamingFunctionUrl';
  const auth = name === 'FastApiRestApi' ? 'RestApiAuth' : 'HttpApiAuth';
  const own: [unknown, string][] = isUrl ? [
    [{ app, auth: 'iam' }, '`auth` of FastApiStreamingFunctionUrl must be one of lambda.FunctionUrlAuthType.AWS_IAM, lambda.FunctionUrlAuthType.NONE, got: "iam"'],
    [{ app, timeout: 30 }, `\`timeout\` of ${name} must be a Duration, got: 30; write \`Duration.seconds(30)\``],
    [{ app, memorySize: '512' }, '`memorySize` of FastApiStreamingFunctionUrl must be a number, got: "512"'],
    [{ app, environment: { A: 1 } }, '`environment` of FastApiStreamingFunctionUrl must be an object of texts'],
    [{ app, memory: 512 }, '`memorySize` is meant'],
  ] : [
    [{ app, auth: 'iam' }, `\`auth\` of ${name} must be made by ${auth}, got: "iam"; for example \`${auth}.iam()\``],
    [{ app, auth: name === 'FastApiRestApi' ? 7 : true }, `must be made by ${auth}`],
    [{ app, integrations: [] }, '`integrations` of'],
    [{ app, functionOptions: { timeout: 30 } }, '`timeout` of every function must be a Duration, got: 30; write `Duration.seconds(30)`'],
    [{ app, functionOptions: { memory: 512 } }, 'every function has no property `memory`, got: 512; `memorySize` is meant'],
    [{ app, functionOptions: { colour: 'red' } }, 'every function has no property `colour`, got: "red"; it has '],
    [{ app, functionOptions: { layers: 'x' } }, '`layers` of every function must be a list of ILayerVersion, got: "x"'],
    [{ app, functionOptions: { vpc: 'vpc-1' } }, '`vpc` of every function must be an IVpc, got: "vpc-1"'],
    [{ app, catchall: true }, `${name} has no property \`catchall\`, got: true; \`catchAll\` is meant`],
    [{ app, catch_all: true }, '`catchAll` is meant'],
    [{ app, catchAll: 'yes' }, `\`catchAll\` of ${name} must be true or false, got: "yes"`],
    [{ app, functionOption: {} }, '`functionOptions` is meant'],
    [{ app, pattern: 'SHARED' }, `\`pattern\` of ${name} must be one of IntegrationPattern.ISOLATED, IntegrationPattern.GROUPED, IntegrationPattern.SHARED, got: "SHARED"`],
    [{ app, groups: 'tag' }, `\`groups\` of ${name} must be an OperationGroups, got: "tag"; make them by`],
    [{ app, functionStacks: '20' }, '`functionStacks` of'],
    [{ app, expectedOperations: { a: 1 } }, '`expectedOperations` of'],
  ];

  test.each<[unknown, string]>([
    [undefined, `\`app\` of ${name} must be a FastApiApp, got: nothing; write`],
    [null, `\`app\` of ${name} must be a FastApiApp, got: nothing`],
    ['x', `\`app\` of ${name} must be a FastApiApp, got: nothing`],
    [{}, `\`app\` of ${name} must be a FastApiApp, got: nothing`],
    [{ app: '../my_api' }, `\`app\` of ${name} must be a FastApiApp, got: "../my_api"`],
    [{ app: [] }, `\`app\` of ${name} must be a FastApiApp, got: a list`],
    [{ app: () => app }, `\`app\` of ${name} must be a FastApiApp, got: a function`],
    [{ app, cors: true }, `\`cors\` of ${name} must be an object, got: true; leave it out for what the app says`],
    [{ app, cors: ['*'] }, `\`cors\` of ${name} must be an object, got: a list`],
    [{ app, cors: { origins: ['*'] } }, '`cors` has no property `origins`, got: a list; it has allowOrigins'],
    [{ app, cors: { allowedOrigins: ['*'] } }, '`allowOrigins` is meant'],
    [{ app, cors: { allow_origins: ['*'] } }, '`allowOrigins` is meant'],
    [{ app, cors: { allowOrigins: '*' } }, '`allowOrigins` of `cors` must be a list of texts, got: "*"'],
    [{ app, cors: { allowOrigins: [1] } }, '`allowOrigins` of `cors` must be a list of texts, got: a list'],
    [{ app, cors: { maxAge: 60 } }, '`maxAge` of `cors` must be a Duration, got: 60; write `Duration.seconds(60)`'],
    [{ app, cors: { allowCredentials: 'true' } }, '`allowCredentials` of `cors` must be true or false'],
    [{ app, runtimeConfigKey: 5 }, `\`runtimeConfigKey\` of ${name} must be a text, got: 5`],
    ...own,
  ])('%#: %j', (props, message) => {
    expect(() => new Api(stack(), 'Api', any(props))).toThrow(message);
    expect(() => new Api(stack(), 'Api', any(props))).toThrow(expect.objectContaining({ name: 'FastApiError', constructPath: 'Stack/Api' }));
  });

  test('a name that is like none is a warning: properties of others are often spread', () => {
    const made = stack();
    new Api(made, 'Api', any({ app, whatever: 'STRICT', description: undefined }));
    expect(Annotations.fromStack(made).findWarning('*', Match.stringLikeRegexp('no property')).map(({ entry }) => entry.data))
      .toEqual([expect.stringContaining(`${name} has no property \`whatever\`, got: "STRICT"; leave it out`)]);
  });

  test('what is known at deployment, and what is nothing, passes', () => {
    const made = stack();
    expect(() => new Api(made, 'Api', any({
      app, cors: { allowOrigins: [Lazy.string({ produce: () => 'https://a.example' })], maxAge: Duration.seconds(5) }, runtimeConfigKey: undefined, description: null,
    }))).not.toThrow();
  });
});

test.each<[string, () => unknown, string]>([
  ['no directory', () => FastApiApp.fromDirectory(any(undefined)), '`entry` of FastApiApp.fromDirectory must be the path of a directory, got: nothing'],
  ['an empty one', () => FastApiApp.fromDirectory(''), 'must be the path of a directory, got: ""'],
  ['an object', () => FastApiApp.fromDirectory(any({ entry: '.' })), 'must be the path of a directory, got: an object of Object'],
  ['options as a text', () => FastApiApp.fromDirectory('.', any('main:app')), 'properties of FastApiApp.fromDirectory must be an object, got: "main:app"'],
  ['a runtime as a text', () => FastApiApp.fromDirectory('.', any({ runtime: 'python3.13' })), '`runtime` of FastApiApp.fromDirectory must be a Runtime, got: "python3.13"; for example `lambda.Runtime.PYTHON_3_13`'],
  ['an architecture as a text', () => FastApiApp.fromDirectory('.', any({ architecture: 'arm64' })), '; for example `lambda.Architecture.ARM_64`'],
  ['a path as the document', () => FastApiApp.fromDirectory('.', any({ openApi: 'openapi.json' })), "must be an OpenApiSource, got: \"openapi.json\"; for example `OpenApiSource.fromFile('openapi.json')`"],
  ['openapi', () => FastApiApp.fromDirectory('.', any({ openapi: 1 })), '`openApi` is meant'],
  ['entryPoint', () => FastApiApp.fromDirectory('.', any({ entryPoint: 'main:app' })), '`entrypoint` is meant'],
  ['a bundling as a text', () => FastApiApp.fromDirectory('.', any({ bundling: 'docker' })), 'must be a PythonBundling, got: "docker"'],
  ['a time-out as a number', () => OpenApiSource.fromApp(any({ timeout: 90 })), '`timeout` of OpenApiSource.fromApp must be a Duration, got: 90; write `Duration.seconds(90)`'],
  ['inputs as a text', () => OpenApiSource.fromApp(any({ extraInputs: 'a' })), '`extraInputs` of OpenApiSource.fromApp must be a list of texts'],
  ['variables that are no texts', () => OpenApiSource.fromApp(any({ environment: { A: true } })), '`environment` of OpenApiSource.fromApp must be an object of texts'],
  ['variables as a list', () => OpenApiSource.fromApp(any({ environment: ['A=1'] })), '`environment` of OpenApiSource.fromApp must be an object, got: a list'],
  ['no file', () => OpenApiSource.fromFile(any(undefined)), '`path` of OpenApiSource.fromFile must be the path of a JSON file, got: nothing'],
  ['an unknown option of uv', () => PythonBundling.uv(any({ excludes: [] })), '`exclude` is meant'],
  ['bytecode as a truth value', () => PythonBundling.uv(any({ bytecode: true })), '`bytecode` of PythonBundling.uv must be one of BytecodeMode.AUTO'],
  ['an image that is no text', () => PythonBundling.docker(any({ image: 1 })), '`image` of PythonBundling.docker must be a text'],
  ['no bundle', () => PythonBundling.prebuilt(any(undefined)), '`directory` of PythonBundling.prebuilt must be the path of a directory'],
  ['no pools', () => RestApiAuth.cognito(any(undefined)), '`userPools` of `RestApiAuth.cognito` must be given, got: nothing; it is a list of IUserPool'],
  ['one pool', () => RestApiAuth.cognito(any({ userPool: 1 })), '`userPools` is meant'],
  ['no pool', () => HttpApiAuth.cognito(any({})), '`userPool` of `HttpApiAuth.cognito` must be given, got: nothing; it is an IUserPool'],
  ['one audience', () => HttpApiAuth.jwt(any({ issuer: 'https://a.example', audience: 'b' })), '`audience` of `HttpApiAuth.jwt` must be a list of texts, got: "b"'],
  ['a pattern as a text', () => FastApiRestApi.defaultIntegrations(stack(), app, any({ pattern: 'x' })), '`pattern` of `defaultIntegrations` must be one of'],
  ['an unknown option of integrations', () => FastApiHttpApi.defaultIntegrations(stack(), app, any({ patterns: IntegrationPattern.SHARED })), '`pattern` is meant'],
  ['no apis', () => new FastApiDashboard(stack(), 'D', any({})), '`apis` of FastApiDashboard must be given, got: nothing; it is a list of IMonitoredApi'],
  ['one api', () => new FastApiDashboard(stack(), 'D', any({ apis: 'x' })), '`apis` of FastApiDashboard must be a list of IMonitoredApi'],
  ['no api of tools', () => new FastApiAgentTools(stack(), 'T', any(undefined)), '`api` of FastApiAgentTools must be given, got: nothing; it is a FastApiRestApi'],
  ['operations as a text', () => new FastApiRestApi(stack(), 'A', { app }).grantInvokeAccess(new iam.AccountRootPrincipal(), any({ operations: 'a' })), '`operations` of `grantInvokeAccess` must be a list of texts'],
])('values without a compiler: %s', (_name, act, message) => {
  expect(act).toThrow(message);
  expect(act).toThrow(expect.objectContaining({ name: 'FastApiError' }));
});
