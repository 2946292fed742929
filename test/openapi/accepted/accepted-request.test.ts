import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Ajv2020 from 'ajv/dist/2020';
import Ajv04 from 'ajv-draft-04';
import * as fc from 'fast-check';
import { acceptedRequests } from '../../../src/openapi/accepted/accepted-request';
import { checkDocument } from '../../../src/openapi/document';
import type { JsonObject } from '../../../src/private/json';
import type { Value } from '../../rest-api/body/native-view';

/** A document with one operation that takes a body of this schema. */
function documentOf(schema: object, more: object = {}): Value {
  return {
    openapi: '3.1.0',
    info: { title: 'test', version: '1' },
    paths: { '/a': { post: { operationId: 'a', responses: {}, requestBody: { required: true, content: { 'application/json': { schema } } }, ...more } } },
    components: { schemas: SCHEMAS },
  };
}

const SCHEMAS = {
  Item: {
    type: 'object',
    required: ['name', 'price', 'id'],
    properties: {
      name: { type: 'string', minLength: 2, maxLength: 4, pattern: '^a' },
      price: { type: 'number', exclusiveMinimum: 0.5, maximum: 10 },
      id: { type: 'string', readOnly: true },
      tags: { type: 'array', items: { type: 'string' }, uniqueItems: true, maxItems: 1 },
      colour: { anyOf: [{ $ref: '#/components/schemas/Colour' }, { type: 'null' }] },
    },
    additionalProperties: false,
  },
  Colour: { type: 'string', enum: ['red', 'blue'] },
  Node: { type: 'object', properties: { value: { type: 'integer' }, next: { anyOf: [{ $ref: '#/components/schemas/Node' }, { type: 'null' }] } }, required: ['value'] },
  Cat: { type: 'object', properties: { kind: { const: 'cat' }, lives: { type: 'integer', maximum: 9 } }, required: ['kind'] },
  Dog: { type: 'object', properties: { kind: { enum: ['dog', 'hound'] }, good: { type: 'boolean' } }, required: ['kind', 'good'] },
  Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: 'kind' } },
  Table: { type: 'object', additionalProperties: { type: 'integer' }, properties: { free: {} }, minProperties: 1 },
  Patterns: { type: 'object', patternProperties: { '^x-': { type: 'string' } }, additionalProperties: false },
  Old: { type: 'object', properties: { a: { type: 'string', nullable: true }, b: { type: 'number', minimum: 1, exclusiveMinimum: true } } },
  Tuple: { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }], items: false },
  Times: { type: 'object', properties: { at: { type: 'string', format: 'date-time' }, ip: { type: 'string', format: 'ipv4' }, file: { type: 'string', contentMediaType: 'application/octet-stream', maxLength: 1 } } },
  Mixed: { type: ['object', 'array'], properties: { a: { const: 1 } }, items: { enum: [1, 'a', null] } },
  Both: { allOf: [{ $ref: '#/components/schemas/Item' }, { type: 'object', required: ['more'] }] },
};

/** Whether API Gateway would let a body through; undefined where it does not look. */
function gateway(document: JsonObject): ((value: unknown) => boolean) | undefined {
  const { operations, definitions } = acceptedRequests(checkDocument(document, 'test'));
  const body = operations.get('POST /a')?.body;
  if (body === undefined) return undefined;
  return new Ajv04({ strict: false }).compile({ allOf: [body], definitions });
}

const WORDS = ['name', 'price', 'id', 'tags', 'colour', 'value', 'next', 'kind', 'lives', 'good', 'free', 'x-a', 'a', 'b', 'at', 'ip', 'file', 'more'];
const SCALARS = [null, true, 0, 1, 0.5, 5, 9, 10, '', 'a', 'ab', 'abcde', 'red', 'cat', 'dog', '2020-01-01T00:00:00Z'];
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(...SCALARS), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...WORDS), tie('value'), { maxKeys: 5 })),
}));
const SAMPLES: JsonObject[] = [
  { name: 'ab', price: 1, id: 'a', tags: ['x'], colour: 'red' }, { name: 'ab', price: 1, id: 'a', colour: null }, { value: 1, next: { value: 2, next: null } },
  { kind: 'cat', lives: 9 }, { kind: 'hound', good: true }, { free: 'x', a: 1 }, { 'x-a': 'b' }, { a: null, b: 2 }, { at: 'x', ip: 'y', file: 'z' }, { a: 1 },
];
const near = fc.tuple(fc.constantFrom(...SAMPLES), fc.constantFrom(...WORDS), anyValue).map(([sample, word, value]) => ({ ...sample, [word]: value }));

test.each(Object.keys(SCHEMAS))('what the schema %s accepts is accepted', (name) => {
  const accepts = gateway(documentOf({ $ref: `#/components/schemas/${name}` }));
  const declared = new Ajv2020({ strict: false, validateFormats: false }).compile({ $ref: `#/components/schemas/${name}`, components: { schemas: relaxed(SCHEMAS) } });
  if (accepts === undefined) return;
  const check = (value: unknown): void => { if (declared(value)) expect({ value, accepted: accepts(value) }).toEqual({ value, accepted: true }); };
  SAMPLES.forEach(check);
  fc.assert(fc.property(fc.oneof(anyValue, near), check), { numRuns: 300, seed: 1 });
});

/** Schemas of OpenAPI 3.0 in the words of 3.1. */
function relaxed(schemas: typeof SCHEMAS): object {
  return { ...schemas, Old: { type: 'object', properties: { a: { type: ['string', 'null'] }, b: { type: 'number', exclusiveMinimum: 1 } } } };
}

test.each<[string, unknown[], unknown[]]>([
  ['Item', [{}, [], null, { name: 'a', price: 1 }, { name: 'ab', price: 11 }, { name: 'ab', price: 1, colour: 'green' }, { name: 'ab', price: 1, more: 1 }], [{ name: 'ab', price: '1', tags: ['x', 'x'] }]],
  ['Node', [{}, { value: {} }], [{ value: '1', next: { value: true } }]],
  ['Pet', [{}, { kind: 'cow' }, { kind: 'cat', lives: 10 }], [{ kind: 'dog', good: 'yes' }]],
  ['Table', [{}, { a: [] }], [{ free: [] }, { a: '1' }]],
  ['Times', [{ at: {} }], [{ at: 0, ip: 1, file: 'zz' }]],
])('of %s the wrong is refused, and what pydantic converts is not', (name, refused, accepted) => {
  const accepts = gateway(documentOf({ $ref: `#/components/schemas/${name}` }))!;
  for (const value of refused) expect({ value, accepted: accepts(value) }).toEqual({ value, accepted: false });
  for (const value of accepted) expect({ value, accepted: accepts(value) }).toEqual({ value, accepted: true });
});

test.each<[object, string]>([
  [{ type: 'string' }, 'its body may be more than an object or a list'],
  [{}, 'its body may be more than an object or a list'],
  [{ anyOf: [{ $ref: '#/components/schemas/Item' }, { type: 'null' }] }, 'its body may be more than an object or a list'],
])('a body of %j is left to the app', (schema, left) => {
  expect(acceptedRequests(checkDocument(documentOf(schema), 'test')).operations.get('POST /a')).toMatchObject({ body: undefined, leftBody: left });
});

test('the facts of the app come before what its document declares', () => {
  const document = {
    ...documentOf({ type: 'string' }, { 'x-cdk-fastapi': { name: 'a', accepts: { body: { $ref: '#/definitions/Item' } } } }), 'x-cdk-fastapi': { accepted: { Item: { type: 'object', required: ['a'] } } },
  };
  const accepts = gateway(document)!;
  expect([accepts({}), accepts({ a: 1 })]).toEqual([false, true]);
  // Definitions of both have names of their own.
  const both = acceptedRequests(checkDocument({ ...document, paths: { ...document.paths, '/b': { post: documentOf({ $ref: '#/components/schemas/Item' }).paths['/a'].post } } }, 'test'));
  expect(both.definitions).toMatchObject({ Item: { required: ['a'] }, Item2: { required: ['name', 'price'] } });
});

test('a blank parameter is needed only where it is certainly refused', () => {
  const parameters = [['i', { type: 'integer' }], ['s', { type: 'string' }], ['m', { type: 'string', minLength: 1 }], ['e', { $ref: '#/components/schemas/Colour' }], ['l', { type: 'array', items: { type: 'integer' } }],
    ['t', { type: 'array', items: { type: 'string' } }], ['d', { type: 'string', format: 'date' }], ['n', { anyOf: [{ type: 'integer' }, { type: 'null' }] }], ['a b', { type: 'integer' }]].map(([name, schema]) => ({ name, in: 'query', required: true, schema }));
  const { query, leftParameters } = acceptedRequests(checkDocument(documentOf({ type: 'object' }, { parameters }), 'test')).operations.get('POST /a')!;
  expect(query).toEqual(['i', 'm', 'e', 'l', 'd']);
  expect(leftParameters).toEqual(['query s', 'query t', 'query n', 'query a b']);
});

const CORPUS = join(process.env.CORPUS_DIR ?? join(__dirname, '..', '..', '..', '..', 'shared', 'corpus'), 'docs');
const FOUND = existsSync(CORPUS) ? readdirSync(CORPUS) : [];

(FOUND.length > 0 ? test : test.skip)('of the corpus every accepted body is a schema of draft 4 (not in this checkout: set CORPUS_DIR)', () => {
  let bodies = 0;
  for (const file of FOUND) {
    const content = JSON.parse(gunzipSync(readFileSync(join(CORPUS, file))).toString('utf8'));
    if (content.swagger !== undefined) continue;
    const { operations, definitions } = acceptedRequests(checkDocument(content, file));
    const ajv = new Ajv04({ strict: false, code: { optimize: false } });
    ajv.addSchema({ definitions }, 'all');
    for (const name of Object.keys(definitions)) expect(() => ajv.getSchema(`all#/definitions/${name}`)).not.toThrow();
    for (const { body } of operations.values()) bodies += body === undefined ? 0 : 1;
    expect(JSON.stringify(definitions)).not.toMatch(/"Fn::|"Ref"/);
  }
  expect(bodies).toBeGreaterThan(1000);
});
