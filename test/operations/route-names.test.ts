import * as fc from 'fast-check';
import { plainPaths } from './arbitraries';
import { parseTemplate } from '../../src/operations/path-template';
import { nameRoutes } from '../../src/operations/route-names';

const named = (routes: readonly string[]) => nameRoutes(routes.map((path) => parseTemplate(path))).map(({ parts }) => `/${parts.join('/')}`);

test.each<[string, string[], string[]]>([
  ['nothing to do', ['/items/{id}', '/users/{uid}'], ['/items/{id}', '/users/{uid}']],
  ['the name of most wins', ['/a/{x}', '/a/{y}/1', '/a/{y}/2'], ['/a/{y}', '/a/{y}/1', '/a/{y}/2']],
  ['else the first in code unit order', ['/a/{y}', '/a/{x}/1'], ['/a/{x}', '/a/{x}/1']],
  ['capitals come first', ['/a/{b}', '/a/{B}/1'], ['/a/{B}', '/a/{B}/1']],
  ['parents are apart', ['/a/{x}', '/b/{y}', '/a/{z}/b'], ['/a/{x}', '/b/{y}', '/a/{x}/b']],
  ['a name taken by a parent is not given again', ['/{x}/{y}', '/{y}/{x}/1', '/{x}/{z}/2'], ['/{x}/{y}', '/{x}/{y}/1', '/{x}/{y}/2']],
  ['not even where nothing else is wanted', ['/{x}/1', '/{x}/2', '/{y}/{x}'], ['/{x}/1', '/{x}/2', '/{x}/{x_2}']],
  ['greedy and plain are apart', ['/a/{p+}', '/a/{id}'], ['/a/{p+}', '/a/{id}']],
  ['greedy ones are unified too', ['/a/{q+}', '/a/{p+}'], ['/a/{p+}', '/a/{p+}']],
  ['characters of no variable are replaced', ['/a/{item id}', '/b/{名}', '/c/{x:y}'], ['/a/{item_id}', '/b/{_}', '/c/{x_y}']],
  ['one of the same path too', ['/{a b}/{a_b}'], ['/{a_b}/{a_b_2}']],
  ['an empty name is filled', ['/a/{}', '/b/{}', '/b/{id}/x'], ['/a/{parameter}', '/b/{id}', '/b/{id}/x']],
  ['the root', ['/'], ['/']],
])('%s', (_, routes, want) => {
  expect(named(routes)).toEqual(want);
  expect(named([...routes].reverse())).toEqual([...want].reverse());
});

test('the app\'s names are kept beside the route\'s', () => {
  const routes = nameRoutes(['/a/{x}/{k}', '/a/{y}', '/a/{y}/b'].map((path) => parseTemplate(path)));
  expect(routes.map(({ parameterNames }) => Object.fromEntries(parameterNames))).toEqual([{ x: 'y', k: 'k' }, { y: 'y' }, { y: 'y' }]);
});

const someRoutes = fc.array(plainPaths, { maxLength: 12 });

test('once unified is unified', () => {
  fc.assert(fc.property(someRoutes, (routes) => {
    const once = named(routes);
    expect(named(once)).toEqual(once);
  }));
});

test('the order of the routes does not matter', () => {
  fc.assert(fc.property(someRoutes.chain((routes) => fc.tuple(fc.constant(routes), fc.shuffledSubarray(routes.map((_, index) => index), { minLength: routes.length }))), ([routes, order]) => {
    const names = named(routes);
    expect(named(order.map((index) => routes[index]))).toEqual(order.map((index) => names[index]));
  }));
});

test('a parent has one name for its variable, a route has no name twice, and nothing else changes', () => {
  fc.assert(fc.property(someRoutes, (routes) => {
    const names = named(routes);
    const byParent = new Map<string, string>();
    for (const [index, route] of names.entries()) {
      const parts = route.split('/').slice(1);
      const variables = parts.filter((part) => part.startsWith('{')).map((part) => part.replace('+', ''));
      expect(new Set(variables).size).toBe(variables.length);
      for (const [at, part] of parts.entries()) {
        if (!part.startsWith('{')) continue;
        const parent = `${parts.slice(0, at).join('/')} ${part.endsWith('+}')}`;
        expect(byParent.get(parent) ?? part).toBe(part);
        byParent.set(parent, part);
      }
      const unnamed = (path: string) => path.replace(/\{[^}+]*/g, '{').replace(/(.)\/$/, '$1');
      expect(unnamed(route)).toBe(unnamed(routes[index]));
    }
  }));
});
