import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { compare, type Compared, unreached } from '../../scripts/demo/comparison';
import { demoEnvironment, newestLambdaPython } from '../../scripts/demo/python-environment';
import { readRequests } from '../../scripts/demo/request';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, type GrantInvokeOptions, IntegrationPattern } from '../../src';
import type { Value } from '../rest-api/body/native-view';

const ENTRY = path.join(__dirname, '..', '..', 'examples', 'bookshop');

const python = newestLambdaPython();
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'rest-and-http-'));
const app = FastApiApp.fromDirectory(ENTRY, { runtime: new Runtime(`python${python.minor}`) });
afterAll(() => fs.rmSync(directory, { recursive: true, force: true }));

/** The same app as an API of either kind, in an assembly of its own. */
function synthesize(name: string, build: (stack: Stack) => FastApiRestApi | FastApiHttpApi): { api: FastApiRestApi | FastApiHttpApi; assembly: string } {
  const assembly = path.join(directory, name);
  const stack = new Stack(new App({ outdir: assembly, analyticsReporting: false }), 'Stack');
  const api = build(stack);
  (stack.node.root as App).synth();
  return { api, assembly };
}

/** The answers of every request, each compared with uvicorn's. */
async function answers(assembly: string): Promise<Compared[]> {
  const results = await compare({
    assembly,
    requests: readRequests(path.join(ENTRY, 'requests.json')),
    python: demoEnvironment(python, ENTRY),
    entry: ENTRY,
    entrypoint: 'bookshop.main:app',
    environment: (data) => {
      fs.mkdirSync(data, { recursive: true });
      return { BOOKSHOP_DATABASE: path.join(data, 'bookshop.sqlite3') };
    },
    progress: () => undefined,
  });
  expect(results.flatMap(({ differences, ...result }) => differences.filter((difference) => !isPlatforms(result, difference)).map((difference) => [result.request, difference]))).toEqual([]);
  return results;
}

/**
 * HTTP APIs give an answer without a type this one, and Mangum says it for them; uvicorn's has no type.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
function isPlatforms({ bytes, status }: Omit<Compared, 'differences'>, difference: string): boolean {
  return bytes === 0 && status >= 300 && difference === 'header content-type: application/json only from the bundle';
}

/** Without the route, which is spelled by kind. */
const seen = (results: readonly Compared[]) => results.map(({ request, status }) => [request, status]);

const rest = synthesize('rest', (stack) => new FastApiRestApi(stack, 'Bookshop', { app, catchAll: true, pattern: IntegrationPattern.SHARED }));
const http = synthesize('http', (stack) => new FastApiHttpApi(stack, 'Bookshop', { app, catchAll: true, pattern: IntegrationPattern.SHARED }));

test('the same app has the same operations behind both kinds', () => {
  const facts = ({ operations }: FastApiRestApi | FastApiHttpApi) => operations.map((operation) => ({
    name: operation.name,
    qualifiedName: operation.qualifiedName,
    operationId: operation.operationId,
    method: operation.method,
    path: operation.path,
    tags: operation.tags,
    streaming: operation.streaming,
    security: operation.security,
    summary: operation.summary,
  }));
  expect(facts(http.api)).toEqual(facts(rest.api));
  expect(Object.keys(http.api.integrations)).toEqual(Object.keys(rest.api.integrations));
});

test('and the same grants, but for the stage', () => {
  const granted = (build: (stack: Stack) => FastApiRestApi | FastApiHttpApi) => {
    const stack = new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
    const api = build(stack);
    const grant = (id: string, options?: GrantInvokeOptions) => api.grantInvokeAccess(new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() }), options);
    grant('All');
    for (const { qualifiedName } of api.operations) grant(qualifiedName, { operations: [qualifiedName] });
    const policies = Object.values<Value>(Template.fromStack(stack).findResources('AWS::IAM::Policy')).map(({ Properties }) => [Properties.Roles, Properties.PolicyDocument.Statement]);
    expect(policies).toHaveLength(api.operations.length + 1);
    return JSON.parse(JSON.stringify(policies).replaceAll(/BookshopApi\w+/g, 'Api').replaceAll('/$default/', '/prod/'));
  };
  expect(granted((stack) => new FastApiHttpApi(stack, 'Bookshop', { app, catchAll: true, pattern: IntegrationPattern.SHARED })))
    .toEqual(granted((stack) => new FastApiRestApi(stack, 'Bookshop', { app, catchAll: true, pattern: IntegrationPattern.SHARED })));
});

describe('and the same answers, which are uvicorn\'s', () => {
  test('shared', async () => {
    const [ofRest, ofHttp] = [await answers(rest.assembly), await answers(http.assembly)];
    expect(seen(ofHttp)).toEqual(seen(ofRest));
    expect(ofHttp.length).toBeGreaterThan(50);
  });

  test('isolated, below a named stage', async () => {
    const { assembly } = synthesize('named', (stack) => new FastApiHttpApi(stack, 'Bookshop', { app, catchAll: true, stageOptions: { stageName: 'beta' } }));
    expect(unreached(assembly, await answers(assembly)).filter((route) => !route.startsWith('OPTIONS'))).toEqual([]);
  });
});
