import { appFacts, operationFacts } from '../../src/openapi/route-facts';
import { FastApiError } from '../../src/private/errors';

const ofOperation = (facts: unknown) => operationFacts({ 'x-cdk-fastapi': facts }, 'GET /a of doc');
const ofApp = (facts: unknown) => appFacts({ 'x-cdk-fastapi': facts }, 'doc');

test('a plain document has no facts', () => {
  expect(operationFacts({}, 'GET /a')).toBeUndefined();
  expect(appFacts({}, 'doc')).toMatchObject({ handler: false, ownHandler: false, hidden: [], mounts: [], websockets: [], shadowed: [] });
});

test('facts of an operation are read', () => {
  expect(ofOperation({ name: 'read', module: 'app.files', path: '/files/{p:path}', converters: { p: 'path' }, streaming: true })).toEqual({
    name: 'read', module: 'app.files', path: '/files/{p:path}', converters: new Map([['p', 'path']]), streaming: true,
  });
  expect(ofOperation({ name: 'read', converters: null })).toMatchObject({ converters: new Map(), streaming: false });
});

test('facts of the app are read', () => {
  expect(ofApp({
    fastapi: '0.165.0',
    python: '3.12',
    entrypoint: 'main:app',
    handler: true,
    ownHandler: true,
    hidden: [{ path: '/docs', methods: ['GET', 'HEAD'], name: 'docs' }],
    mounts: [{ path: '/static', name: 'static' }],
    websockets: [{ path: '/ws' }],
    wrapped: ['secured'],
    sites: [{ path: '/', directory: 'dist', fallback: 'auto', index: true, guarded: false }],
    shadowed: [{ path: '/a/{b}', methods: ['GET'], name: 'second', by: { path: '/a/{a}', name: 'first' } }],
  })).toEqual({
    accepted: {},
    fastapi: '0.165.0',
    python: '3.12',
    entrypoint: 'main:app',
    handler: true,
    ownHandler: true,
    ownValidationAnswer: false,
    corsOfMounts: [],
    hidden: [{ path: '/docs', methods: ['GET', 'HEAD'], name: 'docs' }],
    mounts: [{ path: '/static', name: 'static' }],
    websockets: [{ path: '/ws', name: undefined }],
    wrapped: ['secured'],
    sites: [{ path: '/', directory: 'dist', fallback: 'auto', index: true, guarded: false }],
    shadowed: [{ path: '/a/{b}', methods: ['GET'], name: 'second', by: { path: '/a/{a}', name: 'first' } }],
  });
});

test('what is not said of CORS is as Starlette has it', () => {
  expect(ofApp({ cors: {} }).cors).toEqual({
    allowOrigins: [], allowOriginRegex: undefined, allowMethods: ['GET'], allowHeaders: [], allowCredentials: false, exposeHeaders: [], maxAge: 600, ownCode: false,
  });
});

test.each<[string, () => unknown, string]>([
  ['no object', () => ofOperation('x'), '`x-cdk-fastapi` must be an object, got: string "x" (GET /a of doc)'],
  ['no name', () => ofOperation({}), '`x-cdk-fastapi.name` must be a string, got: undefined'],
  ['converters', () => ofOperation({ name: 'a', converters: { p: 1 } }), '`x-cdk-fastapi.converters.p` must be a string, got: number 1'],
  ['streaming', () => ofOperation({ name: 'a', streaming: 'yes' }), '`x-cdk-fastapi.streaming` must be true or false'],
  ['hidden', () => ofApp({ hidden: {} }), '`x-cdk-fastapi.hidden` must be a list'],
  ['a hidden route', () => ofApp({ hidden: [{}] }), '`x-cdk-fastapi.path` must be a string'],
  ['methods', () => ofApp({ hidden: [{ path: '/', methods: 'GET' }] }), '`x-cdk-fastapi.methods` must be a list of strings'],
])('facts that nothing here wrote are refused: %s', (_, read, message) => {
  expect(read).toThrow(FastApiError);
  expect(read).toThrow(message);
  expect(read).toThrow('write the document again with `cdk-fastapi openapi`');
});
