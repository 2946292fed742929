import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { FastApiRestApi, FastApiStreamingFunctionUrl, type FastApiAppOptions } from '../../src';
import { OperationFunction } from '../../src/functions/operation-function';
import { fastApiApp, stack } from '../integrations/fixture';

type Options = Pick<FastApiAppOptions, 'observability'>;

function environmentOf(options: Options, environment: Record<string, string> = {}): Record<string, unknown> {
  const made = new OperationFunction(stack(), 'Function', { app: fastApiApp(undefined, options), options: { environment } });
  const [resource] = Object.values(Template.fromStack(Stack.of(made)).findResources('AWS::Lambda::Function'));
  return resource.Properties.Environment.Variables;
}

test.each<[Options, string | undefined]>([[{}, undefined], [{ observability: false }, undefined], [{ observability: true }, '1']])(
  'with %p the shim is told %p', (options, expected) => {
    expect(environmentOf(options).CDK_FASTAPI_OBSERVABILITY).toBe(expected);
  });

test('one function may do without', () => {
  expect(environmentOf({ observability: true }, { CDK_FASTAPI_OBSERVABILITY: '0' }).CDK_FASTAPI_OBSERVABILITY).toBe('0');
});

test('every function of every construct is told, and its service and namespace', () => {
  const within = stack();
  const app = fastApiApp(undefined, { observability: true });
  new FastApiRestApi(within, 'Shop', { app });
  new FastApiStreamingFunctionUrl(within, 'Stream', { app });
  const functions = Object.values(Template.fromStack(within).findResources('AWS::Lambda::Function'));
  expect(functions.length).toBeGreaterThan(1);
  for (const { Properties: { Environment: { Variables } } } of functions) {
    expect(Variables).toMatchObject({ CDK_FASTAPI_OBSERVABILITY: '1', POWERTOOLS_SERVICE_NAME: expect.stringMatching(/^(Shop|Stream)$/) });
    expect(Variables.POWERTOOLS_METRICS_NAMESPACE).toBe(Variables.POWERTOOLS_SERVICE_NAME);
  }
  Template.fromStack(within).hasResourceProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' }, Environment: Match.anyValue() });
});
