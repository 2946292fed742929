import * as fc from 'fast-check';
import { ordered, setOf } from './support';
import { pathLanguage } from '../../src/operations/arn';
import { overlap } from '../../src/operations/language';
import { PathIndex } from '../../src/operations/path-index';
import { parseTemplate } from '../../src/operations/path-template';

describe.each(['rest', 'http'] as const)('%s: what the app gives to an earlier route', (kind) => {
  test.each<[string, string[], string[], [string, string][]]>([
    ['all of an operation', ['GET /users/{id}', 'GET /users/me'], ['GET /users/me', 'GET /users/{id}'], [['shadowed', '/users/me']]],
    ['nothing where the more specific one comes first', ['GET /users/me', 'GET /users/{id}'], ['GET /users/{id}'], []],
    ['nothing of another method', ['POST /users/{id}', 'GET /users/me'], ['GET /users/me'], []],
    ['nothing that its converter does not take', ['GET /users/{id:int}', 'GET /users/me'], ['GET /users/me'], []],
    ['what its converter takes', ['GET /users/{id:int}', 'GET /users/7'], ['GET /users/7', 'GET /users/{id}'], [['partly-shadowed', '/users/7']]],
    ['what a greedy one takes', ['GET /files/{p:path}', 'GET /files/a/b'], ['GET /files/a/b', 'GET /files/{p}'], [['shadowed', '/files/a/b']]],
    ['a part', ['GET /{a}/b', 'GET /a/{b}'], ['GET /a/{b}', 'GET /{a}/b'], [['partly-shadowed', '/a/{b}']]],
  ])('%s', (_, lines, guards, issues) => {
    const set = setOf(ordered(...lines), { apiType: kind });
    expect(set.all.at(-1)!.guards).toEqual(guards);
    expect(set.issues.map(({ rule, path }) => [rule, path])).toEqual(issues);
  });

  test('a hidden route and a mounted application that come first', () => {
    const facts = { hidden: [{ path: '/users/{id}', methods: ['GET'], order: 0 }, { path: '/docs', methods: ['GET'], order: 1 }], mounts: [{ path: '/app', order: 2 }] };
    const operations = { ...ordered('-', '-', '-', 'GET /users/me', 'GET /app/x', 'GET /{slug}') };
    delete operations['-'];
    const without = setOf(operations, { apiType: kind }, { 'x-cdk-fastapi': facts });
    expect(without.issues.map(({ rule, path }) => [rule, path])).toEqual([
      ['shadowed', '/users/me'], ['shadowed', '/app/x'], ['not-served', '/users/{id}'], ['not-served', '/docs'], ['not-served', '/app'],
    ]);
    expect(without.issues[0].message).toBe('the app gives every request of the operation to GET /users/{id}, which comes first in it; the deployed API answers them with 404');
    const served = setOf(operations, { apiType: kind, catchAll: true }, { 'x-cdk-fastapi': facts }).all.find(({ path }) => path === '/users/me')!;
    expect(served.guards).toEqual(['GET /users/me', 'GET /users/{id}']);
  });

  test.each<[string, string[], string[]]>([
    ['with a slash at the end', ['GET /a/{slug}', 'GET /{rest:path}'], ['GET /a/{slug}', 'GET /{rest}']],
    ['with nothing after it', ['GET /items', 'GET /items/{rest:path}'], ['GET /items', 'GET /items/{rest}']],
    ['without the slash that the operation has', ['GET /items/', 'GET /{rest:path}'], ['GET /items/', 'GET /{rest}']],
  ])('a greedy path takes requests %s', (_, lines, guards) => {
    const set = setOf(ordered(...lines), { apiType: kind });
    expect(set.all[0].guards).toEqual(guards);
    expect(set.issues.map(({ rule, path }) => [rule, path])).toEqual([['captured-slash', lines[1].slice('GET '.length).replace(':path', '')]]);
  });

  test.each<[string, string[], number, string[]]>([
    ['that a path without the slash declares', ['GET /a/', 'GET /{x}'], 0, ['GET /a/', 'GET /{x}']],
    ['that a path with a slash declares', ['GET /a', 'GET /{x}/'], 0, ['GET /a', 'GET /{x}/']],
    ['with a slash that an earlier greedy path takes whole', ['GET /{x}/{y}/{rest:path}', 'GET /{x}/{z}/'], 1, ['GET /{x}/{z}/', 'GET /{x}/{y}/{rest}']],
  ])('a route takes requests %s', (_, lines, index, guards) => {
    const set = setOf(ordered(...lines), { apiType: kind });
    expect(set.all[index].guards).toEqual(guards);
    expect(set.issues.map(({ rule, path }) => [rule, path])).toEqual([['captured-slash', lines[1 - index].slice('GET '.length).replace(':path', '')]]);
  });

  test('a spelling that has no route of its own, on an HTTP API, is answered by the route of the other', () => {
    const set = setOf(ordered('GET /{x}', 'GET /{x}/'), { apiType: kind, catchAll: true });
    expect(set.all[0].guards).toEqual(kind === 'http' ? ['GET /{x}', 'GET /{x}/'] : ['GET /{x}']);
  });

  test('nothing is said where the document does not know the order', () => {
    expect(setOf(['GET /users/{id}', 'GET /users/me'], { apiType: kind }).issues).toEqual([]);
  });
});

const segment = fc.constantFrom('a', 'b', '{x}', '{y:int}', '{z:path}', 'v{x}', '');
const path = fc.array(segment, { maxLength: 4 }).map((segments) => {
  const converters = new Map(segments.flatMap((each) => [.../\{(\w):(\w+)\}/g[Symbol.matchAll](each)].map(([, name, kind]): [string, string] => [name, kind])));
  return parseTemplate(`/${segments.join('/').replaceAll(/:\w+\}/g, '}')}`, converters);
});

test('the index finds every path that has a request in common', () => {
  fc.assert(fc.property(fc.array(path, { maxLength: 8 }), path, (paths, asked) => {
    const index = new PathIndex<number>();
    paths.forEach((each, place) => index.add(each, place));
    const found = index.candidates(asked);
    expect(new Set(found).size).toBe(found.length);
    paths.forEach((each, place) => {
      if (overlap(pathLanguage(each), pathLanguage(asked))) expect(found).toContain(place);
    });
  }), { numRuns: 2000 });
});
