import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { RouteDefinition } from '../../../src/api/route-definition';
import { OpenApiSource } from '../../../src/app/open-api-source';
import { FastApiHttpApi } from '../../../src/http-api/fast-api-http-api';
import { deviations } from '../../../src/openapi/schema';
import { FastApiRestApi, type FastApiRestApiProps } from '../../../src/rest-api/fast-api-rest-api';
import { fastApiApp, messageOf, stack } from '../../integrations/fixture';

const BOOK = {
  type: 'object', title: 'Book', required: ['title'], properties: { title: { type: 'string' }, year: { anyOf: [{ type: 'integer' }, { type: 'null' }] } },
};

function documentOf(change: (document: any) => void = () => undefined): any { // written as a test reads it
  const document = {
    openapi: '3.1.0', info: { title: 't', version: '1' },
    paths: {
      '/books/{book_id}': {
        get: {
          operationId: 'read_book', summary: 'Read', description: 'Reads a book', tags: ['books'], deprecated: true,
          parameters: [
            { name: 'book_id', in: 'path', required: true, schema: { type: 'integer' } }, { name: 'q', in: 'query', required: true, schema: { type: 'string' } },
            { name: 'session', in: 'cookie', schema: { type: 'string' } },
          ],
          responses: { 200: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/Page[Book]' } } } } },
        },
        put: { operationId: 'read_book', requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Book' } } } }, responses: {} },
      },
      '/books/{id}/pages': { get: { operationId: 'pages', parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }], responses: {} } },
    },
    components: { schemas: { 'Book': BOOK, 'Page[Book]': { type: 'array', items: { $ref: '#/components/schemas/Book' } }, 'Unused': { type: 'string' } } },
  };
  change(document);
  return document;
}

const appOf = (change?: (document: any) => void) => fastApiApp([], { openApi: OpenApiSource.fromDocument(documentOf(change)) });

function deployed(props: Partial<FastApiRestApiProps> = {}, more: (api: FastApiRestApi) => void = () => undefined) {
  const within = stack();
  const api = new FastApiRestApi(within, 'Api', { app: appOf(), cloudWatchRole: false, documentation: true, ...props });
  more(api);
  const template = Template.fromStack(within);
  const [rest] = Object.values(template.findResources('AWS::ApiGateway::RestApi'));
  return { body: rest.Properties.Body, deployment: Object.keys(template.findResources('AWS::ApiGateway::Deployment'))[0], template };
}

test('a REST API says all of it, as valid OpenAPI 3.0, with the names of its routes', () => {
  const { body } = deployed();
  const { get, put } = body.paths['/books/{book_id}'];
  expect(get).toMatchObject({
    operationId: 'read_book', summary: 'Read', description: 'Reads a book', tags: ['books'], deprecated: true,
    parameters: [{ name: 'book_id', in: 'path', required: true, schema: { type: 'integer' } }, { name: 'q', in: 'query', required: true, schema: { type: 'string' } }],
    responses: { 200: { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/PageBook' } } } } },
  });
  expect(put).toMatchObject({ operationId: 'read_book_put', requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Book' } } } } });
  expect(body.paths['/books/{book_id}/pages'].get.parameters).toEqual([{ name: 'book_id', in: 'path', required: true, schema: { type: 'string' } }]);
  expect(body.components.schemas).toEqual({
    Book: { ...BOOK, properties: { title: { type: 'string' }, year: { type: 'integer', nullable: true } } },
    PageBook: { type: 'array', items: { $ref: '#/components/schemas/Book' } },
  });
  // What CloudFormation fills in is text by then.
  expect(deviations(JSON.parse(JSON.stringify(body).replace(/\{"(Fn::\w+|Ref)":("[^"]*"|\[.*?\])\}/g, '"x"')))).toEqual([]);
});

test('routes, integrations, authorization and preflights are those without it', () => {
  const [plain, said] = [deployed({ documentation: false }).body, deployed().body];
  for (const [route, item] of Object.entries<any>(plain.paths)) {
    for (const [method, operation] of Object.entries<any>(item)) {
      const { responses, ...others } = operation;
      expect(said.paths[route][method]).toMatchObject(others);
      expect(said.paths[route][method].responses).toMatchObject(responses);
    }
  }
  expect(Object.keys(said.paths)).toEqual(Object.keys(plain.paths));
  expect(JSON.stringify(said)).not.toContain('request-validator');
});

test('prose alone makes no deployment, and anything else does', () => {
  const { deployment } = deployed();
  const changed = (change: (document: any) => void) => deployed({ app: appOf(change) });
  const prose = changed((document) => {
    document.paths['/books/{book_id}'].get.summary = 'Other';
    document.paths['/books/{book_id}'].get.description = 'Other';
    document.paths['/books/{book_id}'].get.responses[200].description = 'Other';
    document.components.schemas.Book.title = 'Other';
    document.components.schemas.Book.properties.title.description = 'Other';
    document.components.schemas.Book.example = { title: 'Other' };
    document.paths['/books/{book_id}'].get.externalDocs = { url: 'https://example.com' };
  });
  expect(prose.deployment).toBe(deployment);
  expect(prose.body.paths['/books/{book_id}'].get.summary).toBe('Other');
  expect(changed((document) => { document.components.schemas.Book.properties.title.type = 'integer'; }).deployment).not.toBe(deployment);
  expect(changed((document) => { document.components.schemas.Book.properties.description = { type: 'string' }; }).deployment).not.toBe(deployment);
  // A value of the app's own has names and no keywords.
  const defaulting = (title: string) => changed((document) => { document.components.schemas.Book.default = { title }; }).deployment;
  expect(defaulting('a')).not.toBe(defaulting('b'));
  expect(changed((document) => { document.paths['/books/{book_id}'].get.operationId = 'other'; }).deployment).not.toBe(deployment);
  expect(deployed({ documentation: false }).deployment).not.toBe(deployment);
});

test('nothing of a document is read as a function of CloudFormation or as a token', () => {
  const { template } = deployed({
    app: appOf((document) => {
      document.components.schemas.Book.properties = { Ref: { type: 'string' } };
      document.components.schemas.Book.example = { 'Fn::GetAtt': ['Secret', 'Value'], 'a': 1 };
      document.components.schemas.Book.description = '${Token[TOKEN.1]}';
      document.paths['/books/{book_id}'].get['x-amazon-apigateway-integration'] = { uri: 'evil' };
    }),
  });
  const text = JSON.stringify(template.toJSON());
  expect(text).not.toContain('"Secret"');
  expect(text).not.toContain('evil');
  expect(JSON.stringify(Object.values(template.findResources('AWS::ApiGateway::RestApi'))[0].Properties.Body.components)).not.toMatch(/Ref":|Fn::|TOKEN/);
});

test('a validator of the user checks what it checked before', () => {
  const { body } = deployed({}, ({ api }) => {
    const resource = api.root.addResource('own');
    const model = api.addModel('Model', { modelName: 'Book', schema: { type: apigateway.JsonSchemaType.OBJECT } });
    resource.addMethod('POST', new apigateway.MockIntegration(), { requestModels: { 'application/json': model }, requestValidatorOptions: { validateRequestBody: true } });
  });
  // The user's model keeps its name.
  expect(Object.keys(body.components.schemas).sort()).toEqual(expect.arrayContaining(['Book2', 'PageBook']));
  expect(body.paths['/books/{book_id}'].get['x-amazon-apigateway-request-validator']).toBeUndefined();
});

test('an HTTP API, which has no models, says names and prose', () => {
  const within = stack();
  new FastApiHttpApi(within, 'Api', { app: appOf(), documentation: true });
  const [api] = Object.values(Template.fromStack(within).findResources('AWS::ApiGatewayV2::Api'));
  const { get } = api.Properties.Body.paths['/books/{book_id}'];
  expect(get).toMatchObject({ operationId: 'read_book', summary: 'Read', description: 'Reads a book', tags: ['books'], deprecated: true });
  expect(get).not.toHaveProperty('parameters');
  expect(get.responses).toEqual({});
  expect(api.Properties.Body.components?.schemas).toBeUndefined();
});

test('routes that are resources cannot say it', () => {
  const message = '`documentation` needs routes that are one body, got: `definition: RouteDefinition.RESOURCES`; leave one of the two out';
  expect(messageOf(() => deployed({ definition: RouteDefinition.RESOURCES }))).toBe(message);
  expect(messageOf(() => new FastApiHttpApi(stack(), 'Api', { app: appOf(), documentation: true, definition: RouteDefinition.RESOURCES }))).toBe(message);
});
