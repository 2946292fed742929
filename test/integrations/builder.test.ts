import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import fc from 'fast-check';
import { fastApiApp, messageOf, stack } from './fixture';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { httpApiIntegrationBuilder } from '../../src/http-api/bind-integrations';
import type { HttpApiIntegration } from '../../src/http-api/integration';
import { HTTP_INTEGRATIONS } from '../../src/http-api/integration-type';
import { resolveIntegrations } from '../../src/integrations/resolve-integrations';
import { restApiIntegrationBuilder } from '../../src/rest-api/bind-integrations';
import type { RestApiIntegration } from '../../src/rest-api/integration';
import { RestApiIntegrationBuilder } from '../../src/rest-api/integration-builder';
import { REST_INTEGRATIONS } from '../../src/rest-api/integration-type';

const app = fastApiApp();
const mock = (): RestApiIntegration => ({ integration: new apigateway.MockIntegration() });
const options = (map: Record<string, RestApiIntegration>, name: string): lambda.FunctionOptions => REST_INTEGRATIONS.descriptor(map[name])!.options;

describe('what a builder makes', () => {
  test('names every operation, by qualified name where the name is shared or an object has it anyway', () => {
    const map = restApiIntegrationBuilder(app).toIntegrations();
    expect(Object.keys(map)).toEqual(['sayHello', 'readItem', 'updateItem', 'constructor', 'users.list.get', 'orders.list.get']);
    expect(Object.hasOwn(map, 'constructor')).toBe(true);
  });

  test('carries the pattern', () => {
    const patterns = (pattern?: IntegrationPattern): unknown[] => (
      [...new Set(Object.values(httpApiIntegrationBuilder(app, { pattern }).build()).map((value) => value.pattern))]
    );
    expect(patterns()).toEqual([IntegrationPattern.ISOLATED]);
    expect(patterns(IntegrationPattern.SHARED)).toEqual([IntegrationPattern.SHARED]);
  });

  test('has an integration of its own kind, which is of no use outside an API', () => {
    const rest = restApiIntegrationBuilder(app).build().sayHello.integration;
    expect(rest).toBeInstanceOf(apigateway.Integration);
    const api = new apigateway.RestApi(stack(), 'Other');
    expect(messageOf(() => api.root.addMethod('GET', rest))).toMatch(/^The default integration of sayHello.get has a function only inside the API/);
    expect(HTTP_INTEGRATIONS.descriptor(httpApiIntegrationBuilder(app).build().sayHello)?.app).toBe(app);
  });
});

describe('options', () => {
  test('environments are merged, of the rest the last one counts, undefined says nothing', () => {
    const map = restApiIntegrationBuilder(app)
      .withDefaultOptions({ memorySize: 256, timeout: Duration.seconds(5), environment: { A: '1', B: '1' } })
      .withDefaultOptions({ memorySize: 512, timeout: undefined, environment: { B: '2' } })
      .withOperationOptions('readItem', { memorySize: 2048, environment: { C: '3' } })
      .withOperationOptions('items.readItem.get', { description: 'reads' })
      .build();
    expect(options(map, 'readItem')).toEqual({ memorySize: 2048, timeout: Duration.seconds(5), description: 'reads', environment: { A: '1', B: '2', C: '3' } });
    expect(options(map, 'sayHello')).toEqual({ memorySize: 512, timeout: Duration.seconds(5), environment: { A: '1', B: '2' } });
  });

  test('an operation keeps its own options whatever is said of all later', () => {
    const map = restApiIntegrationBuilder(app).withOperationOptions('readItem', { memorySize: 2048 }).withDefaultOptions({ memorySize: 256 }).build();
    expect(options(map, 'readItem').memorySize).toBe(2048);
  });

  test('what a caller does to its objects afterwards changes nothing', () => {
    const environment: Record<string, string> = { A: '1' };
    const builder = restApiIntegrationBuilder(app).withDefaultOptions({ environment });
    environment.A = 'changed';
    expect(options(builder.build(), 'readItem').environment).toEqual({ A: '1' });
  });

  test.each([
    ['withOperationOptions', (): unknown => restApiIntegrationBuilder(app, { pattern: IntegrationPattern.SHARED }).withOperationOptions('readItem', {})],
    ['`router`', (): unknown => restApiIntegrationBuilder(app, { router: lambda.Function.fromFunctionName(stack(), 'R', 'r') }).withDefaultOptions({})],
    ['`factory`', (): unknown => restApiIntegrationBuilder(app, { factory: { bind: mock } }).withOperationOptions('readItem', {})],
    ['nearest names are `readItem`', (): unknown => restApiIntegrationBuilder(app).withOperationOptions('readItme', {})],
    ['`users.list.get` (GET /users), `orders.list.get` (GET /orders)', (): unknown => restApiIntegrationBuilder(app).withOperationOptions('list', {})],
    ['`architecture` of every function', (): unknown => restApiIntegrationBuilder(app).withDefaultOptions({ architecture: lambda.Architecture.ARM_64 }).build()],
    ['`architecture` of `readItem` (GET /items/{item_id})',
      (): unknown => restApiIntegrationBuilder(app).withOperationOptions('readItem', { architecture: lambda.Architecture.ARM_64 }).build()],
  ])('are refused: %s', (message, act) => {
    expect(messageOf(act)).toContain(message);
  });
});

describe('overrides', () => {
  test('replace what the app would answer', () => {
    const value = { ...mock(), bucket: 'b' };
    const map = restApiIntegrationBuilder(app).withOverrides({ readItem: value, sayHello: undefined as never }).build();
    expect(map.readItem).toEqual(value);
    expect(REST_INTEGRATIONS.descriptor(map.sayHello)).toBeDefined();
  });

  test('the last one of an operation counts, by whatever name', () => {
    const [first, second] = [mock(), mock()];
    const map = restApiIntegrationBuilder(app).withOverrides({ readItem: first }).withOverrides({ 'items.readItem.get': second }).build();
    expect(map.readItem.integration).toBe(second.integration);
  });

  const http: HttpApiIntegration = httpApiIntegrationBuilder(app).build().sayHello;
  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown name', { readItme: mock() }, 'the nearest names are `readItem`'],
    ['an ambiguous name', { list: mock() }, 'use the qualified name'],
    ['two names of one operation', { 'readItem': mock(), 'items.readItem.get': mock() }, 'must name `readItem` (GET /items/{item_id}) once'],
    ['an HTTP integration', { readItem: http }, 'must have an integration of aws-cdk-lib/aws-apigateway, got: one of aws-cdk-lib/aws-apigatewayv2-integrations'],
    ['an integration without its struct', { readItem: mock().integration }, 'must be a `RestApiIntegration`, got: an integration itself'],
    ['an empty dict', { readItem: {} }, 'got: an object without members; in Python use `RestApiIntegration(integration=…)`, not a dict'],
    ['a dict with other members', { readItem: { uri: 'x' } }, 'got: an object with `uri`'],
    ['what is no integration', { readItem: { integration: { uri: 'x' } } }, 'must have an integration of aws-cdk-lib/aws-apigateway, got: an object with `uri`'],
    ['a text', { readItem: 'https://example.com' }, 'got: string'],
  ])('refuse %s', (_what, overrides, message) => {
    expect(messageOf(() => restApiIntegrationBuilder(app).withOverrides(overrides as never))).toContain(message);
  });

  describe('from Python, where a map may have lost members on its way', () => {
    beforeEach(() => { process.env.JSII_AGENT = 'Python/3.13.0'; });
    afterEach(() => { delete process.env.JSII_AGENT; });
    const scopes = { authorizationScopes: ['admin/write'] };
    const url = (): HttpApiIntegration => ({ integration: new HttpUrlIntegration('Url', 'https://example.com') });
    /** What jsii makes of a struct that comes back from Python: a copy, down to the first object of a class. */
    const copied = <T extends object>(map: Record<string, T>): Record<string, T> => Object.fromEntries(Object.entries(map).map(([name, value]) => [
      name, Object.fromEntries(Object.entries(value).map(([key, part]) => [key, key === 'options' ? JSON.parse(JSON.stringify(part)) : part])) as T,
    ]));

    test.each([scopes, {}, { authorizationType: apigateway.AuthorizationType.NONE }])('refuse options in every map: %j', (stated) => {
      const builder = restApiIntegrationBuilder(app);
      const value = { ...mock(), options: stated };
      expect(messageOf(() => builder.withOverrides({ readItem: value }))).toMatch(/^`with_overrides`: `readItem` .* must have no `options` here, .* say `with_override\(name, integration=…, options=…\)`/);
      expect(messageOf(() => resolveIntegrations(REST_INTEGRATIONS, app, app._operationsFor('rest', false), { ...builder.build(), readItem: value })))
        .toContain('make the value with `RestApiIntegrationBuilder.describe(integration=…, options=…)`');
      expect(messageOf(() => resolveIntegrations(HTTP_INTEGRATIONS, app, app._operationsFor('http', false), { ...httpApiIntegrationBuilder(app).build(), readItem: { ...url(), options: stated as never } })))
        .toContain('make the value with `HttpApiIntegrationBuilder.describe(integration=…, options=…)`');
    });

    test('take those of `withOverride` and of `describe` whole, on their way out and back too', () => {
      const rest = restApiIntegrationBuilder(app).withOverride('readItem', { ...mock(), options: scopes }).build();
      const set = app._operationsFor('rest', false);
      const resolved = resolveIntegrations(REST_INTEGRATIONS, app, set, copied(rest));
      expect(resolved.get(set.find('readItem'))?.own.options).toEqual(scopes);
      expect(resolved.get(set.find('readItem'))?.own.integration).toBeInstanceOf(apigateway.MockIntegration);
      const again = restApiIntegrationBuilder(app).withOverrides(copied({ readItem: RestApiIntegrationBuilder.describe({ ...mock(), options: scopes }) })).build();
      expect(resolveIntegrations(REST_INTEGRATIONS, app, set, copied(again)).get(set.find('readItem'))?.own.options).toEqual(scopes);
      const routes = httpApiIntegrationBuilder(app).withOverride('readItem', { ...url(), options: scopes }).build();
      const httpSet = app._operationsFor('http', false);
      expect(resolveIntegrations(HTTP_INTEGRATIONS, app, httpSet, copied(routes)).get(httpSet.find('readItem'))?.own.options).toEqual(scopes);
    });

    test('take options of a route that a function of the app answers', () => {
      const builder = restApiIntegrationBuilder(app).withOperationOptions('readItem', { memorySize: 2048 });
      const own = builder.build().readItem.integration;
      const set = app._operationsFor('rest', false);
      const resolved = resolveIntegrations(REST_INTEGRATIONS, app, set, copied(builder.withOverride('readItem', { integration: own, options: scopes }).build())).get(set.find('readItem'));
      expect(resolved?.descriptor?.options.memorySize).toBe(2048);
      expect(resolved?.own.options).toEqual(scopes);
    });

    test('refuse other options around what came back', () => {
      const { readItem } = restApiIntegrationBuilder(app).withOverride('readItem', { ...mock(), options: scopes }).build();
      for (const stated of [{ authorizationScopes: ['admin/read'] }, { ...scopes, apiKeyRequired: true }, {}]) {
        expect(messageOf(() => restApiIntegrationBuilder(app).withOverrides({ readItem: { ...readItem, options: stated } }))).toContain('must have no `options` here');
      }
    });

    test('take integrations without options', () => {
      expect(restApiIntegrationBuilder(app).withOverrides({ readItem: mock() }).build()).toBeDefined();
    });
  });

  test('keep their options in TypeScript and Java, whose compilers let no dict pass', () => {
    process.env.JSII_AGENT = 'Java/21.0.1';
    try {
      expect(restApiIntegrationBuilder(app).withOverrides({ readItem: { ...mock(), options: { apiKeyRequired: true } } }).build().readItem.options).toEqual({ apiKeyRequired: true });
    } finally {
      delete process.env.JSII_AGENT;
    }
    const integration = mock().integration;
    const { readItem } = restApiIntegrationBuilder(app).withOverride('items.readItem.get', { integration, options: {} }).build();
    expect(readItem).toEqual({ integration, options: {} });
    expect(readItem.integration).toBe(integration);
  });

  test('one at a time are refused as several are', () => {
    const builder = restApiIntegrationBuilder(app);
    expect(messageOf(() => builder.withOverride('readItme', mock()))).toContain('the nearest names are `readItem`');
    expect(messageOf(() => builder.withOverride('readItem', mock().integration as never))).toContain('`withOverride`: `readItem` (GET /items/{item_id}) must be a `RestApiIntegration`, got: an integration itself');
    expect(messageOf(() => builder.withOperationOptions('readItem', { memorySize: 1 }).withOverride('readItem', mock()))).toContain('which an override answers otherwise');
    expect(messageOf(() => RestApiIntegrationBuilder.describe({} as never))).toContain('`describe` must be a `RestApiIntegration`');
  });

  test('of a REST API do not fit an HTTP API', () => {
    expect(messageOf(() => httpApiIntegrationBuilder(app).withOverrides({ readItem: mock() as never })))
      .toContain('must have an integration of aws-cdk-lib/aws-apigatewayv2-integrations, got: one of aws-cdk-lib/aws-apigateway, which is for FastApiRestApi');
  });

  test('and options of the same operation contradict each other, whichever comes first', () => {
    const builder = restApiIntegrationBuilder(app);
    const message = 'got: `readItem` (GET /items/{item_id}), which an override answers otherwise';
    expect(messageOf(() => builder.withOverrides({ readItem: mock() }).withOperationOptions('readItem', { memorySize: 1 }))).toContain(message);
    expect(messageOf(() => builder.withOperationOptions('readItem', { memorySize: 1 }).withOverrides({ 'items.readItem.get': mock() }))).toContain(message);
  });
});

describe('contradictions in the options of a builder', () => {
  const router = lambda.Function.fromFunctionName(stack(), 'Router', 'router');
  const factory = { bind: mock };
  test.each([
    ['`router` and `factory`', { router, factory }],
    ['`pattern` must be SHARED with a `router`', { router, pattern: IntegrationPattern.ISOLATED }],
    ['`pattern` cannot stand beside `factory`', { factory, pattern: IntegrationPattern.SHARED }],
  ])('%s', (message, given) => {
    expect(messageOf(() => restApiIntegrationBuilder(app, given))).toContain(message);
  });
});

describe('builders that came from one another', () => {
  type Step = { kind: 'all'; memorySize: number } | { kind: 'one'; name: string; memorySize: number } | { kind: 'override'; name: string };
  const names = ['sayHello', 'readItem', 'updateItem', 'constructor'];
  const step = fc.oneof(
    fc.record({ kind: fc.constant('all' as const), memorySize: fc.integer({ min: 128, max: 10240 }) }),
    fc.record({ kind: fc.constant('one' as const), name: fc.constantFrom(...names.slice(0, 2)), memorySize: fc.integer({ min: 128, max: 10240 }) }),
    fc.record({ kind: fc.constant('override' as const), name: fc.constantFrom(...names.slice(2)) }),
  );
  const apply = (builder: ReturnType<typeof restApiIntegrationBuilder>, taken: Step): typeof builder => {
    if (taken.kind === 'all') return builder.withDefaultOptions({ memorySize: taken.memorySize });
    if (taken.kind === 'one') return builder.withOperationOptions(taken.name, { memorySize: taken.memorySize });
    return builder.withOverrides({ [taken.name]: mock() });
  };
  const seen = (builder: ReturnType<typeof restApiIntegrationBuilder>): unknown => (
    Object.entries(builder.toIntegrations()).map(([name, value]) => [name, REST_INTEGRATIONS.descriptor(value)?.options.memorySize ?? 'none'])
  );

  test('do not affect each other', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 6 }), fc.array(step, { maxLength: 6 }), fc.array(step, { maxLength: 6 }), (trunk, left, right) => {
      const base = trunk.reduce<ReturnType<typeof restApiIntegrationBuilder>>(apply, restApiIntegrationBuilder(app));
      const before = seen(base);
      const leftOnly = seen(left.reduce(apply, base));
      right.reduce(apply, base);
      expect(seen(base)).toEqual(before);
      expect(seen(left.reduce(apply, base))).toEqual(leftOnly);
    }), { numRuns: 60 });
  });
});

test('names out of a document cannot reach the terminal as they are', () => {
  const hostile = fastApiApp([['get', '/hello', 'say\u001b[31m\nhello']]);
  const [name] = Object.keys(restApiIntegrationBuilder(hostile).build());
  const message = messageOf(() => restApiIntegrationBuilder(hostile).withOverrides({ [name]: {} as never }));
  expect(message).toContain('must be a `RestApiIntegration`');
  // eslint-disable-next-line no-control-regex
  expect(message).not.toMatch(/[\u0000-\u001f]/);
});
