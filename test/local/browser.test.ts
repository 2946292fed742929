import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, HttpApiAuth, IntegrationPattern, RestApiAuth } from '../../src';
import { LocalSession } from '../../src/local/local-session';
import { CHROMIUM, documentOf, inBrowser, PAGE_PORT, screenshotOf } from '../support/browser';
import { QUIET } from '../support/local-session';
import { pyproject, smallProject, sharedCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const MAIN = `
from collections.abc import AsyncIterator

from fastapi import Cookie, FastAPI, HTTPException, Header, Response
from pydantic import BaseModel

app = FastAPI()


class Book(BaseModel):
    title: str


@app.post("/books", status_code=201)
def create_book(book: Book) -> Book:
    return book


@app.delete("/books/{book_id}")
def delete_book(book_id: int, authorization: str = Header()) -> str:
    return authorization


@app.get("/cookie")
def cookie(response: Response, seen: str = Cookie("none")) -> str:
    response.set_cookie("seen", "yes")
    return seen


@app.get("/refused")
def refused() -> None:
    raise HTTPException(409)


@app.get("/ticks")
async def ticks() -> AsyncIterator[Book]:
    for number in range(3):
        yield Book(title=str(number))
`;

const browser = CHROMIUM === undefined ? test.skip : test;
const origin = `http://localhost:${PAGE_PORT}`;
sharedCache();
let project: TemporaryProject;
let out: string;

beforeAll(() => {
  project = smallProject({ 'main.py': MAIN, 'pyproject.toml': pyproject(['fastapi>=0.135']) });
  out = path.join(project.entry, '..', 'cdk.out');
  const app = new App({ outdir: out, analyticsReporting: false });
  const shared = { app: FastApiApp.fromDirectory(project.entry, { runtime: new Runtime(`python${testPython().minor}`) }), pattern: IntegrationPattern.SHARED };
  const cors = { allowOrigins: [origin], allowCredentials: true };
  const stack = new Stack(app, 'Shop');
  new FastApiRestApi(stack, 'Rest', { ...shared, auth: RestApiAuth.none(), cors });
  new FastApiHttpApi(stack, 'Http', { ...shared, auth: HttpApiAuth.none(), cors });
  new FastApiRestApi(stack, 'Closed', { ...shared, auth: RestApiAuth.none(), cors: { allowOrigins: ['https://elsewhere.example'] } });
  app.synth();
});
afterAll(() => project.remove());

async function serving(work: (session: LocalSession) => Promise<void>): Promise<void> {
  const session = await LocalSession.start({ assembly: out }, QUIET);
  try {
    await work(session);
  } finally {
    await session.close();
  }
}

/** What a page of another port gets from an API. */
const PAGE = `
const apis = (await (await fetch(CONFIG)).json()).apis;
const results = {};
const attempt = async (work) => { try { return await work(); } catch { return 'refused by the browser'; } };
for (const [name, url] of Object.entries(apis)) {
  results[name] = {
    post: await attempt(async () => (await fetch(url + 'books', { method: 'POST', body: '{"title":"x"}', headers: { 'content-type': 'application/json' } })).json()),
    remove: await attempt(async () => (await fetch(url + 'books/7', { method: 'DELETE', headers: { authorization: 'Bearer t' } })).json()),
    cookie: await attempt(async () => {
      await fetch(url + 'cookie', { credentials: 'include' });
      return (await fetch(url + 'cookie', { credentials: 'include' })).json();
    }),
    refused: await attempt(async () => (await fetch(url + 'refused')).status),
    invalid: await attempt(async () => (await fetch(url + 'books', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status),
    nowhere: await attempt(async () => (await fetch(url + 'nowhere')).status),
    ticks: await attempt(async () => (await (await fetch(url + 'ticks')).text()).trim().split('\\n').length),
  };
}
await report(results);
`;

browser('a page of another origin uses the APIs as it will use the deployed ones, and is kept out of one that names another', async () => {
  await serving(async (session) => {
    const results = await inBrowser(PAGE.replace('CONFIG', JSON.stringify(`${session.pageUrl}runtime-config.json`)));
    const works = { post: { title: 'x' }, remove: 'Bearer t', cookie: 'yes', refused: 409, invalid: 422, ticks: 3 };
    expect(results.Rest).toEqual({ ...works, nowhere: 403 });
    expect(results.Http).toEqual({ ...works, nowhere: 404 });
    for (const result of Object.values(results.Closed)) expect(result).toBe('refused by the browser');
  });
});

browser('the page shows APIs and requests, and replays one', async () => {
  await serving(async (session) => {
    const url = session.served.find(({ key }) => key === 'Rest')!.url;
    await fetch(`${url}cookie`, { headers: { cookie: 'seen=before' } });
    const shown = await documentOf(session.pageUrl);
    for (const each of ['Shop/Rest', 'POST', '/books/{book_id}', '/prod/cookie', '>200<', 'Replay']) expect(shown).toContain(each);
    const records = async () => (await (await fetch(`${session.pageUrl}requests.json`)).json() as { requests: { id: string; path: string; event: object; response: object }[] }).requests;
    const [record] = await records();
    expect(record).toMatchObject({ event: { httpMethod: 'GET' }, response: { statusCode: 200 } });
    const replayed = await fetch(`${session.pageUrl}replay`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: record.id }) });
    expect(await replayed.json()).toEqual({ status: 200 });
    expect((await records()).map(({ path: each }) => each)).toEqual(['/prod/cookie', '/prod/cookie']);
    // Another page may not do so.
    const foreign = await fetch(`${session.pageUrl}replay`, { method: 'POST', headers: { origin: 'https://stranger.example' }, body: '{}' });
    expect(foreign.status).toBe(403);
    // `SCREENSHOT=docs/local.png` writes the picture of the documentation.
    if (process.env.SCREENSHOT) await screenshotOf(session.pageUrl, process.env.SCREENSHOT);
  });
});
