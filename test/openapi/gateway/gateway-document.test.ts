import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkDocument } from '../../../src/openapi/document';
import { gatewayDocument } from '../../../src/openapi/gateway/gateway-document';
import { modelNames } from '../../../src/openapi/gateway/model-names';
import { deviations } from '../../../src/openapi/schema';
import { member, type JsonObject } from '../../../src/private/json';

const CORPUS = path.join(process.env.CORPUS_DIR ?? path.resolve(__dirname, '../../../../shared/corpus'), 'docs');
const FOUND = fs.existsSync(CORPUS) ? fs.readdirSync(CORPUS).filter((file) => !file.startsWith('openfga-swagger2')) : [];

function convert(parts: object): { content: JsonObject; losses: readonly { place: string; loss: string }[] } {
  return gatewayDocument(checkDocument({ openapi: '3.1.0', info: { title: 't', version: '1' }, paths: {}, ...parts }, 'test'));
}

/** A schema by itself, as the body of an operation. */
function schema(given: unknown, schemas: object = {}): { schema: unknown; losses: string[] } {
  const { content, losses } = convert({
    paths: { '/a': { post: { requestBody: { content: { 'application/json': { schema: given } } }, responses: {} } } }, components: { schemas },
  });
  expect(deviations(content)).toEqual([]);
  return { schema: member(content, 'paths', '/a', 'post', 'requestBody', 'content', 'application/json', 'schema'), losses: losses.map(({ place, loss }) => `${place.split('/schema').at(-1)}: ${loss}`) };
}

describe('schemas of 3.1 in 3.0', () => {
  test.each<[string, unknown, unknown]>([
    ['an optional value', { anyOf: [{ type: 'string', maxLength: 3 }, { type: 'null' }], title: 'T' }, { title: 'T', type: 'string', maxLength: 3, nullable: true }],
    ['an optional union', { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] }, { anyOf: [{ type: 'string' }, { type: 'integer' }], nullable: true }],
    ['types in a list', { type: ['string', 'null'], enum: ['a'] }, { type: 'string', nullable: true, enum: ['a', null] }],
    ['several types', { type: ['string', 'integer'], title: 'T' }, { title: 'T', anyOf: [{ type: 'string' }, { type: 'integer' }] }],
    ['a constant', { const: 'a', type: 'string' }, { type: 'string', enum: ['a'] }],
    ['exclusive bounds', { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9, maximum: 5 }, { type: 'integer', minimum: 0, exclusiveMinimum: true, maximum: 5 }],
    ['examples', { type: 'string', examples: ['a', 'b'] }, { type: 'string', example: 'a' }],
    ['a file', { type: 'string', contentMediaType: 'application/octet-stream' }, { type: 'string', format: 'binary' }],
    ['bytes', { type: 'string', contentEncoding: 'base64' }, { type: 'string', format: 'byte' }],
    ['an array of anything', { type: 'array' }, { type: 'array', items: {} }],
    ['anything', true, {}],
    ['nothing', false, { not: {} }],
    ['an empty list of what is required', { type: 'object', required: [], properties: { constructor: true } }, { type: 'object', properties: { constructor: {} } }],
    ['nullable of 3.0', { type: 'string', nullable: true }, { type: 'string', nullable: true }],
    ['clashing keywords', { anyOf: [{ type: 'string' }, { type: 'null' }], type: 'string', allOf: [{ maxLength: 3 }] }, { type: 'string', allOf: [{ maxLength: 3 }, { type: 'string' }], nullable: true }],
  ])('%s', (_what, given, want) => {
    expect(schema(given)).toEqual({ schema: want, losses: [] });
  });

  test('references keep what stands beside them', () => {
    const schemas = { 'Book[int]': { type: 'object' } };
    expect(schema({ $ref: '#/components/schemas/Book%5Bint%5D' }, schemas).schema).toEqual({ $ref: '#/components/schemas/BookInt' });
    expect(schema({ $ref: '#/components/schemas/Book[int]', description: 'd' }, schemas).schema).toEqual({ description: 'd', allOf: [{ $ref: '#/components/schemas/BookInt' }] });
    expect(schema({ anyOf: [{ $ref: '#/components/schemas/Book[int]' }, { type: 'null' }], title: 'T' }, schemas).schema)
      .toEqual({ title: 'T', allOf: [{ $ref: '#/components/schemas/BookInt' }], nullable: true });
    expect(schema({ oneOf: [{ $ref: '#/components/schemas/Book[int]' }, { type: 'string' }], discriminator: { propertyName: 'k', mapping: { b: '#/components/schemas/Book[int]' } } }, schemas).schema)
      .toMatchObject({ discriminator: { propertyName: 'k', mapping: { b: '#/components/schemas/BookInt' } } });
  });

  test('what is lost is said, with its place', () => {
    expect(schema({ type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false })).toEqual({
      schema: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] }, maxItems: 2 }, losses: ['/prefixItems: OpenAPI 3.0 cannot say which item stands where; any of them may stand anywhere'],
    });
    expect(schema({ type: 'object', patternProperties: { '^a': {} }, additionalProperties: false, unevaluatedProperties: false })).toEqual({
      schema: { type: 'object', additionalProperties: true },
      losses: ['/patternProperties: `patternProperties` is no keyword of OpenAPI 3.0', '/unevaluatedProperties: `unevaluatedProperties` is no keyword of OpenAPI 3.0'],
    });
    expect(schema({ not: { if: {}, then: {} } })).toMatchObject({ schema: {} });
    const tree = { Tree: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } } } };
    const { schema: converted, losses } = schema({ $ref: '#/components/schemas/Tree' }, tree);
    expect(converted).toEqual({ $ref: '#/components/schemas/Tree' });
    expect(losses).toEqual(['s/Tree/properties/children/items: API Gateway takes no model that refers to itself, got: Tree']);
  });
});

test('a document says what 3.0 cannot', () => {
  const { content, losses } = convert({
    'info': { title: 't', version: '1', summary: 's', license: { name: 'MIT', identifier: 'MIT' } },
    'webhooks': { paid: { post: { responses: {} } } },
    'security': [{ Caller: ['books/write'], tls: [] }],
    'x-own': 1,
    'paths': {
      '/a': {
        get: {
          'operationId': 'a', 'x-amazon-apigateway-integration': { uri: 'evil' },
          'parameters': [{ name: 'q', in: 'query', schema: { type: ['integer', 'null'] }, example: 1 }, { name: 'X', in: 'header', content: { 'application/json': { schema: {} } } }],
          'responses': { 200: { description: 'ok', content: { 'application/jsonl': { itemSchema: { type: 'string' } } } }, 422: { $ref: '#/components/responses/Bad' } },
        },
      },
    },
    'components': { responses: { Bad: { description: 'bad' } }, securitySchemes: { Caller: { type: 'apiKey', in: 'header', name: 'Authorization' }, tls: { type: 'mutualTLS' } } },
  });
  expect(content).toEqual({
    openapi: '3.0.1',
    info: { title: 't', version: '1' },
    paths: {
      '/a': {
        get: {
          operationId: 'a', security: [{ Caller: [] }],
          parameters: [{ name: 'q', in: 'query', schema: { type: 'integer', nullable: true } }, { name: 'X', in: 'header', schema: {} }],
          responses: { 200: { description: 'ok', content: { 'application/jsonl': {} } }, 422: { description: 'bad' } },
        },
      },
    },
    components: { securitySchemes: { Caller: { type: 'apiKey', in: 'header', name: 'Authorization' } } },
  });
  expect(losses).toEqual([
    { place: '#/paths/~1a/get/responses/200/content/application~1jsonl/itemSchema', loss: 'OpenAPI 3.0 cannot say what the items of a stream are' },
    { place: '#/webhooks/paid', loss: 'OpenAPI 3.0 has no webhooks' },
  ]);
});

test('names of models are letters and digits, and stay apart', () => {
  expect([...modelNames(['Book', 'Page[Book]', 'Page_Book_', 'PageBook', '!'])]).toEqual([['Book', 'Book'], ['Page[Book]', 'PageBook2'], ['Page_Book_', 'PageBook3'], ['PageBook', 'PageBook'], ['!', 'Model']]);
});

test('servers: the given URL, else those of the document as OpenAPI 3.0 writes them', () => {
  const servers = [
    { url: 'https://api.example.com/v1', description: 'live', name: 'live' },
    { url: '/api' },
    { url: 'https://{stage}.example.com', variables: { stage: { default: 'dev', enum: ['dev', 'prod'] } } },
  ];
  const document = checkDocument({ openapi: '3.2.0', info: { title: 't', version: '1' }, paths: {}, servers }, 'test');
  const { content } = gatewayDocument(document);
  expect(content.servers).toEqual([{ url: 'https://api.example.com/v1', description: 'live' }, ...servers.slice(1)]);
  expect(deviations(content)).toEqual([]);
  expect(gatewayDocument(document, 'https://example.com/prod').content.servers).toEqual([{ url: 'https://example.com/prod' }]);
  expect(convert({}).content).not.toHaveProperty('servers');
});

(FOUND.length > 0 ? describe : describe.skip)('the corpus of real documents (not in this checkout: set CORPUS_DIR)', () => {
  test.each(FOUND)('%s is valid 3.0', (file) => {
    const document = checkDocument(JSON.parse(gunzipSync(fs.readFileSync(path.join(CORPUS, file))).toString()), file);
    const { content, losses } = gatewayDocument(document, 'https://example.com/prod');
    if (process.env.GATEWAY_DOCUMENTS) fs.writeFileSync(path.join(process.env.GATEWAY_DOCUMENTS, file.replace('.gz', '')), JSON.stringify({ ...content, 'x-losses': losses }));
    expect(deviations(content).map(({ tokens, message }) => `${tokens.join('/')} ${message}`).slice(0, 5)).toEqual([]);
    for (const name of Object.keys(member(content, 'components', 'schemas') ?? {})) expect(name).toMatch(/^[A-Za-z0-9]+$/);
  });
});
