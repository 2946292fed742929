import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiApp } from '../../src/app/fast-api-app';
import { OpenApiSource } from '../../src/app/open-api-source';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { bodyRoutes } from '../http-api/body/native-view';
import { bodyMethods, type Value } from '../rest-api/body/native-view';
import { TemporaryProject } from '../support/temporary-project';

const directory = path.join(process.env.CORPUS_DIR ?? path.resolve(__dirname, '../../../shared/corpus'), 'docs');
const documents = fs.existsSync(directory) ? fs.readdirSync(directory) : [];

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);
const PART = /^(\{[\w.:-]+\+?\}|[a-zA-Z0-9.:_$-]+)$/;

function readDocument(name: string): Value {
  return JSON.parse(gunzipSync(fs.readFileSync(path.join(directory, name))).toString());
}

function operationCount(document: Value): number {
  return Object.values<Value>(document.paths ?? {}).flatMap((item) => Object.keys(item ?? {})).filter((key) => METHODS.has(key)).length;
}

/** What API Gateway refuses in a tree of resources: characters, greedy parameters before the end, two variables under one parent. */
function refusals(paths: string[]): string[] {
  const variables = new Map<string, string>();
  return paths.filter((route) => {
    const parts = route === '/' ? [] : route.slice(1).split('/');
    return parts.some((part, index) => {
      if (!PART.test(part) || (part.endsWith('+}') && index < parts.length - 1)) return true;
      if (!part.startsWith('{')) return false;
      const parent = parts.slice(0, index).join('/');
      if (!variables.has(parent)) variables.set(parent, part);
      return variables.get(parent) !== part;
    });
  });
}

/** Whether an HTTP API refuses a route key: characters, variables that are no whole part, greedy ones before the end, a trailing slash. */
function httpRefusal(key: string): boolean {
  const [, route] = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY) \/(.*)$/.exec(key) ?? [];
  if (route === undefined) return true;
  const parts = route === '' ? [] : route.split('/');
  return parts.some((part, index) => !PART.test(part) || (part.endsWith('+}') && index < parts.length - 1));
}

(documents.length > 0 ? describe : describe.skip)('real documents with a catch-all route (the corpus beside the project)', () => {
  const bundle = new TemporaryProject({ 'main.py': 'app = None\n', 'uvicorn/__init__.py': '', 'requirements.txt': 'fastapi\n' });
  afterAll(() => bundle.remove());

  function synthesize(document: Value, pattern: IntegrationPattern, api: typeof FastApiRestApi | typeof FastApiHttpApi = FastApiRestApi): Value {
    const app = FastApiApp.fromDirectory(bundle.entry, {
      openApi: OpenApiSource.fromDocument(document), entrypoint: 'main:app', runtime: lambda.Runtime.PYTHON_3_13, bundling: PythonBundling.prebuilt(bundle.entry),
    });
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
    new api(stack, 'Api', { app, pattern, catchAll: true });
    return (stack.node.root as App).synth().getStackByName('Stack').template;
  }

  function check(template: Value, app: { functions: [number, number]; operations: number }): void {
    const resources = Object.values<Value>(template.Resources);
    const { Properties: { Body: body } } = resources.find(({ Type: type }) => type === 'AWS::ApiGateway::RestApi');
    expect(refusals(Object.keys(body.paths))).toEqual([]);
    const routes = bodyMethods(body).size;
    // Every operation once, or less where it is left to `/{proxy+}` or shares its route; besides two of the catch-all and their preflight.
    expect(routes).toBeLessThanOrEqual(app.operations + 4);
    expect(routes).toBeGreaterThanOrEqual(4);
    const functions = resources.filter(({ Type: type }) => type === 'AWS::Lambda::Function').length;
    expect(functions).toBeGreaterThanOrEqual(app.functions[0]);
    expect(functions).toBeLessThanOrEqual(app.functions[1]);
    expect(resources.filter(({ Type: type }) => type === 'AWS::Lambda::Permission')).toHaveLength(functions);
  }

  function checkHttp(template: Value, operations: number): void {
    const resources = Object.values<Value>(template.Resources);
    const { Properties: { Body: body } } = resources.find(({ Type: type }) => type === 'AWS::ApiGatewayV2::Api');
    const keys = [...bodyRoutes(body).keys()];
    expect(keys.filter((key) => key !== '$default' && httpRefusal(key))).toEqual([]);
    // API Gateway takes keys for the same that differ in names of parameters alone.
    const shapes = keys.map((key) => key.replaceAll(/\{[^}+]+/g, '{'));
    expect(shapes).toEqual([...new Set(shapes)]);
    expect(keys.length).toBeLessThanOrEqual(operations + 3);
    expect(keys).toEqual(expect.arrayContaining(['$default', 'OPTIONS /{proxy+}']));
    expect(Object.keys(body.components['x-amazon-apigateway-integrations'])).toHaveLength(1);
    for (const type of ['AWS::Lambda::Function', 'AWS::Lambda::Permission']) expect(resources.filter(({ Type }) => Type === type)).toHaveLength(1);
  }

  test.each(documents)('%s', (name) => {
    const document = readDocument(name);
    const operations = operationCount(document);
    if (document.swagger !== undefined) {
      expect(() => synthesize(document, IntegrationPattern.SHARED)).toThrow(/must be OpenAPI 3\.0, 3\.1 or 3\.2, got: Swagger 2\.0/);
      return;
    }
    // A second function where operations stream.
    check(synthesize(document, IntegrationPattern.SHARED), { functions: [1, 2], operations });
    checkHttp(synthesize(document, IntegrationPattern.SHARED, FastApiHttpApi), operations);
    if (operations <= 60) check(synthesize(document, IntegrationPattern.ISOLATED), { functions: [1, operations + 2], operations });
  });
});
