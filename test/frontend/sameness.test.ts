import * as path from 'path';
import { answerOf, navigates, type Site } from '../../src/frontend/site';
import { requestFunction, responseFunction } from '../../src/frontend/viewer-function';
import { runTool, toolEnvironment } from '../../src/private/process';
import { pythonEnvironment, pythonOf } from '../support/fastapi-python';
import { TemporaryProject } from '../support/temporary-project';

/** FastAPI's own answers: status, body and location of each request. */
const FASTAPI = `
import asyncio, json, sys
from fastapi import FastAPI

def ask(app, path, accept):
    said = {"body": b""}
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])
    async def receive(): return next(asked, None) or await asyncio.Event().wait()
    async def send(message):
        if message["type"] == "http.response.start":
            said["status"] = message["status"]
            said["location"] = dict(message["headers"]).get(b"location", b"").decode()
        else:
            said["body"] += message.get("body", b"")
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": "", "scheme": "https",
             "query_string": b"", "headers": [(b"host", b"x"), (b"accept", accept.encode())], "server": ("x", 443), "client": ("127.0.0.1", 1)}
    runner.run(app(scope, receive, send))
    return [said["status"], said["body"].decode() if said["status"] != 307 else "", said["location"].removeprefix("https://x")]

runner = asyncio.Runner()
answers = []
for site in json.load(sys.stdin)["sites"]:
    app = FastAPI()
    app.frontend(site["path"], directory=site["directory"], fallback=None if site["fallback"] == "none" else site["fallback"])
    answers.append([ask(app, path, accept) for path, accept in site["requests"]])
json.dump(answers, sys.stdout)
`;
const python = pythonOf(pythonEnvironment(['fastapi>=0.165', 'anyio']));
const project = new TemporaryProject({
  'dist/index.html': 'root page', 'dist/404.html': 'no page', 'dist/about/index.html': 'about page', 'dist/about/team.html': 'team', 'dist/assets/app.js': 'script', 'dist/deep/er/file.txt': 'deep',
  'dist/LICENSE': 'bare', 'dist/with space.txt': 'spaced', 'dist/[id].js': 'brackets',
});
afterAll(() => project.remove());

const PAGE = 'text/html,application/xhtml+xml,*/*;q=0.8';
const PATHS = ['', '/', '/index.html', '/about', '/about/', '/about/team.html', '/assets/app.js', '/assets', '/assets/', '/deep/er/file.txt', '/deep/er', '/LICENSE', '/with space.txt', '/[id].js',
  '/users/7', '/users/john.doe', '/nowhere.js', '/nowhere/', '/404.html'];
const ACCEPTS = [PAGE, '*/*', 'text/html;q=0', 'application/json', ''];
const FILES = ['404.html', 'LICENSE', '[id].js', 'about/index.html', 'about/team.html', 'assets/app.js', 'deep/er/file.txt', 'index.html', 'with space.txt'];

const sites: Site[] = (['index.html', '404.html', 'none'] as const).flatMap((fallback) => ['/', '/app'].map((base) => (
  { path: base, directory: path.join(project.entry, 'dist'), files: FILES, fallback, index: true }
)));
const requests = ({ path: base }: Site) => PATHS.map((each) => (base === '/' ? each || '/' : `${base}${each}`)).flatMap((each) => ACCEPTS.map((accept): [string, string] => [each, accept]));
const said = runTool([python, '-c', FASTAPI], { cwd: project.entry, env: toolEnvironment(), what: 'ask FastAPI', input: JSON.stringify({ sites: sites.map((site) => ({ ...site, requests: requests(site) })) }) });
const expected = JSON.parse(said) as [number, string, string][][];
const content = (file: string): string => ({ 'index.html': 'root page', '404.html': 'no page', 'about/index.html': 'about page', 'about/team.html': 'team', 'assets/app.js': 'script', 'deep/er/file.txt': 'deep', 'LICENSE': 'bare', 'with space.txt': 'spaced', '[id].js': 'brackets' } as Record<string, string>)[file];

test.each(sites.map((site, index) => [site.path, site.fallback, site, expected[index]] as const))('a site at %s with %s answers as FastAPI does', (_path, _fallback, site, answers) => {
  const found = requests(site).map(([asked, accept]) => {
    const answer = answerOf(site, site.path === '/' ? asked : asked.slice(site.path.length), navigates(accept));
    if (answer.kind === 'file') return [answer.status, content(answer.file), ''];
    return answer.kind === 'redirect' ? [307, '', `${asked}/`] : [404, '{"detail":"Not Found"}', ''];
  });
  expect(found).toEqual(answers);
});

test.each(sites.map((site, index) => [site.path, site.fallback, site, expected[index]] as const))('so does the function of CloudFront in front of a bucket: %s with %s', (_path, _fallback, site, answers) => {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const handler = (code: string) => new Function('event', `${code}; return handler(event);`) as (event: object) => any;
  const [onRequest, onResponse] = [handler(requestFunction(site)), handler(responseFunction(site))];
  const differing: unknown[] = [];
  for (const [index, [asked, accept]] of requests(site).entries()) {
    const request = { method: 'GET', uri: encodeURI(asked), headers: { accept: { value: accept } } };
    const result = onRequest({ request });
    const [status, body, location] = answers[index];
    let got: unknown[];
    if (result.statusCode !== undefined) {
      got = [result.statusCode, result.body?.data ?? '', result.headers.location?.value ?? ''];
    } else {
      const key = decodeURIComponent(result.uri).slice(site.path === '/' ? 1 : site.path.length + 1);
      const response = { statusCode: FILES.includes(key) ? 200 : 404, headers: {} };
      if (site.fallback === '404.html') onResponse({ request: result, response });
      got = [response.statusCode, FILES.includes(key) ? content(key) : 'of the bucket', ''];
    }
    // What ends like a file of the site and is none, the bucket answers: 404 with words of its own. A page of its own name is 404 as well.
    const isSame = JSON.stringify(got) === JSON.stringify([status, body, location && encodeURI(location)]);
    const isKnown = (got[1] === 'of the bucket' && /\.(js|html|txt)$/.test(asked)) || (asked.endsWith('/404.html') && got[1] === body);
    if (!isSame && !isKnown) differing.push([asked, accept, got, answers[index]]);
  }
  expect(differing).toEqual([]);
});

test('a site with too many directories for the function is refused', () => {
  const files = Array.from({ length: 2000 }, (_, index) => `articles/${index}/index.html`);
  expect(() => requestFunction({ path: '/', directory: '/', files, fallback: 'none', index: true })).toThrow(/may have 10240 bytes, got: \d+, for 2000 directories with an index\.html; /);
});
