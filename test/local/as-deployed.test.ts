import * as fs from 'fs';
import { get as httpGet } from 'http';
import * as path from 'path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  FastApiApp, FastApiHttpApi, FastApiRestApi, FastApiStreamingFunctionUrl, HttpApiAuth, IntegrationPattern, RestApiAuth, RouteDefinition,
} from '../../src';
import type { SessionOptions } from '../../src/local/local-session';
import { hashTree, listFiles } from '../../src/private/hash';
import { LocalProgram } from '../support/local-program';
import { call, serving as servingAll, until } from '../support/local-session';
import { pyproject, smallProject, sharedCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const MAIN = `
import os, pathlib, time
from typing import Any

from fastapi import Cookie, FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

app = FastAPI()


@app.get("/items/{item_id}")
def read_item(item_id: str) -> dict[str, str]:
    return {"item": item_id}


@app.delete("/items/{item_id}", status_code=204)
def delete_item(item_id: str) -> None:
    pass


@app.get("/context")
def context(request: Request) -> Any:
    return request.scope["aws.event"]["requestContext"]


@app.get("/links")
def links(request: Request) -> dict[str, str]:
    return {"url": str(request.url), "item": str(request.url_for("read_item", item_id="7"))}


@app.get("/go")
def go(request: Request) -> RedirectResponse:
    return RedirectResponse(request.url_for("read_item", item_id="7"))


@app.get("/write")
def write() -> dict[str, bool]:
    try:
        pathlib.Path(__file__).with_name("written.db").write_text("x")
    except OSError:
        return {"wrote": False}
    return {"wrote": True}


@app.get("/environment")
def environment() -> dict[str, str]:
    return dict(os.environ)


@app.get("/slow")
def slow(seconds: float) -> dict[str, int]:
    time.sleep(seconds)
    return {"pid": os.getpid()}


@app.get("/exit")
def end() -> None:
    os._exit(3)


@app.get("/teapot")
def teapot() -> None:
    raise HTTPException(418)


@app.get("/cookies")
def cookies(response: Response, a: str = Cookie()) -> dict[str, str]:
    response.set_cookie("b", "1")
    response.set_cookie("c", "2")
    return {"a": a}
`;
const AUTHORIZER = `
def handler(event, context):
    print("asked", event["type"])
    if event.get("version") == "2.0":
        return {"isAuthorized": event["identitySource"][0] == "allow", "context": {"who": "me", "level": 3}}
    if event["authorizationToken"] == "nobody":
        raise Exception("Unauthorized")
    if event["authorizationToken"] == "odd":
        return {"principal": "me"}
    effect = "Allow" if event["authorizationToken"] == "allow" else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"].split("/")[0] + "/*"}
    return {"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}, "context": {"level": 3}}
`;
const PAGE = 'http://localhost:5173';
const OTHER_PAGE = 'http://localhost:8080';

sharedCache();
let project: TemporaryProject;
let out: string;

beforeAll(() => {
  project = smallProject({ 'main.py': MAIN, 'pyproject.toml': pyproject(['fastapi>=0.135']) });
  out = path.join(project.entry, '..', 'cdk.out');
  const app = new App({ outdir: out, analyticsReporting: false });
  const runtime = new lambda.Runtime(`python${testPython().minor}`, lambda.RuntimeFamily.PYTHON, { supportsSnapStart: true, supportsInlineCode: true });
  const fastApi = FastApiApp.fromDirectory(project.entry, { runtime });
  const shared = { app: fastApi, pattern: IntegrationPattern.SHARED };
  const cors = { allowOrigins: [PAGE, OTHER_PAGE], allowCredentials: true };
  const open = new Stack(app, 'Open');
  new FastApiRestApi(open, 'Rest', { ...shared, auth: RestApiAuth.none(), cors });
  new FastApiHttpApi(open, 'Http', { ...shared, auth: HttpApiAuth.none(), cors });
  new FastApiRestApi(open, 'Resources', { ...shared, auth: RestApiAuth.none(), cors, definition: RouteDefinition.RESOURCES });
  new FastApiRestApi(open, 'Snap', { ...shared, auth: RestApiAuth.none(), functionOptions: { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS } });
  new FastApiStreamingFunctionUrl(open, 'Url', { app: fastApi, auth: lambda.FunctionUrlAuthType.NONE, cors: { allowOrigins: [PAGE] } });
  const guarded = new Stack(app, 'Guarded');
  const decides = new lambda.Function(guarded, 'Decides', { runtime, handler: 'index.handler', code: lambda.Code.fromInline(AUTHORIZER) });
  new FastApiRestApi(guarded, 'Iam', { ...shared });
  new FastApiRestApi(guarded, 'Pool', { ...shared, auth: RestApiAuth.cognito({ userPools: [new cognito.UserPool(guarded, 'Users')] }) });
  new FastApiRestApi(guarded, 'Token', { ...shared, auth: RestApiAuth.custom(new apigateway.TokenAuthorizer(guarded, 'Asks', { handler: decides })) });
  const simple = new HttpLambdaAuthorizer('Simple', decides, { responseTypes: [HttpLambdaResponseType.SIMPLE] });
  new FastApiHttpApi(guarded, 'Simple', { ...shared, auth: HttpApiAuth.custom(simple) });
  new FastApiHttpApi(guarded, 'Jwt', { ...shared, auth: HttpApiAuth.custom(new HttpJwtAuthorizer('Issuer', 'https://issuer.invalid', { jwtAudience: ['shop'] })) });
  const broken = new Stack(app, 'Broken');
  const java = new lambda.Function(broken, 'Java', { runtime: lambda.Runtime.JAVA_21, handler: 'Index', code: lambda.Code.fromAsset(project.entry) });
  new apigateway.LambdaRestApi(broken, 'Foreign', { handler: java });
  new FastApiHttpApi(broken, 'Good', { ...shared, auth: HttpApiAuth.none() });
  new CfnOutput(broken, 'Nothing', { value: 'x' });
  app.synth();
});
afterAll(() => project.remove());

/** Serves stacks while the work is done. */
const serving = async (stacks: string[], options: Partial<SessionOptions>, work: Parameters<typeof servingAll>[1]) => servingAll({ assembly: out, stacks, ...options }, work);

const preflight = (origin: string) => ({ method: 'OPTIONS', headers: { 'origin': origin, 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'authorization' } });

test('preflights, errors and links are those of the deployed API', async () => {
  await serving(['Open'], {}, async (url, heard) => {
    for (const key of ['Rest', 'Http', 'Resources']) {
      for (const origin of [PAGE, OTHER_PAGE]) {
        const asked = await call(`${url(key)}items/7`, preflight(origin));
        expect([key, asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([key, 204, origin]);
        expect(asked.headers.get('access-control-allow-credentials')).toBe('true');
        expect(asked.headers.get('access-control-allow-methods')).toMatch(/DELETE|\*/);
        expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
        const teapot = await call(`${url(key)}teapot`, { headers: { origin } });
        expect([key, teapot.status, teapot.headers.get('access-control-allow-origin')]).toEqual([key, 418, origin]);
      }
      const stranger = await call(`${url(key)}items/7`, preflight('https://stranger.example'));
      expect(stranger.headers.get('access-control-allow-origin')).not.toBe('https://stranger.example');
      const nowhere = await call(`${url(key)}nowhere`, { headers: { origin: PAGE } });
      expect([key, nowhere.status, nowhere.headers.get('access-control-allow-origin')]).toEqual([key, key === 'Http' ? 404 : 403, PAGE]);
      const ended = await call(`${url(key)}exit`, { headers: { origin: PAGE } });
      expect([key, ended.status, ended.headers.get('access-control-allow-origin')]).toEqual([key, 502, PAGE]);
      // It is started again.
      expect(await (await call(`${url(key)}items/8`)).json()).toEqual({ item: '8' });
    }
    expect((await call(`${url('Url')}items/7`, preflight(PAGE))).headers.get('access-control-allow-origin')).toBe(PAGE);
    for (const key of ['Rest', 'Http', 'Resources', 'Snap', 'Url']) {
      expect(await (await call(`${url(key)}links`)).json()).toEqual({ url: `${url(key)}links`, item: `${url(key)}items/7` });
      const went = await call(`${url(key)}go`, { redirect: 'manual' });
      expect([key, went.status, went.headers.get('location')]).toEqual([key, 307, `${url(key)}items/7`]);
      const cookies = await call(`${url(key)}cookies`, { headers: { cookie: 'a=b' } });
      expect([key, await cookies.json(), cookies.headers.getSetCookie().length]).toEqual([key, { a: 'b' }, 2]);
      expect(await (await call(`${url(key)}items/a%20b%C3%A9`)).json()).toEqual({ item: 'a bé' });
    }
    expect(heard.requests.find(({ status }) => status === 502)).toMatchObject({ note: 'Runtime exited with error: exit status 3', route: 'GET /exit' });
    expect(await (await call(`${heard.page}runtime-config.json`)).json()).toMatchObject({ apis: { Rest: url('Rest'), Url: url('Url') } });
    const config = await call(new URL('/runtime-config.json', url('Rest')), { headers: { origin: PAGE } });
    expect((await config.json()).apis.Rest).toBe(url('Rest').replace('127.0.0.1', 'localhost')); // the page's own name, for its cookies
    expect(config.headers.get('access-control-allow-origin')).toBe(PAGE);
  });
});

test('functions see nothing of this machine: no AWS settings, no directory to write to, nobody of another name', async () => {
  const before = assemblyHash();
  process.env.AWS_ACCESS_KEY_ID = 'AKIADEVELOPER';
  process.env.OF_THE_DEVELOPER = 'secret';
  try {
    await serving(['Open'], { environment: { GIVEN: 'yes' } }, async (url) => {
      for (const key of ['Rest', 'Url']) {
        expect(await (await call(`${url(key)}write`)).json()).toEqual({ wrote: false });
        const environment = await (await call(`${url(key)}environment`)).json();
        expect(environment).toMatchObject({ GIVEN: 'yes', AWS_REGION: 'us-east-1' });
        expect(environment).not.toHaveProperty('AWS_ACCESS_KEY_ID');
        expect(environment).not.toHaveProperty('OF_THE_DEVELOPER');
        expect(environment.LAMBDA_TASK_ROOT).not.toContain('cdk.out');
      }
      // `fetch` sets the header itself.
      const status = async (host: string) => new Promise((resolve, reject) => {
        httpGet(`${url('Rest')}items/1`, { headers: { host } }, (answer) => resolve(answer.resume().statusCode)).once('error', reject);
      });
      expect([await status('rebound.example'), await status('localhost:1'), await status('127.0.0.1')]).toEqual([403, 200, 200]);
    });
    await serving(['Open'], { aws: true, apis: ['Http'] }, async (url) => {
      expect(await (await call(`${url('Http')}environment`)).json()).toMatchObject({ AWS_ACCESS_KEY_ID: 'AKIADEVELOPER' });
    });
  } finally {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.OF_THE_DEVELOPER;
  }
  expect(assemblyHash()).toBe(before);
});

test('requests at one time have an environment each, kept for the next', async () => {
  await serving(['Open'], { concurrency: 3 }, async (url, heard) => {
    const pids = await Promise.all(Array.from({ length: 6 }, async () => (await (await call(`${url('Rest')}slow?seconds=2`)).json()).pid as number));
    expect(new Set(pids).size).toBe(3);
    const next = (await (await call(`${url('Rest')}slow?seconds=0`)).json()).pid;
    expect(pids).toContain(next);
    expect(heard.requests.filter(({ cold }) => cold)).toHaveLength(3);
  });
});

test('large requests are refused, and large heads', async () => {
  await serving(['Open'], {}, async (url) => {
    const send = async (key: string, bytes: number) => (await call(`${url(key)}items/1`, { method: 'DELETE', body: Buffer.alloc(bytes, 'a'), headers: { 'content-type': 'text/plain' } })).status;
    expect(await send('Rest', 11 * 1024 * 1024)).toBe(413);
    expect(await send('Http', 11 * 1024 * 1024)).toBe(413);
    expect(await send('Http', 7 * 1024 * 1024)).toBe(413); // more than an event may have
    expect(await send('Url', 7 * 1024 * 1024)).toBe(413);
    expect(await send('Http', 1024 * 1024)).toBe(204);
    expect((await call(`${url('Rest')}items/1`, { headers: { 'x-long': 'a'.repeat(11_000) } })).status).toBe(431);
  });
});

test('authorizers decide: signatures, tokens of the local issuer, functions', async () => {
  await serving(['Guarded'], {}, async (url, heard) => {
    const get = async (key: string, authorization?: string, to = 'items/1') => {
      const answer = await call(url(key) + to, authorization === undefined ? {} : { headers: { authorization } });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await get('Iam')).toEqual({ status: 403, body: { message: 'Missing Authentication Token' } });
    const signed = 'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00';
    expect((await get('Iam', signed)).status).toBe(200);

    const allowed = await get('Token', 'allow', 'context');
    expect(allowed.body.authorizer).toMatchObject({ principalId: 'me', level: '3' });
    await get('Token', 'allow');
    expect(heard.printed.filter((line) => line === 'asked TOKEN')).toHaveLength(1); // the decision is kept
    expect(await get('Token', 'other')).toEqual({ status: 403, body: { message: 'User is not authorized to access this resource with an explicit deny' } });
    expect([await get('Token'), await get('Token', 'nobody')].map(({ status }) => status)).toEqual([401, 401]);
    expect((await get('Token', 'odd')).status).toBe(500);

    expect((await get('Simple', 'allow', 'context')).body.authorizer).toEqual({ lambda: { who: 'me', level: 3 } });
    expect([await get('Simple', 'other'), await get('Simple')].map(({ status }) => status)).toEqual([403, 401]);

    const mint = async (form: object) => (await (await call(`${heard.page}token`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(form) })).json()).access_token as string;
    const { authorizers } = await (await call(`${heard.page}apis.json`)).json() as { authorizers: { name: string; kind: string }[] };
    const pool = authorizers.find(({ kind }) => kind === 'cognito')!.name;
    const issuer = authorizers.find(({ kind }) => kind === 'jwt')!.name;
    const identity = await get('Pool', await mint({ authorizer: pool, claims: { 'sub': 'u1', 'cognito:groups': ['a', 'b'] } }), 'context');
    expect(identity.body.authorizer.claims).toMatchObject({ 'sub': 'u1', 'cognito:groups': 'a,b', 'token_use': 'id' });
    expect((await get('Pool', await mint({ authorizer: pool, scope: 'x' }))).status).toBe(401); // an access token, where an identity token is asked for
    const token = await mint({ authorizer: issuer, scope: 'read', claims: { sub: 'u2' } });
    expect((await get('Jwt', `Bearer ${token}`, 'context')).body.authorizer.jwt.claims).toMatchObject({ sub: 'u2', iss: 'https://issuer.invalid', aud: 'shop' });
    const wrong = [await mint({ authorizer: issuer, claims: { aud: 'other', client_id: 'other' } }), await mint({ authorizer: issuer, claims: { exp: 1 } }), `${token}x`, 'nonsense'];
    for (const each of wrong) expect((await get('Jwt', `Bearer ${each}`)).status).toBe(401);
    expect((await (await call(`${heard.page}.well-known/openid-configuration`)).json()).jwks_uri).toBe(`${heard.page}.well-known/jwks.json`);
  });
  await serving(['Guarded'], { noAuth: true }, async (url) => {
    for (const key of ['Iam', 'Pool', 'Token', 'Simple', 'Jwt']) expect((await call(`${url(key)}items/1`)).status).toBe(200);
  });
});

test('one API that cannot be served does not end the others', async () => {
  await serving(['Broken'], {}, async (url, heard) => {
    expect((await call(`${url('Good')}items/1`)).status).toBe(200);
    expect(heard.notices).toEqual([expect.stringMatching(/is not served: .* must be a function of Python or Node\.js .* got: java21/)]);
  });
});

test('an edit is served from the project, a broken one is said and the old code keeps answering', async () => {
  await serving(['Open'], { apis: ['Rest'] }, async (url, heard) => {
    const item = async () => (await (await call(`${url('Rest')}items/1`)).json()).item as string;
    expect(await item()).toBe('1');
    project.write({ 'main.py': MAIN.replace('{"item": item_id}', '{"item": "edited"}') });
    await until(async () => await item() === 'edited');
    expect(await item()).toBe('edited');
    project.write({ 'main.py': `${MAIN}\ndef broken(:\n` });
    await until(async () => heard.notices.some((text) => text.includes('does not start')));
    expect(heard.notices).toContainEqual(expect.stringMatching(/the code before it keeps answering: .*Syntax error/));
    expect(await item()).toBe('edited');
    project.write({ 'main.py': MAIN });
    await until(async () => await item() === '1');
    expect(await item()).toBe('1');
  });
});

const LINUX = process.platform === 'linux' ? test : test.skip;
LINUX('nothing is left of it, whatever ends it', async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    const program = await LocalProgram.start(['--cdk-out', out, '--stack', 'Open']);
    const waiting = call(`${program.url('Open/Rest')}slow?seconds=20`).catch(() => undefined);
    await call(`${program.url('Open/Url')}items/1`);
    expect(program.descendants().length).toBeGreaterThanOrEqual(2);
    const left = new Set(program.descendants());
    program.child.kill(signal);
    await program.ended;
    await waiting;
    for (let attempt = 0; attempt < 100 && program.descendants().some((pid) => left.has(pid)); attempt++) await new Promise((resolve) => setTimeout(resolve, 100));
    expect([signal, program.descendants()]).toEqual([signal, []]);
  }
});

function assemblyHash(): string {
  return hashTree(listFiles(out).map((file) => ({ path: file, size: 0, executable: false, sha256: fs.readFileSync(path.join(out, file)).toString('hex') })));
}
