import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { deploy, ITEMS } from './fixture';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { deployHttp } from '../http-api/fixture';
import { fastApiApp, stack as newStack } from '../integrations/fixture';

const functionOptions: lambda.FunctionOptions = { currentVersionOptions: { provisionedConcurrentExecutions: 1 } };

test('the alias by which an API invokes a function can be deployed gradually and scaled', () => {
  const { template } = deploy({ functionOptions }, ITEMS, (api, stack) => {
    new codedeploy.LambdaDeploymentGroup(stack, 'Gradual', { alias: api.alias('readItem'), deploymentConfig: codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES });
    api.alias('listItems').addAutoScaling({ maxCapacity: 5 }).scaleOnUtilization({ utilizationTarget: 0.5 });
    expect(api.integrations.readItem.alias).toBe(api.alias('readItem'));
  });
  template.resourceCountIs('AWS::Lambda::Alias', 3);
  template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 1);
  template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 1);
});

test('in the shared pattern it is the router\'s, in nested stacks and on HTTP APIs each function\'s own', () => {
  deploy({ functionOptions, pattern: IntegrationPattern.SHARED }, ITEMS, (api) => expect(api.alias('readItem')).toBe(api.alias('listItems')));
  deploy({ functionOptions, functionStacks: 20 }, ITEMS, (api) => expect(api.alias('readItem')).not.toBe(api.alias('listItems')));
  deployHttp({ functionOptions }, ITEMS, (api) => expect(api.alias('readItem').aliasName).toBeDefined());
});

test('an operation without one is an error that says why', () => {
  deploy({}, ITEMS, (api) => {
    expect(api.integrations.readItem.alias).toBeUndefined();
    expect(() => api.alias('readItem')).toThrow(/`alias` needs a function with versions, got: `readItem` .* give it `currentVersionOptions` or `snapStart`/);
  });
  const stack = newStack();
  const app = fastApiApp(ITEMS);
  const integration = new apigateway.HttpIntegration('https://example.com', { options: { timeout: Duration.seconds(5) } });
  const api = new FastApiRestApi(stack, 'MyApi', { app, integrations: FastApiRestApi.defaultIntegrations(stack, app).withOverrides({ readItem: { integration } }).build() });
  expect(() => api.alias('readItem')).toThrow(/`handler` needs an operation that a function of this app answers/);
});
