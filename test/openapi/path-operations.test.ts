import { checkDocument } from '../../src/openapi/document';
import { answerTypes, pathOperations } from '../../src/openapi/path-operations';

const responses = { 200: { description: 'OK' } };
const read = (content: object) => checkDocument({ openapi: '3.1.0', info: { title: 'T', version: '1' }, paths: {}, ...content }, 'doc');
const list = (content: object) => pathOperations(read(content)).map(({ method, path }) => `${method} ${path}`);

test('operations come in the order of the document', () => {
  expect(list({ paths: { '/b': { post: { responses }, get: { responses } }, '/a': { trace: { responses } } } })).toEqual(['POST /b', 'GET /b', 'TRACE /a']);
});

test('extensions and descriptions of paths are no operations', () => {
  expect(list({ paths: { 'x-note': { get: {} }, '/a': { 'summary': 's', 'description': 'd', 'servers': [], 'x-get': {}, 'get': { responses } } } })).toEqual(['GET /a']);
});

test('a path may be called like a member of every object', () => {
  expect(list({ paths: { '/constructor': { get: { responses } } } })).toEqual(['GET /constructor']);
});

test('a path item may be elsewhere in the document, and what stands beside the reference wins', () => {
  const pathItems = { Item: { get: { operationId: 'far', responses }, delete: { operationId: 'away', responses } } };
  const paths = { '/a': { $ref: '#/components/pathItems/Item', get: { operationId: 'near', responses } } };
  const operations = pathOperations(read({ paths, components: { pathItems } }));
  expect(operations.map(({ method, operation }) => [method, operation.operationId])).toEqual([['GET', 'near'], ['DELETE', 'away']]);
});

test('a path item may be another path', () => {
  expect(list({ paths: { '/a~b/{x}': { get: { responses } }, '/c': { $ref: '#/paths/~1a~0b~1%7Bx%7D' } } })).toEqual(['GET /a~b/{x}', 'GET /c']);
});

test('parameters of the path item are added to those of the operation, which win by name and place', () => {
  const components = { parameters: { Page: { name: 'page', in: 'query', schema: {} } } };
  const own = { name: 'id', in: 'path', required: true, schema: {}, description: 'own' };
  const paths = {
    '/{id}': {
      parameters: [{ ...own, description: 'shared' }, { name: 'id', in: 'query', schema: {} }],
      get: { responses, parameters: [own, { $ref: '#/components/parameters/Page' }] },
    },
  };
  const [{ parameters }] = pathOperations(read({ paths, components }));
  expect(parameters.map(({ name, in: place, description }) => [name, place, description])).toEqual([
    ['id', 'path', 'own'], ['id', 'query', undefined], ['page', 'query', undefined],
  ]);
});

test('OpenAPI 3.2 has more methods, earlier versions do not', () => {
  const paths = { '/a': { query: { responses }, additionalOperations: { COPY: { responses } } } };
  expect(list({ openapi: '3.2.0', paths })).toEqual(['QUERY /a', 'COPY /a']);
  expect(list({ openapi: '3.1.0', paths })).toEqual([]);
});

test('types of good answers are listed, also those of a shared response', () => {
  const content = (type: string) => ({ description: '', content: { [type]: {} } });
  const paths = {
    '/a': { get: { responses: { '200': { $ref: '#/components/responses/R' }, '2XX': content('b/b'), '404': content('c/c'), 'default': content('d/d') } } },
  };
  const document = read({ paths, components: { responses: { R: content('a/a') } } });
  expect(answerTypes(document, pathOperations(document)[0].operation).map(([type]) => type).sort()).toEqual(['a/a', 'b/b', 'd/d']);
});
