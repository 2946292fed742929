import * as fc from 'fast-check';
import { paths } from './arbitraries';
import { canonicalSegments, constructId, literalText, parseTemplate, wholeParameter } from '../../src/operations/path-template';

const p = (name: string, greedy = false, narrow = false, characters?: string) => ({ name, greedy, narrow, characters });

test.each<[string, unknown[], boolean]>([
  ['', [], false],
  ['/', [], false],
  ['//', [[]], true],
  ['/items', [['items']], false],
  ['/items/', [['items']], true],
  ['/items//', [['items'], []], true],
  ['//items', [[], ['items']], false],
  ['/items/{id}', [['items'], [p('id')]], false],
  ['/{a}/{b}/', [[p('a')], [p('b')]], true],
  ['/{path+}', [[p('path', true)]], false],
  ['/{}', [[p('')]], false],
  ['/v{major}.{minor}', [['v', p('major'), '.', p('minor')]], false],
  ['/{a}{b}', [[p('a'), p('b')]], false],
  ['/{a}:run', [[p('a'), ':run']], false],
  ['/{a', [['{a']], false],
  ['/a}', [['a}']], false],
  ['/{a/b}', [['{a'], ['b}']], false],
])('%j is taken apart', (path, segments, trailingSlash) => {
  expect(parseTemplate(path)).toEqual({ segments, trailingSlash });
});

test('the `path` converter makes a parameter greedy, others make it narrow', () => {
  const converters = new Map([['a', 'int'], ['b', 'path'], ['constructor', 'uuid']]);
  expect(parseTemplate('/{a}/{b}/{c}/{constructor}', converters).segments).toEqual([[p('a', false, true, '0123456789')], [p('b', true)], [p('c')], [p('constructor', false, true, '0123456789abcdefABCDEF-')]]);
});

test.each<[string, string]>([
  ['/', 'GET'],
  ['/items', 'GET items'],
  ['/items/', 'GET items %2F'],
  ['/items/{item_id}', 'GET items {}'],
  ['/items/{id}/x', 'GET items {} x'],
  ['/files/{path+}', 'GET files {+}'],
  ['/{a}.{b}', 'GET {}.{}'],
  ['/a b', 'GET a%20b'],
  ['/%2F', 'GET %252F'],
  ['/café', 'GET caf%C3%A9'],
  ['/a:b.c_d-e$f', 'GET a:b.c_d-e$f'],
  ['//', 'GET %2F %2F'],
  ['/constructor/__proto__', 'GET constructor __proto__'],
])('the construct of GET %s is %s', (path, id) => expect(constructId('GET', parseTemplate(path))).toBe(id));

test('no construct id has a slash, and two paths share one only where they differ in names alone', () => {
  const unnamed = (path: string) => path.replace(/\{[^{}/+]*(\+?)\}/g, '{$1}');
  fc.assert(fc.property(paths, paths, (one, other) => {
    const [a, b] = [constructId('GET', parseTemplate(one)), constructId('GET', parseTemplate(other))];
    expect(a).not.toContain('/');
    expect(a === b).toBe(unnamed(one) === unnamed(other));
  }), { numRuns: 2000 });
});

test('a construct id does not depend on the names of parameters', () => {
  fc.assert(fc.property(paths, (path) => {
    const renamed = path.replace(/\{[^{}/+]*(\+?)\}/g, '{other$1}');
    expect(canonicalSegments(parseTemplate(renamed))).toEqual(canonicalSegments(parseTemplate(path)));
  }));
});

test('a segment is a literal, a parameter, or mixed', () => {
  const [literal, parameter, mixed, empty] = parseTemplate('/a/{b}/c{d}//x').segments;
  expect([literal, parameter, mixed, empty].map(literalText)).toEqual(['a', undefined, undefined, '']);
  expect([literal, parameter, mixed, empty].map((segment) => wholeParameter(segment)?.name)).toEqual([undefined, 'b', undefined, undefined]);
});
