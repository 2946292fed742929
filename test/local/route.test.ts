import * as fc from 'fast-check';
import { matchRoute } from '../../src/local/route';

const route = (text: string) => {
  const [method, path] = text.split(' ');
  return { method, path, name: text };
};
const routes = ['GET /', 'GET /items', 'POST /items', 'GET /items/{id}', 'GET /items/new', 'GET /items/{id}/parts', 'GET /files/{path+}', 'ANY /{proxy+}'].map(route);

describe('matchRoute', () => {
  test.each([
    ['GET', '/', 'GET /', {}],
    ['GET', '/items', 'GET /items', {}],
    ['POST', '/items', 'POST /items', {}],
    ['PUT', '/items', 'ANY /{proxy+}', { proxy: 'items' }],
    ['GET', '/items/', 'GET /items', {}],
    ['GET', '/items/7', 'GET /items/{id}', { id: '7' }],
    ['GET', '/items/new', 'GET /items/new', {}],
    ['GET', '/items/new/parts', 'GET /items/{id}/parts', { id: 'new' }],
    ['GET', '/items/1%2Fparts', 'GET /items/{id}', { id: '1/parts' }],
    ['GET', '/files/a/b%20c', 'GET /files/{path+}', { path: 'a/b c' }],
    ['GET', '/files', 'ANY /{proxy+}', { proxy: 'files' }],
    ['GET', '/100%', 'ANY /{proxy+}', { proxy: '100%' }],
  ])('%s %s is taken by %s', (method, path, expected, parameters) => {
    const match = matchRoute(routes, method, path);
    expect(match?.route.name).toBe(expected);
    expect(match?.parameters).toEqual(parameters);
  });

  test('a path that no route takes has no match', () => {
    expect(matchRoute([route('GET /items')], 'GET', '/other')).toBeUndefined();
    expect(matchRoute([route('GET /items')], 'POST', '/items')).toBeUndefined();
    expect(matchRoute([route('GET /items/{id}')], 'GET', '/items//')).toBeUndefined();
  });

  test('the default route takes what no other one does', () => {
    const withDefault = [route('ANY $default'), route('GET /items'), route('ANY /{proxy+}')];
    expect(matchRoute(withDefault, 'POST', '/')).toEqual({ route: withDefault[0], rank: '3', parameters: {} });
    expect(matchRoute(withDefault, 'GET', '/items')?.route.path).toBe('/items');
    expect(matchRoute(withDefault, 'POST', '/items')?.route.path).toBe('/{proxy+}');
  });

  test('the order of the routes does not matter', () => {
    fc.assert(fc.property(fc.shuffledSubarray(routes, { minLength: routes.length }), fc.array(fc.constantFrom('items', 'new', 'parts', 'files', '7'), { maxLength: 4 }), (shuffled, segments) => {
      const path = `/${segments.join('/')}`;
      expect(matchRoute(shuffled, 'GET', path)).toEqual(matchRoute(routes, 'GET', path));
    }));
  });
});
