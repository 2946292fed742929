import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, OpenApiSource, PythonBundling, type FastApiAppOptions } from '../../src';
import { processesStarted } from '../../src/private/process';
import { TemporaryProject } from '../support/temporary-project';

const MODULE = 'from fastapi import FastAPI\n\napp = FastAPI()\n';
const before = { ...process.env };
let project: TemporaryProject;

beforeEach(() => {
  project = new TemporaryProject({ 'main.py': MODULE }, 'shop');
  process.env.CDK_FASTAPI_CACHE = path.join(project.root, 'cache');
  process.env.CDK_FASTAPI_QUIET = '1';
});

afterEach(() => {
  process.env = { ...before };
  project.remove();
});

function operation(operationId: string): object {
  return { operationId, responses: { 200: { description: 'OK' } } };
}

function documentOf(paths: Record<string, Record<string, object>>): Record<string, unknown> {
  return { openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths };
}

const DOCUMENT = documentOf({
  '/items/{item_id}': { get: operation('read_item'), delete: operation('deleteItem') },
  '/constructor': { get: operation('constructor') },
  '/tiles/{y}@{scale}x.{format}': { get: operation('tile') },
});

function open(options: FastApiAppOptions = {}): FastApiApp {
  return FastApiApp.fromDirectory(project.entry, { openApi: OpenApiSource.fromDocument(DOCUMENT), ...options });
}

describe('operations', () => {
  test('are those of the document; looking at them refuses nothing', () => {
    expect(open().operations.map(({ name, method, path: declared, routePath }) => [name, method, declared, routePath])).toEqual([
      ['read_item', 'GET', '/items/{item_id}', '/items/{item_id}'],
      ['deleteItem', 'DELETE', '/items/{item_id}', '/items/{item_id}'],
      ['constructor', 'GET', '/constructor', '/constructor'],
      ['tile', 'GET', '/tiles/{y}@{scale}x.{format}', '/{proxy+}'],
    ]);
  });

  test('the list is the caller\'s own', () => {
    const app = open();
    app.operations.pop();
    expect(app.operations).toHaveLength(4);
  });

  test('by name', () => {
    expect(open().operation('deleteItem').method).toBe('DELETE');
    expect(open().operation('constructor').path).toBe('/constructor');
    expect(() => open().operation('toString')).toThrow('no operation of this name, got: toString; the nearest names are');
    expect(() => open().operation('raedItem')).toThrow('`read_item`');
  });

  test('by the rules of a kind of API', () => {
    const problems = open()._operationsFor('rest', false).issues.filter((issue) => issue.severity === 'error');
    expect(problems.map((issue) => issue.path)).toEqual(['/tiles/{y}@{scale}x.{format}']);
    expect(() => open()._operationsFor('rest', false).orThrow()).toThrow('/tiles/{y}@{scale}x.{format}');
  });

  test('no process and no project directory is needed for a document', () => {
    const between = processesStarted();
    const app = FastApiApp.fromDirectory('no/such/app', { openApi: OpenApiSource.fromDocument(DOCUMENT) });
    expect(app.operations).toHaveLength(4);
    expect(processesStarted()).toBe(between);
    expect(() => app._entrypoint).toThrow('got: no/such/app');
  });
});

describe('documents', () => {
  test('in a file', () => {
    project.write({ 'openapi.json': JSON.stringify(DOCUMENT) });
    expect(open({ openApi: OpenApiSource.fromFile(path.join(project.entry, 'openapi.json')) }).operations).toHaveLength(4);
  });

  test.each([
    ['missing.json', undefined, /missing\.json cannot be read/],
    ['text.json', 'hello', /text\.json is not JSON/],
    ['text.yaml', 'openapi: 3.1.0\n', /must be JSON, got: YAML/],
    ['two.json', '{"swagger":"2.0","paths":{}}', /got: Swagger/],
    ['none.json', '{"openapi":"3.1.0"}', /has no `paths`/],
    ['array.json', '[]', /must be an object, got: an array/],
  ])('%s is refused', (name, content, message) => {
    if (content !== undefined) project.write({ [name]: content });
    const app = open({ openApi: OpenApiSource.fromFile(path.join(project.entry, name)) });
    expect(() => app.operations).toThrow(message);
  });

  test('at hand that are none', () => {
    expect(() => open({ openApi: OpenApiSource.fromDocument({}) }).operations)
      .toThrow('the document `document` of OpenApiSource.fromDocument is not OpenAPI');
  });
});

describe('runtime', () => {
  test('the version in .python-version', () => {
    project.write({ '.python-version': '3.12.1\n' });
    expect(open()._runtime).toBe(lambda.Runtime.PYTHON_3_12);
  });

  test('the newest that requires-python allows', () => {
    project.write({ 'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11,<3.14"\n' });
    expect(open()._runtime).toBe(lambda.Runtime.PYTHON_3_13);
  });

  test('the newest at all', () => {
    expect(open()._runtime).toBe(lambda.Runtime.PYTHON_3_14);
  });

  test('the user\'s', () => {
    expect(open({ runtime: lambda.Runtime.PYTHON_3_11 })._runtime).toBe(lambda.Runtime.PYTHON_3_11);
  });

  test('the user\'s, against requires-python', () => {
    project.write({ 'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.13"\n' });
    expect(() => open({ runtime: lambda.Runtime.PYTHON_3_12 })._runtime).toThrow('`requires-python` = >=3.13), got: 3.12');
  });

  test.each([lambda.Runtime.NODEJS_22_X, lambda.Runtime.PYTHON_3_10])('%s is refused', (runtime) => {
    expect(() => open({ runtime })._runtime).toThrow(`\`runtime\` of FastApiApp.fromDirectory must be one of python3.11, python3.12, python3.13, python3.14, got: ${runtime.name}`);
  });

  test('architecture', () => {
    expect(open()._architecture).toBe(lambda.Architecture.X86_64);
    expect(open({ architecture: lambda.Architecture.ARM_64 })._architecture).toBe(lambda.Architecture.ARM_64);
  });
});

describe('label', () => {
  test('directory, and the entry point once it is known', () => {
    const app = open();
    expect(app._label).toBe(project.entry);
    expect(app._entrypoint).toBe('main:app');
    expect(app._label).toBe(`main:app in ${project.entry}`);
    expect(open({ entrypoint: 'shop.web:app' })._label).toBe(`shop.web:app in ${project.entry}`);
  });
});

describe('code', () => {
  beforeEach(() => {
    project.write({ '../bundle/main.py': MODULE });
  });

  function openPrebuilt(directory = path.join(project.root, 'bundle')): FastApiApp {
    return open({ runtime: lambda.Runtime.PYTHON_3_13, bundling: PythonBundling.prebuilt(directory) });
  }

  function addFunction(stack: Stack, app: FastApiApp, id: string): void {
    new lambda.Function(stack, id, { code: app._code(stack), handler: 'x.y', runtime: app._runtime, architecture: app._architecture });
  }

  function keys(stack: Stack): string[] {
    const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
    return functions.map((resource) => resource.Properties.Code.S3Key);
  }

  test('one asset for all functions of all stacks', () => {
    const app = openPrebuilt();
    const cdk = new App();
    const stacks = ['One', 'Two'].map((id) => new Stack(cdk, id));
    for (const stack of stacks) ['A', 'B'].forEach((id) => addFunction(stack, app, id));
    expect(new Set(stacks.flatMap(keys)).size).toBe(1);
    expect(app._code(stacks[0])).toBe(app._code(stacks[0]));
    expect(app._code(stacks[0])).not.toBe(app._code(stacks[1]));
  });

  test('the bytes are the bundle\'s', () => {
    const app = openPrebuilt();
    const stack = new Stack(new App(), 'One');
    addFunction(stack, app, 'A');
    expect(app._bundle.method).toBe('prebuilt');
    expect(app._bundle.python).toBe('3.13');
    project.write({ '../bundle/main.py': `${MODULE}# changed\n` });
    const other = openPrebuilt();
    expect(other._bundle.hash).not.toBe(app._bundle.hash);
    const another = new Stack(new App(), 'One');
    addFunction(another, other, 'A');
    expect(keys(another)).not.toEqual(keys(stack));
  });

  test('the architecture is the app\'s', () => {
    const app = open({ runtime: lambda.Runtime.PYTHON_3_13, architecture: lambda.Architecture.ARM_64, bundling: PythonBundling.prebuilt(path.join(project.root, 'bundle')) });
    expect(app._bundle.architecture).toBe('arm64');
  });

  test('a stack that is not to be bundled gets a placeholder, and nothing is bundled', () => {
    const app = openPrebuilt(path.join(project.root, 'missing'));
    const cdk = new App({ context: { 'aws:cdk:bundling-stacks': ['Other'] } });
    const stack = new Stack(cdk, 'One');
    addFunction(stack, app, 'A');
    expect(keys(stack)).toHaveLength(1);
    expect(() => addFunction(new Stack(cdk, 'Other'), app, 'A')).toThrow('the directory of PythonBundling.prebuilt must exist');
  });
});
