import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, OpenApiSource } from '../../src';

type Kind = typeof FastApiRestApi | typeof FastApiHttpApi;
const kinds: [string, Kind][] = [['REST', FastApiRestApi], ['HTTP', FastApiHttpApi]];

function warnings(Api: Kind, cors: object | undefined, props: object = {}): unknown[] {
  const app = FastApiApp.fromDirectory('.', {
    entrypoint: 'main:app',
    openApi: OpenApiSource.fromDocument({
      'openapi': '3.1.0',
      'info': { title: 'A', version: '1' },
      'paths': { '/a': { post: { operationId: 'a', responses: { 200: { description: 'OK' } } } } },
      'x-cdk-fastapi': { cors },
    }),
  });
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
  new Api(stack, 'Api', { app, ...props });
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('CORSMiddleware')).map(({ entry }) => entry.data);
}

describe.each(kinds)('the CORS middleware of an app of a %s API', (_kind, Api) => {
  test('is compared with what is deployed', () => {
    expect(warnings(Api, { allow_origins: ['https://a.example'], allow_credentials: true, allow_headers: ['x-own', '*'], expose_headers: ['x-total'] })).toEqual([
      expect.stringContaining('got: `allow_origins` ["https://a.example"], `allow_credentials`, `allow_headers` ["x-own","*"], `expose_headers` ["x-total"]; preflight requests do not reach the app, '
        + "so say the same here: `cors: { allowOrigins: ['https://a.example'], allowCredentials: true, allowHeaders: ['x-own', 'content-type', 'authorization', 'x-amz-content-sha256', 'x-amz-date', "
        + "'x-amz-security-token'], exposeHeaders: ['x-total'] }`"),
    ]);
    expect(warnings(Api, { allow_origin_regex: 'https://.*\\.example' })).toEqual([expect.stringContaining('whose origins have to be named')]);
  });

  test.each([undefined, { allow_origins: ['*'] }, { allow_origins: ['*'], allow_headers: ['Authorization', 'content-type'], allow_methods: ['*'] }])('that says the same is no news: %j', (cors) => {
    expect(warnings(Api, cors)).toEqual([]);
  });

  test('is what the user means otherwise, where `cors` is set', () => {
    expect(warnings(Api, { allow_credentials: true }, { cors: { allowOrigins: ['https://b.example'] } })).toEqual([]);
  });
});
