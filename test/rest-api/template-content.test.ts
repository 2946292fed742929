import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { RouteDefinition } from '../../src/api/route-definition';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { deploy, ITEMS, rendered } from '../api/fixture';
import { fastApiApp, stack as newStack } from '../integrations/fixture';
import type { Value } from './body/native-view';

const TEMPLATED = { requestTemplates: { 'application/json': '{"statusCode": 200}' }, integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': '{"ok": true}' } }] };
const RESPONSES = { methodResponses: [{ statusCode: '200' }] };
const CONVERTED = { contentHandling: 'CONVERT_TO_TEXT', responses: { default: { contentHandling: 'CONVERT_TO_TEXT' } } };

const integrationOf = (body: Value, path: string, method = 'get'): Value => body.paths[path][method]['x-amazon-apigateway-integration'];

describe('an integration with templates reads and writes text', () => {
  test('where a user adds a method, by a construct or by its L1', () => {
    const { body } = deploy({}, ITEMS, ({ api }) => {
      const mine = api.root.addResource('mine');
      mine.addMethod('GET', new apigateway.MockIntegration(TEMPLATED), RESPONSES);
      new apigateway.CfnMethod(api, 'Raw', {
        restApiId: api.restApiId, resourceId: mine.resourceId, httpMethod: 'POST', authorizationType: 'NONE', integration: { type: 'HTTP', uri: 'https://example.com', ...TEMPLATED },
      });
    });
    expect(integrationOf(body, '/mine')).toMatchObject(CONVERTED);
    expect(integrationOf(body, '/mine', 'post')).toMatchObject(CONVERTED);
  });

  test('where it overrides an operation or comes from a factory: a queue, a state machine, a mock', () => {
    const stack = newStack();
    const app = fastApiApp(ITEMS);
    const machine = new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')), stateMachineType: sfn.StateMachineType.EXPRESS });
    const queue = new apigateway.AwsIntegration({
      service: 'sqs', path: new sqs.Queue(stack, 'Queue').queueName, options: { requestTemplates: { 'application/json': 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)' }, integrationResponses: [{ statusCode: '200' }] },
    });
    const made = [queue, apigateway.StepFunctionsIntegration.startExecution(machine), new apigateway.MockIntegration(TEMPLATED)];
    const factory = { bind: () => ({ integration: made.shift()!, options: RESPONSES }) };
    new FastApiRestApi(stack, 'MyApi', { app, integrations: FastApiRestApi.defaultIntegrations(stack, app, { factory }).build() });
    const { body } = rendered(stack);
    expect(integrationOf(body, '/items')).toMatchObject({ contentHandling: 'CONVERT_TO_TEXT', responses: { default: { statusCode: '200' } } });
    expect(integrationOf(body, '/items').responses.default).not.toHaveProperty('contentHandling');
    const machineAnswers = Object.values<Value>(integrationOf(body, '/items', 'post').responses).filter(({ responseTemplates }) => responseTemplates);
    expect(integrationOf(body, '/items', 'post').contentHandling).toBe('CONVERT_TO_TEXT');
    expect(machineAnswers.map(({ contentHandling }) => contentHandling)).toEqual(machineAnswers.map(() => 'CONVERT_TO_TEXT'));
    expect(machineAnswers.length).toBeGreaterThan(0);
    expect(integrationOf(body, '/items/{item_id}')).toMatchObject(CONVERTED);
  });

  test('with a resource for each route too', () => {
    const { template } = deploy({ definition: RouteDefinition.RESOURCES }, ITEMS, ({ api }) => api.root.addMethod('GET', new apigateway.MockIntegration(TEMPLATED), RESPONSES));
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      Integration: { Type: 'MOCK', ContentHandling: 'CONVERT_TO_TEXT', IntegrationResponses: [{ StatusCode: '200', ContentHandling: 'CONVERT_TO_TEXT' }] },
    });
  });

  test.each([
    ['no type of its templates is binary', ['image/*', 'application/pdf'], TEMPLATED, undefined],
    ['a binary type is a template\'s', ['application/json'], TEMPLATED, 'CONVERT_TO_TEXT'],
    ['a range of binary types has a template\'s', ['application/*'], TEMPLATED, 'CONVERT_TO_TEXT'],
    ['a binary type is a template\'s, as CloudFormation escapes it', ['application~1json'], TEMPLATED, 'CONVERT_TO_TEXT'],
    ['all types are binary, as CloudFormation escapes them', ['*~1*'], TEMPLATED, 'CONVERT_TO_TEXT'],
    ['the integration says something else', ['*/*'], { ...TEMPLATED, contentHandling: apigateway.ContentHandling.CONVERT_TO_BINARY }, 'CONVERT_TO_BINARY'],
  ])('or not: %s', (_when, binaryMediaTypes, options, expected) => {
    const { body } = deploy({ binaryMediaTypes }, ITEMS, ({ api }) => api.root.addMethod('GET', new apigateway.MockIntegration(options), RESPONSES));
    expect(integrationOf(body, '/').contentHandling).toBe(expected);
    expect(integrationOf(body, '/').responses.default.contentHandling).toBe(expected === 'CONVERT_TO_BINARY' ? undefined : expected);
  });

  test('preflight routes stay as they are, and what is passed through stays bytes', () => {
    const { body } = deploy({}, ITEMS, ({ api }) => api.root.addMethod('GET', new apigateway.HttpIntegration('https://example.com', { proxy: false })));
    expect(integrationOf(body, '/items', 'options').responses.default).not.toHaveProperty('contentHandling');
    expect(integrationOf(body, '/')).not.toHaveProperty('contentHandling');
  });
});

test('a mock that cannot answer is a warning', () => {
  const { stack } = deploy({}, ITEMS, ({ api }) => {
    api.root.addMethod('GET', new apigateway.MockIntegration());
    api.root.addMethod('POST', new apigateway.MockIntegration(TEMPLATED));
  });
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('a mock integration answers 500 without a request template'));
  expect(warnings.map(({ id }) => id)).toEqual(['/Stack/MyApi/Api/Default/GET/Resource']);
});
