import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { RouteDefinition } from '../../src/api/route-definition';
import { FastApiStreamingFunctionUrl } from '../../src/function-url/fast-api-streaming-function-url';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import type { FastApiError } from '../../src/private/errors';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { fastApiApp } from '../integrations/fixture';

const app = fastApiApp();
const noCors = { allowOrigins: [] };
const rest = (scope: Construct, props: object = {}) => new FastApiRestApi(scope, 'MyApi', { app, ...props });
const http = (scope: Construct, props: object = {}) => new FastApiHttpApi(scope, 'MyApi', { app, ...props });
const url = (scope: Construct, props: object = {}) => new FastApiStreamingFunctionUrl(scope, 'MyApi', { app, ...props });
const someone = new iam.AccountPrincipal('123456789012');

test.each<[string, string, (scope: Construct) => unknown]>([
  ['a prop of a REST API', 'FastApiRestApi', (scope) => rest(scope, { cloneFrom: {}, definition: RouteDefinition.BODY })],
  ['integrations of a REST API', 'FastApiRestApi', (scope) => rest(scope, { integrations: {} })],
  ['a prop of an HTTP API', 'FastApiHttpApi', (scope) => http(scope, { createDefaultStage: false, runtimeConfigKey: 'Key' })],
  ['expected operations', 'FastApiHttpApi', (scope) => http(scope, { expectedOperations: {} })],
  ['options of a function URL', 'FastApiStreamingFunctionUrl', (scope) => url(scope, { architecture: lambda.Architecture.ARM_64 })],
  ['a handler', 'FastApiRestApi', (scope) => rest(scope).handler('missing')],
  ['an integration', 'FastApiHttpApi', (scope) => http(scope).integration('missing')],
  ['a grant', 'FastApiRestApi', (scope) => rest(scope).grantInvokeAccess(someone, { operations: ['missing'] })],
  ['a grant on a public URL', 'FastApiStreamingFunctionUrl', (scope) => url(scope, { auth: lambda.FunctionUrlAuthType.NONE }).grantInvokeAccess(someone)],
  ['origins', 'FastApiHttpApi', (scope) => http(scope, { cors: noCors }).restrictCorsTo('https://example.com')],
  ['origins of a URL', 'FastApiStreamingFunctionUrl', (scope) => url(scope, { cors: noCors }).restrictCorsTo('https://example.com')],
  ['a URL of a REST API', 'FastApiRestApi', (scope) => rest(scope, { deploy: false }).url],
  ['a URL of an HTTP API', 'FastApiHttpApi', (scope) => http(scope, { createDefaultStage: false }).url],
])('the error of %s names the construct', (_, name, act) => {
  const error = errorOf(() => act(new Stack(new App(), 'Stack')));
  expect(error.constructPath).toBe('Stack/MyApi');
  expect(error.stack!.startsWith(`FastApiError: ${error.message}\n    at path [Stack/MyApi] in ${name}\n    at `)).toBe(true);
});

test('the error of default integrations names their scope', () => {
  const stack = new Stack(new App(), 'Stack');
  const options = { router: lambda.Function.fromFunctionArn(stack, 'Router', 'arn:aws:lambda:eu-west-1:123456789012:function:router'), pattern: IntegrationPattern.ISOLATED };
  for (const construct of [FastApiRestApi, FastApiHttpApi]) expect(errorOf(() => construct.defaultIntegrations(stack, app, options)).constructPath).toBe('Stack');
});

test('errors that are not ours stay as they are', () => {
  const scope = new Stack(new App(), 'Stack');
  rest(scope);
  expect(() => rest(scope)).toThrow("There is already a Construct with name 'MyApi'");
});

function errorOf(act: () => unknown): FastApiError {
  try {
    act();
  } catch (error) {
    return error as FastApiError;
  }
  throw new Error('nothing was thrown');
}
