import { checkDocument } from '../../src/openapi/document';
import { formatIssue } from '../../src/openapi/issue';
import { Operations } from '../../src/operations/operations';

const FACTS = {
  hidden: [
    { path: '/openapi.json', methods: ['GET', 'HEAD'], name: 'openapi' }, { path: '/docs', methods: ['GET', 'HEAD'], name: 'swagger_ui_html' },
    { path: '/internal', methods: ['POST'], name: 'internal' },
  ],
  mounts: [{ path: '/static', name: 'static' }],
  websockets: [{ path: '/ws', name: 'talk' }],
};

function issues(facts: object, more: object = {}, catchAll = false): string[] {
  const document = { 'openapi': '3.1.0', 'info': { title: 'A', version: '1' }, 'paths': {}, 'x-cdk-fastapi': facts, ...more };
  return Operations.fromDocument(checkDocument(document, 'app'), { apiType: 'rest', catchAll }).issues
    .filter(({ rule }) => ['not-served', 'prefix'].includes(rule)).map((issue) => `${issue.severity} ${formatIssue(issue)}`);
}

test('what is not served is told once, with the way out', () => {
  expect(issues(FACTS)).toEqual([
    'warning not-served: `talk` (/ws): the deployed API does not serve it: it is a websocket, which REST and HTTP APIs do not carry; serve it elsewhere, such as by a WebSocket API or a container',
    'warning not-served: `internal` (POST /internal): the deployed API does not serve it: it is not in the document of the app (`include_in_schema=False`); put it there, or set `catchAll: true`, with which one function serves it',
    'warning not-served: `static` (/static): the deployed API does not serve it: it is a mounted application; set `catchAll: true`, with which one function serves it',
    'info not-served: the documentation pages of the app are not served: /openapi.json, /docs; set `catchAll: true`, with which one function serves it',
  ]);
});

test('a catch-all route serves all but websockets', () => {
  expect(issues(FACTS, {}, true)).toEqual([expect.stringContaining('it is a websocket')]);
});

test('a method that no document of the version has', () => {
  const paths = { '/search': { query: { operationId: 'search', responses: { 200: { description: 'OK' } } } } };
  expect(issues({}, { paths })).toEqual([expect.stringContaining('`search` (QUERY /search): the deployed API does not serve it: it has a method that API Gateway does not route')]);
});

test.each([
  [{ root_path: '/api/v1' }, {}, '`root_path` of the app says, got: /api/v1'],
  [{}, { servers: [{ url: 'https://example.com/api/v2/' }] }, '`servers` of the document says, got: /api/v2'],
  [{}, { servers: [{ url: '/v3' }] }, '`servers` of the document says, got: /v3'],
])('a prefix that is taken off elsewhere: %j %j', (facts, more, message) => {
  expect(issues(facts, more)).toEqual([expect.stringContaining(message)]);
});

test.each([[{}], [{ servers: [{ url: 'https://example.com' }] }], [{ servers: [{ url: '/' }] }], [{ servers: [{ url: 'http://localhost:8000/' }] }]])('no prefix: %j', (more) => {
  expect(issues({ root_path: '' }, more)).toEqual([]);
});
