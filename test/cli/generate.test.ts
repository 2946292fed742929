import * as fs from 'fs';
import * as path from 'path';
import { cli as runCli } from '../support/cli';
import { fastApiPython } from '../support/fastapi-python';
import { TemporaryProject } from '../support/temporary-project';

const before = { ...process.env };
const here = process.cwd();
let project: TemporaryProject;

beforeEach(() => {
  project = new TemporaryProject({}, 'shop');
  process.env.CDK_FASTAPI_CACHE = path.join(project.root, 'cache');
  process.env.CDK_FASTAPI_QUIET = '1';
  process.chdir(project.root);
});

afterEach(() => {
  process.chdir(here);
  process.env = { ...before };
  project.remove();
});

const cli = (...args: string[]) => runCli('generate', ...args);

function documentFile(paths: Record<string, object>): void {
  project.write({ 'openapi.json': JSON.stringify({ openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths }) });
}

const operation = (operationId: string) => ({ operationId, responses: { 200: { description: 'OK' } } });
const ITEMS = { '/items': { get: operation('listItems') }, '/items/{id}': { get: { ...operation('readItem'), parameters: [{ name: 'id', in: 'path', required: true }] } } };
const FROM_DOCUMENT = ['--openapi', 'shop/openapi.json', '--name', 'ShopApi'];
const TYPESCRIPT = [...FROM_DOCUMENT, '--language', 'typescript', '--out', 'lib/shop-api.ts'];
const read = (file: string): string => fs.readFileSync(path.join(project.root, file), 'utf8');

describe('writing', () => {
  beforeEach(() => documentFile(ITEMS));

  test('TypeScript, from a document: its directory is the project', async () => {
    expect(await cli(...TYPESCRIPT)).toEqual({ code: 0, out: '', err: `lib/shop-api.ts: 2 operations of ${path.join(project.entry, 'openapi.json')}\n` });
    expect(read('lib/shop-api.ts')).toContain("FastApiApp.fromDirectory('shop', { openApi: OpenApiSource.fromFile('shop/openapi.json') })");
    expect(read('lib/shop-api.ts')).toContain("  readItem: 'GET /items/{id}',");
    expect(fs.readdirSync(path.join(project.root, 'lib'))).toEqual(['shop-api.ts']);
  });

  test('Python finds its project from its own file', async () => {
    expect((await cli(...FROM_DOCUMENT, '--language', 'python', '--kind', 'http', '--out', 'lib/deep/shop_api_construct.py')).code).toBe(0);
    const text = read('lib/deep/shop_api_construct.py');
    expect(text).toContain('Path(__file__).parent.joinpath("../../shop")');
    expect(text).toContain('class ShopApi(cdk_fastapi.FastApiHttpApi):');
  });

  test.each([
    ['src/main/java/com/shop/ShopApi.java', 'package com.shop;\n'],
    ['java/ShopApi.java', undefined],
    ['ShopApi.java', undefined],
    ['src/main/java/com/my-shop/ShopApi.java', undefined],
  ])('Java in %s', async (file, line) => {
    expect((await cli(...FROM_DOCUMENT, '--language', 'java', '--out', file)).code).toBe(0);
    expect(/^package .*\n/m.exec(read(file))?.[0]).toBe(line);
    expect(read(file)).toContain('public class ShopApi extends FastApiRestApi {');
  });

  test('the same text each time, and over itself', async () => {
    await cli(...TYPESCRIPT);
    const first = read('lib/shop-api.ts');
    expect((await cli(...TYPESCRIPT)).code).toBe(0);
    expect(read('lib/shop-api.ts')).toBe(first);
    expect(first).not.toContain(project.root);
  });

  test('--json tells what was written', async () => {
    const { code, out, err } = await cli(...TYPESCRIPT, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({ out: 'lib/shop-api.ts', source: path.join(project.entry, 'openapi.json'), operations: 2, warnings: [] });
  });

  test('names that had to give way are told', async () => {
    documentFile({ '/a': { get: operation('getItem'), put: operation('get_item') } });
    const { code, err } = await cli(...FROM_DOCUMENT, '--language', 'python', '--out', 'shop_api.py');
    expect(code).toBe(0);
    expect(err).toContain('warning: attribute `get_item_2` stands for `get_item`: `get_item` is `getItem` already\n');
  });

  test('what an app declares, with its entry point', async () => {
    project.write({ 'app.py': 'from fastapi import FastAPI\n\nmy_app = FastAPI()\n\n\n@my_app.get("/files/{name:path}")\ndef read_file(name: str) -> str:\n    return name\n' });
    const ended = await cli('--entry', 'shop', '--entrypoint', 'app:my_app', '--python', fastApiPython(), '--name', 'ShopApi', '--language', 'typescript', '--out', 'shop-api.ts');
    expect(ended).toMatchObject({ code: 0, out: '' });
    expect(read('shop-api.ts')).toContain("FastApiApp.fromDirectory('shop', { entrypoint: 'app:my_app' })");
    expect(read('shop-api.ts')).toContain("  /** Read File */\n  readFile: 'GET /files/{name}',");
  });
});

describe('--check', () => {
  beforeEach(async () => {
    documentFile(ITEMS);
    await cli(...TYPESCRIPT);
  });

  test('a file that is up to date, also with other ends of lines', async () => {
    expect((await cli(...TYPESCRIPT, '--check')).code).toBe(0);
    project.write({ '../lib/shop-api.ts': read('lib/shop-api.ts').replaceAll('\n', '\r\n') });
    expect((await cli(...TYPESCRIPT, '--check')).code).toBe(0);
  });

  test.each<[string, () => void, string]>([
    ['a changed app', () => documentFile({ '/items': { get: operation('listItems') } }), 'operations have changed: `readItem` (GET /items/{id}, now gone)'],
    ['an edited file', () => fs.appendFileSync('lib/shop-api.ts', '// mine\n'), 'it was edited by hand'],
    ['another file', () => fs.writeFileSync('lib/shop-api.ts', 'export {};\n'), 'it was not written by `cdk-fastapi generate`'],
    ['no file', () => fs.rmSync('lib/shop-api.ts'), 'no file'],
  ])('%s is told, and nothing is written', async (_what, change, message) => {
    change();
    const text = fs.existsSync('lib/shop-api.ts') ? read('lib/shop-api.ts') : undefined;
    const { code, out, err } = await cli(...TYPESCRIPT, '--check');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`error: lib/shop-api.ts must be what \`cdk-fastapi generate\` writes, got: ${message}`);
    expect(fs.existsSync('lib/shop-api.ts') ? read('lib/shop-api.ts') : undefined).toBe(text);
    expect(JSON.parse((await cli(...TYPESCRIPT, '--check', '--json')).out).problem).toContain(message);
  });

  test('other options are another file', async () => {
    expect((await cli(...TYPESCRIPT, '--catch-all', '--check')).err).toContain('options of the command');
  });
});

describe('what is refused', () => {
  beforeEach(() => documentFile(ITEMS));

  test.each([
    [['--language', 'typescript', '--out', 'x.ts', ...FROM_DOCUMENT.slice(0, 2)], "required option '--name <name>'"],
    [[...FROM_DOCUMENT, '--out', 'x.ts'], "required option '--language <language>'"],
    [[...FROM_DOCUMENT, '--language', 'typescript'], "required option '--out <file>'"],
    [[...FROM_DOCUMENT, '--language', 'ruby', '--out', 'x.rb'], 'Allowed choices are typescript, python, java'],
    [[...FROM_DOCUMENT, '--language', 'python', '--out', 'x.ts'], '--out must be a file that ends in .py, got: x.ts'],
    [[...FROM_DOCUMENT, '--language', 'java', '--out', 'Other.java'], '--out must be a file called ShopApi.java'],
    [[...FROM_DOCUMENT, '--language', 'typescript', '--out', 'x.ts', '--kind', 'soap'], 'Allowed choices are rest, http'],
    [['--name', 'ShopApi', '--language', 'typescript', '--out', 'x.ts'], 'got: neither'],
  ])('%j is wrong usage', async (args, message) => {
    const ended = await cli(...args);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain(message);
    expect(fs.readdirSync(project.root)).toEqual(['shop']);
  });

  test.each(['shopApi', 'Shop-Api', '1Shop', 'Shop Api', '', "X'; process.exit()//", 'ShöpApi'])('%j is no name of a class', async (name) => {
    const { code, err } = await cli('--openapi', 'shop/openapi.json', '--name', name, '--language', 'typescript', '--out', 'x.ts');
    expect(code).toBe(2);
    expect(err).toMatch(/^error: `--name` must be the name of a class, an upper-case letter and then letters and digits, got: .*; for example MyApi\n$/);
  });

  test.each(['Construct', 'Operations', 'FastApiRestApi', 'String', 'RestApi', 'Map'])('%s is a name that the file uses itself', async (name) => {
    const { code, err } = await cli('--openapi', 'shop/openapi.json', '--name', name, '--language', 'typescript', '--out', 'x.ts');
    expect(code).toBe(2);
    expect(err).toContain(`must not be a name that the generated file uses itself, got: ${name}`);
  });

  test('an operation that cannot be served is told with its way out, and --catch-all is one', async () => {
    documentFile({ ...ITEMS, '/tiles/{y}@{scale}x': { get: operation('tile') } });
    const ended = await cli(...TYPESCRIPT);
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('/tiles/{y}@{scale}x');
    expect(fs.existsSync('lib')).toBe(false);
    expect((await cli(...TYPESCRIPT, '--catch-all')).code).toBe(0);
    expect(read('lib/shop-api.ts')).toContain(', operations, { catchAll: true });');
  });

  test('the file of somebody else stays', async () => {
    fs.mkdirSync('lib');
    fs.writeFileSync('lib/shop-api.ts', 'export const mine = 1;\n');
    const { code, err } = await cli(...TYPESCRIPT);
    expect(code).toBe(2);
    expect(err).toContain('`--out` must be a new file or one that `cdk-fastapi generate` has written, got: lib/shop-api.ts');
    expect(read('lib/shop-api.ts')).toBe('export const mine = 1;\n');
  });

  test('a place where nothing can be written', async () => {
    fs.writeFileSync('lib', 'a file');
    expect(await cli(...TYPESCRIPT)).toMatchObject({ code: 2, out: '' });
    expect((await cli(...TYPESCRIPT)).err).toMatch(/^error: `--out` must be a file .*lib.* \((ENOTDIR|EEXIST)\)\n$/);
    fs.mkdirSync('shop-api.ts');
    expect((await cli(...FROM_DOCUMENT, '--language', 'typescript', '--out', 'shop-api.ts')).err).toMatch(/^error: `--out` must be a file that can be read, got: shop-api\.ts \(EISDIR\)\n$/);
  });

  (process.platform === 'linux' ? test : test.skip)('a file system that makes no directories, where Node.js itself would try for ever', async () => {
    const { code, err } = await cli(...FROM_DOCUMENT, '--language', 'typescript', '--out', '/proc/cdk-fastapi/shop-api.ts');
    expect({ code, err }).toEqual({ code: 1, err: 'error: `--out` must be a file in a directory that can be made, got: /proc/cdk-fastapi (ENOENT)\n' });
  });
});
