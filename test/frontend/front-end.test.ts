import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EndpointType } from 'aws-cdk-lib/aws-apigateway';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, HttpApiAuth, IntegrationPattern, RestApiAuth, RuntimeConfig } from '../../src';
import { hasHashedName } from '../../src/frontend/hashed-names';
import { pyproject, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const MAIN = `
from fastapi import APIRouter, Depends, FastAPI
from fastapi.staticfiles import StaticFiles

app = FastAPI()
router = APIRouter(prefix="/api")


@router.get("/items/{item_id}")
def read_item(item_id: str) -> dict[str, str]:
    return {"item": item_id}


app.include_router(router)
`;
const SITE = {
  'dist/index.html': '<!doctype html>the front end', 'dist/assets/index-BfX2a9c1.js': 'console.log(1)', 'dist/favicon.svg': '<svg/>',
  'dist/about/index.html': 'about', 'static/logo.txt': 'logo',
};
const SERVED = `${MAIN}\napp.frontend("/", directory="dist")\napp.mount("/static", StaticFiles(directory="static"))\n`;

temporaryCache();
const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((project) => project.remove()));

function made(main = SERVED, files: Record<string, string> = SITE): { project: TemporaryProject; app: FastApiApp } {
  const project = smallProject({ 'main.py': main, 'pyproject.toml': pyproject(['fastapi>=0.165']), ...files });
  projects.push(project);
  return { project, app: FastApiApp.fromDirectory(project.entry, { runtime: new Runtime(`python${testPython().minor}`) }) };
}

/** The first stack that needs no bundle. */
const bare = () => new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');

test.each([
  ['REST', (stack: Stack, app: FastApiApp) => new FastApiRestApi(stack, 'Shop', { app, frontend: true, auth: RestApiAuth.none() }), '/prod'],
  ['HTTP', (stack: Stack, app: FastApiApp) => new FastApiHttpApi(stack, 'Shop', { app, frontend: true, auth: HttpApiAuth.none() }), Match.absent()],
])('the directories lie in a private bucket behind CloudFront, with the API under the same origin: %s', (_kind, build, originPath) => {
  const stack = bare();
  const api = build(stack, made().app);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::S3::Bucket', { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true } });
  template.resourceCountIs('AWS::CloudFront::OriginAccessControl', 2); // one a behavior of the bucket
  const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  const config = distribution.Properties.DistributionConfig;
  expect(config.HttpVersion).toBe('http2and3');
  expect(config.DefaultRootObject).toBe('index.html');
  const behaviors = config.CacheBehaviors.map((behavior: any) => [behavior.PathPattern, behavior.AllowedMethods?.length ?? 2, behavior.ViewerProtocolPolicy]);
  expect(behaviors).toEqual([
    ['/api/*', 7, 'redirect-to-https'], ['/static', 2, 'redirect-to-https'], ['/static/*', 2, 'redirect-to-https'],
  ]);
  const toApi = config.Origins.find((origin: any) => origin.CustomOriginConfig !== undefined);
  expect(toApi.CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] });
  if (originPath === '/prod') expect(JSON.stringify(toApi.OriginPath)).toContain('Stage');
  else expect(toApi.OriginPath).toBeUndefined();
  expect(config.CustomErrorResponses).toBeUndefined(); // they would be said in place of the API's own
  const deployments = Object.values(template.findResources('Custom::CDKBucketDeployment')).map(({ Properties }) => Properties);
  expect(deployments.map(({ DestinationBucketKeyPrefix, Include, Exclude, Prune, SystemMetadata, SourceObjectKeys }) => ({ DestinationBucketKeyPrefix, Include, Exclude, Prune, SystemMetadata, sources: SourceObjectKeys.length }))).toEqual([
    { DestinationBucketKeyPrefix: '', Include: ['assets/index-BfX2a9c1.js'], Exclude: ['*'], Prune: false, SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' }, sources: 1 },
    { DestinationBucketKeyPrefix: '', Exclude: ['assets/index-BfX2a9c1.js', 'static/*'], SystemMetadata: { 'cache-control': 'no-cache' }, sources: 2 },
    { DestinationBucketKeyPrefix: 'static', SystemMetadata: { 'cache-control': 'no-cache' }, sources: 1 },
  ].map((each) => expect.objectContaining(each)));
  expect(stack.resolve(api.frontEnd!.url)).toEqual({ 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^ShopFrontEndDistribution/), 'DomainName'] }, '/']] });
  expect(RuntimeConfig.of(stack)!.get('apis', 'Shop')).toBe(api.frontEnd!.url);
});

test('what is signed is signed for the API, whose URL the configuration has then', () => {
  const stack = bare();
  const api = new FastApiRestApi(stack, 'Shop', { app: made().app, frontend: true });
  expect(RuntimeConfig.of(stack)!.get('apis', 'Shop')).toBe(api.url);
});

test('below a path the front end leaves the rest to the API', () => {
  const stack = bare();
  new FastApiRestApi(stack, 'Shop', { app: made(`${MAIN}\n@app.get("/{anything}")\ndef anything(anything: str) -> None: ...\napp.frontend("/app", directory="dist", fallback="index.html")\n`).app, frontend: true, auth: RestApiAuth.none() });
  const [distribution] = Object.values(Template.fromStack(stack).findResources('AWS::CloudFront::Distribution'));
  const { CacheBehaviors, DefaultCacheBehavior, DefaultRootObject } = distribution.Properties.DistributionConfig;
  expect(CacheBehaviors.map((behavior: any) => behavior.PathPattern)).toEqual(['/app', '/app/*']);
  expect([DefaultCacheBehavior.AllowedMethods.length, DefaultRootObject]).toEqual([7, undefined]);
});

test('paths that differ by signs alone are deployed beside each other', () => {
  const stack = bare();
  const main = `${MAIN}\napp.frontend("/a/b", directory="dist")\napp.frontend("/a-b", directory="dist")\n`;
  const { frontEnd } = new FastApiRestApi(stack, 'Shop', { app: made(main).app, frontend: true });
  expect(frontEnd!.node.children.map(({ node }) => node.id).filter((id) => id.startsWith('Pages'))).toEqual(['Pagesa b', 'Pagesa-b']);
});

test('a change of the front end changes no bundle, and the app starts without it', () => {
  const hash = (change?: (project: TemporaryProject) => void) => {
    const { project, app } = made();
    change?.(project);
    const stack = new Stack(new App({ analyticsReporting: false, outdir: path.join(project.root, 'cdk.out') }), 'Stack');
    new FastApiRestApi(stack, 'Shop', { app, frontend: true, pattern: IntegrationPattern.SHARED });
    (stack.node.root as App).synth(); // starts the bundle once
    const files = fs.readdirSync(app._bundle.directory, { recursive: true }).map(String).filter((file) => /^(dist|static)\//.test(file)).sort();
    expect(files).toEqual(['dist/404.html', 'dist/index.html', 'static/404.html', 'static/index.html']);
    expect(fs.readFileSync(path.join(app._bundle.directory, 'dist/index.html'), 'utf8')).toBe('');
    return app._bundle.hash;
  };
  expect(hash((project) => project.write({ 'dist/index.html': 'another', 'dist/more.txt': 'more' }))).toBe(hash());
});

test.each<[string, string, Record<string, string>, RegExp]>([
  ['nothing declared', MAIN, {}, /`frontend` must find what it deploys, got: an app without `app\.frontend\(…\)` and without mounted `StaticFiles`/],
  ['not built', `${MAIN}\napp.frontend("/", directory="dist", check_dir=False)`, {}, /`frontend` must find what the app serves at \/, got: no directory dist; build the front end first/],
  ['guarded', `${MAIN}\nsites = APIRouter(dependencies=[Depends(lambda: None)])\nsites.frontend("/", directory="dist")\napp.include_router(sites)`, SITE, /must deploy what everybody may have, got: dependencies before what the app serves at \//],
  ['the project itself', `${MAIN}\napp.frontend("/site", directory=".")`, { 'index.html': 'x' }, /must deploy a directory of its own, got: \. for what the app serves at \/site/],
  ['a parameter first', `${MAIN}\n@app.get("/{anything}")\ndef anything(anything: str) -> None: ...\napp.frontend("/", directory="dist")`, SITE, /must begin with a fixed part, got: anything \(GET \/\{anything\}\)/],
  ['many first parts', `${MAIN}\nfor number in range(13):\n    app.get(f"/part{number}", name=f"part{number}", operation_id=f"part{number}")(lambda: None)\napp.frontend("/", directory="dist")`, SITE, /CloudFront takes 24 path patterns, got: 27/],
])('%s is refused with what to do', (_what, main, files, message) => {
  expect(() => new FastApiRestApi(bare(), 'Shop', { app: made(main, files).app, frontend: true })).toThrow(message);
});

test('what cannot be reached, or says nothing, is refused', () => {
  const { app } = made();
  expect(() => new FastApiRestApi(bare(), 'Shop', { app, frontend: true, endpointTypes: [EndpointType.PRIVATE] })).toThrow(/`frontend` needs an API that CloudFront can reach by its own endpoint, got: a private endpoint/);
  expect(() => new FastApiHttpApi(bare(), 'Shop', { app, frontend: true, disableExecuteApiEndpoint: true })).toThrow(/got: `disableExecuteApiEndpoint`/);
  expect(() => new FastApiHttpApi(bare(), 'Shop', { app, frontendOptions: {} })).toThrow(/`frontendOptions` needs a front end/);
});

test.each([
  ['assets/index-BfX2a9c1.js', true], ['main.3f2a1b9c.chunk.js', true], ['_app/immutable/entry/start.B7c_9Xz1.js', true], ['app.8f3e2d1c.js.map', true],
  ['assets/index-DiwrgTda.css', false], // two words, for all one can see
  ['index.html', false], ['favicon.svg', false], ['my-component.js', false], ['jquery-3.6.0.min.js', false], ['font-awesome4.css', false], ['user-SettingsPage.js', false],
  ['report-2024-01-01.pdf', false], ['page-BfX2a9c1.html', false], ['robots.txt', false], ['photo_20241105.jpg', false],
])('%s has a name of its content: %s', (file, expected) => {
  expect(hasHashedName(file)).toBe(expected);
});
