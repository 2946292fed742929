import { checkDocument, parseDocument } from '../../src/openapi/document';
import { Operations } from '../../src/operations/operations';
import { OWN_LIMITS } from '../../src/private/limits';

function nested(levels: number): string {
  return `${'{"items":'.repeat(levels)}{}${'}'.repeat(levels)}`;
}

function withSchema(schema: string): string {
  return `{"openapi":"3.1.0","info":{"title":"A","version":"1"},"paths":{"/a":{"post":{"requestBody":{"content":{"application/json":{"schema":${schema}}}},"responses":{"200":{"description":"x"}}}}}}`;
}

/** Levels above a schema in that place, with its own. */
const ABOVE = 8;

test('a document has a number of levels', () => {
  expect(() => parseDocument(withSchema(nested(OWN_LIMITS.documentLevels - ABOVE)), 'a.json')).not.toThrow();
  expect(() => parseDocument(withSchema(nested(OWN_LIMITS.documentLevels - ABOVE + 1)), 'a.json')).toThrow('the OpenAPI document a.json must have 500 levels at most, got: more');
  expect(() => parseDocument(withSchema(nested(100_000)), 'a.json')).toThrow('must have 500 levels at most');
});

test('a document that contains itself is refused, and shared parts are not', () => {
  const part: Record<string, unknown> = { description: 'x' };
  const content = { openapi: '3.1.0', info: { title: 'A', version: '1' }, paths: { '/a': { get: { responses: { 200: part, 201: part } } } } };
  expect(() => checkDocument(content, 'here')).not.toThrow();
  part.self = content;
  expect(() => checkDocument(content, 'here')).toThrow('or a part that contains itself');
});

test('parts that are shared at every level are looked at once', () => {
  let part: unknown = {};
  for (let level = 0; level < 60; level++) part = { a: part, b: part };
  expect(() => checkDocument({ 'openapi': '3.1.0', 'info': { title: 'A', version: '1' }, 'paths': {}, 'x-part': part }, 'here')).not.toThrow();
});

test.each([
  [`/${'x'.repeat(OWN_LIMITS.pathCharacters - 1)}`, 0],
  [`/${'x'.repeat(OWN_LIMITS.pathCharacters)}`, 1],
  [`/${'x'.repeat(5_000)}`, 1],
  ['/a'.repeat(2_500), 1],
  [`/{${'x'.repeat(2_000)}}`, 1],
])('a path has a number of characters: %#', (path, errors) => {
  const document = checkDocument({ openapi: '3.1.0', info: { title: 'A', version: '1' }, paths: { [path]: { get: { responses: { 200: { description: 'x' } } } } } }, 'here');
  for (const apiType of ['rest', 'http'] as const) {
    const { issues } = Operations.fromDocument(document, { apiType, catchAll: false });
    expect(issues.filter(({ rule }) => rule === 'path-length')).toHaveLength(errors);
    expect(Operations.fromDocument(document, { apiType, catchAll: true }).issues.filter(({ severity }) => severity === 'error')).toEqual([]);
  }
});
