import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiRestApi } from '../../src/api/fast-api-rest-api';
import { FastApiApp } from '../../src/app/fast-api-app';
import { OpenApiSource } from '../../src/app/open-api-source';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { IntegrationPattern } from '../../src/integrations/integration-pattern';
import { TemporaryProject } from '../support/temporary-project';
import { bodyMethods, type Value } from './rest-body/native-view';

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

(documents.length > 0 ? describe : describe.skip)('real documents with a catch-all route (the corpus beside the project)', () => {
  const bundle = new TemporaryProject({ 'main.py': 'app = None\n', 'mangum/__init__.py': '', 'uvicorn/__init__.py': '', 'requirements.txt': 'fastapi\n' });
  afterAll(() => bundle.remove());

  function synthesize(document: Value, pattern: IntegrationPattern): Value {
    const app = FastApiApp.fromDirectory(bundle.entry, {
      openApi: OpenApiSource.fromDocument(document), entrypoint: 'main:app', runtime: lambda.Runtime.PYTHON_3_13, bundling: PythonBundling.prebuilt(bundle.entry),
    });
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack');
    new FastApiRestApi(stack, 'Api', { app, pattern, catchAll: true });
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

  test.each(documents)('%s', (name) => {
    const document = readDocument(name);
    const operations = operationCount(document);
    if (document.swagger !== undefined) {
      expect(() => synthesize(document, IntegrationPattern.SHARED)).toThrow(/must be OpenAPI 3\.0, 3\.1 or 3\.2, got: Swagger 2\.0/);
      return;
    }
    // A second function where operations stream.
    check(synthesize(document, IntegrationPattern.SHARED), { functions: [1, 2], operations });
    if (operations <= 60) check(synthesize(document, IntegrationPattern.ISOLATED), { functions: [1, operations + 2], operations });
  });
});
