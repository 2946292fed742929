import { createServer, type IncomingHttpHeaders, type Server } from 'http';
import type { AddressInfo } from 'net';
import * as path from 'path';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as http from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration, HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { call, serving } from '../support/local-session';
import { sharedCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

const ECHO = 'import json\ndef handler(event, context):\n    return {"statusCode": 200, "body": json.dumps(event)}\n';
const SLOW = 'import time\ndef handler(event, context):\n    time.sleep(3)\n    return {"statusCode": 200}\n';
/** Allows what has `allow` in its header and its query; tells an API key beside. */
const DECIDES = `
def handler(event, context):
    good = event["headers"]["x-one"] == "allow" and (event["queryStringParameters"] or {}).get("two") == "allow"
    print("asked", event.get("version"), event["type"], event.get("identitySource"))
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow" if good else "Deny", "Resource": event["methodArn"]}
    return {
        "principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {"number": 7, "yes": True}, "usageIdentifierKey": event["headers"].get("x-tells"),
    }
`;

sharedCache();
const project = new TemporaryProject();
const out = path.join(project.entry, 'cdk.out');
let backend: Server;

beforeAll(async () => {
  backend = createServer((incoming, outgoing) => {
    if (incoming.url === '/slow') return;
    let body = '';
    incoming.on('data', (chunk: Buffer) => { body += chunk.toString(); }).once('end', () => {
      outgoing.writeHead(incoming.url?.includes('fail') ? 503 : 200, { 'content-type': 'application/json', 'x-backend': 'yes' });
      outgoing.end(JSON.stringify({ method: incoming.method, url: incoming.url, headers: incoming.headers, body }));
    });
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const port = (backend.address() as AddressInfo).port;

  const app = new App({ outdir: out, analyticsReporting: false });
  const stack = new Stack(app, 'Stack');
  const runtime = new lambda.Runtime(`python${testPython().minor}`, lambda.RuntimeFamily.PYTHON, { supportsInlineCode: true });
  const made = (name: string, code: string) => new lambda.Function(stack, name, { runtime, handler: 'index.handler', code: lambda.Code.fromInline(code) });
  const [echo, slow, decides] = [made('Echo', ECHO), made('Slow', SLOW), made('Decides', DECIDES)];

  const rest = new apigateway.RestApi(stack, 'Rest', { deployOptions: { variables: { port: String(port), color: 'red' } } });
  rest.root.addMethod('GET', new apigateway.LambdaIntegration(echo));
  rest.root.addResource('slow').addMethod('GET', new apigateway.LambdaIntegration(slow, { timeout: Duration.seconds(1) }));
  rest.root.addResource('patient').addMethod('GET', new apigateway.LambdaIntegration(slow));
  const item = rest.root.addResource('proxied').addResource('{id}');
  item.addMethod('ANY', new apigateway.HttpIntegration('http://127.0.0.1:${stageVariables.port}/things/{id}', {
    httpMethod: 'ANY',
    options: { requestParameters: { 'integration.request.path.id': 'method.request.path.id', 'integration.request.header.X-Stage': 'context.stage', 'integration.request.header.X-Kind': "'static'" } },
  }), { requestParameters: { 'method.request.path.id': true } });
  rest.root.addResource('templated').addMethod('POST', new apigateway.HttpIntegration(`http://127.0.0.1:${port}/templated`, {
    httpMethod: 'PUT', proxy: false,
    options: {
      requestTemplates: { 'application/json': '{"given": $input.json("$.name"), "color": "$stageVariables.color"}' },
      integrationResponses: [
        { statusCode: '201', responseTemplates: { 'application/json': '{"sent": $input.path("$.body")}' }, responseParameters: { 'method.response.header.X-Seen': 'integration.response.header.x-backend' } },
        { statusCode: '502', selectionPattern: '5\\d\\d' },
      ],
    },
  }), { methodResponses: [{ statusCode: '201', responseParameters: { 'method.response.header.X-Seen': true } }, { statusCode: '502' }] });
  rest.root.addResource('unanswered').addMethod('GET', new apigateway.HttpIntegration(`http://127.0.0.1:${port}/slow`, { options: { timeout: Duration.seconds(1) } }));
  rest.root.addResource('refused').addMethod('GET', new apigateway.HttpIntegration('http://127.0.0.1:9/'));
  rest.root.addResource('queue').addMethod('POST', new apigateway.AwsIntegration({ service: 'sqs', path: 'queue', options: {} }));
  const keyed = rest.root.addResource('keyed').addMethod('GET', new apigateway.LambdaIntegration(echo), { apiKeyRequired: true });
  const key = (id: string, more: object = {}) => new apigateway.ApiKey(stack, id, { value: `${id}-of-twenty-characters`, ...more });
  const plan = rest.addUsagePlan('Plan', { apiStages: [{ api: rest, stage: rest.deploymentStage }] });
  plan.addApiKey(key('Planned'));
  plan.addApiKey(key('Disabled', { enabled: false }));
  key('Unplanned');
  void keyed;
  const identitySources = [apigateway.IdentitySource.header('x-one'), apigateway.IdentitySource.queryString('two')];
  rest.root.addResource('asked').addMethod('GET', new apigateway.LambdaIntegration(echo), { authorizer: new apigateway.RequestAuthorizer(stack, 'Asks', { handler: decides, identitySources }) });
  rest.root.addResource('signed').addMethod('POST', new apigateway.LambdaIntegration(echo), { authorizationType: apigateway.AuthorizationType.IAM });
  const certificate = Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:us-east-1:123456789012:certificate/x');
  rest.addDomainName('Domain', { domainName: 'shop.example', basePath: 'v1', certificate });

  const api = new http.HttpApi(stack, 'Http');
  const route = (to: string, integration: http.HttpRouteIntegration, authorizer?: http.IHttpRouteAuthorizer, method = http.HttpMethod.ANY) => api.addRoutes({ path: to, methods: [method], integration, authorizer });
  route('/echo/{proxy+}', new HttpLambdaIntegration('Echoes', echo));
  route('/first', new HttpLambdaIntegration('First', echo, { payloadFormatVersion: http.PayloadFormatVersion.VERSION_1_0 }));
  route('/slow', new HttpLambdaIntegration('Slow', slow, { timeout: Duration.seconds(1) }));
  route('/proxied/{id}', new HttpUrlIntegration('Proxied', `http://127.0.0.1:${port}/things/{id}`, {
    parameterMapping: new http.ParameterMapping().appendHeader('x-more', http.MappingValue.requestQueryString('q')).overwriteQueryString('color', http.MappingValue.custom('blue')).removeHeader('x-secret'),
  }));
  route('/asked', new HttpLambdaIntegration('Asked', echo), new HttpLambdaAuthorizer('AsksToo', decides, { identitySource: ['$request.header.x-one', '$request.querystring.two'] }));
  route('/signed', new HttpLambdaIntegration('Signed', echo), new HttpIamAuthorizer(), http.HttpMethod.POST);
  const domain = new http.DomainName(stack, 'Names', { domainName: 'api.example', certificate });
  new http.ApiMapping(stack, 'Mapping', { api, domainName: domain, apiMappingKey: 'v2' });

  const byAuthorizer = new apigateway.RestApi(stack, 'Told', { apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER });
  byAuthorizer.root.addMethod('GET', new apigateway.LambdaIntegration(echo), { apiKeyRequired: true, authorizer: new apigateway.RequestAuthorizer(stack, 'Tells', { handler: decides, identitySources, resultsCacheTtl: Duration.seconds(0) }) });
  byAuthorizer.addUsagePlan('Plan', { apiStages: [{ api: byAuthorizer, stage: byAuthorizer.deploymentStage }] }).addApiKey(key('Told-by-authorizer'));
  app.synth();
});
afterAll(() => {
  backend.close();
  backend.closeAllConnections();
  project.remove();
});

/** What the backend received. */
interface Received { method: string; url: string; headers: IncomingHttpHeaders; body: string }

test('HTTP integrations hand requests on, with their mappings, templates and stage variables', async () => {
  await serving({ assembly: out }, async (url, heard) => {
    const proxied = await call(`${url('Rest')}proxied/a%20b?q=1&q=2`, { method: 'PUT', body: 'text', headers: { 'x-own': 'kept' } });
    const seen = await proxied.json() as Received;
    expect([proxied.status, proxied.headers.get('x-backend')]).toEqual([200, 'yes']);
    expect(seen).toMatchObject({ method: 'PUT', url: '/things/a%20b?q=1&q=2', body: 'text', headers: { 'x-own': 'kept', 'x-stage': 'prod', 'x-kind': 'static' } });

    const json = { 'content-type': 'application/json' };
    const templated = await call(`${url('Rest')}templated?q=1`, { method: 'POST', body: '{"name": "n"}', headers: json });
    expect([templated.status, templated.headers.get('x-seen'), await templated.json()]).toEqual([201, 'yes', { sent: { given: 'n', color: 'red' } }]);

    expect((await call(`${url('Rest')}unanswered`)).status).toBe(504);
    expect((await call(`${url('Rest')}refused`)).status).toBe(504);
    const queue = await call(`${url('Rest')}queue`, { method: 'POST' });
    expect([queue.status, (await queue.json()).message]).toEqual([501, 'POST /queue is answered by an integration of type aws, which this machine cannot run']);

    const mapped = await (await call(`${url('Http')}proxied/7?q=1`, { headers: { 'x-secret': 's' } })).json() as Received;
    expect(mapped).toMatchObject({ url: '/things/7?q=1&color=blue', headers: { 'x-more': '1' } });
    expect(mapped.headers).not.toHaveProperty('x-secret');
    expect(heard.requests.find(({ route }) => route === 'GET /unanswered')!.note).toMatch(/did not answer within 1 seconds/);
  });
});

test('an integration that takes too long is given up, and the function goes on', async () => {
  await serving({ assembly: out }, async (url) => {
    const slow = await call(`${url('Rest')}slow`);
    expect([slow.status, await slow.json()]).toEqual([504, { message: 'Endpoint request timed out' }]);
    const second = await call(`${url('Http')}slow`);
    expect([second.status, await second.json()]).toEqual([503, { message: 'Service Unavailable' }]);
    expect((await call(`${url('Rest')}patient`)).status).toBe(502); // the function's own three seconds
  });
});

test('keys of the usage plans of an API open it, and no others', async () => {
  await serving({ assembly: out }, async (url, heard) => {
    const status = async (key?: string) => (await call(`${url('Rest')}keyed`, key === undefined ? {} : { headers: { 'x-api-key': `${key}-of-twenty-characters` } })).status;
    expect([await status(), await status('Planned'), await status('Disabled'), await status('Unplanned'), await status('Any')]).toEqual([403, 200, 403, 403, 403]);
    expect(heard.requests.at(-1)!.note).toBe('the API key is in none of the usage plans of the API');
    const told = async (key: string) => (await call(`${url('Told')}?two=allow`, { headers: { 'x-one': 'allow', 'x-tells': `${key}-of-twenty-characters` } })).status;
    expect([await told('Told-by-authorizer'), await told('Planned')]).toEqual([200, 403]);
  });
});

test('REQUEST authorizers and those of payload 1.0 are asked with their identity sources, and remembered', async () => {
  await serving({ assembly: out }, async (url, heard) => {
    for (const key of ['Rest', 'Http']) {
      const ask = async (one: string, two: string) => call(`${url(key)}asked?two=${two}`, { headers: { 'x-one': one } });
      const allowed = await ask('allow', 'allow');
      expect([key, allowed.status]).toEqual([key, 200]);
      const { authorizer } = (await allowed.json()).requestContext;
      expect(key === 'Rest' ? authorizer : authorizer.lambda).toMatchObject(key === 'Rest' ? { principalId: 'me', number: '7', yes: 'true' } : { number: 7, yes: true });
      expect([(await ask('allow', 'other')).status, (await ask('', 'allow')).status, (await call(`${url(key)}asked`, { headers: { 'x-one': 'allow' } })).status]).toEqual([403, 401, 401]);
    }
    expect((await call(`${url('Rest')}asked?two=allow`, { headers: { 'x-one': 'allow' } })).status).toBe(200);
    expect(heard.printed).toEqual([
      'asked None REQUEST None', 'asked None REQUEST None', // the third time it was remembered
      'asked 1.0 REQUEST allow,allow', 'asked 1.0 REQUEST allow,other',
    ]);
  });
});

test('an HTTP API sends payload 1.0 where its integration says so', async () => {
  await serving({ assembly: out }, async (url) => {
    expect(await (await call(`${url('Http')}first?a=1&a=2`)).json()).toMatchObject({ version: '1.0', resource: '/first', path: '/first', httpMethod: 'GET', multiValueQueryStringParameters: { a: ['1', '2'] } });
    expect(await (await call(`${url('Rest')}`)).json()).toMatchObject({ path: '/', stageVariables: { color: 'red' }, requestContext: { stage: 'prod', path: '/prod/' } });
  });
});

test('custom domains are base paths here', async () => {
  await serving({ assembly: out }, async (url, heard) => {
    const rest = await (await call(new URL('/v1/', url('Rest')))).json();
    expect(rest).toMatchObject({ path: '/v1/', resource: '/', requestContext: { path: '/v1/', domainName: 'shop.example', stage: 'prod' } });
    const second = await (await call(new URL('/v2/echo/a', url('Http')))).json();
    expect(second).toMatchObject({ rawPath: '/v2/echo/a', pathParameters: { proxy: 'a' }, requestContext: { domainName: 'api.example', http: { path: '/v2/echo/a' } } });
    expect((await call(new URL('/v3/', url('Rest')))).status).toBe(403);
    const { apis } = await (await call(`${heard.page}apis.json`)).json();
    expect(apis.map((api: any) => api.domains)).toContainEqual({ 'shop.example/v1': new URL('/v1/', url('Rest')).href });
  });
});

test('signatures are checked with the keys that are given', async () => {
  const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'a-secret' };
  await serving({ assembly: out, keys: new Map([['AKIALOCAL', 'a-secret']]) }, async (url) => {
    const send = async (key: string, options: { credentials?: typeof credentials; body?: string; signedBody?: string; query?: string; time?: Date; presign?: boolean } = {}) => {
      const target = new URL('signed?a=1&b=x%20y', url(key));
      const signer = new SignatureV4({ service: 'execute-api', region: 'us-east-1', credentials: options.credentials ?? credentials, sha256: Sha256 });
      const request = {
        method: 'POST', protocol: 'http:', hostname: target.hostname, port: Number(target.port), path: target.pathname,
        query: { a: '1', b: 'x y' }, headers: { 'host': target.host, 'content-type': 'text/plain' }, body: options.signedBody ?? 'text',
      };
      const signed = await signer.sign(request, { signingDate: options.time ?? new Date() });
      const { host: _host, ...headers } = signed.headers;
      return call(`${target.origin}${target.pathname}?${options.query ?? 'a=1&b=x%20y'}`, { method: 'POST', body: options.body ?? 'text', headers });
    };
    for (const key of ['Rest', 'Http']) {
      const good = await send(key);
      expect([key, good.status]).toEqual([key, 200]);
      const { identity, authorizer } = (await good.json()).requestContext;
      expect(key === 'Rest' ? identity.accessKey : authorizer.iam.accessKey).toBe('AKIALOCAL');
      const refused = [
        await send(key, { body: 'other' }), await send(key, { query: 'a=2&b=x%20y' }), await send(key, { credentials: { ...credentials, secretAccessKey: 'wrong' } }),
        await send(key, { credentials: { ...credentials, accessKeyId: 'AKIAOTHER' } }), await send(key, { time: new Date(Date.now() - 3600_000) }), await call(`${url(key)}signed`, { method: 'POST' }),
      ];
      expect([key, refused.map(({ status }) => status)]).toEqual([key, [403, 403, 403, 403, 403, 403]]);
    }
  });
});
