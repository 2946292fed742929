import { Duration, Stack } from 'aws-cdk-lib';
import { HttpNoneAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpAlbIntegration, HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { MyHttpApi, type MyHttpApiOperations } from '../../codegen/golden/my-http-api';
import { FastApiApp, type FastApiHttpApi, IntegrationPattern, type HttpApiIntegration } from 'cdk-fastapi';
import type { DefaultHttpIntegrations, HttpIntegrations } from 'cdk-fastapi/typed';

/** Every way to use a typed HTTP API. */
export function build(stack: Stack, role: Role, bucket: Bucket, vpc: IVpc, listener: IApplicationListener, flag: boolean): FastApiHttpApi[] {
  const defaults = new MyHttpApi(stack, 'Defaults');
  defaults.integrations.uploadFile.handler.addEnvironment('NAME', 'value');
  defaults.handler('uploadFile').addEnvironment('NAME', 'value');
  defaults.alias('uploadFile').addAutoScaling({ maxCapacity: 2 });
  defaults.integrations.uploadFile.alias?.addAutoScaling({ maxCapacity: 2 });
  defaults.grantInvokeAccess(role);
  defaults.grantInvokeAccess(role, { operations: ['sayHello', 'getFile'] });
  defaults.restrictCorsTo('https://www.example.com');

  const api = new MyHttpApi(stack, 'MyHttpApi', {
    description: 'files',
    runtimeConfigKey: 'Files',
    integrations: MyHttpApi.defaultIntegrations(stack)
      .withDefaultOptions({ vpc })
      .withOperationOptions('sayHello', { memorySize: 512, timeout: Duration.seconds(3) })
      .withOverrides({
        getFile: { bucket, integration: new HttpAlbIntegration('Alb', listener), options: { authorizer: new HttpNoneAuthorizer(), authorizationScopes: ['read'] } },
      })
      .build(),
  });
  api.integrations.sayHello.handler.addEnvironment('NAME', 'value');
  api.integrations.getFile.bucket.grantRead(role);
  const override: HttpAlbIntegration = api.integrations.getFile.integration;
  const path: string = api.integrations.getFile.operation.path + api.integration('getFile').operation.path;

  const integration = { integration: new HttpUrlIntegration('Url', `https://example.com/${path}`) };
  const explicit = new MyHttpApi(stack, 'Explicit', { integrations: { sayHello: integration, getFile: integration, uploadFile: { ...integration, url: 'x' } } });
  explicit.integrations.uploadFile.url.startsWith('x');

  // A function of an override is its own affair, also under the name of a handler.
  const own = new MyHttpApi(stack, 'Own', {
    integrations: MyHttpApi.defaultIntegrations(stack).withOverrides({ getFile: { ...integration, handler: new LambdaFunction(stack, 'F', flag as never) } }).build(),
  });
  own.integrations.getFile.handler.addEnvironment('NAME', 'value');

  // What may be overridden may have no handler.
  const maybe: { getFile?: HttpApiIntegration } = flag ? { getFile: integration } : {};
  const either = new MyHttpApi(stack, 'Either', { integrations: MyHttpApi.defaultIntegrations(stack).withOverrides(maybe).build() });
  either.integrations.getFile.handler?.addEnvironment('NAME', 'value');
  const one = new MyHttpApi(stack, 'One', {
    integrations: MyHttpApi.defaultIntegrations(stack).withOverrides({ getFile: flag ? integration : { integration: new HttpUrlIntegration('Other', 'https://example.com'), bucket } }).build(),
  });

  // Later overrides win, and a default integration may stand in an explicit map.
  const built = MyHttpApi.defaultIntegrations(stack).withOverrides({ getFile: integration }).withOverrides({ getFile: { ...integration, bucket } }).build();
  const twice = new MyHttpApi(stack, 'Twice', { integrations: { ...built, uploadFile: integration } });
  twice.integrations.getFile.bucket.grantRead(role);
  twice.integrations.sayHello.handler.grantInvoke(role);

  const shared = new MyHttpApi(stack, 'Shared', { pattern: IntegrationPattern.SHARED, catchAll: true });
  shared.router?.addEnvironment('NAME', 'value');
  const pattern: IntegrationPattern = shared.integrations.getFile.pattern;

  // Which operations have a handler depends on what the factory makes.
  const made = new MyHttpApi(stack, 'Made', { integrations: MyHttpApi.defaultIntegrations(stack, { factory: { bind: () => integration } }).build() });
  made.integrations.getFile.handler?.addEnvironment('NAME', pattern);

  const app = FastApiApp.fromDirectory('elsewhere', { entrypoint: 'main:app' });
  const other = new MyHttpApi(stack, 'Other', { app, integrations: MyHttpApi.defaultIntegrations(stack, { app, pattern: IntegrationPattern.SHARED }).build() });
  other.integrations.getFile.handler.addEnvironment('NAME', 'value');

  // Any `MyHttpApi`, whatever answers its operations, and any API of the core.
  const any: MyHttpApi<HttpIntegrations<MyHttpApiOperations>>[] = [defaults, api, explicit, either, one, twice, shared, made, other];
  for (const each of any) each.integrations.getFile.handler?.addEnvironment('NAME', String(override));
  const whole: MyHttpApi<DefaultHttpIntegrations<MyHttpApiOperations>> = defaults;
  return [whole, ...any];
}
