import * as fc from 'fast-check';
import { paths } from './arbitraries';
import { camelCase, operationName, qualifiedNames } from '../../src/operations/operation-name';

test.each([
  ['say_hello', 'sayHello'],
  ['sayHello', 'sayHello'],
  ['read_v2_items', 'readV2Items'],
  ['list_HTTP_codes', 'listHTTPCodes'],
  ['_private', 'private'],
  ['__init__', 'init'],
  ['trailing_', 'trailing'],
  ['item_2_x', 'item2X'],
  ['größe_lesen', 'größeLesen'],
  ['constructor', 'constructor'],
  ['<lambda>', 'lambda'],
  ['_', ''],
])('%s becomes %s', (name, camel) => expect(camelCase(name)).toBe(camel));

const source = (changes: object) => ({ method: 'GET', path: '/items/{item_id}', tags: [], ...changes });
const facts = (name: string) => ({ name, converters: new Map<string, string>(), streaming: false });

test.each<[string, object, string]>([
  ['the route function comes first', { facts: facts('read_item'), operationId: 'other' }, 'readItem'],
  ['a function without letters is no name', { facts: facts('_') }, 'getItemsItemId'],
  ['a default id is undone', { operationId: 'read_item_items__item_id__get' }, 'readItem'],
  ['so is one with the id of another method', { method: 'PUT', operationId: 'read_item_items__item_id__get' }, 'readItem'],
  ['so is that of the root', { path: '/', operationId: 'root__get' }, 'root'],
  ['so is that of a trailing slash', { path: '/items/', operationId: 'list_items_items__get' }, 'listItems'],
  ['so is that of another alphabet', { path: '/café/{x}', operationId: 'cafe_café__x__get' }, 'cafe'],
  ['an id of another path is kept', { operationId: 'read_item_other__item_id__get' }, 'read_item_other__item_id__get'],
  ['an id that is all suffix is kept', { operationId: '_items__item_id__get' }, '_items__item_id__get'],
  ['an id is kept as it is', { operationId: 'items.Read-Item v2' }, 'items.Read-Item v2'],
  ['an empty id is none', { operationId: '' }, 'getItemsItemId'],
  ['nothing at all', {}, 'getItemsItemId'],
  ['nothing at all at the root', { path: '/', method: 'POST' }, 'postRoot'],
  ['a name that no object can have', { operationId: '__proto__' }, 'proto'],
  ['nor a function of it', { facts: facts('__proto__') }, 'proto'],
])('%s', (_, changes, name) => expect(operationName(source(changes))).toBe(name));

describe('qualified names', () => {
  const named = (changes: object) => ({ ...source(changes), name: 'readItem', ...changes });

  test.each<[object, string]>([
    [{ tags: ['items', 'more'] }, 'items.readItem.get'],
    [{ facts: { ...facts('read_item'), module: 'app.routers.items' } }, 'items.readItem.get'],
    [{ tags: ['shop'], facts: { ...facts('read_item'), module: 'app.items' } }, 'shop.readItem.get'],
    [{}, 'readItem.get'],
    [{ tags: [''] }, 'readItem.get'],
    [{ tags: ['Our items/all'], method: 'PUT' }, 'Our_items_all.readItem.put'],
  ])('%j', (changes, name) => expect(qualifiedNames([named(changes)])).toEqual([name]));

  test('operations that share everything have their paths in them, the others not', () => {
    expect(qualifiedNames([named({ path: '/a' }), named({ path: '/b' }), named({ path: '/b', method: 'PUT' })])).toEqual([
      'readItem.get /a', 'readItem.get /b', 'readItem.put',
    ]);
  });

  test('are unique, and do not depend on the order', () => {
    const operation = fc.record({
      method: fc.constantFrom('GET', 'PUT'),
      path: paths,
      tags: fc.array(fc.constantFrom('a', 'a.b', 'get', 'x.get /items', ''), { maxLength: 1 }),
      name: fc.constantFrom('a', 'b', 'b.get', 'get', 'b.get /items', 'constructor'),
    });
    const operations = fc.uniqueArray(operation, { selector: ({ method, path }) => `${method} ${path}`, maxLength: 12 });
    fc.assert(fc.property(operations, (list) => {
      const names = qualifiedNames(list);
      expect(new Set(names).size).toBe(list.length);
      expect(qualifiedNames([...list].reverse()).reverse()).toEqual(names);
    }), { numRuns: 500 });
  });
});
