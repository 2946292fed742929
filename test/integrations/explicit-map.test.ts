import * as lambda from 'aws-cdk-lib/aws-lambda';
import { fastApiApp, messageOf, ROWS, scope } from './fixture';
import { app, deploy, mock } from './rest-fixture';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { restApiIntegrationBuilder } from '../../src/rest-api/bind-integrations';
import type { RestApiIntegration } from '../../src/rest-api/integration';

describe('an explicit map', () => {
  const all = (): Record<string, RestApiIntegration> => Object.fromEntries(Object.keys(restApiIntegrationBuilder(app).build()).map((name) => [name, mock()]));

  test('may name every operation, by qualified names too', () => {
    const { readItem, ...rest } = all();
    deploy({ integrations: { ...rest, 'items.readItem.get': readItem } }).template.resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('may start from what a builder made', () => {
    expect(deploy({ integrations: { ...restApiIntegrationBuilder(app).build(), readItem: mock() } }).bound.functions).toHaveLength(ROWS.length - 1);
  });

  test('is refused with all its problems at once', () => {
    const { readItem, constructor: _left, 'users.list.get': list, ...rest } = all() as Record<string, RestApiIntegration>;
    const message = messageOf(() => deploy({ integrations: { ...rest, readItme: readItem, list, sayHello: {} as never } }));
    for (const part of [
      'has no operation of this name, got: readItme', 'have this name, got: list', '`sayHello` (GET /hello) must be a `RestApiIntegration`',
      'got: none for `readItem` (GET /items/{item_id}), `constructor` (GET /constructor), `users.list.get` (GET /users)',
    ]) expect(message).toContain(part);
    expect(message.split('\n')).toHaveLength(4);
  });

  test('names an operation once', () => {
    expect(messageOf(() => deploy({ integrations: { ...all(), 'items.readItem.get': mock() } })))
      .toContain('`readItem` (GET /items/{item_id}) must be named once, got: `readItem` and `items.readItem.get`');
  });

  test('gives each operation its own default integration', () => {
    const defaults = restApiIntegrationBuilder(app).build();
    expect(messageOf(() => deploy({ integrations: { ...all(), readItem: defaults.updateItem } }))).toContain('must have its own default integration');
  });

  test('says the pattern and the options itself', () => {
    expect(messageOf(() => deploy({ integrations: all(), pattern: IntegrationPattern.SHARED }))).toContain('`pattern` cannot stand beside `integrations`');
    expect(messageOf(() => deploy({ integrations: all(), functionOptions: {} }))).toContain('`functionOptions` cannot stand beside `integrations`');
  });

  test('takes the shared ones from one builder', () => {
    const shared = (): Record<string, RestApiIntegration> => (
      restApiIntegrationBuilder(app, { pattern: IntegrationPattern.SHARED }).withDefaultOptions({ memorySize: 300 }).build()
    );
    expect(messageOf(() => deploy({ integrations: { ...shared(), readItem: shared().readItem } }))).toContain('must come from one builder');
  });

  test('leaves nothing behind where it is refused', () => {
    const within = scope();
    messageOf(() => deploy({ integrations: {} }, within));
    expect(within.node.children).toEqual([]);
  });
});

describe('the app of a builder', () => {
  test('must be that of the API', () => {
    const other = fastApiApp(ROWS, { entrypoint: 'main:other' });
    expect(messageOf(() => deploy({ integrations: restApiIntegrationBuilder(other).build() }))).toContain('must come from a builder of the API\'s `app`');
  });

  test('is what a program hears of, and not of each name that the other app has', () => {
    const other = fastApiApp([['get', '/other', 'other'], ['get', '/more', 'more']], { entrypoint: 'main:other' });
    const message = messageOf(() => deploy({ integrations: restApiIntegrationBuilder(other).build() }));
    expect(message).toMatch(/^`integrations`: `other` must come from a builder of the API's `app`, .*got: one of main:other.*give both the same FastApiApp$/);
  });

  test('may be another object for the same project, as some façades make it', () => {
    expect(deploy({ integrations: restApiIntegrationBuilder(fastApiApp()).build() }).bound.functions).toHaveLength(ROWS.length);
  });

  test('is not the same with another architecture', () => {
    const other = fastApiApp(ROWS, { architecture: lambda.Architecture.ARM_64 });
    expect(messageOf(() => deploy({ integrations: restApiIntegrationBuilder(other).build() }))).toContain('must come from a builder of the API\'s `app`');
  });
});
