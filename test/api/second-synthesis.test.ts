import type { App, Stack } from 'aws-cdk-lib';
import { FastApiHttpApi } from '../../src/http-api/fast-api-http-api';
import { FastApiRestApi } from '../../src/rest-api/fast-api-rest-api';
import { fastApiApp, ROWS, stack as newStack } from '../integrations/fixture';

/** The CDK makes dependencies of resources from those of constructs at each synthesis, those on routes among them. */
test.each<[string, (stack: Stack) => unknown]>([
  ['a REST API', (stack) => new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ROWS), catchAll: true })],
  ['an HTTP API', (stack) => new FastApiHttpApi(stack, 'MyApi', { app: fastApiApp(ROWS), catchAll: true })],
])('a second synthesis of one app writes the same template: %s', (_what, make) => {
  const stack = newStack();
  make(stack);
  const template = () => (stack.node.root as App).synth({ force: true }).getStackByName('Stack').template;
  const first = JSON.stringify(template());
  expect(JSON.stringify(template())).toBe(first);
});
