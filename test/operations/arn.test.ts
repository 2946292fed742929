import * as fc from 'fast-check';
import { operationLines, plainPaths } from './arbitraries';
import { greedy, setOf } from './support';
import { reaches, resourcePatterns } from '../../src/operations/arn';
import type { Operation } from '../../src/operations/operation';

/** How IAM compares a resource: `*` is any text, `?` any character, and slashes are nothing special. */
function iamMatches(pattern: string, resource: string): boolean {
  const source = pattern.replace(/\$\{([*?$])\}|[*?]|[^*?]/gs, (token, escaped: string | undefined) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return (escaped ?? token).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's').test(resource);
}

const patterns = (lines: Record<string, object> | string[], name = 0) => {
  const { all: operations } = setOf(lines, { catchAll: true });
  return resourcePatterns(operations[name], operations).map(({ pattern }) => pattern);
};

test.each<[string, string[]]>([
  ['GET /', ['GET/']],
  ['GET /items', ['GET/items']],
  ['GET /items/', ['GET/items', 'GET/items/']],
  ['GET /items/{id}', ['GET/items/?*']],
  ['PUT /items/{id}/x/{y}', ['PUT/items/?*/x/?*']],
  ['GET /files/{p+}', ['GET/files/?*']],
  ['GET /items/{name}.{type}', ['GET/items/?*.?*']],
  ['GET /a b', ['GET/a b', 'GET/a%20b']],
  ['GET /café', ['GET/café', 'GET/caf%C3%A9']],
  ['GET /a*b', ['GET/a${*}b']],
  ['GET /~{user}', ['GET/~?*']],
])('%s is reached by %j', (line, want) => expect(patterns([line])).toEqual(want));

test('every operation that shares the route is reached', () => {
  expect(patterns(['GET /items/{id}', 'GET /items/{slug}/'])).toEqual(['GET/items/?*', 'GET/items/?*/']);
});

test.each<[string[], string[]]>([
  [['GET /items/{id}', 'GET /items', 'PUT /items/{id}', 'GET /items/{id}/secret'], ['GET /items/{id}/secret']],
  [['GET /items/{id}', 'GET /items/'], []],
  [['GET /items/{id}', 'GET /items/me'], ['GET /items/me']],
  [['GET /items', 'GET /items/{id}'], []],
  [['GET /a/{x}/c', 'GET /a/{x}/b/c', 'GET /a/{x}/{y}/{z}', 'GET /a/b/d'], ['GET /a/{x}/b/c', 'GET /a/{x}/{y}/{z}']],
  [['GET /files/{p+}', 'GET /files/list', 'GET /files'], ['GET /files/list']],
  [['GET /', 'GET /a'], []],
])('of %j the first reaches %j too', (lines, want) => {
  const { all: operations } = setOf(lines);
  expect(resourcePatterns(operations[0], operations).flatMap(({ alsoReaches }) => alsoReaches.map(({ guard }) => guard))).toEqual(want);
});

const VALUES = ['items', 'users', 'x', 'y', 'constructor', 'v'];

/** Requests of an operation, with every combination of a few values for its parameters. */
function requests({ method, templates }: Operation): string[] {
  return templates.flatMap(({ segments, trailingSlash }) => {
    let made = [''];
    for (const segment of segments) {
      const [piece] = segment;
      const values = typeof piece === 'string' ? [piece] : piece.greedy ? [...VALUES, ...VALUES.flatMap((a) => VALUES.map((b) => `${a}/${b}`))] : VALUES;
      made = made.flatMap((prefix) => values.map((value) => `${prefix}/${value}`));
    }
    return made.flatMap((path) => (path === '' ? [`${method}/`] : trailingSlash ? [`${method}${path}`, `${method}${path}/`] : [`${method}${path}`]));
  });
}

const lines = operationLines(plainPaths.filter((path) => path.split('/').length <= 5));

test('a pattern reaches every request of its operation, and no other operation unnoticed', () => {
  fc.assert(fc.property(lines, (list) => {
    const { all: operations } = setOf(list, { catchAll: true });
    for (const operation of operations) {
      const found = resourcePatterns(operation, operations);
      for (const request of requests(operation)) expect(found.some(({ pattern }) => iamMatches(pattern, request))).toBe(true);
      for (const { pattern, alsoReaches } of found) {
        for (const other of operations) {
          const reached = requests(other).some((request) => iamMatches(pattern, request));
          if (other !== operation && reached) expect(alsoReaches).toContain(other);
        }
      }
    }
  }), { numRuns: 60 });
});

test('what reaches an operation has a request that IAM lets through', () => {
  // Without greedy parameters the requests tried are all that matter: every text of a pattern is among the values.
  const plain = operationLines(plainPaths.filter((path) => path.split('/').length <= 5 && !path.includes('+')));
  fc.assert(fc.property(plain, (list) => {
    const { all: operations } = setOf(list);
    for (const operation of operations) {
      for (const { pattern, alsoReaches } of resourcePatterns(operation, operations)) {
        for (const other of alsoReaches) {
          const witness = requests(other).flatMap((request) => [request, `${request}/`]).find((request) => iamMatches(pattern, request));
          expect([pattern, other.guard, witness]).toEqual([pattern, other.guard, expect.any(String)]);
        }
      }
    }
  }), { numRuns: 60 });
});

test('without a slash in a parameter a pattern reaches nothing but its own route', () => {
  fc.assert(fc.property(plainPaths.filter((path) => !path.includes('+')), fc.array(fc.constantFrom('items', 'users', 'x', 'y', 'v', 'constructor'), { maxLength: 6 }), (path, values) => {
    const operation = setOf([`GET ${path}`]).all[0];
    const request = `GET/${values.join('/')}`;
    const matched = resourcePatterns(operation, []).some(({ pattern }) => iamMatches(pattern, request));
    const segments = operation.templates[0].segments;
    if (!matched || values.length !== segments.length) return;
    for (const [index, [piece]] of segments.entries()) if (typeof piece === 'string') expect(values[index]).toBe(piece);
  }));
});

test('what a pattern reaches can be asked for one operation', () => {
  const [one, other] = setOf({ 'GET /a/{p}': greedy('p'), 'GET /a/b': {} }).all;
  expect([reaches('GET/a/?*', one), reaches('GET/a/b', other), reaches('GET/a/c', other), reaches('PUT/a/b', other)]).toEqual([true, true, false, false]);
});
