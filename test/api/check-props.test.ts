import { App, Stack } from 'aws-cdk-lib';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, OpenApiSource } from '../../src';

const app = FastApiApp.fromDirectory('.', {
  entrypoint: 'main:app',
  openApi: OpenApiSource.fromDocument({ openapi: '3.1.0', info: { title: 'A', version: '1' }, paths: { '/a': { get: { operationId: 'a', responses: { 200: { description: 'OK' } } } } } }),
});

describe.each([['FastApiRestApi', FastApiRestApi, 'RestApiAuth'], ['FastApiHttpApi', FastApiHttpApi, 'HttpApiAuth']] as const)('what no compiler has looked at, in %s', (name, Api, auth) => {
  test.each<[unknown, string]>([
    [undefined, `\`app\` of ${name} must be a FastApiApp, got: nothing; write`],
    [{}, `\`app\` of ${name} must be a FastApiApp, got: nothing`],
    [{ app: '../my_api' }, `\`app\` of ${name} must be a FastApiApp, got: "../my_api"`],
    [{ app, auth: 'iam' }, `\`auth\` of ${name} must be made by ${auth}, got: "iam"; for example \`${auth}.iam()\``],
    [{ app, cors: true }, `\`cors\` of ${name} must be an object, got: true; leave it out for every origin`],
    [{ app, integrations: [] }, '`integrations` of'],
    [{ app, functionOptions: { timeout: 30 } }, '`timeout` of every function must be a Duration, got: 30; write `Duration.seconds(30)`'],
    [{ app, catchall: true }, `${name} has no property \`catchall\`, got: true; \`catchAll\` is meant`],
    [{ app, functionOption: {} }, '`functionOptions` is meant'],
  ])('%j', (props, message) => {
    const stack = new Stack(new App(), 'Stack');
    expect(() => new Api(stack, 'Api', props as never)).toThrow(message);
  });

  test('a property that only a newer CDK has passes', () => {
    const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
    expect(() => new Api(stack, 'Api', { app, endpointAccessMode: 'STRICT' } as never)).not.toThrow();
  });
});
