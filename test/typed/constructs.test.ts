import * as fs from 'node:fs';
import * as os from 'node:os';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { HostileApi } from '../codegen/golden/hostile-api';
import { MyApi } from '../codegen/golden/my-api';
import { MyHttpApi } from '../codegen/golden/my-http-api';
import { ShopApi } from '../codegen/golden/shop-api';
import { TilesApi } from '../codegen/golden/tiles-api';
import { given } from '../codegen/support';
import { messageOf, projectDirectory, stack as newStack } from '../integrations/fixture';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, IntegrationPattern, OpenApiSource } from 'cdk-fastapi';

// The goldens are what a user has: they import the package by its name.
jest.mock('cdk-fastapi', () => jest.requireActual<object>('../../src'), { virtual: true });
jest.mock('cdk-fastapi/typed', () => jest.requireActual<object>('../../src/typed'), { virtual: true });

function appOf(document: object): FastApiApp {
  return FastApiApp.fromDirectory(projectDirectory(), {
    openApi: OpenApiSource.fromDocument({ ...document }), entrypoint: 'main:app', runtime: lambda.Runtime.PYTHON_3_13,
  });
}

const app = appOf(given('my-api'));
const integration = new apigateway.HttpIntegration('https://example.com/{name}');

function templateOf(build: (stack: Stack) => void): object {
  const stack = newStack();
  build(stack);
  return Template.fromStack(stack).toJSON();
}

describe('a typed construct is the core with names', () => {
  test('the same template by default, REST', () => {
    const untyped = templateOf((stack) => new FastApiRestApi(stack, 'Api', { app }));
    expect(templateOf((stack) => new MyApi(stack, 'Api', { app }))).toEqual(untyped);
    expect(templateOf((stack) => new MyApi(stack, 'Api', { app, integrations: MyApi.defaultIntegrations(stack, { app }).build() }))).toEqual(untyped);
  });

  test('the same template by default, HTTP', () => {
    const untyped = templateOf((stack) => new FastApiHttpApi(stack, 'Api', { app }));
    expect(templateOf((stack) => new MyHttpApi(stack, 'Api', { app }))).toEqual(untyped);
    expect(templateOf((stack) => new MyHttpApi(stack, 'Api', { app, integrations: MyHttpApi.defaultIntegrations(stack, { app }).build() }))).toEqual(untyped);
  });

  test('the same template with every step of the builder and every option of its start', () => {
    const overrides = { getFile: { integration, options: { apiKeyRequired: true } } };
    const options = { memorySize: 512, environment: { A: 'a' } };
    expect(templateOf((stack) => new MyApi(stack, 'Api', {
      app,
      description: 'files',
      integrations: MyApi.defaultIntegrations(stack, { app }).withDefaultOptions(options).withOperationOptions('sayHello', { memorySize: 256 }).withOverrides(overrides).build(),
    }))).toEqual(templateOf((stack) => new FastApiRestApi(stack, 'Api', {
      app,
      description: 'files',
      integrations: FastApiRestApi.defaultIntegrations(stack, app).withDefaultOptions(options).withOperationOptions('sayHello', { memorySize: 256 }).withOverrides(overrides).build(),
    })));
    for (const start of [{ pattern: IntegrationPattern.SHARED }, { factory: { bind: () => ({ integration }) } }]) {
      expect(templateOf((stack) => new MyApi(stack, 'Api', { app, integrations: MyApi.defaultIntegrations(stack, { app, ...start }).build() })))
        .toEqual(templateOf((stack) => new FastApiRestApi(stack, 'Api', { app, integrations: FastApiRestApi.defaultIntegrations(stack, app, start).build() })));
    }
  });

  test('it is an instance of the core', () => {
    const stack = newStack();
    expect(new MyApi(stack, 'Rest', { app })).toBeInstanceOf(FastApiRestApi);
    expect(new MyHttpApi(stack, 'Http', { app })).toBeInstanceOf(FastApiHttpApi);
  });
});

describe('what the types promise is there', () => {
  test('default integrations have a handler and a pattern, in both patterns and on both kinds', () => {
    const stack = newStack();
    const apis = [
      new MyApi(stack, 'A', { app }), new MyApi(stack, 'B', { app, pattern: IntegrationPattern.SHARED }),
      new MyHttpApi(stack, 'C', { app }), new MyHttpApi(stack, 'D', { app, pattern: IntegrationPattern.SHARED }),
    ];
    for (const { integrations } of apis) {
      for (const name of ['sayHello', 'getFile', 'uploadFile'] as const) {
        expect(integrations[name].handler).toBeInstanceOf(lambda.Function);
        expect(Object.values(IntegrationPattern)).toContain(integrations[name].pattern);
        expect(integrations[name].operation.name).toBe(name);
        expect(integrations[name].integration).toBeDefined();
      }
    }
  });

  test('an overridden operation has what it was given with, and no function', () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Bucket');
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() });
    const api = new MyApi(stack, 'Api', {
      app, integrations: MyApi.defaultIntegrations(stack, { app }).withOverrides({ getFile: { bucket, integration, options: { apiKeyRequired: true } } }).build(),
    });
    api.integrations.getFile.bucket.grantRead(role);
    expect(api.integrations.getFile.bucket).toBe(bucket);
    expect(api.integrations.getFile.integration).toBe(integration);
    expect(Object.keys(api.integrations.getFile)).not.toContain('options');
    const overridden: { operation: unknown; handler?: unknown } = api.integrations.getFile;
    expect(overridden.handler).toBeUndefined();
    expect(messageOf(() => api.handler('getFile'))).toContain('`getFile` (GET /files/{name}), which was overridden');
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 2);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { Roles: [stack.resolve(role.roleName)] });
  });

  test('an explicit map, on both kinds, twice in one stack', () => {
    const stack = newStack();
    const mock = { integration: new apigateway.MockIntegration() };
    const url = { integration: new HttpUrlIntegration('Url', 'https://example.com') };
    new MyApi(stack, 'A', { app, integrations: { sayHello: mock, getFile: mock, uploadFile: mock } });
    new MyHttpApi(stack, 'B', { app, integrations: { sayHello: url, getFile: url, uploadFile: url } });
    new MyApi(stack, 'C', { app, integrations: { sayHello: mock, getFile: mock, uploadFile: mock } });
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 0);
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::RestApi', 2);
  });

  test('a grant on named operations', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AnyPrincipal() });
    new MyApi(stack, 'Api', { app }).grantInvokeAccess(role, { operations: ['sayHello'] });
    const [{ Properties: { PolicyDocument: { Statement } } }] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy', { Properties: { Roles: [stack.resolve(role.roleName)] } }));
    expect(JSON.stringify(Statement)).toContain('/GET/hello');
    expect(JSON.stringify(Statement)).not.toContain('/GET/files');
  });

  test('names that operations share, and names that every object has', () => {
    const stack = newStack();
    const shop = appOf(given('shared-names'));
    const hostile = appOf(given('hostile'));
    const mock = { integration: new apigateway.MockIntegration() };
    const api = new ShopApi(stack, 'Shop', {
      app: shop,
      integrations: ShopApi.defaultIntegrations(stack, { app: shop }).withOperationOptions('users.list.get', { memorySize: 512 }).withOverrides({ 'note order': mock }).build(),
    });
    expect(api.integrations['users.list.get'].handler).not.toBe(api.integrations['orders.list.get'].handler);
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { MemorySize: 512 });
    const second = newStack();
    const names = new HostileApi(second, 'Hostile', {
      app: hostile,
      integrations: HostileApi.defaultIntegrations(second, { app: hostile }).withOperationOptions('constructor', { memorySize: 2048 }).withOverrides({ toString: mock }).build(),
    });
    expect(names.integrations.constructor.operation.path).toBe('/names/1');
    expect(names.integrations.valueOf.handler).toBeInstanceOf(lambda.Function);
    Template.fromStack(second).hasResourceProperties('AWS::Lambda::Function', { MemorySize: 2048 });
  });
});

describe('what the types cannot see', () => {
  test('an app that has changed since is refused, with each change', () => {
    const document = given('my-api') as { paths: Record<string, object> };
    const { '/files/{name}': files, ...rest } = document.paths;
    const changed = appOf({ ...document, paths: { ...rest, '/file/{name}': files } });
    expect(messageOf(() => new MyApi(newStack(), 'Api', { app: changed }))).toBe(
      '`expectedOperations` must match the app, got: `getFile` (GET /files/{name}, now GET /file/{name}), `uploadFile` (PUT /files/{name}, now PUT /file/{name}); '
      + 'the app has changed since the construct was generated: run `npx cdk-fastapi generate` again',
    );
  });

  test('names that a cast lets through are refused by the core', () => {
    const stack = newStack();
    const wrong: Record<string, { integration: apigateway.Integration }> = { nope: { integration } };
    // What JavaScript may do, and a cast in TypeScript.
    expect(messageOf(() => MyApi.defaultIntegrations(stack, { app }).withOverrides(wrong as object))).toContain('got: nope');
    expect(messageOf(() => new MyApi(stack, 'Api', { app, integrations: wrong as never }))).toContain('none for `sayHello` (GET /hello)');
  });

  test('a construct for a catch-all route has one, and says so where it is turned off', () => {
    const tiles = appOf(given('catch-all'));
    const stack = newStack();
    const api = new TilesApi(stack, 'Api', { app: tiles });
    expect(api.integrations.tile.handler).toBeInstanceOf(lambda.Function);
    expect(messageOf(() => new TilesApi(stack, 'Other', { app: tiles, catchAll: false }))).toContain('/tiles/{y}@{scale}x');
  });

  test('the app of the generated file is made when it is needed, and named where it is missing', () => {
    const here = process.cwd();
    const elsewhere = fs.realpathSync(os.tmpdir());
    process.chdir(elsewhere);
    try {
      expect(messageOf(() => new MyApi(newStack(), 'Api'))).toContain(`got: test/codegen/golden/my_api, and ${elsewhere}`);
      expect(messageOf(() => MyApi.defaultIntegrations(newStack()).build())).toContain('a relative path is relative to the working directory');
    } finally {
      process.chdir(here);
    }
    const api = new MyHttpApi(newStack(), 'Api');
    expect(api.integrations.getFile.handler.runtime.name).toMatch(/^python3/);
  });
});
