import { Match } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { restApiIntegrationBuilder } from '../../src/rest-api/bind-integrations';
import type { BoundRestApiIntegration } from '../../src/rest-api/bound-integration';
import type { RestApiIntegration } from '../../src/rest-api/integration';
import { fastApiApp, messageOf, ROWS, scope, stack } from '../integrations/fixture';
import { app, deploy, guards, mock, of, sources } from '../integrations/rest-fixture';

describe('isolated', () => {
  const { bound, template } = deploy({ environment: { CDK_FASTAPI_CORS_ALLOW_ORIGINS: '*' } });

  test('is the default: function, role, log group and permission for each operation, and no policy', () => {
    for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup', 'AWS::Lambda::Permission']) template.resourceCountIs(type, ROWS.length);
    template.resourceCountIs('AWS::IAM::Policy', 0);
    expect(bound.router).toBeUndefined();
    expect(bound.functions).toHaveLength(ROWS.length);
  });

  test('each function has the guard of its operation, and the variables of the API', () => {
    expect(guards(template)).toEqual([
      'GET /constructor', 'GET /hello', 'GET /items/{item_id}', 'GET /orders', 'GET /users', 'PUT /items/{item_id}',
    ]);
    template.allResourcesProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike({ CDK_FASTAPI_CORS_ALLOW_ORIGINS: '*' }) } });
  });

  test('each permission is for the requests of one operation', () => {
    expect(sources(template)).toEqual([
      '/*/GET/constructor', '/*/GET/hello', '/*/GET/items/*', '/*/GET/orders', '/*/GET/users', '/*/PUT/items/*',
    ]);
    template.allResourcesProperties('AWS::Lambda::Permission', { Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
  });

  test('construct paths are those that are promised', () => {
    expect(of(bound, 'readItem').handler!.node.path).toBe('Stack/Api/Functions/GET items {}/Default');
    expect(of(bound, 'readItem').handler!.role!.node.path).toBe('Stack/Api/Functions/GET items {}/Role');
  });

  test('the methods invoke their functions', () => {
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'PUT',
      Integration: {
        Type: 'AWS_PROXY',
        IntegrationHttpMethod: 'POST',
        Uri: {
          'Fn::Join': ['', Match.arrayWith([
            ':lambda:path/2015-03-31/functions/', { 'Fn::GetAtt': [Match.stringLikeRegexp('FunctionsPUTitems'), 'Arn'] }, '/invocations',
          ])],
        },
      },
    });
  });

  test('bound objects say how they serve', () => {
    expect(of(bound, 'readItem')).toMatchObject({ pattern: IntegrationPattern.ISOLATED, operation: { name: 'readItem' } });
    expect(of(bound, 'readItem').handler).toBeInstanceOf(lambda.Function);
  });
});

describe('shared', () => {
  const { bound, template } = deploy({ pattern: IntegrationPattern.SHARED, functionOptions: { memorySize: 2048 } });

  test('one function without a guard answers everything, and may be invoked by everything in the API', () => {
    expect(guards(template)).toEqual([undefined]);
    expect(sources(template)).toEqual(['/*/*/*']);
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 2048 });
    expect(bound.router!.node.path).toBe('Stack/Api/Functions/Router/Default');
    for (const { integration: { handler, pattern } } of bound.byOperation.values()) {
      expect(handler).toBe(bound.router);
      expect(pattern).toBe(IntegrationPattern.SHARED);
    }
  });

  test('serves the catch-all route too', () => {
    const deployed = deploy({ pattern: IntegrationPattern.SHARED, catchAll: true });
    expect(deployed.bound.catchAll!.handler).toBe(deployed.bound.router);
    expect(deployed.bound.functions).toHaveLength(1);
  });

  test('makes no function where every operation is overridden', () => {
    const overrides = Object.fromEntries(Object.keys(restApiIntegrationBuilder(app).build()).map((name) => [name, mock()]));
    const deployed = deploy({ integrations: restApiIntegrationBuilder(app, { pattern: IntegrationPattern.SHARED }).withOverrides(overrides).build() });
    deployed.template.resourceCountIs('AWS::Lambda::Function', 0);
    expect(deployed.bound.router).toBeUndefined();
  });
});

describe('a router of the user', () => {
  test('answers everything and is given one permission; nothing else is made', () => {
    const within = scope();
    const router = new lambda.Function(within, 'Mine', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'x.y', code: lambda.Code.fromInline('x') });
    const { bound, template } = deploy({ integrations: restApiIntegrationBuilder(app, { router }).build() }, within);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    expect(sources(template)).toEqual(['/*/*/*']);
    expect(bound.router).toBe(router);
    expect(bound.functions).toEqual([]);
    expect(of(bound, 'readItem').handler).toBe(router);
  });

  test('that was imported has no handler; where it can, it is given the permission', () => {
    const within = scope();
    const router = lambda.Function.fromFunctionAttributes(within, 'Mine', {
      functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:mine', sameEnvironment: true,
    });
    const { bound, template } = deploy({ integrations: restApiIntegrationBuilder(app, { router }).build() }, within);
    expect(bound.router).toBeUndefined();
    expect(of(bound, 'readItem').handler).toBeUndefined();
    template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: 'arn:aws:lambda:eu-west-1:123456789012:function:mine' });
  });
});

describe('catch-all', () => {
  const served = fastApiApp([['get', '/hello', 'sayHello'], ['get', '/tiles/{x}.{format}', 'readTile'], ['post', '/tiles/{x}.{format}', 'writeTile']]);

  test('one more function without a guard serves what has no route', () => {
    const integrations = restApiIntegrationBuilder(served).withDefaultOptions({ memorySize: 300 }).withOperationOptions('sayHello', { memorySize: 400 }).build();
    const { bound, template } = deploy({ app: served, catchAll: true, integrations });
    expect(guards(template)).toEqual(['GET /hello', undefined]);
    expect(sources(template)).toEqual(['/*/*/*', '/*/GET/hello']);
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 300, Environment: { Variables: { CDK_FASTAPI_OPERATION: Match.absent() } } });
    expect(bound.catchAll!.handler!.node.path).toBe('Stack/Api/Functions/CatchAll/Default');
    expect(of(bound, 'readTile').handler).toBe(bound.catchAll!.handler);
    expect(of(bound, 'readTile').pattern).toBe(IntegrationPattern.SHARED);
    expect(of(bound, 'writeTile').handler).toBe(bound.catchAll!.handler);
  });

  test('is there for mounts even where every operation has a route', () => {
    expect(deploy({ catchAll: true }).bound.functions).toHaveLength(ROWS.length + 1);
  });

  test('cannot be overridden for one operation, which has no route', () => {
    const integrations = restApiIntegrationBuilder(served).withOverrides({ readTile: mock() }).build();
    expect(messageOf(() => deploy({ app: served, catchAll: true, integrations })))
      .toContain('`readTile` (GET /tiles/{x}.{format}) cannot be overridden: API Gateway cannot hold its path');
  });
});

describe('operations that a REST API deploys as one', () => {
  // Without a catch-all route, the parameter beside one that takes slashes takes slashes too.
  const served = fastApiApp([['get', '/{p:path}', 'readFile'], ['get', '/{name}', 'readNamed'], ['get', '/hello', 'sayHello']]);
  const deployed = (integrations?: Record<string, RestApiIntegration>): ReturnType<typeof deploy> => deploy({ app: served, integrations });

  test('the fixture is such an app', () => {
    expect(served._operationsFor('rest', false).all.map(({ guards: all }) => all.length).sort()).toEqual([1, 2]);
    expect(served._operationsFor('rest', true).all).toHaveLength(3);
  });

  test('one function admits both, by the default and by a builder, which reckons with a catch-all route', () => {
    for (const integrations of [undefined, restApiIntegrationBuilder(served).build()]) {
      expect(guards(deployed(integrations).template)).toEqual(['GET /hello', 'GET /{p}\nGET /{name}']);
    }
  });

  test('options that a builder gives to both are refused, to one are taken', () => {
    const builder = restApiIntegrationBuilder(served);
    const one = builder.withOperationOptions('readNamed', { memorySize: 300 });
    expect(messageOf(() => deployed(one.withOperationOptions('readFile', { memorySize: 400 }).build()))).toContain('which share method and route');
    expect(messageOf(() => deployed(builder.withOverrides({ readNamed: mock() }).build()))).toContain('which share method and route');
    deployed(builder.withOperationOptions('readFile', { memorySize: 300 }).build()).template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 300 });
  });
});

describe('overrides', () => {
  test('leave no function, role, log group or permission, and keep their options and extra members', () => {
    const within = scope();
    const bucket = new s3.Bucket(within, 'Bucket');
    const override = { integration: new apigateway.HttpIntegration('https://example.com'), options: { apiKeyRequired: true }, bucket };
    const { bound, template } = deploy({ integrations: restApiIntegrationBuilder(app).withOverrides({ readItem: override }).build() }, within);
    const left = Object.keys(template.toJSON().Resources).filter((id) => id.includes('FunctionsGETitems'));
    expect(left).toEqual([]);
    template.resourceCountIs('AWS::Lambda::Function', ROWS.length - 1);
    template.hasResourceProperties('AWS::ApiGateway::Method', { ApiKeyRequired: true, Integration: { Type: 'HTTP_PROXY', Uri: 'https://example.com' } });
    const made = of(bound, 'readItem');
    expect(made.handler).toBeUndefined();
    expect(made.pattern).toBeUndefined();
    expect(made.integration).toBe(override.integration);
    expect((made as BoundRestApiIntegration & { bucket: s3.Bucket }).bucket).toBe(bucket);
  });
});

describe('a factory', () => {
  test('is asked once for each operation that nothing overrides', () => {
    const asked: string[] = [];
    const factory = { bind: (operation: { name: string }): RestApiIntegration => (asked.push(operation.name), mock()) };
    const { template } = deploy({ integrations: restApiIntegrationBuilder(app, { factory }).withOverrides({ sayHello: mock() }).build() });
    expect(asked).toEqual(ROWS.map(([, , name]) => name).slice(1));
    template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('may fall back to what the app answers', () => {
    const defaults = restApiIntegrationBuilder(app).build();
    const factory = { bind: (operation: { name: string }): RestApiIntegration => (operation.name === 'readItem' ? defaults.readItem : mock()) };
    expect(guards(deploy({ integrations: restApiIntegrationBuilder(app, { factory }).build() }).template)).toEqual(['GET /items/{item_id}']);
  });

  test('that makes nothing is named with the operation', () => {
    const factory = { bind: () => undefined as never };
    expect(messageOf(() => deploy({ integrations: restApiIntegrationBuilder(app, { factory }).build() })))
      .toContain('`factory`: what it makes for `sayHello` (GET /hello) must be a `RestApiIntegration`');
  });
});

test('two APIs of one builder live in one stack', () => {
  const within = stack();
  const integrations = restApiIntegrationBuilder(app).withDefaultOptions({ memorySize: 300 }).build();
  deploy({ integrations }, scope('One', within));
  const { template } = deploy({ integrations }, scope('Two', within));
  template.resourceCountIs('AWS::Lambda::Function', 2 * ROWS.length);
  template.allResourcesProperties('AWS::Lambda::Function', { MemorySize: 300 });
});

describe('names of functions', () => {
  test('are refused where several functions would have the same one', () => {
    const builder = restApiIntegrationBuilder(app).withOperationOptions('sayHello', { functionName: 'mine' });
    expect(() => deploy({ integrations: builder.build() })).not.toThrow();
    expect(messageOf(() => deploy({ integrations: builder.withOperationOptions('readItem', { functionName: 'mine' }).build() })))
      .toContain('`functionName` must be different for each function, got: mine for `sayHello` (GET /hello) and for `readItem`');
  });

  test('are refused in the options of every function, where operations have functions of their own', () => {
    const message = '`functionName` cannot stand in the options of every function, since each operation has its own, got: mine for `sayHello` (GET /hello); leave it out, or give it with `withOperationOptions`';
    expect(messageOf(() => deploy({ functionOptions: { functionName: 'mine' } }))).toBe(message);
    const one = fastApiApp([['get', '/hello', 'sayHello']]);
    expect(messageOf(() => deploy({ app: one, integrations: restApiIntegrationBuilder(one).withDefaultOptions({ functionName: 'mine' }).build() }))).toBe(message);
  });

  test('are taken where there is one function', () => {
    const { template } = deploy({ pattern: IntegrationPattern.SHARED, functionOptions: { functionName: 'mine' }, catchAll: true });
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'mine' });
  });
});

describe('a VPC', () => {
  const network = (within: Construct): ec2.Vpc => new ec2.Vpc(within, 'Vpc', { natGateways: 1, maxAzs: 1 });

  test('has one security group for all functions', () => {
    const within = scope();
    const { template } = deploy({ functionOptions: { vpc: network(within), allowAllOutbound: false } }, within);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    const shared = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiFunctionsSecurityGroup'), 'GroupId'] };
    template.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: Match.objectLike({ SecurityGroupIds: [shared] }) });
  });

  test('with groups of the user has no other', () => {
    const within = scope();
    const vpc = network(within);
    const { template } = deploy({ functionOptions: { vpc, securityGroups: [new ec2.SecurityGroup(within, 'Mine', { vpc })] } }, within);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
  });

  test('of one operation has a group of its own', () => {
    const within = scope();
    const vpc = network(within);
    const integrations = restApiIntegrationBuilder(app)
      .withDefaultOptions({ vpc }).withOperationOptions('readItem', { vpc: new ec2.Vpc(within, 'Other', { maxAzs: 1 }) }).build();
    deploy({ integrations }, within).template.resourceCountIs('AWS::EC2::SecurityGroup', 2);
  });
});

test('with SnapStart methods invoke the alias, and the permission is the alias\'s', () => {
  const { template } = deploy({ app: fastApiApp([['get', '/hello', 'sayHello']]), functionOptions: { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS } });
  template.resourceCountIs('AWS::Lambda::Permission', 1);
  template.hasResourceProperties('AWS::Lambda::Permission', { FunctionName: { Ref: Match.stringLikeRegexp('Aliaslive') } });
  template.hasResourceProperties('AWS::ApiGateway::Method', { Integration: { Uri: { 'Fn::Join': ['', Match.arrayWith([{ Ref: Match.stringLikeRegexp('Aliaslive') }])] } } });
});

test('a function that gets another name makes a new deployment', () => {
  const deploymentOf = (functionName: string): string => {
    const served = fastApiApp([['get', '/hello', 'sayHello']]);
    const integrations = restApiIntegrationBuilder(served).withOperationOptions('sayHello', { functionName }).build();
    return Object.keys(deploy({ app: served, integrations }).template.findResources('AWS::ApiGateway::Deployment'))[0];
  };
  expect(deploymentOf('one')).toBe(deploymentOf('one'));
  expect(deploymentOf('one')).not.toBe(deploymentOf('two'));
});

test('a path that the CDK would read as a token is refused', () => {
  const served = fastApiApp([['get', '/tiles/{x}', 'readTile'], ['get', '/tiles/${Token[AWS.AccountId.0]}', 'hostile']]);
  expect(messageOf(() => deploy({ app: served, catchAll: true }))).toContain('must be text that the CDK does not read as a token');
});
