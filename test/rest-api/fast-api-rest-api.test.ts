import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Duration, Lazy, RemovalPolicy, Size, Stack, type StackProps } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { pythonFunction } from './body/everything';
import { bodyMethods, nativeMethods, type Value } from './body/native-view';
import { RuntimeConfig } from '../../src/access/runtime-config';
import { RouteDefinition } from '../../src/api/route-definition';
import { OpenApiSource } from '../../src/app/open-api-source';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { RestApiAuth } from '../../src/rest-api/auth';
import { CDK_PROPS } from '../../src/rest-api/cdk-props';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { deploy, ITEMS, messages, rendered, type Props } from '../api/fixture';
import { fastApiApp, messageOf, scope, stack as newStack, type Row } from '../integrations/fixture';

/** The type of each route's authorization, by `VERB path`, preflight left out. */
function security(body: Value): Record<string, string> {
  return Object.fromEntries([...bodyMethods(body)].filter(([route]) => !route.startsWith('OPTIONS ')).map(([route, view]) => [route, view.security.map(([name]: [string]) => name).join()]));
}

describe('an API with nothing said', () => {
  const { template, restApi, body, stack } = deploy();

  test('has a route for each operation, protected by IAM', () => {
    expect(security(body)).toEqual({ 'GET /items': 'sigv4', 'POST /items': 'sigv4', 'GET /items/{item_id}': 'sigv4' });
    expect(body.components.securitySchemes).toEqual({ sigv4: expect.objectContaining({ 'x-amazon-apigateway-authtype': 'awsSigv4' }) });
  });

  test('has a function, a role, a log group and a permission for each operation, and eight resources more', () => {
    for (const type of ['AWS::Lambda::Function', 'AWS::Lambda::Permission']) template.resourceCountIs(type, 3);
    template.resourceCountIs('AWS::IAM::Role', 3 + 1);
    template.resourceCountIs('AWS::Logs::LogGroup', 3 + 1);
    expect(Object.values<Value>(template.toJSON().Resources).map((resource) => resource.Type).filter((type) => type.startsWith('AWS::ApiGateway::')).sort())
      .toEqual(['Account', 'Deployment', 'RestApi', 'Stage'].map((type) => `AWS::ApiGateway::${type}`));
    expect(Object.keys(template.toJSON().Resources)).toHaveLength(4 * 3 + 6);
  });

  test('is regional, takes every media type for binary and is named after the construct', () => {
    expect(restApi).toMatchObject({ Name: 'MyApi', BinaryMediaTypes: ['*/*'], EndpointConfiguration: { Types: ['REGIONAL'] }, Mode: 'overwrite' });
  });

  test('logs what is asked for a month, and traces', () => {
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 30 } });
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'prod', TracingEnabled: true, AccessLogSetting: { DestinationArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^MyApiAccessLog'), 'Arn'] }, Format: Match.stringLikeRegexp('"requestId":"\\$context.requestId"') },
    });
  });

  test('leaves the role of the account\'s logs when it goes', () => {
    template.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Retain' });
  });

  test('answers preflight requests on every resource, as text', () => {
    expect(Object.entries<Value>(body.paths).map(([route, item]) => [route, item.options?.['x-amazon-apigateway-integration'].contentHandling])).toEqual([
      ['/items', 'CONVERT_TO_TEXT'], ['/items/{item_id}', 'CONVERT_TO_TEXT'], ['/', 'CONVERT_TO_TEXT'],
    ]);
    expect(body.paths['/items'].options['x-amazon-apigateway-integration'].responses.default.responseParameters).toMatchObject({
      'method.response.header.Access-Control-Allow-Origin': '\'*\'', 'method.response.header.Access-Control-Allow-Methods': '\'GET,POST,OPTIONS\'',
    });
    expect(Object.keys(body['x-amazon-apigateway-gateway-responses'])).toEqual(['DEFAULT_4XX', 'DEFAULT_5XX']);
  });

  test('tells its functions what they serve', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CDK_FASTAPI_APP: 'main:app', CDK_FASTAPI_OPERATION: 'GET /items/{item_id}', CDK_FASTAPI_CORS_ALLOW_ORIGINS: '*', POWERTOOLS_SERVICE_NAME: 'MyApi', POWERTOOLS_METRICS_NAMESPACE: 'MyApi',
        },
      },
    });
  });

  test('warns of nothing', () => expect(messages(stack)).toBe(''));
});

describe('every property of the CDK\'s API', () => {
  test('is known: none is missing that this version of the CDK has', () => {
    const declarations = ['restapi', 'resource'].map((file) => fs.readFileSync(path.join(path.dirname(require.resolve('aws-cdk-lib/aws-apigateway')), 'lib', `${file}.d.ts`), 'utf8')).join('\n');
    const names = ['RestApiBaseProps', 'RestApiProps', 'ResourceOptions'].flatMap((name) => {
      const declaration = new RegExp(`export interface ${name} [^]*?\\n}`).exec(declarations)![0].replace(/\/\*\*[^]*?\*\//g, '');
      return [...declaration.matchAll(/readonly (\w+)\?/g)].map(([, property]) => property);
    });
    expect(names.filter((name) => name !== 'defaultCorsPreflightOptions').sort()).toEqual([...CDK_PROPS].sort());
  });

  const all: Props = {
    restApiName: 'named',
    description: 'described',
    failOnWarnings: true,
    parameters: { p: 'q' },
    binaryMediaTypes: ['image/png'],
    minCompressionSize: Size.bytes(10),
    apiKeySourceType: apigateway.ApiKeySourceType.HEADER,
    disableExecuteApiEndpoint: true,
    endpointTypes: [apigateway.EndpointType.EDGE],
    endpointExportName: 'exported',
    retainDeployments: true,
    cloudWatchRole: true,
    cloudWatchRoleRemovalPolicy: RemovalPolicy.DESTROY,
    policy: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['execute-api:Invoke'], principals: [new iam.AnyPrincipal()], resources: ['execute-api:/*'] })] }),
    defaultMethodOptions: { apiKeyRequired: true, operationName: 'x' },
    defaultIntegration: new apigateway.HttpIntegration('https://default.example'),
    deployOptions: {
      stageName: 'beta',
      throttlingRateLimit: 5,
      throttlingBurstLimit: 7,
      tracingEnabled: false,
      loggingLevel: apigateway.MethodLoggingLevel.INFO,
      metricsEnabled: true,
      accessLogFormat: apigateway.AccessLogFormat.clf(),
      variables: { v: 'w' },
    },
  };
  const { template, restApi, body } = deploy(all, ITEMS, (api, stack) => {
    api.api.root.addResource('mine').addMethod('GET');
    api.api.addDomainName('Domain', { domainName: 'api.example.com', certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:1:certificate/x') });
  });

  test('reaches the API and its body', () => {
    expect(restApi).toMatchObject({
      Name: 'named',
      Description: 'described',
      FailOnWarnings: true,
      Parameters: { p: 'q', endpointConfigurationTypes: 'EDGE' },
      BinaryMediaTypes: ['image/png'],
      MinimumCompressionSize: 10,
      ApiKeySourceType: 'HEADER',
      DisableExecuteApiEndpoint: true,
      EndpointConfiguration: { Types: ['EDGE'] },
      Policy: { Statement: [expect.objectContaining({ Resource: 'execute-api:/*' })] },
    });
    expect(body).toMatchObject({ 'info': { title: 'named', description: 'described' }, 'x-amazon-apigateway-binary-media-types': ['image/png'], 'x-amazon-apigateway-minimum-compression-size': 10 });
  });

  test('reaches the stage', () => {
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      StageName: 'beta',
      TracingEnabled: false,
      Variables: { v: 'w' },
      AccessLogSetting: { Format: Match.stringLikeRegexp('^\\$context.identity.sourceIp') },
      MethodSettings: [{ DataTraceEnabled: false, HttpMethod: '*', LoggingLevel: 'INFO', MetricsEnabled: true, ResourcePath: '/*', ThrottlingBurstLimit: 7, ThrottlingRateLimit: 5 }],
    });
    template.hasResource('AWS::ApiGateway::Deployment', { DeletionPolicy: 'Retain' });
    template.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'Delete' });
    template.hasOutput('*', { Export: { Name: 'exported' } });
    template.hasResourceProperties('AWS::ApiGateway::BasePathMapping', { Stage: { Ref: Match.stringLikeRegexp('beta') } });
  });

  test('reaches the methods, also those that are added to the API', () => {
    const methods = bodyMethods(body);
    expect(methods.get('GET /items')).toMatchObject({ operationId: 'x', security: [['sigv4', []], ['api_key', []]] });
    expect(methods.get('GET /mine')).toMatchObject({ security: [['sigv4', []], ['api_key', []]], integration: { TYPE: 'http_proxy', URI: 'https://default.example' } });
    expect(methods.get('OPTIONS /items')!.security).toEqual([]);
  });

  test('`domainName`, `cloudWatchRole: false`, `minimumCompressionSize` and `endpointConfiguration`', () => {
    const certificate = acm.Certificate.fromCertificateArn(scope(), 'Certificate', 'arn:aws:acm:us-east-1:1:certificate/x');
    // The CDK warns of the old property, which is passed on all the same.
    process.env.JSII_DEPRECATED = 'quiet';
    const other = deploy({
      domainName: { domainName: 'api.example.com', certificate, basePath: 'v1' },
      cloudWatchRole: false,
      minimumCompressionSize: 20,
      endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL], ipAddressType: apigateway.IpAddressType.DUAL_STACK },
    });
    delete process.env.JSII_DEPRECATED;
    other.template.hasResourceProperties('AWS::ApiGateway::DomainName', { DomainName: 'api.example.com' });
    other.template.hasResourceProperties('AWS::ApiGateway::BasePathMapping', { BasePath: 'v1' });
    other.template.allResourcesProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_BASE_PATH: 'v1' } } });
    other.template.resourceCountIs('AWS::ApiGateway::Account', 0);
    expect(other.restApi).toMatchObject({ MinimumCompressionSize: 20, EndpointConfiguration: { Types: ['REGIONAL'], IpAddressType: 'dualstack' } });
  });

  test('`cloneFrom` with resources, and not with a body', () => {
    const cloneFrom = apigateway.RestApi.fromRestApiId(scope(), 'Other', 'abc');
    expect(deploy({ cloneFrom, definition: RouteDefinition.RESOURCES }).restApi.CloneFrom).toBe('abc');
    expect(messageOf(() => deploy({ cloneFrom }))).toMatch(/^`cloneFrom` cannot stand beside routes that are one body/);
  });

  test('`deploy: false` leaves the stage to the user', () => {
    const { template: none, api } = deploy({ deploy: false });
    none.resourceCountIs('AWS::ApiGateway::Stage', 0);
    expect(messageOf(() => api.url)).toMatch(/^`url` needs a stage, got: none because of `deploy: false`/);
    expect(RuntimeConfig.of(api)).toBeUndefined();
    expect(messageOf(() => deploy({ deploy: false, runtimeConfigKey: 'K' }))).toMatch(/^`runtimeConfigKey` needs the URL of a stage/);
    const own = deploy({ deploy: false }, ITEMS, ({ api: rest }) => {
      rest.deploymentStage = new apigateway.Stage(rest, 'Own', { deployment: new apigateway.Deployment(rest, 'Mine', { api: rest }) });
    });
    expect(own.stack.resolve(own.api.url)).toEqual({ 'Fn::Join': ['', expect.arrayContaining([{ Ref: expect.stringMatching(/^MyApiOwn/) }])] });
  });

  test('an access log of the user\'s own is the only one', () => {
    const { template: own } = deploy({}, ITEMS);
    own.resourceCountIs('AWS::Logs::LogGroup', 4);
    const stack = newStack();
    const logGroup = new logs.LogGroup(stack, 'Mine');
    const api = new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ITEMS), deployOptions: { accessLogDestination: new apigateway.LogGroupLogDestination(logGroup) } });
    expect(api.node.tryFindChild('AccessLog')).toBeUndefined();
  });
});

describe('authorization', () => {
  test.each<[string, RestApiAuth, string]>([
    ['none', RestApiAuth.none(), ''],
    ['IAM', RestApiAuth.iam(), 'sigv4'],
  ])('%s holds for every operation', (_name, auth, expected) => {
    expect(new Set(Object.values(security(deploy({ auth }).body)))).toEqual(new Set([expected]));
  });

  test('of a user pool holds with its scopes, and an override\'s instead of it', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    const handler = pythonFunction(stack, 'Authorizer');
    const auth = RestApiAuth.cognito({ userPools: [new cognito.UserPool(stack, 'Pool')], scopes: ['items/read'] });
    const integration = new apigateway.MockIntegration({ requestTemplates: { 'application/json': '{"statusCode": 200}' } });
    const api = new FastApiRestApi(stack, 'MyApi', {
      app,
      auth,
      integrations: FastApiRestApi.defaultIntegrations(stack, app).withOverrides({
        listItems: { integration, options: { authorizationType: apigateway.AuthorizationType.IAM } },
        createItem: { integration, options: { authorizer: new apigateway.TokenAuthorizer(stack, 'Token', { handler, authorizerName: 'token' }) } },
      }).build(),
    });
    api.api.root.addResource('mine').addMethod('GET', integration);
    const { body } = rendered(stack);
    const [pool] = Object.keys(body.components.securitySchemes).filter((name) => !['sigv4', 'token'].includes(name));
    expect(Object.fromEntries([...bodyMethods(body)].filter(([route]) => !route.startsWith('OPTIONS')).map(([route, view]) => [route, view.security]))).toEqual({
      'GET /items': [['sigv4', []]], 'POST /items': [['token', []]], 'GET /items/{item_id}': [[pool, ['items/read']]], 'GET /mine': [[pool, []]],
    });
    expect(messages(stack)).toBe('');
  });

  test('may come from `defaultMethodOptions`, and from one place only', () => {
    const defaultMethodOptions = { authorizationType: apigateway.AuthorizationType.NONE };
    expect(new Set(Object.values(security(deploy({ defaultMethodOptions }).body)))).toEqual(new Set(['']));
    expect(messageOf(() => deploy({ auth: RestApiAuth.iam(), defaultMethodOptions }))).toMatch(/^`auth` and the authorization of `defaultMethodOptions` say the same thing, got: both/);
  });

  test('public operations are listed at synth', () => {
    expect(messages(deploy({ auth: RestApiAuth.none() }).stack)).toMatch(/everybody may call `listItems` \(GET \/items\), `createItem`/);
  });
});

describe('functions', () => {
  test('of the shared pattern: one for all operations, with one permission', () => {
    const { template, api, body } = deploy({ pattern: IntegrationPattern.SHARED, functionOptions: { memorySize: 512, timeout: Duration.seconds(10), environment: { A: 'b' } } });
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 512, Timeout: 10, Environment: { Variables: { A: 'b', CDK_FASTAPI_OPERATION: Match.absent() } } });
    expect(api.handler('listItems')).toBe(api.router);
    expect(api.router!.node.path).toMatch(/^Stack\/MyApi\/Functions\/Router/);
    const uris = [...bodyMethods(body).values()].flatMap((view) => view.integration.URI ?? []);
    expect(new Set(uris).size).toBe(1);
    expect(uris).toHaveLength(3);
  });

  test('of the isolated pattern: one for each operation, none a router', () => {
    const { api } = deploy();
    expect(api.router).toBeUndefined();
    expect(api.handler('readItem').node.path).toMatch(/^Stack\/MyApi\/Functions\/GET items \{\}/);
    expect(api.integrations.readItem.handler).toBe(api.handler('readItem'));
    expect(api.integration('readItem').pattern).toBe(IntegrationPattern.ISOLATED);
  });

  test('of an overridden operation do not exist', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    const integrations = FastApiRestApi.defaultIntegrations(stack, app).withOverrides({ listItems: { integration: new apigateway.MockIntegration() } }).build();
    const api = new FastApiRestApi(stack, 'MyApi', { app, integrations });
    expect(messageOf(() => api.handler('listItems'))).toBe(
      '`handler` needs an operation that a function of this app answers, got: `listItems` (GET /items), which was overridden; take its integration from `integration(name)`, or leave the override out');
    expect(messageOf(() => api.handler('listItem'))).toMatch(/no operation of this name, got: listItem; the nearest names are `listItems`/);
    rendered(stack).template.resourceCountIs('AWS::Lambda::Function', 2);
  });

  test.each<[string, Props, RegExp]>([
    ['pattern', { pattern: IntegrationPattern.SHARED, integrations: {} }, /^`pattern` cannot stand beside `integrations`/],
    ['functionOptions', { functionOptions: {}, integrations: {} }, /^`functionOptions` cannot stand beside `integrations`/],
  ])('%s is refused where it cannot hold', (_name, props, message) => expect(messageOf(() => deploy(props))).toMatch(message));

});

describe('path parameters of an override', () => {
  const rows: Row[] = [['get', '/items/{item_id}', 'readItem'], ['get', '/items/{item_id}/parts', 'parts'], ['delete', '/items/{id}', 'deleteItem']];
  const override = (options: apigateway.IntegrationOptions, requestParameters?: Record<string, boolean>) => () => {
    const stack = newStack();
    const app = fastApiApp(rows);
    const integration = new apigateway.HttpIntegration('https://example.com/{x}', { httpMethod: 'DELETE', options });
    return new FastApiRestApi(stack, 'MyApi', { app, integrations: FastApiRestApi.defaultIntegrations(stack, app).withOverrides({ deleteItem: { integration, options: { requestParameters } } }).build() });
  };

  test('are those of the route', () => {
    expect(override({ requestParameters: { 'integration.request.path.x': 'method.request.path.item_id' } }, { 'method.request.path.item_id': true })).not.toThrow();
  });

  test.each([
    [override({ requestParameters: { 'integration.request.path.x': 'method.request.path.id' } })],
    [override({}, { 'method.request.path.id': true })],
  ])('and not the app\'s own, where several paths share the place', (act) => {
    expect(messageOf(act)).toBe(
      '`requestParameters` of `deleteItem` (DELETE /items/{id}) must name a path parameter of its route /items/{item_id}, got: method.request.path.id; '
      + 'write method.request.path.item_id, as the parameter is called in the routes that share it');
  });
});

describe('the catch-all route', () => {
  test('serves everything that has no route of its own, on one function', () => {
    const { body, template, api } = deploy({ catchAll: true }, [...ITEMS, ['get', '/{page}', 'page'], ['get', '/', 'home']]);
    expect(security(body)).toEqual({ 'GET /items': 'sigv4', 'POST /items': 'sigv4', 'GET /items/{item_id}': 'sigv4', 'GET /': 'sigv4', 'ANY /': 'sigv4', 'ANY /{proxy+}': 'sigv4' });
    template.resourceCountIs('AWS::Lambda::Function', 5);
    expect(api.handler('page').node.path).toMatch(/Functions\/CatchAll/);
    expect(body.paths['/{proxy+}']['x-amazon-apigateway-any-method']['x-amazon-apigateway-integration'].uri).toEqual(body.paths['/']['x-amazon-apigateway-any-method']['x-amazon-apigateway-integration'].uri);
    expect(body.paths['/{proxy+}'].options['x-amazon-apigateway-integration'].responses.default.responseParameters['method.response.header.Access-Control-Allow-Methods'])
      .toBe('\'GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS\'');
  });

  test('answers preflight requests for all paths', () => {
    const { body } = deploy({ catchAll: true }, [...ITEMS, ['options', '/orders', 'describeOrders']]);
    expect(Object.entries<Value>(body.paths).filter(([, item]) => item.options).map(([route, item]) => [route, item.options['x-amazon-apigateway-integration'].type]))
      .toEqual([['/orders', 'aws_proxy'], ['/', 'mock'], ['/{proxy+}', 'mock']]);
  });

  test('is the router\'s in the shared pattern', () => {
    const { template, body } = deploy({ catchAll: true, pattern: IntegrationPattern.SHARED });
    template.resourceCountIs('AWS::Lambda::Function', 1);
    expect(Object.keys(body.paths)).toContain('/{proxy+}');
  });

  test('is not there unless it is asked for', () => expect(Object.keys(deploy().body.paths)).not.toContain('/{proxy+}'));
});

describe('CORS', () => {
  test('is off with no origin', () => {
    const { body, template, api } = deploy({ cors: { allowOrigins: [] } });
    expect(Object.keys(body.paths)).toEqual(['/items', '/items/{item_id}']);
    expect(Object.values<Value>(body.paths).flatMap((item) => Object.keys(item))).not.toContain('options');
    expect(body['x-amazon-apigateway-gateway-responses']).toBeUndefined();
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_CORS_ALLOW_ORIGINS: Match.absent() } } });
    expect(messageOf(() => api.restrictCorsTo('https://a.example'))).toMatch(/^`restrictCorsTo` needs CORS/);
  });

  test('restricted later reaches preflight, gateway responses and functions', () => {
    const { body, template } = deploy({}, ITEMS, (api) => api.restrictCorsTo('https://a.example'));
    expect(body.paths['/'].options['x-amazon-apigateway-integration'].responses.default.responseParameters['method.response.header.Access-Control-Allow-Origin']).toBe('\'https://a.example\'');
    expect(body['x-amazon-apigateway-gateway-responses'].DEFAULT_4XX.responseParameters['gatewayresponse.header.Access-Control-Allow-Origin']).toBe('\'https://a.example\'');
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_CORS_ALLOW_ORIGINS: 'https://a.example' } } });
  });

  test('leaves an OPTIONS operation to the app', () => {
    const { body } = deploy({}, [...ITEMS, ['options', '/items', 'describeItems']]);
    expect(body.paths['/items'].options['x-amazon-apigateway-integration'].type).toBe('aws_proxy');
    expect(body.paths['/items/{item_id}'].options['x-amazon-apigateway-integration'].type).toBe('mock');
  });

  test('may be said as the CDK says it, in one place', () => {
    const defaultCorsPreflightOptions = { allowOrigins: ['https://a.example'], allowMethods: ['GET'], maxAge: Duration.seconds(5), allowCredentials: true };
    expect(deploy({ defaultCorsPreflightOptions }).body.paths['/'].options['x-amazon-apigateway-integration'].responses.default.responseParameters).toMatchObject({
      'method.response.header.Access-Control-Allow-Origin': '\'https://a.example\'',
      'method.response.header.Access-Control-Allow-Methods': '\'GET\'',
      'method.response.header.Access-Control-Allow-Headers': `'${apigateway.Cors.DEFAULT_HEADERS.join(',')}'`,
      'method.response.header.Access-Control-Max-Age': '\'5\'',
      'method.response.header.Access-Control-Allow-Credentials': '\'true\'',
    });
    expect(messageOf(() => deploy({ defaultCorsPreflightOptions, cors: {} }))).toMatch(/^`cors` and `defaultCorsPreflightOptions` say the same thing, got: both/);
    expect(messageOf(() => deploy({ defaultCorsPreflightOptions: { allowOrigins: ['*'], statusCode: 200 } }))).toMatch(/must not have `statusCode`, got: 200/);
  });
});

describe('resources instead of a body', () => {
  test('are the same routes', () => {
    const props: Props = { catchAll: true, pattern: IntegrationPattern.SHARED };
    const { template, restApi } = deploy({ ...props, definition: RouteDefinition.RESOURCES });
    expect(restApi.Body).toBeUndefined();
    expect(bodyMethods(deploy(props).body)).toEqual(nativeMethods(template.toJSON()));
  });

  test('are at most 480 in a stack', () => {
    const filled = (count: number) => () => deploy({ definition: RouteDefinition.RESOURCES, pattern: IntegrationPattern.SHARED }, ITEMS, (_api, stack) => {
      const missing = count - stack.node.findAll().filter((node) => 'cfnResourceType' in node).length;
      for (let index = 0; index < missing; index += 1) new iam.CfnGroup(stack, `Group${index}`);
    });
    expect(filled(480)).not.toThrow();
    expect(filled(481)).toThrow(/`definition` RESOURCES makes resources of every route, at most 480 in one stack with all others, got: 481/);
  });
});

describe('a template', () => {
  /** An API whose template has this many bytes: one mock's template fills it up. */
  const sized = (bytes: number, props: StackProps) => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack', props);
    const { api } = new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ITEMS), pattern: IntegrationPattern.SHARED });
    const resource = api.root.addResource('filler');
    let length = 0;
    resource.addMethod('GET', new apigateway.MockIntegration({ requestTemplates: { 'text/plain': Lazy.uncachedString({ produce: () => 'x'.repeat(length) }) } }));
    const { templateFullPath } = (stack.node.root as App).synth().getStackByName('Stack');
    length = bytes - fs.statSync(templateFullPath).size;
    return () => (stack.node.root as App).synth({ force: true });
  };

  test.each([[false, 'give the stack `suppressTemplateIndentation: true`, set `catchAll'], [true, 'set `catchAll']])('has 900,000 bytes at most, without indentation: %s', (suppressTemplateIndentation, remedy) => {
    const problem = new RegExp(`a template must have 900000 bytes at most, got: 900001 in Stack, of which \\d{6} are the routes of Stack/MyApi; ${remedy}`);
    expect(sized(900_000, { suppressTemplateIndentation })).not.toThrow();
    expect(sized(900_001, { suppressTemplateIndentation })).toThrow(problem);
  });
});

describe('what an API says about itself', () => {
  test('its operations, in the order of the document', () => {
    expect(deploy().api.operations.map(({ name, routePath }) => [name, routePath])).toEqual([['listItems', '/items'], ['createItem', '/items'], ['readItem', '/items/{item_id}']]);
  });

  test('its URL, to the runtime configuration too', () => {
    const { api, stack } = deploy();
    const url = { 'Fn::Join': ['', expect.arrayContaining(['https://', { Ref: expect.stringMatching(/^MyApi/) }, '/'])] };
    expect(stack.resolve(api.url)).toEqual(url);
    expect(stack.resolve(RuntimeConfig.ensure(stack).config.apis.MyApi)).toEqual(url);
    const { stack: other } = deploy({ runtimeConfigKey: 'Shop' });
    expect(Object.keys(RuntimeConfig.ensure(other).config.apis)).toEqual(['Shop']);
  });

  test('operations with names that objects and constructs have', () => {
    const { api, body } = deploy({}, [['get', '/constructor', 'constructor'], ['get', '/constructor/__proto__', 'toString']]);
    expect(Object.keys(api.integrations)).toEqual(['constructor', 'toString']);
    expect(api.handler('constructor')).toBeInstanceOf(lambda.Function);
    expect(Object.keys(security(body))).toEqual(['GET /constructor', 'GET /constructor/__proto__']);
  });

  test('its operations are those that a program expects', () => {
    const expectedOperations = { listItems: 'GET /items', createItem: 'POST /items', readItem: 'GET /items/{item_id}' };
    expect(() => deploy({ expectedOperations })).not.toThrow();
    expect(messageOf(() => deploy({ expectedOperations: { listItems: 'GET /items', readItem: 'GET /item/{item_id}', gone: 'GET /gone', toString: 'GET /x' } }))).toBe(
      '`expectedOperations` must match the app, got: `readItem` (GET /item/{item_id}, now GET /items/{item_id}), `gone` (GET /gone, now gone), `toString` (GET /x, now gone), `createItem` (new); '
      + 'the app has changed since the construct was generated: run `npx cdk-fastapi generate` again');
  });

  test('a grant names its stage, and not a token', () => {
    const { template } = deploy({}, ITEMS, (api, stack) => {
      api.grantInvokeAccess(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }), { operations: ['createItem'] });
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: { 'Fn::Join': ['', Match.arrayWith(['/prod/POST/items'])] } }] },
    });
  });
});

describe('warnings', () => {
  const streaming = (endpoint: apigateway.EndpointType) => {
    const stack = newStack();
    const document = { openapi: '3.1.0', info: { title: 't', version: '1' }, paths: { '/s': { get: { 'operationId': 'tail', 'x-streaming': true, 'responses': { 200: { description: 'ok' } } } } } };
    new FastApiRestApi(stack, 'MyApi', { app: fastApiApp([], { openApi: OpenApiSource.fromDocument(document) }), endpointTypes: [endpoint] });
    return messages(stack);
  };
  test('an edge endpoint with streams', () => {
    expect(streaming(apigateway.EndpointType.EDGE)).toMatch(/`endpointConfiguration` EDGE ends a stream that is silent for 30 seconds, got: `tail` \(GET \/s\); use REGIONAL/);
    expect(streaming(apigateway.EndpointType.REGIONAL)).not.toMatch(/EDGE/);
  });

  test.each([[29, false], [30, true]])('an integration that may take %i seconds', (seconds, warned) => {
    const { stack } = deploy({}, ITEMS, () => {});
    const app = fastApiApp(ITEMS);
    const integration = new apigateway.HttpIntegration('https://example.com', { options: { timeout: Duration.seconds(seconds) } });
    new FastApiRestApi(stack, 'Other', { app, integrations: FastApiRestApi.defaultIntegrations(stack, app).withOverrides({ listItems: { integration } }).build() });
    expect(/`timeout` of an integration over 29 seconds needs a raised quota, got: 30 seconds/.test(messages(stack))).toBe(warned);
  });

  test.each([[30, false], [31, true]])('functions that may take %i seconds', (seconds, warned) => {
    expect(/`timeout` of a function should be 29 seconds at most/.test(messages(deploy({ functionOptions: { timeout: Duration.seconds(seconds) } }).stack))).toBe(warned);
  });

  test('more than 300 API resources', () => {
    const rows = (count: number) => Array.from({ length: count }, (_, index): Row => ['get', `/r${index}`, `read_${index}`]);
    const said = (count: number) => messages(deploy({ pattern: IntegrationPattern.SHARED }, rows(count)).stack);
    expect(said(300)).not.toMatch(/route-quota/);
    expect(said(301)).toMatch(/route-quota: the quota for resources of a REST API is 300 unless it was raised, got: 301/);
  });
});

test('two APIs of one app stand in one stack', () => {
  const stack = newStack();
  const app = fastApiApp(ITEMS);
  const integrations = FastApiRestApi.defaultIntegrations(stack, app).build();
  for (const id of ['One', 'Two']) new FastApiRestApi(stack, id, { app, integrations });
  const { template } = rendered(stack);
  template.resourceCountIs('AWS::ApiGateway::RestApi', 2);
  template.resourceCountIs('AWS::Lambda::Function', 6);
  expect(Object.keys(RuntimeConfig.ensure(stack).config.apis)).toEqual(['One', 'Two']);
});

test('a subclass may narrow the members: the construct never calls its own', () => {
  class Narrowed extends FastApiRestApi {
    public override get url(): string { throw new Error('called'); }
    public override integration(): never { throw new Error('called'); }
    public override handler(): never { throw new Error('called'); }
    public override grantInvokeAccess(): never { throw new Error('called'); }
    public override restrictCorsTo(): never { throw new Error('called'); }
  }
  const stack = newStack();
  new Narrowed(stack, 'MyApi', { app: fastApiApp(ITEMS) });
  expect(() => rendered(stack)).not.toThrow();
});
