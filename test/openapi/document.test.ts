import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { checkDocument, parseDocument, readDocument } from '../../src/openapi/document';
import { FastApiError } from '../../src/private/errors';

const info = { title: 'T', version: '1' };
const answer = { responses: { 200: { description: 'OK' } } };
const minimal = (changes: object = {}) => ({ openapi: '3.1.0', info, paths: {}, ...changes });

describe('what is no document is refused in one error', () => {
  test.each<[string, string, string | RegExp]>([
    ['no JSON', '{"openapi": ', 'the OpenAPI document doc is not JSON, got: '],
    ['nothing', '', 'the OpenAPI document doc is not JSON, got: '],
    ['YAML', 'openapi: 3.1.0\ninfo:\n  title: T\n', 'the OpenAPI document doc must be JSON, got: YAML; convert it'],
    ['YAML with a comment first', '# API\nopenapi: 3.1.0\n', 'must be JSON, got: YAML'],
    ['YAML with a marker', '---\nfoo: bar\n', 'must be JSON, got: YAML'],
    ['HTML', '<html></html>', 'is not JSON, got: '],
    ['a list', '[]', 'the OpenAPI document doc must be an object, got: an array'],
    ['null', 'null', 'must be an object, got: null'],
    ['a text', '"openapi"', 'must be an object, got: string "openapi"'],
    ['Swagger 2.0', '{"swagger":"2.0","info":{},"paths":{}}', 'the document doc must be OpenAPI 3.0, 3.1 or 3.2, got: Swagger 2.0; convert it'],
    ['some other JSON', '{"name":"cdk-fastapi"}', 'the document doc is not OpenAPI: it has no `openapi` version'],
    ['OpenAPI 4', '{"openapi":"4.0.0","paths":{}}', '`openapi` of doc must be 3.0, 3.1 or 3.2, got: string "4.0.0"'],
    ['OpenAPI 3.3', '{"openapi":"3.3.0","paths":{}}', 'got: string "3.3.0"'],
    ['a number as version', '{"openapi":3.1,"paths":{}}', 'got: number 3.1'],
    ['no paths', '{"openapi":"3.1.0","info":{}}', 'the OpenAPI document doc has no `paths`'],
  ])('%s', (_, text, message) => {
    expect(() => parseDocument(text, 'doc')).toThrow(FastApiError);
    expect(() => parseDocument(text, 'doc')).toThrow(message);
  });
});

test.each(['3.0.0', '3.0.3', '3.1.0', '3.1.1', '3.2.0'])('a document of OpenAPI %s is read', (openapi) => {
  const document = checkDocument(minimal({ openapi, paths: { '/items': { get: answer } } }), 'doc');
  expect(document).toMatchObject({ source: 'doc', issues: [], content: { openapi } });
});

test('what OpenAPI 3.2 added is no deviation', () => {
  const paths = { '/a': { query: answer, additionalOperations: { COPY: answer } } };
  expect(checkDocument(minimal({ openapi: '3.2.0', paths }), 'doc').issues).toEqual([]);
  expect(checkDocument(minimal({ openapi: '3.1.0', paths }), 'doc').issues).toMatchObject([{ rule: 'schema' }]);
});

test('a byte order mark is no part of the JSON', () => {
  expect(parseDocument(`\ufeff${JSON.stringify(minimal())}`, 'doc').issues).toEqual([]);
});

describe('what routes are read from must be readable', () => {
  const operation = (changes: object) => ({ paths: { '/items': { get: { ...answer, ...changes } } } });
  test.each<[string, object, string]>([
    ['paths', { paths: [] }, '`#/paths` must be object'],
    ['a path without its slash', { paths: { items: { get: answer } } }, '`#/paths` must not have `items`: a path starts with `/`'],
    ['a path item', { paths: { '/items': [] } }, '/items: `#/paths/~1items` must be object'],
    ['an operation', { paths: { '/items': { get: 'x' } } }, 'GET /items: `#/paths/~1items/get` must be object'],
    ['operationId', operation({ operationId: 1 }), '`#/paths/~1items/get/operationId` must be string'],
    ['tags', operation({ tags: 'items' }), '`#/paths/~1items/get/tags` must be array'],
    ['a tag', operation({ tags: [1] }), '`#/paths/~1items/get/tags/0` must be string'],
    ['security', operation({ security: {} }), '`#/paths/~1items/get/security` must be array'],
    ['scopes', operation({ security: [{ key: 'x' }] }), '`#/paths/~1items/get/security/0/key` must be array'],
    ['a parameter without `in`', operation({ parameters: [{ name: 'x', schema: {} }] }), '`#/paths/~1items/get/parameters/0` must have required property \'in\''],
    ['responses', operation({ responses: [] }), '`#/paths/~1items/get/responses` must be object'],
    ['security of the document', { security: [1] }, '`#/security/0` must be object'],
  ])('%s', (_, changes, message) => {
    for (const openapi of ['3.0.3', '3.1.0', '3.2.0']) {
      expect(() => checkDocument(minimal({ ...changes, openapi }), 'doc')).toThrow(message);
    }
  });

  test('all problems come together', () => {
    expect(() => checkDocument(minimal({ paths: { '/a': [], '/b': { get: { ...answer, tags: 1 } } } }), 'doc')).toThrow(/^2 problems in doc\n/);
  });
});

describe('what no route depends on is a warning', () => {
  test.each<[string, object]>([
    ['no info', { info: undefined }],
    ['an unknown member', { extra: 1 }],
    ['a numeric exclusive bound in 3.0', { openapi: '3.0.3', components: { schemas: { A: { exclusiveMaximum: 1 } } } }],
    ['no responses', { openapi: '3.0.3', paths: { '/a': { get: {} } } }],
    ['an unknown media type member', { paths: { '/a': { get: { responses: { 200: { description: '', content: { 'a/b': { x: 1 } } } } } } } }],
  ])('%s', (_, changes) => {
    const { issues } = checkDocument(JSON.parse(JSON.stringify(minimal(changes))), 'doc');
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ severity: 'warning', rule: 'schema' });
  });

  test('`itemSchema`, which FastAPI writes into documents of 3.1, is none', () => {
    const content = { 'text/event-stream': { itemSchema: { type: 'object' } } };
    const paths = { '/events': { get: { responses: { 200: { description: 'OK', content } } } } };
    expect(checkDocument(minimal({ paths }), 'doc').issues).toEqual([]);
  });
});

describe('a reference to another file', () => {
  test.each<[string, object]>([
    ['of a path item', { '/a': { $ref: './other.json#/a' } }],
    ['of a parameter', { '/a': { get: { ...answer, parameters: [{ $ref: 'other.json#/p' }] } } }],
    ['of a parameter of the path item', { '/a': { parameters: [{ $ref: 'other.json#/p' }], get: answer } }],
  ])('%s is an error', (_, paths) => {
    expect(() => checkDocument(minimal({ paths }), 'doc')).toThrow('refers to another file, got: ');
  });

  test('of a schema is a warning, and data that looks like one is nothing', () => {
    const schema = { $ref: 'other.json#/S', example: { $ref: 'data.json' }, default: { $ref: 'data.json' } };
    const { issues } = checkDocument(minimal({ components: { schemas: { A: { properties: { a: schema } } } } }), 'doc');
    expect(issues).toMatchObject([{ severity: 'warning', rule: 'external-reference', message: expect.stringContaining('got: other.json#/S') }]);
    expect(issues[0].message).toMatch(/^1 references/);
  });
});

describe('a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'openapi-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  test('is read, and its path is the source', () => {
    const path = join(directory, 'openapi.json');
    writeFileSync(path, JSON.stringify(minimal()));
    expect(readDocument(path).source).toBe(path);
  });

  test('that is missing is said', () => {
    expect(() => readDocument(join(directory, 'no.json'))).toThrow(`the OpenAPI document ${join(directory, 'no.json')} cannot be read`);
  });
});
