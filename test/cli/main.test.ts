import * as fs from 'fs';
import * as path from 'path';
import { cli } from '../support/cli';
import { fastApiPython } from '../support/fastapi-python';
import { TemporaryProject } from '../support/temporary-project';

const before = { ...process.env };
let project: TemporaryProject;
let python: string;

beforeAll(() => {
  python = fastApiPython();
});

beforeEach(() => {
  project = new TemporaryProject({}, 'shop');
  process.env.CDK_FASTAPI_CACHE = path.join(project.root, 'cache');
  process.env.CDK_FASTAPI_QUIET = '1';
});

afterEach(() => {
  process.env = { ...before };
  project.remove();
});

function documentFile(paths: Record<string, object>, name = 'openapi.json'): string {
  project.write({ [name]: JSON.stringify({ openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths }) });
  return path.join(project.entry, name);
}

function operation(operationId: string): object {
  return { operationId, responses: { 200: { description: 'OK' } } };
}

const GOOD = { '/items/{item_id}': { get: operation('readItem') } };
const BAD = { ...GOOD, '/tiles/{y}@{scale}x': { get: operation('tile') }, '/a/{b:c}-d': { get: operation('other') } };
const APP = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/files/{name:path}")\ndef read_file(name: str) -> str:\n    return name\n';

describe('usage', () => {
  test.each([[], ['lint', '--help'], ['openapi', '--help'], ['--help']])('%s %s shows help', async (...args: string[]) => {
    const ended = await cli(...args.filter(Boolean));
    expect(ended.out + ended.err).toContain('Usage: cdk-fastapi');
    expect(ended.out + ended.err).toContain('Exit status: 0 good, 1 problems found, 2 wrong usage.');
    expect(ended.code).toBe(args.includes('--help') ? 0 : 2);
  });

  test('help names every command', async () => {
    const { out } = await cli('--help');
    expect(out).toMatch(/^ {2}openapi \[options\]/m);
    expect(out).toMatch(/^ {2}lint \[options\]/m);
  });

  test('help of a command is that of its --help', async () => {
    expect(await cli('help', 'lint')).toEqual(await cli('lint', '--help'));
    expect(await cli('help')).toEqual(await cli('--help'));
  });

  test('the version is the package\'s', async () => {
    const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
    expect(await cli('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test.each([
    [['unknown'], 'unknown command'],
    [['lnt'], 'Did you mean lint?'],
    [['help', 'genrate'], 'Did you mean generate?'],
    [['lint', '--entry', 'no/such/app'], '`--entry` must be a directory that exists, got: no/such/app, which does not exist'],
    [['lint', '--entry', 'package.json'], 'got: package.json, which is a file'],
    [['lint', '--openapi', 'no.json'], '`--openapi` must be a file that exists, got: no.json, which does not exist'],
    [['lint', '--openapi', 'src'], 'got: src, which is a directory'],
    [['lint', '--entry', '.', '--entrypoint', 'app/main.py'], '`--entrypoint` must be written as module:attribute, such as app.main:app'],
    [['lint', '--entry', '.', '--python', './no/python'], '`--python` must be an interpreter that exists, got: ./no/python'],
    [['generate', '--entry', '.', '--name', 'my-api', '--language', 'typescript', '--out', 'x.ts'], '`--name` must be the name of a class'],
    [['lint'], 'give either --entry DIRECTORY or --openapi FILE, got: neither'],
    [['openapi'], 'got: neither'],
    [['lint', '--entry', '.', '--openapi', 'x.json'], 'got: both'],
    [['lint', '--openapi', 'x.json', '--entrypoint', 'a:b'], '--entrypoint says how an app is read and needs --entry'],
    [['lint', '--openapi', 'x.json', '--python', 'python3'], '--python says how'],
    [['lint', '--openapi', 'x.json', '--timeout', '5'], '--timeout says how'],
    [['lint', '--openapi', 'x.json', '--env', 'A=1'], '--env says how'],
    [['lint', '--entry', '.', '--env', 'A'], 'it must be NAME=value'],
    [['lint', '--entry', '.', '--timeout', '0'], 'whole number of seconds'],
    [['lint', '--entry', '.', '--timeout', '1e3'], 'whole number of seconds'],
    [['lint', '--entry', '.', '--kind', 'soap'], 'Allowed choices are rest, http'],
    [['lint', '--entry'], 'argument missing'],
    [['lint', '--entry', '.', '--whatever'], 'unknown option'],
    [['lint', '--entry', '.', 'more'], 'too many arguments'],
  ])('%j is wrong usage', async (args, message) => {
    const ended = await cli(...args);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain(message);
  });

  test('a problem is one message without a stack', async () => {
    const ended = await cli('lint', '--entry', project.entry);
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toMatch(/^error: no FastAPI app found in .*\n/);
    expect(ended.err).not.toContain('    at ');
  });
});

describe('openapi', () => {
  test('writes the document of an app with its route facts', async () => {
    project.write({ 'main.py': APP });
    const ended = await cli('openapi', '--entry', project.entry, '--python', python);
    expect(ended).toMatchObject({ code: 0, err: '' });
    const document = JSON.parse(ended.out);
    expect(document['x-cdk-fastapi']).toMatchObject({ entrypoint: 'main:app' });
    expect(document.paths['/files/{name}'].get['x-cdk-fastapi']).toMatchObject({ name: 'read_file', path: '/files/{name:path}', converters: { name: 'path' } });
  });

  test('variables of the app are given one by one', async () => {
    project.write({ 'main.py': APP.replace('FastAPI()', 'FastAPI(title=os.environ["FIRST"] + " " + os.environ["SECOND"])').replace(/^/, 'import os\n') });
    const written = await cli('openapi', '--entry', project.entry, '--python', python, '--env', 'FIRST=a=b', '--env', 'SECOND=c');
    expect(JSON.parse(written.out)).toMatchObject({ info: { title: 'a=b c' } });
  });

  test('what it writes reads as the app itself', async () => {
    project.write({ 'main.py': APP });
    const file = path.join(project.root, 'openapi.json');
    const written = await cli('openapi', '--entry', project.entry, '--entrypoint', 'main:app', '--python', python, '--timeout', '100', '--out', file);
    expect(written).toEqual({ code: 0, out: '', err: `${file}: 1 operation of main:app (${project.entry})\n` });
    const again = await cli('openapi', '--openapi', file);
    expect(again).toEqual({ code: 0, out: fs.readFileSync(file, 'utf8'), err: '' });
    expect((await cli('lint', '--openapi', file)).code).toBe(0);
  });

  test('--json tells what was written', async () => {
    const file = documentFile(GOOD);
    const out = path.join(project.root, 'out.json');
    const ended = await cli('openapi', '--openapi', file, '--out', out, '--json');
    expect(JSON.parse(ended.out)).toEqual({ out, source: file, operations: 1 });
    expect(fs.readdirSync(project.root).sort()).toEqual(['out.json', 'shop']);
  });

  test('a directory that does not exist is not made', async () => {
    const ended = await cli('openapi', '--openapi', documentFile(GOOD), '--out', path.join(project.root, 'no', 'out.json'));
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toMatch(/^error: `--out` must be a file in a directory that exists, got: .*\n$/);
    expect(fs.readdirSync(project.root)).toEqual(['shop']);
  });

  test('a broken document leaves the file as it was', async () => {
    project.write({ 'bad.json': '{', 'out.json': 'before' });
    const ended = await cli('openapi', '--openapi', path.join(project.entry, 'bad.json'), '--out', path.join(project.entry, 'out.json'));
    expect(ended.code).toBe(1);
    expect(fs.readFileSync(path.join(project.entry, 'out.json'), 'utf8')).toBe('before');
  });
});

describe('lint', () => {
  test('nothing to say', async () => {
    const file = documentFile(GOOD);
    expect(await cli('lint', '--openapi', file)).toEqual({ code: 0, out: `0 errors, 0 warnings in 1 operation of ${file}\n`, err: '' });
  });

  test('every problem of every operation, with rule and way out', async () => {
    const { code, out, err } = await cli('lint', '--openapi', documentFile(BAD));
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^error: [\w-]+: `tile` \(GET \/tiles\/\{y\}@\{scale\}x\): .*; .*catchAll/);
    expect(lines[1]).toMatch(/^error: [\w-]+: `other` \(GET \/a\/\{b:c\}-d\): /);
    expect(lines[2]).toMatch(/^2 errors, 0 warnings in /);
  });

  test('--json', async () => {
    const { code, out } = await cli('lint', '--openapi', documentFile(BAD), '--json', '--kind', 'http');
    expect(code).toBe(1);
    const result = JSON.parse(out);
    expect(result).toMatchObject({ kind: 'http', catchAll: false, errors: 2 });
    expect(result.issues.map((issue: { path: string; severity: string; rule: string; wayOut: string }) => [issue.path, issue.severity]))
      .toEqual([['/tiles/{y}@{scale}x', 'error'], ['/a/{b:c}-d', 'error']]);
  });

  test('with a catch-all the paths are served', async () => {
    expect((await cli('lint', '--openapi', documentFile(BAD), '--catch-all')).code).toBe(0);
  });

  test('text of a document obeys no terminal', async () => {
    const hostile = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202e\r';
    const file = documentFile({ [`/${hostile}/{a}-{b}`]: { get: { ...operation(`read${hostile}`), summary: hostile } } });
    for (const args of [['lint'], ['lint', '--json'], ['openapi']]) {
      const { out, err } = await cli(...args, '--openapi', file);
      // eslint-disable-next-line no-control-regex
      expect(out + err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    }
    const { out } = await cli('openapi', '--openapi', file);
    expect(JSON.parse(out)).toEqual(JSON.parse(fs.readFileSync(file, 'utf8')));
  });

  test('an argument obeys no terminal', async () => {
    const { err } = await cli('lint', '--openapi', '\u001b[2J');
    expect(err).toContain('\\u001b[2J');
  });
});

describe('openapi --for api-gateway', () => {
  test('writes OpenAPI 3.0.1 with the URL of the API, and says what is lost', async () => {
    const file = documentFile({ '/items': { get: { ...operation('list'), 'x-own': 1, 'parameters': [{ name: 'q', in: 'query', schema: { type: ['string', 'null'], contains: {} } }] } } });
    const { code, out, err } = await cli('openapi', '--openapi', file, '--for', 'api-gateway', '--server-url', 'https://api.example.com/v1');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      openapi: '3.0.1',
      info: { title: 'Shop', version: '1' },
      servers: [{ url: 'https://api.example.com/v1' }],
      paths: { '/items': { get: { operationId: 'list', parameters: [{ name: 'q', in: 'query', schema: { type: 'string', nullable: true } }], responses: { 200: { description: 'OK' } } } } },
    });
    expect(err).toContain('#/paths/~1items/get/parameters/q/schema/contains: `contains` is no keyword of OpenAPI 3.0');
  });

  test.each([
    [['--server-url', 'https://example.com'], '`--server-url` needs `--for api-gateway`'],
    [['--for', 'api-gateway', '--server-url', 'example'], 'It must be a URL that begins with https:// or http://.'],
    [['--for', 'other'], 'Allowed choices are api-gateway'],
  ])('%p is wrong usage', async (args, message) => {
    const { code, err } = await cli('openapi', '--openapi', documentFile(GOOD), ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
