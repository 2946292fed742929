import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, type FastApiCorsOptions, FastApiHttpApi, FastApiRestApi, FastApiStreamingFunctionUrl, OpenApiSource } from '../../src';
import { projectDirectory } from '../integrations/fixture';

type Kind = typeof FastApiRestApi | typeof FastApiHttpApi | typeof FastApiStreamingFunctionUrl;
const KINDS: [string, Kind][] = [['REST', FastApiRestApi], ['HTTP', FastApiHttpApi], ['URL', FastApiStreamingFunctionUrl]];
const APIS = KINDS.slice(0, 2);
const A = 'https://a.example';
const B = 'https://b.example';
const SIGNED = ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'];

interface Made {
  readonly stack: Stack;
  readonly api: InstanceType<Kind>;
}

function make(Api: Kind, cors: object | undefined, props: { cors?: FastApiCorsOptions; catchAll?: boolean } = {}, facts: object = {}): Made {
  const app = FastApiApp.fromDirectory(projectDirectory(), {
    entrypoint: 'main:app',
    runtime: lambda.Runtime.PYTHON_3_13,
    openApi: OpenApiSource.fromDocument({
      'openapi': '3.1.0',
      'info': { title: 'A', version: '1' },
      'paths': {
        '/a': { post: { operationId: 'a', parameters: [{ name: 'X-Own', in: 'header', schema: {} }], responses: { 200: { description: 'OK' } } } },
      },
      'x-cdk-fastapi': { cors, ...facts },
    }),
  });
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
  return { stack, api: new Api(stack, 'Api', { app, ...props } as never) };
}

/** What browsers are told, in one form for the three. */
function deployed({ stack }: Made): Record<string, unknown> {
  const template = Template.fromStack(stack);
  const [body] = Object.values(template.findResources('AWS::ApiGateway::RestApi')).map(({ Properties }) => Properties.Body);
  if (body !== undefined) {
    const { responseParameters } = body.paths['/a'].options['x-amazon-apigateway-integration'].responses.default;
    const header = (name: string): string | undefined => responseParameters[`method.response.header.Access-Control-${name}`]?.slice(1, -1);
    return {
      origins: header('Allow-Origin')!.split(','),
      headers: header('Allow-Headers')!.split(','),
      methods: header('Allow-Methods')!.split(','),
      exposed: header('Expose-Headers')?.split(','),
      credentials: header('Allow-Credentials') === 'true',
      maxAge: Number(header('Max-Age')),
      errors: body['x-amazon-apigateway-gateway-responses'].DEFAULT_4XX.responseParameters['gatewayresponse.header.Access-Control-Allow-Origin'].slice(1, -1),
    };
  }
  const [http] = Object.values(template.findResources('AWS::ApiGatewayV2::Api')).map(({ Properties }) => Properties.Body['x-amazon-apigateway-cors']);
  const [url] = Object.values(template.findResources('AWS::Lambda::Url')).map(({ Properties }) => Properties.Cors);
  const settings = new Map(Object.entries(http ?? url).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    origins: settings.get('alloworigins'),
    headers: settings.get('allowheaders'),
    methods: settings.get('allowmethods'),
    exposed: settings.get('exposeheaders'),
    credentials: settings.get('allowcredentials'),
    maxAge: settings.get('maxage'),
  };
}

function warnings({ stack }: Made): unknown[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('CORSMiddleware')).map(({ entry }) => entry.data);
}

function infos({ stack }: Made): unknown[] {
  return Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('CORSMiddleware')).map(({ entry }) => entry.data);
}

describe.each(KINDS)('the CORS middleware of an app, with a %s', (kind, Api) => {
  test('is deployed, and it is said', () => {
    const made = make(Api, {
      allow_origins: [A], allow_credentials: true, allow_headers: ['accept', 'x-token'], allow_methods: ['GET', 'POST'], expose_headers: ['x-total'], max_age: 90,
    });
    expect(deployed(made)).toMatchObject({
      origins: [A], headers: [...SIGNED, 'x-token'], methods: ['GET', 'POST'], exposed: ['x-total'], credentials: true, maxAge: 90, ...kind === 'REST' ? { errors: A } : {},
    });
    expect(warnings(made)).toEqual([]);
    expect(infos(made)).toEqual([expect.stringContaining(`got: origins ${A} with credentials, headers authorization,`)]);
  });

  test('is deployed as the tutorial of FastAPI writes it', () => {
    const every = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY'];
    const made = make(Api, { allow_origins: [A, B], allow_credentials: true, allow_headers: ['*'], allow_methods: every });
    // Headers cannot be `*` with credentials: those that the app declares are there.
    expect(deployed(made)).toMatchObject({ headers: [...SIGNED, 'x-own'], credentials: true });
    expect(warnings(made)).toEqual([]);
    const open = deployed(make(Api, { allow_origins: ['*'], allow_headers: ['*'], allow_methods: ['*'] }));
    expect(open).toMatchObject({ origins: ['*'], headers: [...kind === 'REST' ? ['*'] : [], ...SIGNED, 'x-own'], credentials: false });
    expect(open.methods).toEqual(expect.arrayContaining(kind === 'HTTP' || kind === 'URL' ? ['*'] : ['POST']));
  });

  test.each<[string, object, string, object]>([
    ['credentials for everybody', { allow_origins: ['*'], allow_credentials: true }, '`allow_credentials`, which is not deployed: browsers want named origins with it', { origins: ['*'], credentials: false }],
    ['a pattern', { allow_origin_regex: 'https://.*\\.a\\.example' }, 'which a gateway cannot match, and pages of * may call', { origins: ['*'] }],
    ['a pattern beside names', { allow_origin_regex: 'https://.*\\.a\\.example', allow_origins: [A], allow_credentials: true }, `and pages of ${A} may call`, { origins: [A], credentials: true }],
    ['no origin', {}, 'no origin is allowed, and pages of * may call', { origins: ['*'], headers: SIGNED }],
    ['an origin with a path', { allow_origins: [A, `${B}/`] }, `"${B}/", which is no origin as browsers send it`, { origins: [A] }],
    ['a wildcard in an origin', { allow_origins: ['https://*.a.example'] }, 'which is no origin as browsers send it', { origins: ['*'] }],
    ['this machine alone', { allow_origins: ['http://localhost:5173'] }, 'has pages of this machine alone', { origins: ['http://localhost:5173'] }],
    ['code of its own', { allow_origins: [A], own_code: true }, 'its class decides by code of its own', { origins: [A] }],
  ])('is told of where it cannot be deployed: %s', (_name, cors, message, expected) => {
    const made = make(Api, cors);
    expect(warnings(made)).toEqual([expect.stringContaining(message)]);
    expect(deployed(made)).toMatchObject(expected);
    expect(infos(made)).toEqual([]);
  });

  test.each(['https?://(localhost|127\\.0\\.0\\.1)(:\\d+)?', 'http://localhost:\\d+', 'http://localhost(:[0-9]+)?'])('that is for development alone says nothing of a deployment: %s', (regex) => {
    const made = make(Api, { allow_origin_regex: regex, allow_headers: ['*'], allow_credentials: true });
    expect([...warnings(made), ...infos(made)]).toEqual([]);
    expect(deployed(made)).toMatchObject({ origins: ['*'], headers: SIGNED, credentials: false });
  });

  test.each([[-1, 0], [0, 0], [600, 600], [86_400, 86_400], [86_401, 86_400]])('keeps an answer for %i seconds as far as a gateway does: %i', (said, expected) => {
    expect(deployed(make(Api, { allow_origins: [A], max_age: said })).maxAge).toBe(expected);
  });

  test('of which there is none changes nothing', () => {
    const made = make(Api, undefined);
    expect(deployed(made)).toMatchObject({ origins: ['*'], headers: SIGNED, credentials: false, maxAge: 600 });
    expect([...warnings(made), ...infos(made)]).toEqual([]);
  });
});

describe.each(APIS)('where the construct says `cors` of a %s API too', (kind, Api) => {
  const rest = kind === 'REST';

  test.each<[string, object, FastApiCorsOptions, string[]]>([
    ['the same', { allow_origins: [A], allow_credentials: true }, { allowOrigins: [A], allowCredentials: true }, []],
    ['pages of this machine beside it', { allow_origins: ['http://localhost:3000', A] }, { allowOrigins: [A] }, []],
    ['everything allowed by the app', { allow_origins: ['*'], allow_headers: ['*'] }, { allowOrigins: [A] }, []],
    ['an origin less', { allow_origins: [A, B] }, { allowOrigins: [A] }, [`has ${B}, which may not call`]],
    ['an origin more', { allow_origins: [A] }, { allowOrigins: [A, B] }, rest ? [`lacks ${B}, whose pages do not get to read an answer`] : []],
    ['no credentials', { allow_origins: [A], allow_credentials: true }, { allowOrigins: [A] }, ['`allow_credentials`, which is not deployed;']],
    ['credentials', { allow_origins: [A] }, { allowOrigins: [A], allowCredentials: true }, rest ? ['no `allow_credentials`'] : []],
    ['headers less', { allow_origins: [A], allow_headers: ['x-token'] }, { allowOrigins: [A] }, ['has x-token, which pages may not send']],
    ['headers to read', { allow_origins: [A], expose_headers: ['x-a'] }, { allowOrigins: [A], exposeHeaders: ['x-b'] }, [rest ? 'lacks x-b' : 'has x-a']],
    ['a pattern, which may mean the same', { allow_origin_regex: '.*' }, { allowOrigins: [A] }, []],
  ])('what differs is told: %s', (_name, facts, cors, expected) => {
    const made = make(Api, facts, { cors });
    expect(warnings(made)).toEqual(expected.map((text) => expect.stringContaining(text)));
    expect(deployed(made)).toMatchObject({ origins: cors.allowOrigins!.slice(0, rest ? 1 : 2) });
  });

  test('an empty list turns it off', () => {
    expect(warnings(make(Api, { allow_origins: [A] }, { cors: { allowOrigins: [] } }))).toEqual([]);
  });

  test('origins that are restricted later are compared too', () => {
    const made = make(Api, { allow_origins: [A] });
    made.api.restrictCorsTo(new cloudfront.Distribution(made.stack, 'Pages', { defaultBehavior: { origin: new HttpOrigin('x.example') } }));
    expect(warnings(made)).toEqual(rest ? [expect.stringContaining('lacks one that is known at deployment')] : []);
  });

  test('mounts have their own, which is told where they are served', () => {
    expect(warnings(make(Api, undefined, {}, { corsOfMounts: ['/sub'] }))).toEqual([]);
    expect(warnings(make(Api, undefined, { catchAll: true }, { corsOfMounts: ['/sub'] }))).toEqual([expect.stringContaining('mounted at /sub')]);
  });
});

test('a function URL adds the headers in place of the app', () => {
  const variables = (cors?: FastApiCorsOptions): unknown => Object.values(Template.fromStack(make(FastApiStreamingFunctionUrl, { allow_origins: [A] }, { cors }).stack)
    .findResources('AWS::Lambda::Function'))[0].Properties.Environment.Variables.CDK_FASTAPI_CORS_BY_URL;
  expect([variables(), variables({ allowOrigins: [B] }), variables({ allowOrigins: [] })]).toEqual(['true', 'true', undefined]);
});
