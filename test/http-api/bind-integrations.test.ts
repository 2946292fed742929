import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { FastApiApp } from '../../src/app/fast-api-app';
import { IntegrationPattern } from '../../src/functions/integration-pattern';
import { bindHttpIntegrations, type BoundHttpIntegrations, httpApiIntegrationBuilder } from '../../src/http-api/bind-integrations';
import type { HttpApiIntegration } from '../../src/http-api/integration';
import type { BindIntegrationsProps } from '../../src/integrations/bind-integrations';
import { bindRestIntegrations } from '../../src/rest-api/bind-integrations';
import { fastApiApp, messageOf, ROWS, scope, stack } from '../integrations/fixture';

const app = fastApiApp();

/** Binds, and adds a route for each operation, as the API construct does. */
function deploy(props: Partial<BindIntegrationsProps<HttpApiIntegration>> = {}, within: Construct = scope()): { bound: BoundHttpIntegrations; template: Template } {
  const served: FastApiApp = props.app ?? app;
  const bound = bindHttpIntegrations({ scope: within, app: served, operations: served._operationsFor('http', props.catchAll ?? false), ...props });
  const httpApi = new apigatewayv2.HttpApi(within, 'Api');
  for (const [operation, { integration: { integration }, options }] of bound.byOperation) {
    if (operation.catchAll) continue;
    const routeKey = apigatewayv2.HttpRouteKey.with(operation.routePath, operation.method as apigatewayv2.HttpMethod);
    new apigatewayv2.HttpRoute(within, operation.constructId, { httpApi, routeKey, integration, ...options });
  }
  if (bound.catchAll) new apigatewayv2.HttpRoute(within, 'Rest', { httpApi, routeKey: apigatewayv2.HttpRouteKey.DEFAULT, integration: bound.catchAll.integration });
  bound.grantApiInvoke(httpApi);
  return { bound, get template() { return Template.fromStack(Stack.of(within)); } };
}

/** What follows the API's id in the source ARN of each permission. */
function sources(template: Template): string[] {
  return Object.values(template.findResources('AWS::Lambda::Permission')).map(({ Properties }) => Properties.SourceArn['Fn::Join'][1].at(-1)).sort();
}

test('isolated: function, role, log group, permission and integration for each operation', () => {
  const { template } = deploy();
  for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup', 'AWS::Lambda::Permission', 'AWS::ApiGatewayV2::Integration']) {
    template.resourceCountIs(type, ROWS.length);
  }
  expect(sources(template)).toEqual(['/*/GET/constructor', '/*/GET/hello', '/*/GET/items/*', '/*/GET/orders', '/*/GET/users', '/*/PUT/items/*']);
  template.allResourcesProperties('AWS::ApiGatewayV2::Integration', {
    IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0', IntegrationUri: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApiFunctions'), 'Arn'] },
  });
});

test('shared: one of each', () => {
  const { template, bound } = deploy({ pattern: IntegrationPattern.SHARED, catchAll: true });
  for (const type of ['AWS::Lambda::Function', 'AWS::Lambda::Permission', 'AWS::ApiGatewayV2::Integration']) template.resourceCountIs(type, 1);
  expect(sources(template)).toEqual(['/*/*']);
  expect(bound.router).toBe(bound.catchAll!.handler);
});

test('a catch-all function may be invoked by the default route', () => {
  expect(sources(deploy({ catchAll: true }).template)).toContain('/*/*');
});

test('an override leaves no function and keeps what it brings', () => {
  const within = scope();
  const authorizer = new apigatewayv2.HttpNoneAuthorizer();
  const bucket = new s3.Bucket(within, 'Bucket');
  const override = { integration: new HttpUrlIntegration('Files', 'https://example.com'), options: { authorizer }, bucket };
  const { bound, template } = deploy({ integrations: httpApiIntegrationBuilder(app).withOverrides({ sayHello: override }).build() }, within);
  template.resourceCountIs('AWS::Lambda::Function', ROWS.length - 1);
  const [, made] = [...bound.byOperation].find(([operation]) => operation.name === 'sayHello')!;
  expect(made.options).toBe(override.options);
  expect(made.integration.handler).toBeUndefined();
  expect(made.integration.pattern).toBeUndefined();
  expect(made.integration.integration).toBe(override.integration);
  expect(new Map<string, unknown>(Object.entries(made.integration)).get('bucket')).toBe(bucket);
});

test('two APIs of one builder, and a REST API beside them, live in one stack', () => {
  const within = stack();
  const integrations = httpApiIntegrationBuilder(app).build();
  deploy({ integrations }, scope('One', within));
  deploy({ integrations }, scope('Two', within));
  bindRestIntegrations({ scope: scope('Three', within), app, operations: app._operationsFor('rest', false) });
  Template.fromStack(within).resourceCountIs('AWS::Lambda::Function', 3 * ROWS.length);
});

test('what a REST builder made is refused, with the operation', () => {
  const rest = { integration: new apigatewayv2.HttpNoneAuthorizer() } as never;
  expect(messageOf(() => deploy({ integrations: { ...httpApiIntegrationBuilder(app).build(), sayHello: rest } })))
    .toContain('`sayHello` (GET /hello) must have an integration of aws-cdk-lib/aws-apigatewayv2-integrations');
});
