import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EXTENSIONS } from './extension-schemas';
import { type ApiKind, undocumented } from './extensions';
import { OpenApiSource } from '../../../src/app/open-api-source';
import { PythonBundling } from '../../../src/bundling/python-bundling';
import { IntegrationPattern } from '../../../src/functions/integration-pattern';
import { HttpApiAuth } from '../../../src/http-api/auth';
import { httpBody } from '../../../src/http-api/body/body';
import { FastApiHttpApi } from '../../../src/http-api/fast-api-http-api';
import { restBody } from '../../../src/rest-api/body/body';
import { FastApiRestApi } from '../../../src/rest-api/fast-api-rest-api';
import { everything as everyRoute } from '../../http-api/body/everything';
import { fastApiApp, stack as newStack } from '../../integrations/fixture';
import { everything as everyMethod } from '../../rest-api/body/everything';
import type { Value } from '../../rest-api/body/native-view';
import { httpOverrides, restOverrides } from '../overrides';

const TYPES = { rest: 'AWS::ApiGateway::RestApi', http: 'AWS::ApiGatewayV2::Api' };

function bodies(stack: Stack, kind: ApiKind): Value[] {
  return Object.values<Value>(Template.fromStack(stack).findResources(TYPES[kind])).map(({ Properties: { Body: body } }) => body);
}

/** The body of an API with every kind of method or route. */
function everything(kind: ApiKind): Value {
  const stack = new Stack(new App(), 'Stack');
  if (kind === 'rest') restBody(everyMethod(stack));
  else httpBody(everyRoute(stack));
  return bodies(stack, kind)[0];
}

const every = { rest: everything('rest'), http: everything('http') };

describe.each(['rest', 'http'] as const)('the body of a %s API says what the documentation knows', (kind) => {
  test('with every kind of route', () => {
    expect(undocumented(every[kind], kind)).toEqual([]);
  });

  test('with every kind of override', () => {
    const stack = newStack();
    if (kind === 'rest') restOverrides(stack);
    else httpOverrides(stack);
    const rendered = bodies(stack, kind);
    expect(rendered).not.toEqual([]);
    for (const body of rendered) expect(undocumented(body, kind)).toEqual([]);
  });

  test('in the form of the other type it does not', () => {
    expect(undocumented(every[kind], kind === 'rest' ? 'http' : 'rest')).not.toEqual([]);
  });
});

test('so do the settings of a private REST API with a security policy', () => {
  const stack = newStack();
  const api = new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(), catchAll: true, cors: { allowOrigins: ['https://a.example'] } });
  const settings = { SecurityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09', EndpointAccessMode: 'STRICT', EndpointConfiguration: { Types: ['PRIVATE'], VpcEndpointIds: ['vpce-1'] } };
  const resource = api.node.findAll().find((child) => (child as Value).cfnResourceType === TYPES.rest) as Value;
  for (const [name, value] of Object.entries(settings)) resource.addPropertyOverride(name, value);
  const [body] = bodies(stack, 'rest');
  expect(body).toMatchObject({ 'x-amazon-apigateway-security-policy': settings.SecurityPolicy, 'x-amazon-apigateway-endpoint-access-mode': 'STRICT' });
  expect(undocumented(body, 'rest')).toEqual([]);
});

/** An edit of a right body, and the extension that it makes wrong. */
type Mistake = [name: string, kind: ApiKind, edit: (body: Value) => void, message: RegExp];

const first = (body: Value, test: (operation: Value) => boolean): Value =>
  Object.values<Value>(body.paths).flatMap((item) => Object.values<Value>(item)).find((operation) => operation['x-amazon-apigateway-integration'] && test(operation['x-amazon-apigateway-integration']))['x-amazon-apigateway-integration'];

const MISTAKES: Mistake[] = [
  ['an unknown extension', 'rest', (body) => { body['x-amazon-apigateway-colour'] = 'red'; }, /no extension/],
  ['an extension in another place', 'rest', (body) => { body.info['x-amazon-apigateway-policy'] = { Statement: [] }; }, /stands in a document/],
  ['one of the other type', 'rest', (body) => { body['x-amazon-apigateway-cors'] = {}; }, /no extension of rest APIs/],
  ['a member of an authorizer of HTTP APIs', 'rest', (body) => { body.components.securitySchemes.token['x-amazon-apigateway-authorizer'].enableSimpleResponses = true; }, /enableSimpleResponses/],
  ['a type in upper case', 'rest', (body) => { first(body, ({ type }) => type === 'aws_proxy').type = 'AWS_PROXY'; }, /must be equal to one of the allowed values/],
  ['a property of the resource in an integration', 'rest', (body) => { first(body, ({ type }) => type === 'aws_proxy').integrationHttpMethod = 'POST'; }, /integrationHttpMethod/],
  ['a function that is not invoked by POST', 'rest', (body) => { first(body, ({ type }) => type === 'aws_proxy').httpMethod = 'GET'; }, /must be equal to constant/],
  ['a stream of what is no proxy', 'rest', (body) => { first(body, ({ type }) => type === 'http').responseTransferMode = 'STREAM'; }, /must be equal to one of the allowed values/],
  ['an IP address type', 'rest', (body) => { body.servers[0]['x-amazon-apigateway-endpoint-configuration'].ipAddressType = 'dualstack'; }, /ipAddressType/],
  ['an unknown gateway response', 'rest', (body) => { body['x-amazon-apigateway-gateway-responses'].TEAPOT = {}; }, /allowed values/],
  ['an integration without a version of its payload', 'http', (body) => { delete first(body, ({ type }) => type === 'http_proxy').payloadFormatVersion; }, /payloadFormatVersion/],
  ['a template in an HTTP API', 'http', (body) => { first(body, ({ type }) => type === 'http_proxy').requestTemplates = {}; }, /requestTemplates/],
  ['a private integration without a link', 'http', (body) => { delete first(body, ({ connectionId }) => connectionId).connectionId; }, /connectionId/],
  ['a member beside a reference', 'http', (body) => { first(body, ({ $ref }) => $ref).type = 'aws_proxy'; }, /type/],
  ['an issuer outside of its object', 'http', (body) => { body.components.securitySchemes.Jwt['x-amazon-apigateway-authorizer'].issuer = 'https://a.example'; }, /issuer/],
  ['the default route under another path', 'http', (body) => { body.paths['/'].get.isDefaultRoute = true; }, /no member of an operation/],
  ['a header of CORS as the resource spells it', 'http', (body) => { body['x-amazon-apigateway-cors'].AllowOrigins = ['*']; }, /AllowOrigins/],
  ['a tag that is no text', 'http', (body) => { body.tags[0]['x-amazon-apigateway-tag-value'] = 1; }, /must be string/],
];

test.each(MISTAKES)('%s is found', (_name, kind, edit, message) => {
  const body = structuredClone(every[kind]);
  edit(body);
  expect(undocumented(body, kind).join('\n')).toMatch(message);
});

test('every extension that the sources name has a page', () => {
  const rooms = ['api', 'rest-api', 'http-api'].map((room) => path.resolve(__dirname, '../../../src', room, 'body'));
  const sources = rooms.flatMap((room) => fs.readdirSync(room).map((file) => fs.readFileSync(path.join(room, file), 'utf8'))).join('\n');
  const written = new Set([...sources.matchAll(/'x-amazon-apigateway-([a-z-]+)'/g)].map(([, name]) => name));
  expect(written.size).toBeGreaterThan(10);
  expect([...written].filter((name) => !Object.hasOwn(EXTENSIONS, name))).toEqual([]);
});

const corpus = path.join(process.env.CORPUS_DIR ?? path.resolve(__dirname, '../../../../shared/corpus'), 'docs');
/** Every eighth document: the rest says nothing else to API Gateway. */
const documents = (fs.existsSync(corpus) ? fs.readdirSync(corpus).sort() : []).filter((_name, index) => index % 8 === 0);

(documents.length > 0 ? describe : describe.skip)('real documents (the corpus beside the project)', () => {
  test.each(documents)('%s', (file) => {
    const document = JSON.parse(gunzipSync(fs.readFileSync(path.join(corpus, file))).toString());
    if (document.swagger !== undefined) return;
    const stack = newStack();
    const app = fastApiApp([], { openApi: OpenApiSource.fromDocument(document), bundling: PythonBundling.prebuilt(path.join(__dirname, '../../../example')) });
    new FastApiRestApi(stack, 'Rest', { app, pattern: IntegrationPattern.SHARED, catchAll: true });
    new FastApiHttpApi(stack, 'Http', { app, pattern: IntegrationPattern.SHARED, catchAll: true, auth: HttpApiAuth.jwt({ issuer: 'https://issuer.example', audience: ['a'] }) });
    for (const kind of ['rest', 'http'] as const) {
      const [body] = bodies(stack, kind);
      expect(Object.keys(body.paths).length).toBeGreaterThan(0);
      expect(undocumented(body, kind)).toEqual([]);
    }
  });
});
