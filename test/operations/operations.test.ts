import { route, setOf } from './support';
import { FastApiError } from '../../src/private/errors';

const answer = (content: object) => ({ responses: { 200: { description: 'OK', content } } });

describe('what an operation says of itself', () => {
  test('comes from the document', () => {
    const operation = { operationId: 'read_item_items__id__get', tags: ['items', 'all'], summary: 'Read', security: [{ key: ['a', 'b'] }] };
    expect(setOf({ 'GET /items/{id}': operation }).all).toMatchObject([{
      name: 'readItem',
      qualifiedName: 'items.readItem.get',
      operationId: 'read_item_items__id__get',
      method: 'GET',
      path: '/items/{id}',
      routePath: '/items/{id}',
      tags: ['items', 'all'],
      streaming: false,
      security: [{ key: ['a', 'b'] }],
      summary: 'Read',
      guard: 'GET /items/{id}',
      guards: ['GET /items/{id}'],
    }]);
  });

  test('is made where the document says nothing', () => {
    expect(setOf(['DELETE /items/{id}']).all).toMatchObject([{ name: 'deleteItemsId', qualifiedName: 'deleteItemsId.delete', operationId: undefined, tags: [], security: [], summary: undefined }]);
  });

  test('several methods of one route function are several operations', () => {
    const id = { operationId: 'serve_all_get', ...route('serve') };
    const { all: operations } = setOf({ 'GET /all': id, 'PUT /all': id });
    expect(operations.map(({ name, qualifiedName, constructId }) => [name, qualifiedName, constructId])).toEqual([
      ['serve', 'main.serve.get', 'GET all'], ['serve', 'main.serve.put', 'PUT all'],
    ]);
  });
});

test.each<[string, object, object, object[]]>([
  ['none at all', {}, {}, []],
  ['the document\'s', {}, { security: [{ key: [] }] }, [{ key: [] }]],
  ['the operation\'s own', { security: [{ other: ['x'] }] }, { security: [{ key: [] }] }, [{ other: ['x'] }]],
  ['an empty list takes the document\'s away', { security: [] }, { security: [{ key: [] }] }, []],
  ['an alternative without any', { security: [{}, { key: [] }] }, {}, [{}, { key: [] }]],
])('security: %s', (_, operation, content, want) => {
  expect(setOf({ 'GET /a': operation }, {}, content).all[0].security).toEqual(want);
});

test.each<[string, object, boolean]>([
  ['JSON', answer({ 'application/json': {} }), false],
  ['server-sent events', answer({ 'text/event-stream': {} }), true],
  ['with a parameter', answer({ 'Text/Event-Stream; charset=utf-8': {} }), true],
  ['JSON lines', answer({ 'application/jsonl': {} }), true],
  ['newline-delimited JSON', answer({ 'application/x-ndjson': {} }), true],
  ['an item schema', answer({ 'application/json': { itemSchema: {} } }), true],
  ['only an error that streams', { responses: { 200: { description: '' }, 500: { description: '', content: { 'text/event-stream': {} } } } }, false],
  ['the explicit mark', { 'x-streaming': true }, true],
  ['a mark that says no', { 'x-streaming': false }, false],
  ['what the app knows', { 'x-cdk-fastapi': { name: 'a', streaming: true } }, true],
])('streaming: %s', (_, operation, want) => {
  const rest = setOf({ 'GET /a': operation });
  expect(rest.all[0].streaming).toBe(want);
  expect(rest.issues).toEqual([]);
  expect(setOf({ 'GET /a': operation }, { apiType: 'http' }).issues.map(({ rule }) => rule)).toEqual(want ? ['http-streaming'] : []);
});

test('what shares a route with a stream is deployed as one', () => {
  expect(setOf({ 'GET /{a}': { 'x-streaming': true }, 'GET /{b}': {} }).all[0].streaming).toBe(true);
});

describe('find', () => {
  const set = setOf({
    'GET /items': { operationId: 'list', tags: ['items'] },
    'GET /users': { operationId: 'list', tags: ['users'] },
    'GET /items/{id}': { ...route('read_item'), tags: ['items'] },
    'PUT /odd': { operationId: 'users.list.get' },
    'GET /c': { operationId: 'constructor' },
  });

  test.each([
    ['readItem', 'GET /items/{id}'],
    ['items.readItem.get', 'GET /items/{id}'],
    ['items.list.get', 'GET /items'],
    ['users.list.get', 'GET /users'],
    ['users.list.get.put', 'PUT /odd'],
    ['constructor', 'GET /c'],
  ])('%s is %s', (name, guard) => expect(set.find(name).guard).toBe(guard));

  test('an ambiguous name lists the qualified ones', () => {
    expect(() => set.find('list')).toThrow(FastApiError);
    expect(() => set.find('list')).toThrow(
      '2 operations of doc have this name, got: list; use the qualified name: `items.list.get` (GET /items), `users.list.get` (GET /users)',
    );
  });

  test.each(['readitem', 'read_item', 'redItem', 'items.readItem.put'])('an unknown name lists the nearest first: %s', (name) => {
    expect(() => set.find(name)).toThrow(FastApiError);
    expect(() => set.find(name)).toThrow(new RegExp(`doc has no operation of this name, got: ${name}; the nearest names are \`(items\\.)?readItem`));
  });

  test.each(['toString', '__proto__', ''])('a member of every object is no operation: %j', (name) => {
    expect(() => set.find(name)).toThrow(`got: ${name}; the nearest names are `);
  });

  test('nothing of a name reaches the terminal', () => {
    expect(() => set.find('\u001b[0m')).toThrow('got: \\u001b[0m;');
  });

  test('an app without operations says so', () => {
    expect(() => setOf([]).find('a')).toThrow('doc has no operation of this name, got: a; it has no operations at all');
  });
});
