import { inflateRawSync } from 'node:zlib';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as fc from 'fast-check';
import { OpenApiSource } from '../../src/app/open-api-source';
import { guardVariable } from '../../src/functions/guard-variable';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { OperationGroups } from '../../src/functions/operation-groups';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { FastApiRestApi, type FastApiRestApiProps } from '../../src/rest-api/fast-api-rest-api';
import { documentOf, fastApiApp, messageOf, ROWS, stack, type Row } from '../integrations/fixture';
import { guards, mock } from '../integrations/rest-fixture';

const ADAPTER = 'arn:aws:lambda:eu-central-1:123456789012:layer:Adapter:1';

/** An app of operations that have a module, and stream or not. */
function routedApp(rows: readonly (readonly [...Row, module: string, streaming?: boolean])[]) {
  const document = documentOf(rows.map(([method, path, id, tag]): Row => [method, path, id, tag]));
  for (const [method, path, name, , module, streaming] of rows) {
    const operation = (document.paths as Record<string, Record<string, Record<string, unknown>>>)[path][method];
    operation['x-cdk-fastapi'] = { name, module, path, converters: {}, streaming };
  }
  return fastApiApp([], { openApi: OpenApiSource.fromDocument(document) });
}

function rest(props: Partial<FastApiRestApiProps>, within = stack()): { api: FastApiRestApi; template: Template } {
  const api = new FastApiRestApi(within, 'Api', { app: fastApiApp(), cloudWatchRole: false, ...props });
  return { api, template: Template.fromStack(within) };
}

const ids = (template: Template): string[] => Object.keys(template.findResources('AWS::Lambda::Function')).sort();

describe('by tag', () => {
  const { api, template } = rest({ groups: OperationGroups.byTag() });

  test('one function for each tag, and one for each operation without', () => {
    expect(guards(template)).toEqual([
      'GET /constructor', 'GET /hello', 'GET /items/{item_id}\nPUT /items/{item_id}', 'GET /orders', 'GET /users',
    ]);
    for (const type of ['AWS::IAM::Role', 'AWS::Lambda::Permission']) template.resourceCountIs(type, 5);
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('typed access is the group\'s function', () => {
    expect(api.handler('readItem')).toBe(api.handler('updateItem'));
    expect(api.handler('readItem').node.path).toBe('Stack/Api/Functions/Group items/Default');
    expect(api.handler('sayHello').node.path).toBe('Stack/Api/Functions/GET hello/Default');
    expect(api.integration('readItem').pattern).toBe(IntegrationPattern.GROUPED);
    expect(api.integration('sayHello').pattern).toBe(IntegrationPattern.ISOLATED);
    expect(api.router).toBeUndefined();
  });

  test('the API may invoke a group for all of its requests, by one statement', () => {
    const group = Object.entries(template.findResources('AWS::Lambda::Permission')).filter(([id]) => id.includes('Groupitems'));
    expect(group).toHaveLength(1);
    expect(group[0][1].Properties.SourceArn['Fn::Join'][1].at(-1)).toBe('/*/*/*');
  });

  test('operations may come and go, and no id changes', () => {
    const more = rest({ groups: OperationGroups.byTag(), app: fastApiApp([['get', '/items', 'listItems', 'items'], ...ROWS].filter(([, , id]) => id !== 'updateItem') as Row[]) });
    expect(ids(more.template)).toEqual(ids(template));
  });

  test('grants are for operations, as in every pattern', () => {
    const within = stack();
    const granted = new FastApiRestApi(within, 'Api', { app: fastApiApp(), groups: OperationGroups.byTag() });
    const role = new lambda.Function(within, 'Caller', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'i.h', code: lambda.Code.fromInline('x') });
    granted.grantInvokeAccess(role, { operations: ['readItem'] });
    const [policy] = Object.values(Template.fromStack(within).findResources('AWS::IAM::Policy'));
    expect(JSON.stringify(policy)).toContain('/GET/items/?*');
    expect(JSON.stringify(policy)).not.toContain('/PUT/');
  });
});

test('by router: one function for the functions of each module', () => {
  const app = routedApp([
    ['get', '/a', 'a', 'x', 'shop.routers.books'], ['get', '/b', 'b', 'y', 'shop.routers.books'], ['get', '/c', 'c', 'x', 'shop.main'],
  ]);
  const { api, template } = rest({ app, groups: OperationGroups.byRouter() });
  expect(guards(template)).toEqual(['GET /a\nGET /b', 'GET /c']);
  expect(api.handler('a').node.path).toBe('Stack/Api/Functions/Group shop.routers.books/Default');
});

describe('by name', () => {
  test('operations by name and qualified name; an overridden one is left out, and its function with it', () => {
    const app = fastApiApp();
    const groups = OperationGroups.of({ 'a/b%': ['sayHello', 'orders.list.get'], 'a--b': ['readItem'], 'constructor': ['constructor'] });
    const within = stack();
    const integrations = FastApiRestApi.defaultIntegrations(within, app, { groups }).withOverrides({ sayHello: mock() }).build();
    const { api, template } = rest({ app, integrations }, within);
    expect(guards(template)).toEqual(['GET /constructor', 'GET /items/{item_id}', 'GET /orders', 'GET /users', 'PUT /items/{item_id}']);
    expect(api.handler('orders.list.get').node.path).toBe('Stack/Api/Functions/Group a%2Fb%25/Default');
    expect(api.integration('sayHello').handler).toBeUndefined();
  });

  test('options of a group, of all and of an operation outside of groups', () => {
    const app = fastApiApp();
    const within = stack();
    const integrations = FastApiRestApi.defaultIntegrations(within, app, { groups: OperationGroups.of({ g: ['sayHello', 'readItem'] }), pattern: IntegrationPattern.GROUPED })
      .withDefaultOptions({ environment: { A: '1', B: '1' }, memorySize: 300 })
      .withGroupOptions('g', { memorySize: 400 })
      .withGroupOptions('g', { environment: { B: '2' }, functionName: 'mine' })
      .withOperationOptions('updateItem', { memorySize: 500 })
      .build();
    const { template } = rest({ app, integrations }, within);
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'mine', MemorySize: 400, Environment: { Variables: { A: '1', B: '2', CDK_FASTAPI_OPERATION: 'GET /hello\nGET /items/{item_id}' } } });
    template.hasResourceProperties('AWS::Lambda::Function', { MemorySize: 500, Environment: { Variables: { CDK_FASTAPI_OPERATION: 'PUT /items/{item_id}' } } });
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { MemorySize: 300 }, 3);
  });
});

describe('streaming', () => {
  const app = routedApp([['get', '/a', 'a', 'x', 'm'], ['get', '/b', 'b', 'x', 'm', true], ['get', '/c', 'c', 'x', 'm', true], ['get', '/d', 'd', 'y', 'm', true]]);

  test('a group that does both has two functions, each with its own guards', () => {
    const { api, template } = rest({ app, groups: OperationGroups.byTag(), adapterLayerArn: ADAPTER });
    expect(guards(template)).toEqual(['GET /a', 'GET /b\nGET /c', 'GET /d']);
    expect(api.handler('a').node.path).toBe('Stack/Api/Functions/Group x/Default');
    expect(api.handler('b').node.path).toBe('Stack/Api/Functions/StreamingGroup x/Default');
    expect(api.handler('c')).toBe(api.handler('b'));
    template.hasResourceProperties('AWS::Lambda::Function', { Handler: 'cdk_fastapi_runtime/run.sh', Timeout: 900, Environment: { Variables: { CDK_FASTAPI_OPERATION: 'GET /b\nGET /c' } } });
  });

  test('an HTTP API buffers all of it in one', () => {
    const within = stack();
    const api = new FastApiHttpApi(within, 'Api', { app, groups: OperationGroups.byTag() });
    expect(guards(Template.fromStack(within))).toEqual(['GET /a\nGET /b\nGET /c', 'GET /d']);
    expect(api.handler('a')).toBe(api.handler('c'));
    // One integration serves all routes of a group.
    const body = JSON.stringify(Object.values(Template.fromStack(within).findResources('AWS::ApiGatewayV2::Api'))[0].Properties.Body);
    expect(new Set(body.match(/FunctionsGroup[xy][0-9A-Z]*/g)).size).toBe(2);
  });
});

test('a catch-all function serves what no group can', () => {
  const app = fastApiApp([['get', '/a', 'a', 'x'], ['get', '/v{y}@{scale}', 'tile', 'x']]);
  const { template } = rest({ app, catchAll: true, groups: OperationGroups.byTag() });
  expect(guards(template).sort()).toEqual(['GET /a', undefined]);
});

test('many groups stand in nested stacks, each where its name says', () => {
  const rows = Array.from({ length: 61 }, (_, index): Row => ['get', `/r${index}`, `r${index}`, `tag${index}`]);
  const within = stack();
  const { api } = rest({ app: fastApiApp(rows), groups: OperationGroups.byTag() }, within);
  expect(Stack.of(api.handler('r0'))).not.toBe(within);
  const again = rest({ app: fastApiApp(rows.slice(3)), groups: OperationGroups.byTag(), functionStacks: 20 }).api;
  expect(again.handler('r5').node.path).toBe(api.handler('r5').node.path);
});

describe('what is refused', () => {
  const build = (props: Partial<FastApiRestApiProps>): string => messageOf(() => rest(props));

  test('names that find nothing, two groups for one operation, empty groups: all of them together', () => {
    const message = build({ groups: OperationGroups.of({ 'a': ['sayHello', 'sayHullo'], 'b': ['sayHello', 'list'], 'c': [], ' ': ['readItem'] }) });
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^`OperationGroups\.of`: .*has no operation of this name, got: sayHullo; the nearest names are `sayHello`/),
      '`sayHello` (GET /hello) must be in one group, got: `a` and `b`',
      expect.stringContaining('2 operations of'),
      'the group `c` must name operations, got: none',
      'a group must have a name, got: an empty one',
    ]);
    expect(build({ groups: OperationGroups.of({}) })).toContain('there must be a group, got: none');
  });

  test('what groups nothing', () => {
    const untagged = fastApiApp(ROWS.map(([method, path], index): Row => [method, path, `op${index}`]));
    expect(build({ app: untagged, groups: OperationGroups.byTag() })).toContain('`OperationGroups.byTag()` needs operations with tags, got: none among 6');
    expect(build({ groups: OperationGroups.byRouter() })).toContain('`OperationGroups.byRouter()` needs to know the modules of route functions, got: none among 6');
  });

  test('two who say the same thing', () => {
    const groups = OperationGroups.byTag();
    expect(build({ groups, pattern: IntegrationPattern.SHARED })).toBe('`pattern` must be GROUPED with `groups`, got: SHARED; leave `pattern` out');
    expect(build({ pattern: IntegrationPattern.GROUPED })).toContain('`pattern` GROUPED needs `groups`');
    const app = fastApiApp();
    expect(build({ app, groups, integrations: FastApiRestApi.defaultIntegrations(stack(), app).build() })).toContain('`groups` cannot stand beside `integrations`');
    const router = new lambda.Function(stack(), 'Router', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'i.h', code: lambda.Code.fromInline('x') });
    expect(messageOf(() => FastApiRestApi.defaultIntegrations(stack(), app, { groups, router }))).toContain('`groups` cannot stand beside `router`');
    expect(messageOf(() => FastApiRestApi.defaultIntegrations(stack(), app, { groups, factory: { bind: mock } }))).toContain('`groups` cannot stand beside `factory`');
    expect(messageOf(() => FastApiRestApi.defaultIntegrations(stack(), app, { router, pattern: IntegrationPattern.GROUPED }))).toContain('`pattern` GROUPED needs `groups`');
  });

  test('options for what has no function of its own', () => {
    const builder = FastApiRestApi.defaultIntegrations(stack(), fastApiApp(), { groups: OperationGroups.byTag() });
    expect(messageOf(() => builder.withOperationOptions('readItem', {}))).toBe(
      '`withOperationOptions` needs a function per operation, got: `readItem` (GET /items/{item_id}) in the group `items`; use `withGroupOptions`, or leave the operation out of the group',
    );
    expect(messageOf(() => builder.withGroupOptions('item', {}))).toBe('`withGroupOptions` must name a group of `groups`, got: item; the groups are `items`, `users`, `orders`');
    expect(messageOf(() => FastApiRestApi.defaultIntegrations(stack(), fastApiApp()).withGroupOptions('x', {}))).toContain('there are none');
  });

  test('one name for all functions, and one group of two builders', () => {
    expect(build({ groups: OperationGroups.byTag(), functionOptions: { functionName: 'one' } })).toContain('got: one for');
    const app = fastApiApp();
    const builder = FastApiRestApi.defaultIntegrations(stack(), app, { groups: OperationGroups.byTag() });
    const [first, second] = [builder.build(), builder.withDefaultOptions({ memorySize: 200 }).build()];
    expect(build({ app, integrations: { ...first, readItem: second.readItem } })).toContain('`integrations` of one group must come from one builder, since one function answers them, got: two for `items`');
  });

  test('more operations than the environment of a function holds', () => {
    const rows = Array.from({ length: 900 }, (_, index): Row => ['get', `/r${(index * 7919 % 104729).toString(36)}${index}`, `r${index}`, 'all']);
    expect(build({ app: fastApiApp(rows), groups: OperationGroups.byTag() })).toMatch(/^the operations of the group `all` must take 3000 bytes .* got: 900 operations with \d+ bytes; use smaller groups/);
  });
});

test('a long list is compressed, and nothing of it is lost', () => {
  const guard = fc.tuple(fc.constantFrom('GET', 'POST'), fc.webPath()).map(([method, path]) => `${method} /${path.replace(/^\//, '')}`);
  fc.assert(fc.property(fc.array(guard, { minLength: 1, maxLength: 60 }), (list) => {
    const written = guardVariable(list, 'group');
    const read = written.startsWith('deflate:') ? inflateRawSync(Buffer.from(written.slice(8), 'base64')).toString() : written;
    expect(read.split('\n')).toEqual([...new Set(list)]);
    expect(written.length).toBeLessThanOrEqual(3000);
  }), { numRuns: 200 });
  const long = guardVariable(Array.from({ length: 200 }, (_, index) => `GET /repositories/{owner}/{name}/things${index}/{id}`), 'group');
  expect(long).toMatch(/^deflate:/);
});

test('each function has its guard in the template, whatever is grouped', () => {
  const { template } = rest({ groups: OperationGroups.of({ all: ['sayHello', 'readItem', 'updateItem', 'constructor', 'users.list.get', 'orders.list.get'] }) });
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { CDK_FASTAPI_OPERATION: Match.stringLikeRegexp('GET /hello\\n') } } });
  template.resourceCountIs('AWS::Lambda::Function', 1);
});
