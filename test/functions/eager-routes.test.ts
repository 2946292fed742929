import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FastApiRestApi, FastApiStreamingFunctionUrl, IntegrationPattern } from '../../src';
import { OperationFunction } from '../../src/functions/operation-function';
import { fastApiApp, stack } from '../integrations/fixture';

function variablesOf(scope: Stack): Record<string, unknown>[] {
  const functions = Object.values(Template.fromStack(scope).findResources('AWS::Lambda::Function'));
  return functions.map(({ Properties: { Environment: { Variables } } }) => Variables);
}

test.each([[undefined, undefined], [false, undefined], [true, '1']])('with eagerRoutes %p each function of each construct is told %p', (eagerRoutes, expected) => {
  const within = stack();
  const app = fastApiApp(undefined, { eagerRoutes });
  new FastApiRestApi(within, 'Isolated', { app });
  new FastApiRestApi(within, 'Shared', { app, integrations: FastApiRestApi.defaultIntegrations(within, app, { pattern: IntegrationPattern.SHARED }).build() });
  new FastApiStreamingFunctionUrl(within, 'Stream', { app });
  const variables = variablesOf(within);
  expect(variables.length).toBeGreaterThan(2);
  for (const each of variables) expect(each.CDK_FASTAPI_EAGER_ROUTES).toBe(expected);
});

test.each([[{ eagerRoutes: true }, '0'], [{}, '1']])('with %p one function may say %p', (options, own) => {
  const within = stack();
  new OperationFunction(within, 'Function', { app: fastApiApp(undefined, options), options: { environment: { CDK_FASTAPI_EAGER_ROUTES: own } } });
  expect(variablesOf(within)[0].CDK_FASTAPI_EAGER_ROUTES).toBe(own);
});
