import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import { LINTS, lintErrors } from './lint';
import { httpOverrides, restOverrides } from './overrides';
import { RouteDefinition } from '../../src/api/route-definition';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { HttpApiAuth } from '../../src/http-api/auth';
import { httpBody } from '../../src/http-api/body/body';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { RestApiAuth } from '../../src/rest-api/auth';
import { restBody } from '../../src/rest-api/body/body';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { everything as everyRoute } from '../http-api/body/everything';
import { fastApiApp, ROWS, stack as newStack } from '../integrations/fixture';
import { everything } from '../rest-api/body/everything';

const APIS: [string, () => Stack][] = [
  ['every kind of method in a body', () => {
    const stack = new Stack(new App(), 'Stack');
    restBody(everything(stack));
    return stack;
  }],
  ['an isolated API with a grant and restricted origins', () => {
    const stack = newStack();
    const api = new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ROWS), catchAll: true });
    api.grantInvokeAccess(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }), { operations: ['readItem'] });
    api.restrictCorsTo('https://a.example', 'https://b.example');
    return stack;
  }],
  ['a shared API of a user pool', () => {
    const stack = newStack();
    const auth = RestApiAuth.cognito({ userPools: [new cognito.UserPool(stack, 'Pool')], scopes: ['a/b'] });
    new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ROWS), pattern: IntegrationPattern.SHARED, auth, deployOptions: { throttlingRateLimit: 1, throttlingBurstLimit: 1 } });
    return stack;
  }],
  ['an API of resources', () => {
    const stack = newStack();
    new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ROWS), definition: RouteDefinition.RESOURCES, endpointTypes: [apigateway.EndpointType.EDGE] });
    return stack;
  }],
  ['every kind of override of a REST API', () => {
    const stack = newStack();
    restOverrides(stack);
    return stack;
  }],
  ['every kind of override of an HTTP API', () => {
    const stack = newStack();
    httpOverrides(stack);
    return stack;
  }],
  ['every kind of route of an HTTP API in a body', () => {
    const stack = new Stack(new App(), 'Stack');
    httpBody(everyRoute(stack));
    return stack;
  }],
  ['a shared HTTP API with tokens, a named stage, a grant and a preflight for its default route', () => {
    const stack = newStack();
    const auth = HttpApiAuth.cognito({ userPool: new cognito.UserPool(stack, 'Pool'), scopes: ['a/b'] });
    const stageOptions = { stageName: 'beta', throttle: { rateLimit: 1, burstLimit: 1 } };
    new FastApiHttpApi(stack, 'MyApi', { app: fastApiApp(ROWS), pattern: IntegrationPattern.SHARED, catchAll: true, auth, stageOptions });
    new FastApiHttpApi(stack, 'Isolated', { app: fastApiApp(ROWS), definition: RouteDefinition.RESOURCES, catchAll: true })
      .grantInvokeAccess(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }));
    return stack;
  }],
];

(LINTS ? describe : describe.skip)('cfn-lint finds no error (where it is installed)', () => {
  test.each(APIS)('in %s', (_name, build) => {
    expect(lintErrors([Template.fromStack(build()).toJSON()])).toEqual([]);
  });
});
