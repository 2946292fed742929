import * as fs from 'fs';
import * as path from 'path';
import { ClientProject, ROOT } from './support';
import { cli } from '../support/cli';

let project: ClientProject;

beforeEach(() => {
  project = new ClientProject();
});
afterEach(() => project.remove());

const ITEM = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };

function json(schema: object, type = 'application/json', key = 'schema'): object {
  return { responses: { 200: { description: 'OK', content: { [type]: { [key]: schema } } } } };
}

function documentFile(paths: object, components: object = {}): string {
  const file = path.join(project.root, 'openapi.json');
  fs.writeFileSync(file, JSON.stringify({ openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths, components }));
  return file;
}

/** What a directory holds, with the content. */
function contents(directory: string): Record<string, string> {
  const files = fs.readdirSync(directory, { recursive: true, withFileTypes: true }).filter((item) => item.isFile()).map((item) => path.join(item.parentPath, item.name));
  return Object.fromEntries(files.sort().map((file) => [path.relative(directory, file), fs.readFileSync(file, 'utf8')]));
}

const out = (): string => path.join(project.root, 'client');
const generate = async (paths: object, ...more: string[]) => cli('client', '--openapi', documentFile(paths), '--out', out(), ...more);

/** Compiles a program that uses the client; every line is checked. */
function check(...lines: string[]): string {
  project.write({ 'program.mts': `type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;\nconst same = <A, B>(yes: Same<A, B>): boolean => yes;\n${lines.join('\n')}\n` });
  return project.compile('nodenext', { noEmit: true, skipLibCheck: true });
}

test('every kind of stream has its items\' type', async () => {
  const item = { $ref: '#/components/schemas/Item' };
  const event = (data: object) => ({ type: 'object', properties: { data, event: { type: 'string' } } });
  const paths = {
    '/lines': { get: { operationId: 'lines', ...json(item, 'application/jsonl', 'itemSchema') } },
    '/text-lines': { get: { operationId: 'textLines', ...json({ type: 'string' }, 'application/x-ndjson') } },
    '/data': { post: { operationId: 'updates', requestBody: { required: true, content: { 'application/json': { schema: item } } }, ...json(event({ type: 'string', contentMediaType: 'application/json', contentSchema: item }), 'text/event-stream', 'itemSchema') } },
    '/events/{id}': { get: { operationId: 'events', parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }], ...json(event({ type: 'string' }), 'text/event-stream', 'itemSchema') } },
    '/marked': { get: { 'operationId': 'marked', 'x-streaming': true, ...json(item) } },
    '/raw': { get: { 'operationId': 'raw', 'x-cdk-fastapi': { name: 'raw', streaming: true }, ...json({}) } },
    '/csv': { get: { 'operationId': 'csv', 'x-cdk-fastapi': { name: 'csv', streaming: true }, ...json({ type: 'string' }, 'text/csv') } },
    '/chat': { post: { operationId: 'chat', responses: { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'boolean' } }, 'text/event-stream': { schema: item } } } } } },
    '/whole': { get: { 'operationId': 'whole', 'x-streaming': false, ...json(item, 'application/jsonl', 'itemSchema') } },
  };
  const ended = await cli('client', '--openapi', documentFile(paths, { schemas: { Item: ITEM, LinesItem: { type: 'null' } } }), '--out', out(), '--iam', '--react-query');
  expect(ended).toEqual({ code: 0, out: '', err: expect.stringContaining('9 operations, 8 streams of ') });
  expect(check(
    "import { chat, chatStream, csv, events, lines, marked, raw, textLines, updates, whole, type Item, type LinesItem } from './client/index.js';",
    "import type { ServerSentEvent } from './client/decode.js';",
    "import { iam } from './client/iam.js';",
    "import { connect } from './client/connect.js';",
    "import { wholeOptions } from './client/react-query.js';",
    "import * as hooks from './client/react-query.js';",
    'same<ReturnType<typeof lines>, AsyncIterable<Item>>(true);',
    'same<LinesItem, null>(true);',
    'same<ReturnType<typeof textLines>, AsyncIterable<unknown>>(true);',
    'same<ReturnType<typeof updates>, AsyncIterable<Item>>(true);',
    'same<ReturnType<typeof events>, AsyncIterable<ServerSentEvent>>(true);',
    'same<ReturnType<typeof marked>, AsyncIterable<Item>>(true);',
    'same<ReturnType<typeof raw>, AsyncIterable<unknown>>(true);',
    'same<ReturnType<typeof csv>, AsyncIterable<string>>(true);',
    'same<ReturnType<typeof chatStream>, AsyncIterable<Item>>(true);',
    'const { data: answer } = await chat({ throwOnError: true });',
    'same<typeof answer, boolean>(true);',
    'void whole({ signal: AbortSignal.timeout(1) });',
    "lines({ signal: AbortSignal.timeout(1), headers: { a: 'b' } });",
    'updates({ body: { id: 1 } });',
    '// @ts-expect-error the body is missing',
    'updates();',
    '// @ts-expect-error an id is a number',
    "updates({ body: { id: 'x' } });",
    '// @ts-expect-error the path needs its parameter',
    'events({});',
    "await connect({ url: 'https://a.example', authorize: iam({ credentials: { accessKeyId: '', secretAccessKey: '' }, region: 'eu-west-1' }) });",
    'wholeOptions().queryKey;',
    'same<Extract<keyof typeof hooks, `lines${string}` | `updates${string}`>, never>(true);',
  )).toBe('');
});

test('a document without operation ids, with names that are words of the language, and with text that would end a comment', async () => {
  const paths = {
    '/': { get: json(ITEM) },
    '/books/{book_id}': { get: json(ITEM), delete: { operationId: 'delete', ...json(ITEM) } },
    '/黄': { get: { operationId: '黄', ...json(ITEM) } },
    '/a': { get: { operationId: 'twice', ...json(ITEM) }, post: { operationId: 'twice', ...json(ITEM) } },
    '/b': { get: { operationId: 'list', ...json(ITEM) }, put: { operationId: 'listOptions', ...json(ITEM) } },
    '/*/ throw new Error(); /*': { get: { operationId: 'hostile', summary: '*/ throw new Error(); /*', ...json(ITEM, 'application/jsonl', 'itemSchema') } },
    '/c': { get: { operationId: 'constructor', ...json(ITEM) }, put: { operationId: '__proto__', ...json(ITEM) }, post: { operationId: '`${process.exit()}`\'";', ...json(ITEM) } },
  };
  expect(await generate(paths, '--react-query')).toEqual({ code: 0, out: '', err: expect.stringContaining('12 operations, 1 stream of ') });
  expect(check(
    "import * as api from './client/index.js';",
    "type Functions = Exclude<keyof typeof api, 'client'>;",
    "const names: Functions[] = ['getRoot', 'getBooksBookId', 'deleteOperation', 'twiceGet', 'twicePost', 'list', 'listOptionsOperation', 'hostile', 'constructor', 'proto'];",
    'same<ReturnType<typeof api.hostile>, AsyncIterable<api.HostileItem>>(true);',
    'console.log(names);',
  )).toBe('');
});

test('names of streams and of their items are those that the generator has chosen', async () => {
  const lines = json(ITEM, 'application/jsonl', 'itemSchema');
  const both = { responses: { 200: { description: 'OK', content: { 'application/json': { schema: { type: 'boolean' } }, 'application/jsonl': { itemSchema: ITEM } } } } };
  const ids = ['listA2AAgents', 'list-a2a-agents', 'LISTS', 'getHTTPSUrls', 'v1.items/list2b', '2fast', 'größe', '黄', 'имя_файла', 'naïve', 'A', '$', 'IDs_of', 'x__y', 'a1b2C3', 'delete', 'options', 'data', 'z2'];
  const paths = {
    ...Object.fromEntries(ids.map((operationId, index) => [`/s${index}`, { get: { operationId, ...lines } }])),
    // Their answers are whole, or may be, and the names are near to those of streams.
    '/near': { get: { operationId: 'z', ...both }, post: { operationId: 'zStream', ...json(ITEM) }, put: { operationId: 'z_stream_2', ...both } },
  };
  expect(await generate(paths, '--react-query')).toEqual({ code: 0, out: '', err: expect.stringContaining('22 operations, 21 streams of ') });
  expect(check(
    "import * as streams from './client/streams.js';",
    "import * as api from './client/index.js';",
    'type Items = { [K in keyof typeof streams]: ReturnType<(typeof streams)[K]> extends AsyncIterable<{ id: number }> ? never : K }[keyof typeof streams];',
    'same<Items, never>(true);',
    'same<Exclude<keyof typeof streams, keyof typeof api>, never>(true);',
    "const names: (keyof typeof streams)[] = ['listA2aAgents', 'lists', 'getHttpsUrls', 'v1ItemsList2B', 'größe', '黄', 'имяФайла', 'deleteOperation', 'optionsOperation', 'dataOperation', 'zStream3', 'zStream2Stream'];",
    'const { data } = await api.zStream({ throwOnError: true });',
    'same<typeof data.id, number>(true);',
    'console.log(names);',
  )).toBe('');
});

test('operations called as what the module of hooks has of its own', async () => {
  const ids = [
    'createInfiniteParams', 'createQueryKey', 'data', 'fnOptions', 'infiniteQueryOptions', 'mutationOptions', 'options', 'page', 'pageParam', 'params', 'queryKey',
    'queryOptions', 'signal', 'client', 'Client', 'Options', 'QueryKey', 'InfiniteData', 'DefaultError', 'UseMutationOptions', 'formDataBodySerializer', 'ClientOptions',
  ];
  const cursor = { parameters: [{ name: 'cursor', in: 'query', schema: { type: 'integer' } }] };
  const paths = Object.fromEntries(ids.flatMap((operationId, index) => [
    [`/get${index}`, { get: { operationId, ...cursor, ...json(ITEM) } }],
    [`/post${index}`, { post: { operationId: `make ${operationId}`, ...json(ITEM) } }],
  ]));
  expect(await generate(paths, '--react-query')).toMatchObject({ code: 0 });
  expect(project.compile('nodenext', { noEmit: true })).toBe('');
  const posts = Object.fromEntries(ids.map((operationId, index) => [`/post${index}`, { post: { operationId, ...cursor, ...json(ITEM) } }]));
  expect(await generate(posts, '--react-query')).toMatchObject({ code: 0 });
  expect(project.compile('nodenext', { noEmit: true })).toBe('');
});

test('a method that the generator does not know is left out with a warning, and so is its stream', async () => {
  const document = { openapi: '3.2.0', info: { title: 'Shop', version: '1' }, paths: { '/a': { query: { operationId: 'search', ...json(ITEM, 'application/jsonl', 'itemSchema') }, get: { operationId: 'a', ...json(ITEM) } } } };
  project.write({ 'openapi.json': JSON.stringify(document) });
  const ended = await cli('client', '--openapi', path.join(project.root, 'openapi.json'), '--out', out());
  expect(ended).toEqual({ code: 0, out: '', err: expect.stringContaining('warning: QUERY /a is left out: the generator does not know the method') });
  expect(ended.err).toContain('1 operation, 0 streams of ');
  expect(project.compile('nodenext', { noEmit: true })).toBe('');
});

test('the second run replaces what the first has written, and nothing else', async () => {
  await generate({ '/a': { get: { operationId: 'a', ...json(ITEM, 'application/jsonl', 'itemSchema') } } }, '--iam');
  fs.writeFileSync(path.join(out(), 'mine.ts'), 'export {};\n');
  expect(fs.existsSync(path.join(out(), 'streams.ts'))).toBe(true);
  await generate({ '/b': { get: { operationId: 'b', ...json(ITEM) } } });
  const files = contents(out());
  expect(Object.keys(files).filter((file) => !file.startsWith('generated'))).toEqual(['connect.ts', 'connection.ts', 'errors.ts', 'index.ts', 'mine.ts']);
  expect(files['generated/sdk.gen.ts']).toContain('export const b =');
  await generate({ '/b': { get: { operationId: 'b', ...json(ITEM) } } });
  expect(contents(out())).toEqual(files);
});

describe('nothing is changed where', () => {
  const GOOD = { '/a': { get: { operationId: 'a', ...json(ITEM) } } };

  async function refused(message: string, code: number, paths: object = GOOD, directory?: string): Promise<void> {
    const before = contents(project.root);
    const ended = await generate(paths, ...(directory === undefined ? [] : ['--out', directory]));
    expect(ended.err).toContain(message);
    expect([ended.code, ended.out]).toEqual([code, '']);
    const { 'openapi.json': _, ...after } = contents(project.root);
    expect(after).toEqual(before);
    expect(fs.readdirSync(project.root).filter((file) => file.endsWith('.part'))).toEqual([]);
  }

  test('a file of ours would replace somebody else\'s', async () => {
    project.write({ 'client/index.ts': 'export {};\n' });
    await refused('which it has not; name another directory', 2);
  });

  test('somebody else has a folder of that name', async () => {
    project.write({ 'client/generated/a.ts': 'export {};\n' });
    await refused('client/generated, which it has not; name another directory', 2);
  });

  test('the directory is a file', async () => {
    project.write({ client: '' });
    await refused('which is a file; name another one', 2);
  });

  (process.platform === 'linux' ? test : test.skip)('a file system makes no directories, where Node.js itself would try for ever', async () => {
    await refused('`--out` must be a directory that can be written to, got: /proc/cdk-fastapi/client (ENOENT)', 1, GOOD, '/proc/cdk-fastapi/client');
  });

  test('there are no operations', async () => {
    await refused('a client needs operations, got: none in ', 1, {});
  });

  test('the generator fails', async () => {
    project.write({ 'node_modules2/@hey-api/openapi-ts/package.json': JSON.stringify({ version: '0.95.9', main: 'main.mjs' }), 'node_modules2/@hey-api/openapi-ts/main.mjs': 'export const createClient = () => { throw new Error("out of ideas"); };\n' });
    withModules('node_modules2');
    await refused('could not generate the client with @hey-api/openapi-ts 0.95.9: exit status 1', 1);
  });

  test.each([
    ['0.94.9', {}, '@hey-api/openapi-ts must be >=0.95.0 <0.100.0, got: 0.94.9'],
    ['0.100.0', {}, 'got: 0.100.0'],
    ['0.99.0', { node: '>=99' }, `@hey-api/openapi-ts 0.99.0 needs Node.js >=99, got: ${process.versions.node}; use that, or run \`npm install --save-dev @hey-api/openapi-ts@~0.95.0\``],
  ])('the generator is %s and wants %j', async (version, engines, message) => {
    project.write({ 'node_modules2/@hey-api/openapi-ts/package.json': JSON.stringify({ version, engines, main: 'main.mjs' }) });
    withModules('node_modules2');
    await refused(message, 2);
  });

  function withModules(directory: string): void {
    fs.rmSync(path.join(project.root, 'node_modules'));
    fs.renameSync(path.join(project.root, directory), path.join(project.root, 'node_modules'));
  }
});

describe('with TypeScript 7, whose package has no compiler API', () => {
  const seven = JSON.stringify({ name: 'typescript', version: '7.0.2', main: 'index.js' });
  const link = (name: string, to: string): void => {
    fs.mkdirSync(path.dirname(path.join(project.root, 'node_modules', name)), { recursive: true });
    fs.symlinkSync(fs.realpathSync(path.join(ROOT, 'node_modules', to)), path.join(project.root, 'node_modules', name), 'dir');
  };

  beforeEach(() => {
    fs.rmSync(path.join(project.root, 'node_modules'));
    // The generator itself is copied, not linked: it finds the TypeScript of the place where it really is.
    fs.cpSync(path.join(ROOT, 'node_modules', '@hey-api'), path.join(project.root, 'node_modules', '@hey-api'), { recursive: true });
    for (const name of fs.readdirSync(path.join(ROOT, 'node_modules'))) {
      if (!name.startsWith('.') && !['@hey-api', 'typescript'].includes(name)) link(name, name);
    }
    project.write({ 'node_modules/typescript/package.json': seven, 'node_modules/typescript/index.js': 'module.exports = { version: "7.0.2" };' });
  });
  const paths = { '/a': { get: { operationId: 'a', ...json(ITEM) } } };

  test('the generator uses one that stands beside the project\'s own', async () => {
    link('typescript-6', 'typescript');
    expect(await generate(paths)).toMatchObject({ code: 0, err: expect.stringContaining('1 operation') });
    expect(fs.readFileSync(path.join(out(), 'generated', 'sdk.gen.ts'), 'utf8')).toContain('export const a = ');
  });

  test('one error says so before anything is read, where there is none', async () => {
    const before = process.cwd();
    process.chdir(project.root);
    try {
      // There is no app at all.
      expect(await cli('client', '--entry', '.', '--out', 'client')).toEqual({
        code: 2,
        out: '',
        err: 'error: @hey-api/openapi-ts needs TypeScript <7.0.0, since it uses the compiler\'s JavaScript API, got: 7.0.2; '
          + 'run `npm install --save-dev typescript-6@npm:typescript@~6.0.0`, which stands beside the project\'s own and is used by the generator alone\n',
      });
    } finally {
      process.chdir(before);
    }
  });
});

test('our files pass every setting of create-vite and of `tsc --init`, those that the generator\'s do not pass too', async () => {
  const lines = json(ITEM, 'application/jsonl', 'itemSchema');
  expect(await generate({ '/a': { get: { operationId: 'a', ...lines } }, '/b': { get: { operationId: 'b', ...json(ITEM) } } }, '--iam', '--react-query')).toMatchObject({ code: 0 });
  const strictest = {
    noEmit: true, erasableSyntaxOnly: true, noUncheckedIndexedAccess: true, noPropertyAccessFromIndexSignature: true, noUncheckedSideEffectImports: true,
    verbatimModuleSyntax: true, moduleDetection: 'force', allowUnreachableCode: false, skipLibCheck: true,
  };
  expect(project.compile('bundler', strictest)).toBe('');
  const said = project.compile('bundler', { ...strictest, exactOptionalPropertyTypes: true });
  expect(said.split('\n').filter((line) => /error TS/.test(line) && !line.includes('client/generated/'))).toEqual([]);
});

test('a project without the generator is told how to get it', async () => {
  fs.rmSync(path.join(project.root, 'node_modules'));
  const before = process.cwd();
  process.chdir(project.root);
  try {
    const { code, err } = await generate({ '/a': { get: { operationId: 'a', ...json(ITEM) } } });
    expect(code).toBe(2);
    expect(err).toContain('needs @hey-api/openapi-ts in your project, got: none from ');
    expect(err).toContain('run `npm install --save-dev @hey-api/openapi-ts@~0.95.0` there');
    expect(fs.existsSync(out())).toBe(false);
  } finally {
    process.chdir(before);
  }
});

test('what cannot be followed is a warning, and so are packages that are missing; --json says the same', async () => {
  // What the app knows of itself has schemas of its own.
  const facts = { 'x-cdk-fastapi': { name: 'a', accepts: { $ref: '#/definitions/Elsewhere' } } };
  const paths = { '/a': { get: { operationId: 'a', ...facts, ...json({ $ref: '#/components/schemas/None' }) } } };
  const missing = { '/b': { get: { operationId: 'b', ...json({ properties: { x: { $ref: 'other.json' } } }) } } };
  const ended = await generate({ ...paths, ...missing }, '--json', '--react-query');
  expect(ended.code).toBe(0);
  expect(ended.err).toContain('warning: what `$ref` #/components/schemas/None stands for may be anything in the client');
  expect(JSON.parse(ended.out)).toMatchObject({ out: out(), operations: 2, streams: 0, generator: expect.stringMatching(/^0\.9\d\./), missing: [], warnings: [expect.stringContaining('None'), expect.stringContaining('other.json')] });
});
