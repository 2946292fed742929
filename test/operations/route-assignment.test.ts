import * as fc from 'fast-check';
import { operationLines, plainPaths } from './arbitraries';
import { converter, documentOf, greedy, setOf } from './support';
import type { ApiType } from '../../src/operations/api-type';
import { Operations } from '../../src/operations/operations';

const KINDS: ApiType[] = ['rest', 'http'];
const routes = (set: Operations) => set.all.map(({ method, routePath }) => `${method} ${routePath}`);
const rules = (set: Operations, severity = 'error') => set.issues.filter((issue) => issue.severity === severity).map(({ rule }) => rule);

describe.each(KINDS)('on %s', (kind) => {
  test.each<[string, object, string]>([
    ['GET /', {}, '/'],
    ['GET /items', {}, '/items'],
    ['GET /items/', {}, '/items'],
    ['GET /items/{item_id}', {}, '/items/{item_id}'],
    ['GET /files/{p}', greedy('p'), '/files/{p+}'],
    ['GET /{p}', greedy('p'), '/{p+}'],
    ['GET /files/{p}/', greedy('p'), '/files/{p+}'],
    ['GET /v1/models:batchGet', {}, '/v1/models:batchGet'],
    ['GET /a.b_c-d$e', {}, '/a.b_c-d$e'],
    ['GET /{the item}', {}, '/{the_item}'],
    ['HEAD /a', {}, '/a'],
    ['OPTIONS /a', {}, '/a'],
    ['GET /constructor/__proto__/{toString}', {}, '/constructor/__proto__/{toString}'],
  ])('%s with %j is served by %s', (line, operation, routePath) => {
    const set = setOf({ [line]: operation }, { apiType: kind });
    expect(set.problems()).toEqual([]);
    expect(set.all).toMatchObject([{ routePath, catchAll: false, trailingSlash: line.endsWith('/') && line !== 'GET /', parts: routePath.split('/').filter(Boolean) }]);
  });

  test.each<[string, object, string, string]>([
    ['TRACE /a', {}, 'method', 'got: TRACE'],
    ['GET /{p}/x', greedy('p'), 'greedy-last', 'got: {p:path}'],
    ['GET /{y}@{scale}x', {}, 'segment-mixed', 'got: {y}@{scale}x'],
    ['GET /a{p}', greedy('p'), 'segment-mixed', 'got: a{p:path}'],
    ['GET /{name}.json', {}, 'segment-mixed', 'got: {name}.json'],
    ['GET /{id}:run', {}, 'segment-mixed', 'got: {id}:run'],
    ['GET /~user', {}, 'segment-charset', 'got: ~user'],
    ['GET /a b', {}, 'segment-charset', 'got: a b'],
    ['GET /a@b', {}, 'segment-charset', 'got: a@b'],
    ['GET /100%', {}, 'segment-charset', 'got: 100%'],
    ['GET /%20', {}, 'segment-charset', 'got: %20'],
    ['GET /café', {}, 'segment-charset', 'got: café'],
    ['GET /a?b=c', {}, 'segment-charset', 'got: a?b=c'],
    ['GET /a#b', {}, 'segment-charset', 'got: a#b'],
    ['GET /a+b', {}, 'segment-charset', 'got: a+b'],
    ['GET /{a', {}, 'segment-charset', 'got: {a'],
    ['GET /a//b', {}, 'segment-empty', 'got: //'],
    ['GET //a', {}, 'segment-empty', 'got: //'],
    ['GET //', {}, 'segment-empty', 'got: //'],
  ])('%s is refused, and served by a catch-all', (line, operation, rule, got) => {
    const set = setOf({ [line]: { ...operation, operationId: 'op' }, 'GET /good': {} }, { apiType: kind });
    const [method, path] = line.split(/ (.*)/);
    expect(set.problems()).toMatchObject([{ rule, method, path, message: expect.stringContaining(got), operation: set.all[0].name }]);
    expect(() => set.orThrow()).toThrow(`1 problem in doc\n  ${rule}: \`${set.all[0].name}\` (${line}): `);
    const served = setOf({ [line]: operation, 'GET /good': {} }, { apiType: kind, catchAll: true }).orThrow();
    expect(served.all.map(({ catchAll, routePath }) => [catchAll, routePath])).toEqual([[true, '/{proxy+}'], [false, '/good']]);
  });

  test('all errors of a document are thrown together', () => {
    const set = setOf(['GET /~a', 'GET /{a}.{b}', 'TRACE /c'], { apiType: kind });
    expect(() => set.orThrow()).toThrow(/^3 problems in doc\n.*segment-charset.*\n.*segment-mixed.*\n.*method.*$/);
  });

  test('parameters of siblings have one name on the route and their own in the app', () => {
    const set = setOf(['GET /items/{id}', 'GET /items/{item_id}/x', 'PUT /items/{item_id}'], { apiType: kind }).orThrow();
    expect(routes(set)).toEqual(['GET /items/{item_id}', 'GET /items/{item_id}/x', 'PUT /items/{item_id}']);
    expect([...set.all[0].parameterNames]).toEqual([['id', 'item_id']]);
    expect(set.all[0].guard).toBe('GET /items/{id}');
  });

  test('operations with one method and route are one', () => {
    const lines = { 'GET /items/{slug}': { operationId: 'bySlug' }, 'GET /items/{id}': { operationId: 'byId' }, 'PUT /items/{slug}': {} };
    const set = setOf(lines, { apiType: kind }).orThrow();
    expect(routes(set)).toEqual(['GET /items/{slug}', 'PUT /items/{slug}']);
    expect(set.all[0]).toMatchObject({
      name: 'byId', guards: ['GET /items/{id}', 'GET /items/{slug}'], aliases: ['bySlug.get'], aliasNames: ['bySlug'], constructId: 'GET items {}',
    });
    expect(rules(set, 'warning')).toEqual(['shared-route']);
    for (const name of ['byId', 'bySlug', 'byId.get', 'bySlug.get']) expect(set.find(name)).toBe(set.all[0]);
  });

  test('a TRACE operation behind a catch-all is said to get no request', () => {
    expect(rules(setOf(['TRACE /a'], { apiType: kind, catchAll: true }), 'warning')).toEqual(['method']);
  });

  test('a greedy parameter at the root gives way to a catch-all', () => {
    const set = setOf({ 'GET /{p}': greedy('p'), 'GET /a/{p}': greedy('p') }, { apiType: kind, catchAll: true }).orThrow();
    expect(routes(set)).toEqual(['GET /{proxy+}', 'GET /a/{p+}']);
    expect(rules(set, 'warning')).toEqual([]);
  });

  test('a route admits what a catch-all operation would lose to it', () => {
    const lines = ['GET /items/{id}', 'PUT /items/{id}', 'GET /items/{name}.json', 'GET /other/{x}'];
    const set = setOf(lines, { apiType: kind, catchAll: true }).orThrow();
    expect(set.all.map(({ guards }) => guards)).toEqual([
      ['GET /items/{id}', 'GET /items/{name}.json'], ['PUT /items/{id}'], ['GET /items/{name}.json'], ['GET /other/{x}'],
    ]);
    expect(set.issues).toMatchObject([{ rule: 'captured', path: '/items/{name}.json', message: expect.stringContaining('GET /items/{id}') }]);
  });

  test.each<[string, Record<string, object>, string[]]>([
    ['one that takes the whole route comes after it in the app', { 'GET /a/{b}': {}, 'GET /{p}': greedy('p') }, ['GET /a/{b}']],
    ['unless a converter leaves some of it', { 'GET /a/{b}': converter('b', 'int'), 'GET /{p}': greedy('p') }, ['GET /a/{b}', 'GET /{p}']],
    ['a literal text in it does not', { 'GET /a/{b}': {}, 'GET /{p}': greedy('p'), 'GET /a/x.{y}': {} }, ['GET /a/{b}', 'GET /a/x.{y}']],
    ['other places do not matter', { 'GET /a/{b}': {}, 'GET /b/{c}.{d}': {}, 'GET /a/{b}/{c}.{d}': {} }, ['GET /a/{b}']],
    ['a greedy one in the middle takes what fits', { 'GET /a/{b}/c': {}, 'GET /a/{p}/x/c': greedy('p') }, ['GET /a/{b}/c']],
    ['and no less', { 'GET /a/{b}/x/c': {}, 'GET /a/{p}/x/c': greedy('p') }, ['GET /a/{b}/x/c', 'GET /a/{p}/x/c']],
  ])('captured: %s', (_, lines, guards) => {
    expect(setOf(lines, { apiType: kind, catchAll: true }).all[0].guards).toEqual(guards);
  });

  test.each<[string, Record<string, object>, string[], string[]]>([
    ['a converter leaves requests to a path that takes them too', { 'GET /a/{b}': converter('b', 'int'), 'GET /{c}/{d}': {} }, ['GET /a/{b}', 'GET /{c}/{d}'], ['captured']],
    ['not to a more specific one, which API Gateway prefers too', { 'GET /a/{b}': converter('b', 'int'), 'GET /a/me': {} }, ['GET /a/{b}'], []],
    ['not to one of another method', { 'GET /a/{b}': converter('b', 'int'), 'PUT /{c}/{d}': {} }, ['GET /a/{b}'], []],
    ['not without a converter', { 'GET /a/{b}': {}, 'GET /{c}/{d}': {} }, ['GET /a/{b}'], []],
    ['not with one that takes any text', { 'GET /a/{b}': converter('b', 'str'), 'GET /{c}/{d}': {} }, ['GET /a/{b}'], []],
    ['not where a sibling takes the rest', { 'GET /a/{b}': converter('b', 'int'), 'GET /a/{x}': {}, 'GET /{c}/{d}': {} }, ['GET /a/{b}', 'GET /a/{x}'], ['shared-route']],
    ['not to what is refused', { 'GET /a/{b}': converter('b', 'int'), 'GET /a/{d}.{e}': {} }, ['GET /a/{b}'], []],
  ])('routed rivals: %s', (_, lines, guards, warnings) => {
    const set = setOf(lines, { apiType: kind });
    expect(set.all[0].guards).toEqual(guards);
    expect(rules(set, 'warning')).toEqual(warnings);
  });

  test('a route admits hidden routes of the app, without a warning', () => {
    const hidden = [{ path: '/a/x/{p:path}', methods: ['GET', 'HEAD'] }, { path: '/docs', methods: ['GET'] }];
    const set = setOf(['GET /a/{b}/c', 'POST /a/x'], { apiType: kind, catchAll: true }, { 'x-cdk-fastapi': { hidden } }).orThrow();
    expect(set.all.map(({ guards }) => guards)).toEqual([['GET /a/{b}/c', 'GET /a/x/{p}'], ['POST /a/x']]);
    expect(set.issues).toEqual([]);
    expect(setOf(['GET /a/{b}/c'], { apiType: kind }, { 'x-cdk-fastapi': { hidden } }).all[0].guards).toEqual(['GET /a/{b}/c']);
  });

  test('a route that the app never reaches is a warning', () => {
    const shadowed = [{ path: '/a/{b}', methods: ['GET'], name: 'second', by: { path: '/a/{a}', name: 'first' } }];
    expect(setOf(['GET /a/{a}'], { apiType: kind }, { 'x-cdk-fastapi': { shadowed } }).issues).toMatchObject([
      { rule: 'shadowed', severity: 'warning', operation: 'second', method: 'GET', path: '/a/{b}', message: expect.stringContaining('`first` (/a/{a})') },
    ]);
  });

  test.each(['/a\nGET /secret', '/a\r', '/a\u0000', '/a\u0085b', '/a\u2028b', '/{a\nGET /x}'])('control characters in a path are refused: %j', (path) => {
    for (const catchAll of [false, true]) {
      const found = setOf([`GET ${path}`], { apiType: kind, catchAll }).problems().filter(({ rule }) => rule === 'control-character');
      expect(found).toMatchObject([{ path, method: 'GET', message: expect.stringContaining(JSON.stringify(path)) }]);
    }
  });

  test('a handler of the module\'s own is said', () => {
    const issues = (facts: object) => setOf(['GET /a'], { apiType: kind }, { 'x-cdk-fastapi': { entrypoint: 'main:app', ...facts } }).issues;
    expect(issues({ handler: true, ownHandler: false })).toEqual([]);
    expect(issues({ handler: true, ownHandler: true })).toMatchObject([{ rule: 'own-handler', severity: 'warning', message: expect.stringContaining('main:app') }]);
  });

  test('no operations are a warning', () => expect(rules(setOf([], { apiType: kind }), 'warning')).toEqual(['no-operations']));
});

describe('a path with and without its trailing slash', () => {
  const pair = ['GET /x', 'GET /x/', 'PUT /x/'];

  test('is one method of a REST API, which takes both spellings', () => {
    const set = setOf(pair, { apiType: 'rest' }).orThrow();
    expect(set.all.map(({ guards, constructId }) => [constructId, guards])).toEqual([['GET x', ['GET /x', 'GET /x/']], ['PUT x %2F', ['PUT /x/']]]);
  });

  test('is refused by an HTTP API where both have the same method', () => {
    const set = setOf(pair, { apiType: 'http' });
    expect(set.problems()).toMatchObject([{ rule: 'slash-pair', method: 'GET', path: '/x/' }]);
    const served = setOf(pair, { apiType: 'http', catchAll: true }).orThrow();
    expect(served.all.map(({ constructId, routePath }) => [constructId, routePath])).toEqual([['GET x', '/x'], ['GET x %2F', '/{proxy+}'], ['PUT x %2F', '/x']]);
  });

  test('is accepted by an HTTP API where the methods differ', () => {
    expect(routes(setOf(['GET /x', 'PUT /x/'], { apiType: 'http' }).orThrow())).toEqual(['GET /x', 'PUT /x']);
  });
});

describe('a parameter beside a greedy one', () => {
  const lines = { 'GET /files/{p}': greedy('p'), 'GET /files/{id}': {}, 'PUT /files/{id}': {}, 'PUT /files/{id}/x/{y}': {}, 'GET /files/list': {} };

  test('gives way to it on a REST API', () => {
    const set = Operations.fromDocument(documentOf({ ...lines, 'GET /files/{p}': {}, 'GET /files/{rest+}': {} }), { apiType: 'rest' }).orThrow();
    expect(routes(set)).toEqual(['GET /files/{rest+}', 'PUT /files/{rest+}', 'GET /files/list']);
    expect(set.all[0]).toMatchObject({ path: '/files/{rest+}', constructId: 'GET files {+}', guards: ['GET /files/{rest+}', 'GET /files/{id}', 'GET /files/{p}'] });
    expect(set.all[1]).toMatchObject({ constructId: 'PUT files {}', guards: ['PUT /files/{id}', 'PUT /files/{id}/x/{y}'] });
    expect([...set.all[1].parameterNames]).toEqual([]);
    expect(rules(set, 'warning').sort()).toEqual(['greedy-sibling', 'greedy-sibling', 'greedy-sibling', 'greedy-sibling', 'shared-route', 'shared-route']);
  });

  test('stays on an HTTP API, which prefers it', () => {
    const set = setOf(['GET /files/{rest+}', 'GET /files/{id}', 'PUT /files/{id}'], { apiType: 'http' }).orThrow();
    expect(routes(set)).toEqual(['GET /files/{rest+}', 'GET /files/{id}', 'PUT /files/{id}']);
    expect(set.issues).toEqual([]);
  });

  test('at the root gives way to the catch-all of a REST API', () => {
    const set = setOf(['GET /{org}/repos', 'GET /orgs'], { apiType: 'rest', catchAll: true }).orThrow();
    expect(routes(set)).toEqual(['GET /{proxy+}', 'GET /orgs']);
    expect(routes(setOf(['GET /{org}/repos'], { apiType: 'http', catchAll: true }).orThrow())).toEqual(['GET /{org}/repos']);
  });
});

describe('the quota of routes', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `GET /r${index}`);
  test.each<[ApiType, number, string[]]>([
    ['rest', 300, []], ['rest', 301, ['route-quota']], ['http', 300, []], ['http', 301, ['route-quota']],
  ])('on %s with %d', (kind, count, want) => expect(rules(setOf(lines(count), { apiType: kind }), 'warning')).toEqual(want));

  test('counts resources on REST, routes on HTTP', () => {
    const deep = [...lines(299), 'GET /a/b'];
    expect([rules(setOf(deep, { apiType: 'rest' }), 'warning'), rules(setOf(deep, { apiType: 'http' }), 'warning')]).toEqual([['route-quota'], []]);
    const methods = [...lines(300), 'PUT /r1'];
    expect([rules(setOf(methods, { apiType: 'rest' }), 'warning'), rules(setOf(methods, { apiType: 'http' }), 'warning')]).toEqual([[], ['route-quota']]);
  });
});

describe('whatever the app declares', () => {
  const PART = /^(\{[\w.:-]+\+?\}|[a-zA-Z0-9.:_$-]+)$/;

  test.each(KINDS)('API Gateway accepts the routes of %s, and a catch-all leaves no error', (kind) => {
    fc.assert(fc.property(operationLines(), (lines) => {
      const set = setOf(lines, { apiType: kind, catchAll: true }).orThrow();
      const variables = new Map<string, string>();
      const keys = new Set<string>();
      if (kind === 'rest') variables.set('', '{proxy+}');
      for (const { method, parts, routePath, catchAll } of set.all) {
        if (catchAll) continue;
        expect(keys.has(`${method} ${routePath}`)).toBe(false);
        keys.add(`${method} ${routePath}`);
        expect(routePath).toBe(`/${parts.join('/')}`);
        expect(new Set(parts.filter((part) => part.startsWith('{'))).size).toBe(parts.filter((part) => part.startsWith('{')).length);
        for (const [index, part] of parts.entries()) {
          expect(part).toMatch(PART);
          if (part.endsWith('+}')) expect(index).toBe(parts.length - 1);
          if (kind !== 'rest' || !part.startsWith('{')) continue;
          const parent = parts.slice(0, index).join('/');
          expect(variables.get(parent) ?? part).toBe(part);
          variables.set(parent, part);
        }
      }
    }), { numRuns: 150 });
  });

  test.each(KINDS)('on %s every declared operation is found by its qualified name and admitted where it is deployed', (kind) => {
    fc.assert(fc.property(operationLines(), fc.boolean(), (lines, catchAll) => {
      const set = setOf(lines, { apiType: kind, catchAll });
      const names = set.all.flatMap(({ qualifiedName, aliases }) => [qualifiedName, ...aliases]);
      expect(names).toHaveLength(lines.length);
      expect(new Set(names).size).toBe(lines.length);
      for (const operation of set.all) {
        expect(operation.guards[0]).toBe(operation.guard);
        for (const name of [operation.qualifiedName, ...operation.aliases]) expect(set.find(name)).toBe(operation);
      }
      expect(set.all.flatMap(({ guards }) => guards)).toEqual(expect.arrayContaining(lines));
    }), { numRuns: 100 });
  });

  test.each(KINDS)('on %s construct ids are unique, and nothing that happens to other operations moves one', (kind) => {
    const id = (set: Operations, guard: string) => set.all.find((operation) => operation.guard === guard)?.constructId;
    fc.assert(fc.property(operationLines(plainPaths), operationLines(plainPaths), (lines, more) => {
      const before = setOf(lines, { apiType: kind });
      expect(new Set(before.all.map(({ constructId }) => constructId)).size).toBe(before.all.length);
      const after = setOf([...new Set([...more, ...[...lines].reverse()])], { apiType: kind });
      for (const line of lines) {
        const [old, now] = [id(before, line), id(after, line)];
        if (old !== undefined && now !== undefined) expect(now).toBe(old);
      }
    }), { numRuns: 100 });
  });

  test.each(KINDS)('on %s renaming the parameters moves nothing', (kind) => {
    fc.assert(fc.property(operationLines(plainPaths), (lines) => {
      // Renamed apart, so that operations of one method and route stay two.
      const renamed = lines.map((line) => line.replace(/\{(\w+)/g, '{new_$1'));
      const ids = (set: Operations) => set.all.map(({ constructId }) => constructId);
      expect(ids(setOf(renamed, { apiType: kind }))).toEqual(ids(setOf(lines, { apiType: kind })));
    }), { numRuns: 100 });
  });

  test.each(KINDS)('on %s the order of the document decides only the order of the operations', (kind) => {
    const facts = (operations: Operations) => operations.all.map(({ templates: _, ...rest }) => (
      JSON.stringify({ ...rest, guards: [...rest.guards].sort(), parameterNames: [...rest.parameterNames] })
    )).sort();
    fc.assert(fc.property(operationLines(), fc.boolean(), (lines, catchAll) => {
      const [one, other] = [setOf(lines, { apiType: kind, catchAll }), setOf([...lines].reverse(), { apiType: kind, catchAll })];
      expect(facts(one)).toEqual(facts(other));
    }), { numRuns: 100 });
  });
});
