import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer, HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ITEMS, messages } from '../api/fixture';
import { bodyRoutes, nativeRoutes } from './body/native-view';
import { deployHttp, httpSecurity, renderedHttp, type HttpProps } from './fixture';
import { RuntimeConfig } from '../../src/access/runtime-config';
import { RouteDefinition } from '../../src/api/route-definition';
import { OpenApiSource } from '../../src/app/open-api-source';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { HttpApiAuth } from '../../src/http-api/auth';
import { CDK_PROPS } from '../../src/http-api/cdk-props';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { documentOf, fastApiApp, messageOf, type Row, stack as newStack } from '../integrations/fixture';
import { pythonFunction } from '../rest-api/body/everything';
import type { Value } from '../rest-api/body/native-view';

const many = (count: number): Row[] => Array.from({ length: count }, (_, index): Row => ['get', `/r${index}`, `read_${index}`]);
const url = (id: string) => new HttpUrlIntegration(id, 'https://example.com');

function domainName(): apigatewayv2.IDomainName {
  return apigatewayv2.DomainName.fromDomainNameAttributes(newStack(), 'Domain', { name: 'api.example.com', regionalDomainName: 'd-x.example.com', regionalHostedZoneId: 'Z' });
}

describe('an API with nothing said', () => {
  const { template, httpApi, body, stack } = deployHttp();

  test('has a route for each operation, protected by IAM', () => {
    expect(httpSecurity(body)).toEqual({ 'GET /items': 'sigv4', 'POST /items': 'sigv4', 'GET /items/{item_id}': 'sigv4' });
    expect(body.components.securitySchemes).toEqual({ sigv4: expect.objectContaining({ 'x-amazon-apigateway-authtype': 'awsSigv4' }) });
  });

  test('has a function, a role, a log group and a permission for each operation, and three resources more', () => {
    for (const type of ['AWS::Lambda::Function', 'AWS::Lambda::Permission', 'AWS::IAM::Role']) template.resourceCountIs(type, 3);
    template.resourceCountIs('AWS::Logs::LogGroup', 3 + 1);
    for (const type of ['Api', 'Stage']) template.resourceCountIs(`AWS::ApiGatewayV2::${type}`, 1);
    expect(Object.keys(template.toJSON().Resources)).toHaveLength(4 * 3 + 3);
  });

  test('invokes its functions with payload format 2.0', () => {
    expect([...bodyRoutes(body).values()].map(({ integration }) => [integration.IntegrationType, integration.PayloadFormatVersion])).toEqual(Array(3).fill(['AWS_PROXY', '2.0']));
    const functions = Object.keys(template.findResources('AWS::Lambda::Function'));
    expect([...bodyRoutes(body).values()].map(({ integration }) => integration.IntegrationUri)).toEqual(functions.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })));
  });

  test('is named after the construct, and CloudFormation is not told what the body says', () => {
    expect(body.info.title).toBe('MyApi');
    expect(Object.keys(httpApi)).toEqual(['Body', 'FailOnWarnings']);
  });

  test('has the stage `$default`, deployed by itself, whose log is kept for a month', () => {
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete', Properties: { RetentionInDays: 30 } });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^MyApiAccessLog'), 'Arn'] }, Format: Match.serializedJson(Match.objectLike({ requestId: '$context.requestId', routeKey: '$context.routeKey' })) },
    });
  });

  test('lets pages of every origin in', () => {
    expect(body['x-amazon-apigateway-cors']).toEqual({
      allowCredentials: false, allowHeaders: ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'], allowMethods: ['*'], allowOrigins: ['*'], maxAge: 600,
    });
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
    const declarations = fs.readFileSync(path.join(path.dirname(require.resolve('aws-cdk-lib/aws-apigatewayv2')), 'lib/http/api.d.ts'), 'utf8');
    const declaration = /export interface HttpApiProps [^]*?\n\}/.exec(declarations)![0].replace(/\/\*\*[^]*?\*\//g, '');
    const names = [...declaration.matchAll(/readonly (\w+)\?/g)].map(([, property]) => property);
    expect(names.filter((name) => !['corsPreflight', 'createDefaultStage', 'defaultDomainMapping'].includes(name)).sort()).toEqual([...CDK_PROPS].sort());
  });

  const all = (): HttpProps => ({
    apiName: 'named',
    description: 'described',
    disableExecuteApiEndpoint: true,
    ipAddressType: apigatewayv2.IpAddressType.DUAL_STACK,
    routeSelectionExpression: true,
    defaultIntegration: url('Rest'),
    defaultAuthorizer: new HttpJwtAuthorizer('Jwt', 'https://issuer.example', { jwtAudience: ['a'] }),
    defaultAuthorizationScopes: ['read'],
    corsPreflight: {
      allowCredentials: true, allowHeaders: ['x-a'], allowMethods: [apigatewayv2.CorsHttpMethod.GET], allowOrigins: ['https://a.example'], exposeHeaders: ['x-b'], maxAge: Duration.hours(1),
    },
  });

  test('reaches the body', () => {
    const { httpApi, body } = deployHttp(all(), ITEMS, (api) => {
      api.api.addRoutes({ path: '/mine', integration: url('Mine') });
      Tags.of(api).add('team', 'books');
    });
    expect(httpApi).toEqual({ Body: body, FailOnWarnings: true });
    expect(body).toMatchObject({
      'info': { title: 'named', description: 'described' },
      'servers': [{ 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true, ipAddressType: 'dualstack' } }],
      'tags': [{ 'name': 'team', 'x-amazon-apigateway-tag-value': 'books' }],
      'x-amazon-apigateway-cors': { allowCredentials: true, allowHeaders: ['x-a'], allowMethods: ['GET'], allowOrigins: ['https://a.example'], exposeHeaders: ['x-b'], maxAge: 3600 },
    });
    const routes = bodyRoutes(body);
    for (const key of ['GET /items', 'ANY /mine', '$default']) expect([key, routes.get(key)!.security]).toEqual([key, [['Jwt', ['read']]]]);
    expect(routes.get('$default')!.integration.IntegrationUri).toBe('https://example.com');
  });

  test('reaches the resources', () => {
    const { template, httpApi } = deployHttp({ ...all(), definition: RouteDefinition.RESOURCES });
    expect(httpApi).toMatchObject({
      Name: 'named',
      ProtocolType: 'HTTP',
      Description: 'described',
      DisableExecuteApiEndpoint: true,
      IpAddressType: 'dualstack',
      RouteSelectionExpression: '${request.method} ${request.path}',
      CorsConfiguration: { AllowOrigins: ['https://a.example'] },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: '$default', AuthorizationType: 'JWT', AuthorizationScopes: ['read'] });
  });

  test('`createDefaultStage: false` leaves the stage to the user', () => {
    const { template, api } = deployHttp({ createDefaultStage: false });
    template.resourceCountIs('AWS::ApiGatewayV2::Stage', 0);
    expect(api.api.defaultStage).toBeUndefined();
    expect(RuntimeConfig.of(api)).toBeUndefined();
    expect(messageOf(() => api.url)).toBe('`url` needs a stage, got: none because of `createDefaultStage: false`; take the `url` of the stage that you add to `api`');
    for (const [name, value] of Object.entries({ stageOptions: {}, runtimeConfigKey: 'K' })) {
      expect(messageOf(() => deployHttp({ createDefaultStage: false, [name]: value }))).toBe(`\`${name}\` needs the API's own stage, got: it beside \`createDefaultStage: false\`; leave one of the two out`);
    }
    expect(messageOf(() => deployHttp({ createDefaultStage: false, defaultDomainMapping: { domainName: domainName() } }))).toMatch(/defaultDomainMapping not supported with createDefaultStage disabled/);
  });

  test('`defaultDomainMapping` maps the stage', () => {
    const stack = newStack();
    const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:111111111111:certificate/x');
    const domain = new apigatewayv2.DomainName(stack, 'Domain', { domainName: 'api.example.com', certificate });
    const api = new FastApiHttpApi(stack, 'MyApi', { app: fastApiApp(ITEMS), defaultDomainMapping: { domainName: domain, mappingKey: 'v1' }, disableExecuteApiEndpoint: true });
    const { template } = renderedHttp(stack);
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { ApiMappingKey: 'v1', Stage: '$default' });
    template.hasResource('AWS::ApiGatewayV2::Stage', { DependsOn: [Match.stringLikeRegexp('^Domain')] });
    template.allResourcesProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_BASE_PATH: 'v1' } } });
    // The API's own endpoint does not answer.
    expect(stack.resolve(api.url)).toEqual({ 'Fn::Join': ['', ['https://', { Ref: expect.stringMatching(/^Domain/) }, '/v1/']] });
    expect(RuntimeConfig.ensure(api).config.apis.MyApi).toBe(api.url);
  });
});

describe('the stage', () => {
  test('has every option of the CDK\'s stage', () => {
    const { api, template } = deployHttp({
      stageOptions: {
        stageName: 'beta',
        autoDeploy: false,
        description: 'tried',
        detailedMetricsEnabled: true,
        stageVariables: { v: 'w' },
        throttle: { rateLimit: 5, burstLimit: 7 },
        accessLogSettings: { destination: { bind: () => ({ destinationArn: 'arn:aws:logs:us-east-1:111111111111:log-group:mine' }) }, format: apigateway.AccessLogFormat.clf() },
        domainMapping: { domainName: domainName(), mappingKey: 'v2' },
      },
    });
    expect(api.node.tryFindChild('AccessLog')).toBeUndefined();
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: 'beta',
      AutoDeploy: false,
      Description: 'tried',
      StageVariables: { v: 'w' },
      DefaultRouteSettings: { DetailedMetricsEnabled: true, ThrottlingBurstLimit: 7, ThrottlingRateLimit: 5 },
      AccessLogSettings: { DestinationArn: 'arn:aws:logs:us-east-1:111111111111:log-group:mine', Format: Match.stringLikeRegexp('^\\$context.identity.sourceIp') },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: 'beta', ApiMappingKey: 'v2' });
    template.allResourcesProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_BASE_PATH: 'v2' } } });
  });

  test('gives the URL, with a trailing slash, to the runtime configuration too', () => {
    const end = (props: HttpProps) => {
      const { api, stack } = deployHttp(props);
      const resolved = stack.resolve(api.url);
      expect(stack.resolve(RuntimeConfig.ensure(stack).config.apis.MyApi)).toEqual(resolved);
      expect(api.api.url).toBeDefined();
      return resolved['Fn::Join'][1].at(-1);
    };
    expect(end({})).toBe('/');
    expect(end({ stageOptions: { stageName: 'beta' } })).toBe('/beta/');
    expect(Object.keys(RuntimeConfig.ensure(deployHttp({ runtimeConfigKey: 'Shop' }).stack).config.apis)).toEqual(['Shop']);
  });

  test('is named in grants, as a literal', () => {
    const granted = (props: HttpProps) => {
      const { template } = deployHttp(props, ITEMS, (api, stack) => api.grantInvokeAccess(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }), { operations: ['createItem'] }));
      return Object.values<Value>(template.findResources('AWS::IAM::Policy'))[0].Properties.PolicyDocument.Statement[0].Resource['Fn::Join'][1].at(-1);
    };
    expect(granted({})).toBe('/$default/POST/items');
    expect(granted({ stageOptions: { stageName: 'beta' } })).toBe('/beta/POST/items');
    expect(granted({ createDefaultStage: false })).toBe('/*/POST/items');
  });
});

describe('authorization', () => {
  const jwt = () => HttpApiAuth.jwt({ issuer: 'https://issuer.example', audience: ['a'], scopes: ['read'] });

  test.each<[string, () => HttpApiAuth, Value]>([
    ['none', () => HttpApiAuth.none(), []],
    ['IAM', () => HttpApiAuth.iam(), [['sigv4', []]]],
    ['JWT', jwt, [['ApiAuthorizer', ['read']]]],
    ['a user pool', () => HttpApiAuth.cognito({ userPool: cognito.UserPool.fromUserPoolId(newStack(), 'Pool', 'eu-west-1_a'), scopes: ['a/b'] }), [['ApiAuthorizer', ['a/b']]]],
    ['a function', () => HttpApiAuth.custom(new HttpLambdaAuthorizer('Mine', lambda.Function.fromFunctionName(newStack(), 'F', 'f'))), [['Mine', []]]],
  ])('by %s holds for every operation, and for routes that are added to the API', (_name, auth, expected) => {
    const { body } = deployHttp({ auth: auth() }, ITEMS, (api) => api.api.addRoutes({ path: '/mine', methods: [apigatewayv2.HttpMethod.GET], integration: url('Mine') }));
    for (const [key, { security }] of bodyRoutes(body)) expect([key, security]).toEqual([key, expected]);
    expect(bodyRoutes(body).size).toBe(4);
  });

  test('of an operation is the one of its override', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    const integrations = FastApiHttpApi.defaultIntegrations(stack, app).withOverrides({
      listItems: { integration: url('One'), options: { authorizer: new HttpIamAuthorizer() } },
      createItem: { integration: url('Two'), options: { authorizationScopes: ['write'] } },
      readItem: { integration: url('Three'), options: { authorizer: new apigatewayv2.HttpNoneAuthorizer() } },
    }).build();
    new FastApiHttpApi(stack, 'MyApi', { app, integrations, auth: jwt() });
    const { body, template } = renderedHttp(stack);
    expect([...bodyRoutes(body)].map(([key, { security }]) => [key, security])).toEqual([
      ['GET /items', [['sigv4', []]]], ['POST /items', [['ApiAuthorizer', ['write']]]], ['GET /items/{item_id}', []],
    ]);
    template.resourceCountIs('AWS::Lambda::Function', 0);
    expect(messages(stack)).toMatch(/^.*everybody may call `readItem` \(GET \/items\/\{item_id\}\) \[ack/);
  });

  test('by an authorizer of the other kind is refused', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    const authorizer = new apigateway.TokenAuthorizer(stack, 'Token', { handler: pythonFunction(stack, 'F') }) as never;
    const integrations = FastApiHttpApi.defaultIntegrations(stack, app).withOverrides({ listItems: { integration: url('One'), options: { authorizer } } }).build();
    expect(messageOf(() => new FastApiHttpApi(stack, 'MyApi', { app, integrations })))
      .toMatch(/^`authorizer` of `listItems` \(GET \/items\) is not an authorizer of HTTP APIs: give one of `aws-cdk-lib\/aws-apigatewayv2-authorizers`/);
    expect(messageOf(() => deployHttp({ defaultAuthorizer: authorizer }))).toMatch(/is not an authorizer of HTTP APIs/);
  });

  test('that the document declares is compared with what is deployed', () => {
    const document = documentOf(ITEMS) as Value;
    document.components = { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } };
    document.paths['/items'].get.security = [{ bearer: [] }];
    const said = (auth: HttpApiAuth) => {
      const stack = newStack();
      new FastApiHttpApi(stack, 'MyApi', { app: fastApiApp([], { openApi: OpenApiSource.fromDocument(document) }), auth });
      return messages(stack);
    };
    expect(said(HttpApiAuth.none())).toMatch(/the app declares `security` for `listItems` \(GET \/items\), and API Gateway lets everybody through/);
    expect(said(jwt())).toMatch(/the app declares no `security` for `createItem` \(POST \/items\), `readItem` \(GET \/items\/\{item_id\}\), and API Gateway asks callers for a token/);
    expect(said(HttpApiAuth.iam())).toBe('');
  });
});

describe('functions', () => {
  test('of the shared pattern: one for all operations, with one permission and one integration', () => {
    const { template, api, body } = deployHttp({ pattern: IntegrationPattern.SHARED, functionOptions: { memorySize: 512, environment: { A: 'b' } } });
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    expect(Object.keys(template.toJSON().Resources)).toHaveLength(7);
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 512, Environment: { Variables: { A: 'b', CDK_FASTAPI_OPERATION: Match.absent() } } });
    expect(api.handler('listItems')).toBe(api.router);
    expect(Object.keys(body.components['x-amazon-apigateway-integrations'])).toHaveLength(1);
  });

  test('of the isolated pattern: one for each operation, none a router', () => {
    const { api } = deployHttp();
    expect(api.router).toBeUndefined();
    expect(api.handler('readItem').node.path).toMatch(/^Stack\/MyApi\/Functions\/GET items \{\}/);
    expect(api.integrations.readItem.handler).toBe(api.handler('readItem'));
    expect(api.integration('readItem').pattern).toBe(IntegrationPattern.ISOLATED);
    expect(api.operations.map(({ name, routePath }) => [name, routePath])).toEqual([['listItems', '/items'], ['createItem', '/items'], ['readItem', '/items/{item_id}']]);
  });

  test('of an overridden operation do not exist, and an integration belongs to one API', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    const integrations = FastApiHttpApi.defaultIntegrations(stack, app).withOverrides({ listItems: { integration: url('One') } }).build();
    const api = new FastApiHttpApi(stack, 'MyApi', { app, integrations });
    expect(messageOf(() => api.handler('listItems'))).toMatch(/^`handler` needs an operation that a function of this app answers, got: `listItems` \(GET \/items\), which was overridden/);
    renderedHttp(stack).template.resourceCountIs('AWS::Lambda::Function', 2);
    expect(messageOf(() => new FastApiHttpApi(stack, 'Other', { app, integrations }))).toBe(
      '`integration` of `listItems` (GET /items) belongs to one HTTP API, got: two, Stack/MyApi/Api and Stack/Other/Api; make one integration for each, or give the builder a `factory`');
  });

  test.each<[string, HttpProps, RegExp]>([
    ['pattern', { pattern: IntegrationPattern.SHARED, integrations: {} }, /^`pattern` cannot stand beside `integrations`/],
    ['functionOptions', { functionOptions: {}, integrations: {} }, /^`functionOptions` cannot stand beside `integrations`/],
    ['defaultIntegration', { catchAll: true, defaultIntegration: url('Rest') }, /^`catchAll` and `defaultIntegration` say what the route `\$default` does/],
    ['defaultAuthorizer', { auth: HttpApiAuth.iam(), defaultAuthorizer: new HttpIamAuthorizer() }, /^`auth` and `defaultAuthorizer` say the same thing/],
    ['defaultAuthorizationScopes', { auth: HttpApiAuth.iam(), defaultAuthorizationScopes: ['a'] }, /^`defaultAuthorizationScopes` needs a `defaultAuthorizer`, got: none; give the scopes to `auth`/],
    ['defaultDomainMapping', { defaultDomainMapping: { domainName: domainName() }, stageOptions: { domainMapping: { domainName: domainName() } } }, /^`domainMapping` of `stageOptions` and `defaultDomainMapping` say the same thing/],
    ['corsPreflight', { cors: {}, corsPreflight: {} }, /^`cors` and `corsPreflight` say the same thing/],
    ['expectedOperations', { expectedOperations: { listItems: 'GET /items' } }, /^`expectedOperations` must match the app, got: `createItem` \(new\), `readItem` \(new\)/],
  ])('%s is refused where it cannot hold', (_name, props, message) => expect(messageOf(() => deployHttp(props))).toMatch(message));

  test('`expectedOperations` that match are taken', () => {
    expect(() => deployHttp({ expectedOperations: { listItems: 'GET /items', createItem: 'POST /items', readItem: 'GET /items/{item_id}' } })).not.toThrow();
  });
});

describe('path parameters of an override', () => {
  const rows: Row[] = [['get', '/items/{item_id}', 'readItem'], ['get', '/items/{item_id}/parts', 'parts'], ['delete', '/items/{id}', 'deleteItem']];
  const override = (target: string, value?: apigatewayv2.MappingValue) => () => {
    const stack = newStack();
    const app = fastApiApp(rows);
    const parameterMapping = value && new apigatewayv2.ParameterMapping().appendHeader('x-id', value);
    const integration = new HttpUrlIntegration('Url', target, { parameterMapping });
    return new FastApiHttpApi(stack, 'MyApi', { app, integrations: FastApiHttpApi.defaultIntegrations(stack, app).withOverrides({ deleteItem: { integration } }).build() });
  };
  const param = (name: string) => apigatewayv2.MappingValue.requestPathParam(name);

  test('are those of the route', () => {
    expect(override('https://example.com/{item_id}', param('item_id'))).not.toThrow();
  });

  test.each([
    ['parameterMapping', override('https://example.com', param('id')), '$request.path.id', '$request.path.item_id'],
    ['url', override('https://example.com/{id}'), '{id}', '{item_id}'],
  ])('and not the app\'s own in `%s`, where several paths share the place', (property, act, got, right) => {
    expect(messageOf(act)).toBe(
      `\`${property}\` of \`deleteItem\` (DELETE /items/{id}) must name a path parameter of its route /items/{item_id}, got: ${got}; `
      + `write ${right}, as the parameter is called in the routes that share it`);
  });
});

describe('paths', () => {
  test('a trailing slash is registered without it, a greedy parameter and an ordinary one stand side by side', () => {
    const { body } = deployHttp({}, [['get', '/items/', 'list'], ['get', '/files/{p:path}', 'file'], ['get', '/files/{id}', 'meta'], ['get', '/', 'home'], ['get', '/constructor/__proto__', 'toString']]);
    expect(Object.keys(httpSecurity(body))).toEqual(['GET /items', 'GET /files/{p+}', 'GET /files/{id}', 'GET /', 'GET /constructor/__proto__']);
  });

  test('what has no route is refused, or served by `$default`', () => {
    const rows: Row[] = [['get', '/a.{format}', 'mixed'], ['get', '/x', 'x'], ['get', '/x/', 'slash']];
    expect(messageOf(() => deployHttp({}, rows))).toMatch(/segment-mixed[^]*slash-pair/);
    const { body, api } = deployHttp({ catchAll: true }, rows);
    expect(Object.keys(httpSecurity(body))).toEqual(['GET /x', '$default', 'OPTIONS /', 'OPTIONS /{proxy+}']);
    expect(api.handler('mixed').node.path).toMatch(/Functions\/CatchAll/);
    expect(api.handler('slash')).toBe(api.handler('mixed'));
  });
});

describe('the default route', () => {
  test('is protected as the API is, and lets browsers ask', () => {
    const { body, stack } = deployHttp({ catchAll: true, pattern: IntegrationPattern.SHARED });
    expect(httpSecurity(body)).toMatchObject({ '$default': 'sigv4', 'OPTIONS /': '', 'OPTIONS /{proxy+}': '' });
    expect(new Set([...bodyRoutes(body).values()].map(({ integration }) => JSON.stringify(integration))).size).toBe(1);
    expect(messages(stack)).toBe('');
  });

  test.each<[string, HttpProps]>([['nobody is kept out anyway', { auth: HttpApiAuth.none() }], ['CORS is off', { cors: { allowOrigins: [] } }]])('alone where %s', (_why, props) => {
    expect(Object.keys(httpSecurity(deployHttp({ catchAll: true, ...props }).body))).toEqual(['GET /items', 'POST /items', 'GET /items/{item_id}', '$default']);
  });

  test('of the user\'s own lets browsers ask as well', () => {
    expect(httpSecurity(deployHttp({ defaultIntegration: url('Rest') }).body)).toMatchObject({ '$default': 'sigv4', 'OPTIONS /': '', 'OPTIONS /{proxy+}': '' });
  });

  test('leaves OPTIONS to the app where it has it, and says which of them are public then', () => {
    const { body, stack } = deployHttp({ catchAll: true }, [['options', '/', 'ask'], ['options', '/a.{b}', 'mixed']]);
    expect(httpSecurity(body)).toEqual({ 'OPTIONS /': 'sigv4', '$default': 'sigv4', 'OPTIONS /{proxy+}': '' });
    expect(messages(stack)).toMatch(/everybody may call `mixed` \(OPTIONS \/a\.\{b\}\) \[ack/);
    expect(httpSecurity(deployHttp({ defaultIntegration: url('Rest') }, [['options', '/{p:path}', 'ask']]).body)).toEqual({ '$default': 'sigv4', 'OPTIONS /{p+}': 'sigv4', 'OPTIONS /': '' });
  });
});

describe('the two forms of the routes', () => {
  const rows: Row[] = [...ITEMS, ['get', '/files/{p:path}', 'file'], ['get', '/', 'home'], ['get', '/a.{format}', 'mixed'], ['get', '/slash/', 'slash']];
  test.each([IntegrationPattern.ISOLATED, IntegrationPattern.SHARED])('say the same: %s', (pattern) => {
    const build = (definition: RouteDefinition) => {
      const stack = newStack();
      const app = fastApiApp(rows);
      const integrations = FastApiHttpApi.defaultIntegrations(stack, app, { pattern })
        .withOverrides({ readItem: { integration: new HttpUrlIntegration('Url', 'https://example.com/{item_id}'), options: { authorizer: new apigatewayv2.HttpNoneAuthorizer() } } }).build();
      const auth = HttpApiAuth.cognito({ userPool: new cognito.UserPool(stack, 'Pool'), scopes: ['a/b'] });
      new FastApiHttpApi(stack, 'MyApi', { app, integrations, auth, catchAll: true, definition });
      return Template.fromStack(stack).toJSON();
    };
    const native = build(RouteDefinition.RESOURCES);
    const embodied = build(RouteDefinition.BODY);
    const api = Object.values<Value>(embodied.Resources).find(({ Type: type }) => type === 'AWS::ApiGatewayV2::Api');
    expect(bodyRoutes(api.Properties.Body)).toEqual(nativeRoutes(native));
    const others = (template: Value) => Object.entries<Value>(template.Resources).filter(([, { Type: type }]) => !/^AWS::ApiGatewayV2::(Api|Route|Integration|Authorizer)$/.test(type));
    expect(others(embodied)).toEqual(others(native));
  });

  test.each([IntegrationPattern.ISOLATED, IntegrationPattern.SHARED])('stay where they are when other operations come first or change places: %s', (pattern) => {
    const ids = (given: Row[], definition: RouteDefinition) => {
      const { template, body } = deployHttp({ pattern, definition, catchAll: true }, given);
      return { resources: Object.keys(template.toJSON().Resources), components: Object.keys(body?.components?.['x-amazon-apigateway-integrations'] ?? {}) };
    };
    for (const definition of [RouteDefinition.RESOURCES, RouteDefinition.BODY]) {
      const before = ids(rows, definition);
      const reversed = ids([...rows].reverse(), definition);
      expect([...reversed.resources].sort()).toEqual([...before.resources].sort());
      expect(reversed.components).toEqual(before.components);
      const more = ids([['get', '/first', 'first'], ...rows], definition);
      expect(before.resources.filter((id) => !more.resources.includes(id))).toEqual([]);
      expect(more.components).toEqual(before.components);
    }
  });

  test('routes that are added later are in the body', () => {
    const { body } = deployHttp({}, ITEMS, (api) => api.api.addRoutes({ path: '/late', methods: [apigatewayv2.HttpMethod.PUT], integration: url('Late') }));
    expect(bodyRoutes(body).get('PUT /late')!.integration).toMatchObject({ IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://example.com' });
  });
});

describe('limits', () => {
  const mapped = (count: number, definition: RouteDefinition) => {
    const stack = newStack();
    const app = fastApiApp(many(count));
    const integrations = Object.fromEntries(many(count).map(([, , name]) => [name, { integration: url(name) }]));
    new FastApiHttpApi(stack, 'MyApi', { app, integrations, definition });
    return () => Template.fromStack(stack);
  };
  test('300 integrations, which AWS does not raise', () => {
    expect(mapped(300, RouteDefinition.BODY)).not.toThrow();
    expect(mapped(301, RouteDefinition.BODY)).toThrow(/an HTTP API has 300 integrations at most, which AWS does not raise, got: 301; give one integration to several operations, use FastApiRestApi/);
  });

  test('300 routes, which AWS raises: a warning', () => {
    const said = (count: number) => messages(deployHttp({ pattern: IntegrationPattern.SHARED }, many(count)).stack);
    expect(said(300)).not.toMatch(/route-quota/);
    expect(said(301)).toMatch(/route-quota: the quota for routes of an HTTP API is 300 unless it was raised, got: 301/);
  });

  test('480 resources', () => {
    expect(() => deployHttp({ definition: RouteDefinition.RESOURCES, pattern: IntegrationPattern.SHARED }, many(472))).not.toThrow();
    expect(() => deployHttp({ definition: RouteDefinition.RESOURCES, pattern: IntegrationPattern.SHARED }, many(473))).toThrow(/`definition` RESOURCES makes resources of every route, at most 480 in one stack with all others, got: 481/);
  });

  test.each([[30, false], [31, true]])('functions that may take %i seconds', (seconds, warned) => {
    expect(/`timeout` of a function should be 30 seconds at most, since an HTTP API answers 503 then, got: 31 seconds/.test(messages(deployHttp({ functionOptions: { timeout: Duration.seconds(seconds) } }).stack))).toBe(warned);
  });

  test('streams are buffered: a warning with the way out', () => {
    const stack = newStack();
    const document = { openapi: '3.1.0', info: { title: 't', version: '1' }, paths: { '/s': { get: { 'operationId': 'tail', 'x-streaming': true, 'responses': { 200: { description: 'ok' } } } } } };
    new FastApiHttpApi(stack, 'MyApi', { app: fastApiApp([], { openApi: OpenApiSource.fromDocument(document) }) });
    expect(messages(stack)).toMatch(/an HTTP API cannot stream: the answer arrives as a whole.*FastApiRestApi or FastApiStreamingFunctionUrl/);
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::LayerVersion', 0);
  });
});

describe('`restrictCorsTo`', () => {
  test('reaches the API and the functions, with the names of a distribution', () => {
    const { body, template } = deployHttp({ pattern: IntegrationPattern.SHARED }, ITEMS, (api, stack) => {
      const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:111111111111:certificate/x');
      const distribution = new cloudfront.Distribution(stack, 'Web', { defaultBehavior: { origin: new HttpOrigin('example.com') }, domainNames: ['www.example.com'], certificate });
      api.restrictCorsTo('https://a.example', distribution);
    });
    const domain = { 'Fn::Sub': expect.stringMatching(/^https:\/\/\$\{Web\w+\.DomainName\}$/) };
    expect(body['x-amazon-apigateway-cors'].allowOrigins).toEqual(['https://a.example', 'https://www.example.com', domain]);
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_CORS_ALLOW_ORIGINS: { 'Fn::Join': ['', Match.arrayWith(['https://a.example,https://www.example.com,https://'])] } } } });
  });

  test('needs CORS', () => {
    expect(messageOf(() => deployHttp({ cors: { allowOrigins: [] } }, ITEMS, (api) => api.restrictCorsTo('https://a.example')))).toMatch(/^`restrictCorsTo` needs CORS/);
    expect(deployHttp({ cors: { allowOrigins: [] } }).body).not.toHaveProperty('x-amazon-apigateway-cors');
  });
});

test('two APIs of one builder, and of one auth, stand in one stack', () => {
  const stack = newStack();
  const app = fastApiApp(ITEMS);
  const integrations = FastApiHttpApi.defaultIntegrations(stack, app).build();
  const auth = HttpApiAuth.cognito({ userPool: new cognito.UserPool(stack, 'Pool') });
  for (const id of ['One', 'Two']) new FastApiHttpApi(stack, id, { app, integrations, auth });
  const { template } = renderedHttp(stack);
  template.resourceCountIs('AWS::ApiGatewayV2::Api', 2);
  template.resourceCountIs('AWS::Lambda::Function', 6);
  expect(Object.keys(RuntimeConfig.ensure(stack).config.apis)).toEqual(['One', 'Two']);
});

test('with SnapStart routes invoke the alias, and the permission is the alias\'s', () => {
  const { body, template } = deployHttp({ pattern: IntegrationPattern.SHARED, functionOptions: { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS } });
  const [alias] = Object.keys(template.findResources('AWS::Lambda::Alias'));
  for (const { integration } of bodyRoutes(body).values()) expect(integration.IntegrationUri).toEqual({ Ref: alias });
  template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: { Ref: alias } });
});

test('a factory makes integrations for each of two APIs', () => {
  const stack = newStack();
  const app = fastApiApp(ITEMS);
  const integrations = FastApiHttpApi.defaultIntegrations(stack, app, { factory: { bind: ({ name }) => ({ integration: url(name) }) } }).build();
  for (const id of ['One', 'Two']) new FastApiHttpApi(stack, id, { app, integrations });
  const { template } = renderedHttp(stack);
  template.resourceCountIs('AWS::Lambda::Function', 0);
  for (const { Properties: { Body: body } } of Object.values<Value>(template.findResources('AWS::ApiGatewayV2::Api'))) {
    expect([...bodyRoutes(body).values()].map(({ integration }) => integration.IntegrationUri)).toEqual(Array(3).fill('https://example.com'));
  }
});

test('a router of the user\'s own answers every operation, and may be invoked', () => {
  const stack = newStack();
  const app = fastApiApp(ITEMS);
  const router = pythonFunction(stack, 'Mine');
  const integrations = FastApiHttpApi.defaultIntegrations(stack, app, { router }).build();
  const api = new FastApiHttpApi(stack, 'MyApi', { app, integrations, catchAll: true });
  const { template, body } = renderedHttp(stack);
  expect(api.router).toBe(router);
  expect(new Set([...bodyRoutes(body).values()].map(({ integration }) => integration.IntegrationUri['Fn::GetAtt'][0])).size).toBe(1);
  template.resourceCountIs('AWS::Lambda::Permission', 1);
});

test('a builder of another app is refused', () => {
  const stack = newStack();
  const other = fastApiApp(ITEMS, { entrypoint: 'main:other' });
  expect(messageOf(() => new FastApiHttpApi(stack, 'MyApi', { app: fastApiApp(ITEMS), integrations: FastApiHttpApi.defaultIntegrations(stack, other).build() })))
    .toContain('must come from a builder of the API\'s `app`');
});

test('a subclass may narrow the members: the construct never calls its own', () => {
  class Narrowed extends FastApiHttpApi {
    public override get url(): string { throw new Error('called'); }
    public override integration(): never { throw new Error('called'); }
    public override handler(): never { throw new Error('called'); }
    public override grantInvokeAccess(): never { throw new Error('called'); }
    public override restrictCorsTo(): never { throw new Error('called'); }
  }
  const stack = newStack();
  new Narrowed(stack, 'MyApi', { app: fastApiApp(ITEMS) });
  expect(() => renderedHttp(stack)).not.toThrow();
});
