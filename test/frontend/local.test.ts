import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, HttpApiAuth, IntegrationPattern, RestApiAuth } from '../../src';
import { LocalSession } from '../../src/local/local-session';
import { CHROMIUM, documentOf } from '../support/browser';
import { call, QUIET } from '../support/local-session';
import { pyproject, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const MAIN = `
from fastapi import APIRouter, FastAPI

app = FastAPI()
router = APIRouter(prefix="/api")


@router.post("/echo")
def echo(said: dict[str, str]) -> dict[str, str]:
    return said


app.include_router(router)
app.frontend("/", directory="dist")
`;
const PAGE = '<!doctype html><div id="said">nothing</div><script type="module" src="/assets/index-BfX2a9c1.js"></script>';
/** Finds the API by the configuration beside it, and calls it. */
const SCRIPT = `
const { apis } = await (await fetch('/runtime-config.json')).json();
const url = Object.values(apis).find((each) => new URL(each).origin === location.origin);
const answer = await fetch(url + 'api/echo', { method: 'POST', body: '{"said": "hello"}', headers: { 'content-type': 'application/json' } });
document.querySelector('#said').textContent = (await answer.json()).said + ' at ' + location.pathname;
`;

temporaryCache();
let project: TemporaryProject;
let session: LocalSession;

beforeAll(async () => {
  project = smallProject({ 'main.py': MAIN, 'pyproject.toml': pyproject(['fastapi>=0.165']), 'dist/index.html': PAGE, 'dist/assets/index-BfX2a9c1.js': SCRIPT });
  const out = path.join(project.root, '..', path.basename(project.root) + '.out');
  const app = new App({ outdir: out, analyticsReporting: false });
  const made = () => ({ app: FastApiApp.fromDirectory(project.entry, { runtime: new Runtime(`python${testPython().minor}`) }), pattern: IntegrationPattern.SHARED, frontend: true });
  const stack = new Stack(app, 'Shop');
  new FastApiRestApi(stack, 'Rest', { ...made(), auth: RestApiAuth.none() });
  new FastApiHttpApi(stack, 'Http', { ...made(), auth: HttpApiAuth.none() });
  app.synth();
  session = await LocalSession.start({ assembly: out }, QUIET);
});
afterAll(async () => {
  await session?.close();
  project.remove();
});

test('files, pages of the front end and the API come from one origin', async () => {
  expect(session.frontEnds).toHaveLength(2);
  for (const { url } of session.frontEnds) {
    const html = { headers: { accept: 'text/html' } };
    expect(await (await call(url)).text()).toBe(PAGE);
    const script = await call(`${url}assets/index-BfX2a9c1.js`);
    expect([script.headers.get('content-type'), script.headers.get('cache-control')]).toEqual(['text/javascript; charset=utf-8', 'public, max-age=31536000, immutable']);
    expect(await (await call(`${url}users/7`, html)).text()).toBe(PAGE);
    expect([(await call(`${url}nowhere.js`)).status, (await call(`${url}users/7`, { method: 'POST' })).status]).toEqual([404, 403]);
    const echoed = await call(`${url}api/echo`, { method: 'POST', body: '{"a": "b"}', headers: { 'content-type': 'application/json' } });
    expect([echoed.status, await echoed.json()]).toEqual([200, { a: 'b' }]);
    // The API's own 404 is not masked by a page.
    const missing = await call(`${url}api/nowhere`, html);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([url === session.frontEnds[0].url ? 403 : 404, 'application/json']);
    const { apis } = await (await call(`${url}runtime-config.json`)).json();
    expect(Object.values(apis)).toContain(url);
    project.write({ 'dist/index.html': `${PAGE}edited` });
    expect(await (await call(url)).text()).toBe(`${PAGE}edited`);
    project.write({ 'dist/index.html': PAGE });
  }
});

(CHROMIUM === undefined ? test.skip : test)('a browser loads the front end, which calls the API', async () => {
  for (const { url } of session.frontEnds) expect(await documentOf(`${url}some/place`)).toContain('hello at /some/place');
});
