import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { messages, rendered, type Props } from '../api/fixture';
import type { Value } from './body/native-view';
import { RouteDefinition } from '../../src/api/route-definition';
import { FastApiApp } from '../../src/app/fast-api-app';
import { OpenApiSource } from '../../src/app/open-api-source';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { messageOf, projectDirectory, stack as newStack } from '../integrations/fixture';

const LAYER = 'arn:aws:lambda:eu-west-1:123456789012:layer:mine:1';

/** One operation for each way in which a document says that an answer is a stream, and two that are none. */
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'test', version: '1' },
  paths: {
    '/lines': { get: answers('lines', { 'application/jsonl': { itemSchema: {} } }) },
    '/rows': { get: answers('rows', { 'application/jsonl': {} }) },
    '/events/{id}': { post: { ...answers('events', { 'text/event-stream': {} }), parameters: [{ name: 'id', in: 'path', required: true, schema: {} }] } },
    '/marked': { get: { ...answers('marked', { 'application/json': {} }), 'x-streaming': true } },
    '/hello': { get: answers('hello', { 'application/json': {} }), put: { ...answers('put', { 'text/event-stream': {} }), 'x-streaming': false } },
  },
};

function answers(operationId: string, content: object): object {
  return { operationId, responses: { 200: { description: 'ok', content } } };
}

function appOf(document: Record<string, unknown> = DOCUMENT, runtime = lambda.Runtime.PYTHON_3_13): FastApiApp {
  return FastApiApp.fromDirectory(projectDirectory(), { openApi: OpenApiSource.fromDocument(document), entrypoint: 'main:app', runtime });
}

function deploy(props: Props = {}, stack: Stack = newStack()) {
  const api = new FastApiRestApi(stack, 'MyApi', { app: appOf(), ...props });
  return { stack, api, ...rendered(stack) };
}

function integrationOf(body: Value, path: string, method: string): Value {
  return body.paths[path][method]['x-amazon-apigateway-integration'];
}

function logicalIdOf(stack: Stack, handler: lambda.Function): string {
  return stack.getLogicalId(handler.node.defaultChild as lambda.CfnFunction);
}

const STREAMING: [path: string, method: string, name: string][] = [
  ['/lines', 'get', 'lines'], ['/rows', 'get', 'rows'], ['/events/{id}', 'post', 'events'], ['/marked', 'get', 'marked'],
];

describe('streaming operations with functions of their own', () => {
  const { stack, api, body, template, restApi } = deploy();

  test.each(STREAMING)('%s %s is streamed for 15 minutes', (path, method, name) => {
    const integration = integrationOf(body, path, method);
    expect(integration).toMatchObject({ type: 'aws_proxy', httpMethod: 'POST', responseTransferMode: 'STREAM', timeoutInMillis: 900_000 });
    expect(JSON.stringify(integration.uri)).toMatch(/:lambda:path\/2021-11-15\/functions\/.*response-streaming-invocations/);
    expect(JSON.stringify(integration.uri)).toContain(`/functions/\${${logicalIdOf(stack, api.handler(name))}.Arn}/`);
  });

  test('their functions are started by the adapter, and guarded', () => {
    expect(template.findResources('AWS::Lambda::Function')[logicalIdOf(stack, api.handler('events'))].Properties).toMatchObject({
      Handler: 'cdk_fastapi_runtime/run.sh',
      Timeout: 900,
      Environment: { Variables: { AWS_LWA_INVOKE_MODE: 'response_stream', CDK_FASTAPI_OPERATION: 'POST /events/{id}', CDK_FASTAPI_CORS_ALLOW_ORIGINS: '*' } },
    });
  });

  test('all others stay as they are', () => {
    for (const method of ['get', 'put']) {
      const integration = integrationOf(body, '/hello', method);
      expect(integration).not.toHaveProperty('responseTransferMode');
      expect(JSON.stringify(integration.uri)).toContain('2015-03-31/functions/');
    }
    const handlers = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties.Handler).sort();
    expect(handlers).toEqual([...Array(2).fill('cdk_fastapi_runtime.handler.handler'), ...Array(4).fill('cdk_fastapi_runtime/run.sh')]);
  });

  test('the endpoint is regional, and nothing is said', () => {
    expect(restApi.EndpointConfiguration).toEqual({ Types: ['REGIONAL'] });
    expect(messages(stack)).not.toMatch(/timeout|stream/i);
  });

  test('each has one permission, to be invoked', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission'));
    expect(permissions).toHaveLength(6);
    expect(new Set(permissions.map(({ Properties }) => Properties.Action))).toEqual(new Set(['lambda:InvokeFunction']));
  });
});

describe('streaming operations in the shared pattern', () => {
  const { stack, api, body, template } = deploy({ pattern: IntegrationPattern.SHARED, adapterLayerArn: LAYER });

  test('are answered by a second function', () => {
    expect(api.router?.node.path).toBe('Stack/MyApi/Functions/Router/Default');
    for (const [, , name] of STREAMING) expect(api.handler(name).node.path).toBe('Stack/MyApi/Functions/StreamingRouter/Default');
    expect(api.handler('hello')).toBe(api.router);
    template.resourceCountIs('AWS::Lambda::Function', 2);
    template.resourceCountIs('AWS::Lambda::Permission', 2);
    for (const [path, method] of STREAMING) expect(integrationOf(body, path, method).responseTransferMode).toBe('STREAM');
    expect(integrationOf(body, '/hello', 'get')).not.toHaveProperty('responseTransferMode');
    expect(messages(stack)).not.toMatch(/timeout/i);
  });

  test('which has the same bundle, and serves nothing else', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties);
    const [streaming] = functions.filter(({ Handler }) => Handler === 'cdk_fastapi_runtime/run.sh');
    const [router] = functions.filter(({ Handler }) => Handler !== 'cdk_fastapi_runtime/run.sh');
    expect(streaming.Code).toEqual(router.Code);
    expect(streaming.Layers).toEqual([LAYER]);
    expect(streaming.Environment.Variables.CDK_FASTAPI_OPERATION).toBe('GET /lines\nGET /rows\nPOST /events/{id}\nGET /marked');
    expect(router.Environment.Variables).not.toHaveProperty('CDK_FASTAPI_OPERATION');
  });
});

test('the user\'s timeout is that of function and integration', () => {
  const integrations = FastApiRestApi.defaultIntegrations(newStack(), appOf()).withOperationOptions('lines', { timeout: Duration.seconds(90) }).build();
  const { body, template } = deploy({ integrations });
  expect(integrationOf(body, '/lines', 'get').timeoutInMillis).toBe(90_000);
  expect(integrationOf(body, '/rows', 'get').timeoutInMillis).toBe(900_000);
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: 90, Handler: 'cdk_fastapi_runtime/run.sh' });
});

test('a resource for each method streams as well', () => {
  const { template } = deploy({ definition: RouteDefinition.RESOURCES });
  const streams = Object.values(template.findResources('AWS::ApiGateway::Method', { Properties: { Integration: { ResponseTransferMode: 'STREAM', TimeoutInMillis: 900_000 } } }));
  expect(streams).toHaveLength(4);
});

test('with SnapStart the stream comes from an alias', () => {
  const { body, template } = deploy({ functionOptions: { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }, pattern: IntegrationPattern.SHARED });
  template.resourceCountIs('AWS::Lambda::Alias', 2);
  const aliases = Object.keys(template.findResources('AWS::Lambda::Alias'));
  expect(aliases.some((alias) => JSON.stringify(integrationOf(body, '/lines', 'get').uri).includes(`/functions/\${${alias}}/`))).toBe(true);
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH: Match.anyValue() } } });
});

test('an operation that is overridden has no streaming function', () => {
  const integrations = FastApiRestApi.defaultIntegrations(newStack(), appOf())
    .withOverrides({ lines: { integration: new apigateway.HttpIntegration('https://example.com') } }).build();
  const { template } = deploy({ integrations });
  expect(Object.keys(template.findResources('AWS::Lambda::Function', { Properties: { Handler: 'cdk_fastapi_runtime/run.sh' } }))).toHaveLength(3);
});

describe('refuses', () => {
  const regional = (region: string) => new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack', { env: { region } });

  test('a partition without a layer, only where something streams', () => {
    expect(messageOf(() => deploy({}, regional('us-gov-west-1')))).toMatch(/not published in the partition aws-us-gov, got: us-gov-west-1; publish the layer .* `adapterLayerArn`$/);
    expect(() => deploy({ adapterLayerArn: LAYER }, regional('us-gov-west-1'))).not.toThrow();
    const silent = appOf({ ...DOCUMENT, paths: { '/hello': DOCUMENT.paths['/hello'] } });
    expect(() => deploy({ app: silent }, regional('us-gov-west-1'))).not.toThrow();
  });

  test('a wrapper that is not the adapter\'s, with the operation\'s name', () => {
    expect(messageOf(() => deploy({ functionOptions: { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/mine' } } })))
      .toMatch(/^`environment` of `lines` \(GET \/lines\) cannot set AWS_LAMBDA_EXEC_WRAPPER/);
  });

  test('more than 15 minutes', () => {
    expect(messageOf(() => deploy({ functionOptions: { timeout: Duration.seconds(901) } }))).toMatch(/^`timeout` of every function must be 900 seconds at most, got: 901$/);
  });

  test('SnapStart with a runtime that has none', () => {
    const options = { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS };
    expect(messageOf(() => deploy({ app: appOf(DOCUMENT, lambda.Runtime.PYTHON_3_11), functionOptions: options }))).toMatch(/^`snapStart` of every function needs Python 3.12/);
  });

  test('one name for both routers', () => {
    expect(messageOf(() => deploy({ pattern: IntegrationPattern.SHARED, functionOptions: { functionName: 'mine' } })))
      .toMatch(/^`functionName` must be different for each function, got: mine for the router and for the streaming router/);
  });
});

describe('warns', () => {
  test('of streams behind an edge-optimized endpoint', () => {
    expect(messages(deploy({ endpointTypes: [apigateway.EndpointType.EDGE] }).stack)).toMatch(/EDGE ends a stream that is silent for 30 seconds, got: `lines` \(GET \/lines\)/);
  });

  test('of each stream that an HTTP API would buffer', () => {
    const issues = appOf()._operationsFor('http', false).issues.filter(({ rule }) => rule === 'http-streaming');
    expect(issues.map(({ severity, operation, method, path }) => [severity, operation, method, path])).toEqual(
      STREAMING.map(([path, method, name]) => ['warning', name, method.toUpperCase(), path]),
    );
    expect(issues[0].remedy).toBe('use FastApiRestApi or FastApiStreamingFunctionUrl');
    expect(appOf()._operationsFor('rest', false).issues).toEqual([]);
    const stack = newStack();
    new FastApiHttpApi(stack, 'MyApi', { app: appOf() });
    for (const [, , name] of STREAMING) {
      Annotations.fromStack(stack).hasWarning('/Stack/MyApi', Match.stringLikeRegexp(`\`${name}\` .*an HTTP API cannot stream`));
    }
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::Lambda::Function'))).not.toContain('run.sh');
  });

  test('of streams that only the catch-all function can serve', () => {
    const app = appOf({
      ...DOCUMENT,
      paths: {
        ...DOCUMENT.paths,
        '/{y}@{x}': { get: { ...answers('tile', { 'text/event-stream': {} }), parameters: ['y', 'x'].map((name) => ({ name, in: 'path', required: true, schema: {} })) } },
      },
    });
    expect(messages(deploy({ app, catchAll: true }).stack)).toMatch(/the catch-all function does not stream: .*, got: `tile` \(GET \/\{y\}@\{x\}\); give it a path/);
  });
});

test('templates of APIs that do not stream have no layer', () => {
  const { template } = deploy({ app: appOf({ ...DOCUMENT, paths: { '/hello': DOCUMENT.paths['/hello'] } }) });
  expect(Object.values(template.findResources('AWS::Lambda::Function')).every(({ Properties }) => Properties.Layers === undefined)).toBe(true);
});
