import * as fs from 'fs';
import * as path from 'path';
import { run } from '../../src/cli/main';
import { terminalText } from '../../src/cli/terminal';
import { documentOf, type Row } from '../integrations/fixture';
import { fastApiPython } from '../support/fastapi-python';
import { SMALL_APP, temporaryCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

let project: TemporaryProject;

beforeEach(() => {
  project = new TemporaryProject({}, 'shop');
});

afterEach(() => project.remove());

interface Planned {
  readonly code: number;
  readonly text: string;
}

async function plan(count: number, ...args: string[]): Promise<Planned> {
  const rows = Array.from({ length: count }, (_, index): Row => ['get', `/r${index}`, `read${index}`]);
  project.write({ 'openapi.json': JSON.stringify(documentOf(rows)) });
  let text = '';
  const write = (part: string) => { text += terminalText(part); };
  const code = await run(['node', 'cdk-fastapi', 'plan', '--openapi', path.join(project.entry, 'openapi.json'), ...args], { out: write, err: write });
  return { code, text };
}

async function used(count: number, ...args: string[]): Promise<Record<string, number>> {
  const { text } = await plan(count, '--json', ...args);
  return Object.fromEntries(JSON.parse(text).rows.map((row: { what: string; used: number }) => [row.what, row.used]));
}

test('counts what the construct makes: one stack, then nested ones', async () => {
  expect(await used(3)).toMatchObject({
    'operations with a function of their own': 3, 'stacks': 1, 'resources of all stacks': 18, 'bytes of the policy of a role': 0, 'resources of the REST API': 3,
  });
  const nested = await used(61);
  expect(nested.stacks).toBeGreaterThan(10);
  expect(nested['bytes of the policy of a role']).toBeGreaterThan(0);
  expect(await used(3, '--function-stacks', '20')).toMatchObject({ 'operations with a function of their own': 3 });
  expect((await used(3, '--function-stacks', '20')).stacks).toBeGreaterThan(1);
});

test('says what is shared, and what an HTTP API has', async () => {
  expect(await used(61, '--pattern', 'shared')).toMatchObject({ functions: 1, stacks: 1 });
  expect(await used(3, '--kind', 'http')).toMatchObject({ 'routes of the HTTP API': 3, 'integrations of the HTTP API': 3 });
});

test('is a table with what the construct says about itself', async () => {
  const { code, text } = await plan(61);
  expect(code).toBe(0);
  expect(text).toMatch(/^REST API, isolated, 61 operations of .*openapi\.json\n/);
  expect(text).toMatch(/\nresources of all stacks +\d+ +2,400\n/);
  expect(text).toContain('info: 61 operations have functions of their own, which therefore stand in nested stacks; set `functionStacks: 20`');
  expect(text).not.toContain('[ack:');
});

test('301 integrations of an HTTP API are a problem', async () => {
  const { code, text } = await plan(301, '--kind', 'http');
  expect(code).toBe(1);
  expect(text).toContain('error: integrations of the HTTP API must be 300 at most, got: 301');
});

test('with documentation it counts what models take, and names the largest', async () => {
  const rows: Row[] = [['get', '/a', 'readA']];
  const document = documentOf(rows) as { paths: Record<string, { get: { responses: object } }>; components?: object };
  document.paths['/a'].get.responses = { 200: { description: '', content: { 'application/json': { schema: { $ref: '#/components/schemas/Long' } } } } };
  document.components = { schemas: { Long: { type: 'object', properties: { short: { $ref: '#/components/schemas/Short' } }, patternProperties: { a: {} } }, Short: { type: 'string' } } };
  project.write({ 'openapi.json': JSON.stringify(document) });
  let text = '';
  const write = (part: string) => { text += terminalText(part); };
  await run(['node', 'cdk-fastapi', 'plan', '--openapi', path.join(project.entry, 'openapi.json'), '--documentation'], { out: write, err: write });
  expect(text).toMatch(/bytes of models that the document adds +\d+ +the largest: Long \d+, Short 17/);
  expect(text).toMatch(/info: `documentation` says less than the app's document in one place: `patternProperties` is no keyword of OpenAPI 3\.0 \(1\); `cdk-fastapi openapi --for api-gateway` names each/);
});

test('another number of stacks is wrong usage', async () => {
  const { code, text } = await plan(1, '--function-stacks', '7');
  expect(code).toBe(2);
  expect(text).toContain('It must be 0 or 20.');
});

test('leaves nothing behind', async () => {
  const before = fs.readdirSync(project.root);
  await plan(2);
  expect(fs.readdirSync(project.root)).toEqual(before);
  expect(fs.readdirSync(project.entry)).toEqual(['openapi.json']);
});

describe('patterns', () => {
  async function planned(operations: readonly [path: string, tag: string | undefined, module: string][], ...args: string[]): Promise<Planned> {
    const paths = Object.fromEntries(operations.map(([route, tag, module], index) => [route, {
      get: {
        'operationId': `op${index}`, 'tags': tag ? [tag] : [], 'responses': {}, 'x-cdk-fastapi': { name: `op${index}`, module, path: route, converters: {} },
      },
    }]));
    project.write({ 'tagged.json': JSON.stringify({ openapi: '3.1.0', info: { title: 't', version: '1' }, paths }) });
    let text = '';
    const write = (part: string) => { text += terminalText(part); };
    const code = await run(['node', 'cdk-fastapi', 'plan', '--openapi', path.join(project.entry, 'tagged.json'), ...args], { out: write, err: write });
    return { code, text };
  }
  const OPERATIONS: [string, string | undefined, string][] = [['/a', 'x', 'm'], ['/b', 'x', 'm'], ['/c', 'y', 'm'], ['/d', undefined, 'n']];

  test('are compared', async () => {
    const { code, text } = await planned(OPERATIONS, '--json');
    expect(code).toBe(0);
    const { patterns, totals } = JSON.parse(text);
    expect(patterns.map(({ pattern, functions }: { pattern: string; functions: number }) => [pattern, functions])).toEqual([
      ['isolated', 4], ['grouped by tag', 3], ['grouped by router', 2], ['shared', 1],
    ]);
    expect(patterns[0]).toEqual({ pattern: 'isolated', ...totals });
    for (const column of ['resources', 'bytes']) {
      const values = patterns.map((each: Record<string, number>) => each[column]);
      expect(values).toEqual([...values].sort((a, b) => b - a));
    }
    expect((await planned(OPERATIONS)).text).toMatch(/\npattern +functions = first cold starts +resources +template bytes\nisolated +4 +[\d,]+ +[\d,]+\n/);
  });

  test('grouped, by tag or by router', async () => {
    const rows = async (...args: string[]) => Object.fromEntries(JSON.parse((await planned(OPERATIONS, '--json', '--pattern', 'grouped', ...args)).text).rows
      .map((row: { what: string; used: number }) => [row.what, row.used]));
    expect(await rows()).toMatchObject({ 'functions of groups': 2, 'operations with a function of their own': 1 });
    expect(await rows('--groups', 'router')).toMatchObject({ 'functions of groups': 2, 'operations with a function of their own': 0 });
    const { code, text } = await plan(1, '--pattern', 'grouped');
    expect([code, text]).toEqual([1, expect.stringContaining('`OperationGroups.byTag()` needs operations with tags, got: none among 1')]);
  });
});

describe('how the app is packed', () => {
  temporaryCache();

  test('is compared for a project: bytes of each way, after an edit, and in the code storage', async () => {
    project.write({ 'main.py': SMALL_APP, 'requirements.txt': 'fastapi\n', '.python-version': testPython().minor });
    let text = '';
    const write = (part: string) => { text += terminalText(part); };
    const ask = async (...more: string[]) => run(['node', 'cdk-fastapi', 'plan', '--entry', project.entry, '--entrypoint', 'main:app', ...more], { out: write, err: () => undefined });
    expect(await ask('--json')).toBe(0);
    const { packings, totals } = JSON.parse(text);
    const [whole, layer, image] = packings;
    expect(packings.map(({ way }: { way: string }) => way)).toEqual(['package', 'layer', 'image']);
    expect(layer.functionBytes + layer.layerBytes).toBe(whole.functionBytes);
    expect(image.imageBytes).toBe(whole.functionBytes);
    expect(whole.uploadAfterEdit).toBeLessThan(whole.functionBytes);
    expect(layer.uploadAfterEdit).toBe(image.uploadAfterEdit);
    expect(layer.uploadAfterEdit).toBeLessThan(whole.uploadAfterEdit / 10);
    expect(whole.codeStorage).toBe(totals.functions * whole.uploadAfterEdit);
    expect(layer.versionStorage).toBe(totals.functions * layer.uploadAfterEdit);
    expect(image).toMatchObject({ codeStorage: 0, versionStorage: 0, quotaShare: 0 });
    text = '';
    expect(await ask()).toBe(0);
    expect(text).toMatch(/\npacking, in MB +a function +layer +image +uploaded after an edit +code storage +of 75 GB +and for versions of each deployment\npackage +\d/);
  });

  test('is not known where no bundle can be made, which is no problem of the limits', async () => {
    project.write({ 'main.py': SMALL_APP, 'requirements.txt': 'fastapi\nno-such-package-of-this-name==0.0.0\n', '.python-version': testPython().minor });
    let text = '';
    const write = (part: string) => { text += terminalText(part); };
    const code = await run(['node', 'cdk-fastapi', 'plan', '--entry', project.entry, '--entrypoint', 'main:app', '--python', fastApiPython()], { out: write, err: () => undefined });
    expect([code, text]).toEqual([0, expect.stringContaining('\nwarning: how the app is packed is not known: ')]);
  });
});
