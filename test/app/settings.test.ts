import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, FastApiStreamingFunctionUrl, IntegrationPattern, OpenApiSource, PythonBundling } from '../../src';
import { readSettings } from '../../src/app/settings';
import { fastApiPython } from '../support/fastapi-python';
import { TemporaryProject } from '../support/temporary-project';

const APP = `
import os
from fastapi import FastAPI
from starlette.config import Config

config = Config(".env")
app = FastAPI()
MODE = os.environ.get("APP_MODE", "production")


@app.get("/token")
def token() -> str:
    return config("TOKEN")


@app.get("/url")
def url() -> str:
    return config("URL")
`;

let python: string;
let cache: TemporaryProject;
let project: TemporaryProject;
const before = { ...process.env };

beforeAll(() => {
  python = fastApiPython();
  cache = new TemporaryProject();
  project = new TemporaryProject();
  project.write({ 'main.py': APP });
  project.write({ 'requirements.txt': 'fastapi\n' });
  project.write({ '.env': 'TOKEN=hush\nURL=https://a.example\nUNUSED=1\n' });
  process.env = { ...before, CDK_FASTAPI_CACHE: cache.root, CDK_FASTAPI_QUIET: '1', APP_MODE: 'development' };
});

afterAll(() => {
  process.env = before;
  cache.remove();
  project.remove();
});

function app(options: { environment?: Record<string, string>; include?: string[] } = {}): FastApiApp {
  return FastApiApp.fromDirectory(project.entry, {
    entrypoint: 'main:app', openApi: OpenApiSource.fromApp({ python, environment: options.environment }), bundling: PythonBundling.uv({ include: options.include }),
  });
}

function stack(): Stack {
  return new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
}

function warnings(made: Stack): unknown[] {
  return Annotations.fromStack(made).findWarning('*', Match.stringLikeRegexp('lacks variables')).map(({ entry }) => entry.data);
}

const ALL = 'got: none of APP_MODE of this shell, or of `environment` of OpenApiSource.fromApp; TOKEN, URL in .env, which is not in the bundle; give them';

test.each([['REST', FastApiRestApi], ['HTTP', FastApiHttpApi], ['URL', FastApiStreamingFunctionUrl]])('variables that the functions of a %s lack are named, without their values', (_kind, Api) => {
  const made = stack();
  new Api(made, 'Api', { app: app() });
  expect(warnings(made)).toEqual([expect.stringContaining(ALL)]);
  expect(JSON.stringify(warnings(made))).not.toMatch(/hush|a\.example|UNUSED/);
});

test('what functions get counts, whenever they get it', () => {
  const made = stack();
  const api = new FastApiRestApi(made, 'Api', { app: app(), functionOptions: { environment: { token: 'x', APP_MODE: 'production' } } });
  api.handler('url').addEnvironment('URL', 'y');
  expect(warnings(made)).toEqual([expect.stringContaining('got: none of URL in .env, which is not in the bundle (1 of 2 functions, the first: Stack/Api/')]);
  const shared = stack();
  const one = new FastApiRestApi(shared, 'Api', { app: app(), pattern: IntegrationPattern.SHARED, functionOptions: { environment: { TOKEN: 'x', APP_MODE: 'y' } } });
  expect(warnings(shared)).toHaveLength(1);
  const complete = stack();
  new FastApiRestApi(complete, 'Api', { app: app(), functionOptions: { environment: { TOKEN: 'x', APP_MODE: 'y', URL: 'z' } } });
  expect(warnings(complete)).toEqual([]);
  expect(one.router).toBeDefined();
});

test('a file that is in the bundle is there', () => {
  const made = stack();
  new FastApiRestApi(made, 'Api', { app: app({ include: ['.env'] }) });
  expect(warnings(made)).toEqual([expect.stringMatching(/none of APP_MODE of this shell[^;]*; give them/)]);
});

test.each(['', '{}', '[1]'])('what is no list of settings tells nothing: %j', (text) => {
  project.write({ 'settings.json': text });
  expect(readSettings(`${project.root}/settings.json`)).toEqual([]);
});

test('variables of Lambda, shells and tools are no settings', () => {
  project.write({ 'settings.json': JSON.stringify(['AWS_REGION', 'HOME', 'Path', 'PYTHONPATH', 'npm_config_x', 'HOMEPAGE', 'DATABASE_URL'].map((name) => ({ name }))) });
  expect(readSettings(`${project.root}/settings.json`).map(({ name }) => name)).toEqual(['HOMEPAGE', 'DATABASE_URL']);
});
