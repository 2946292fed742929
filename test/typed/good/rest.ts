import { Duration, Stack } from 'aws-cdk-lib';
import { AuthorizationType, AwsIntegration, HttpIntegration, MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { MyApi, type MyApiOperations } from '../../codegen/golden/my-api';
import { FastApiApp, type FastApiRestApi, IntegrationPattern, RequestValidation, type RestApiIntegration } from 'cdk-fastapi';
import type { DefaultRestIntegrations, RestIntegrations } from 'cdk-fastapi/typed';

/** Every way to use a typed REST API. */
export function build(stack: Stack, role: Role, bucket: Bucket, vpc: IVpc, flag: boolean): FastApiRestApi[] {
  const defaults = new MyApi(stack, 'Defaults');
  defaults.integrations.uploadFile.handler.addEnvironment('NAME', 'value');
  defaults.handler('uploadFile').addEnvironment('NAME', 'value');
  defaults.alias('uploadFile').addAutoScaling({ maxCapacity: 2 });
  defaults.integrations.uploadFile.alias?.addAutoScaling({ maxCapacity: 2 });
  defaults.grantInvokeAccess(role);
  defaults.grantInvokeAccess(role, { operations: ['sayHello', 'getFile'] });
  defaults.restrictCorsTo('https://www.example.com');

  const api = new MyApi(stack, 'MyApi', {
    description: 'files',
    requestValidation: RequestValidation.ALL,
    operationRequestValidation: { sayHello: RequestValidation.NONE },
    runtimeConfigKey: 'Files',
    integrations: MyApi.defaultIntegrations(stack)
      .withDefaultOptions({ vpc })
      .withOperationOptions('sayHello', { memorySize: 512, timeout: Duration.seconds(3) })
      .withOverrides({
        getFile: { bucket, integration: new AwsIntegration({ service: 's3', path: '{name}' }), options: { authorizationType: AuthorizationType.IAM, apiKeyRequired: true } },
      })
      .build(),
  });
  api.integrations.sayHello.handler.addEnvironment('NAME', 'value');
  api.integrations.getFile.bucket.grantRead(role);
  const override: AwsIntegration = api.integrations.getFile.integration;
  const path: string = api.integrations.getFile.operation.path + api.integration('getFile').operation.path;

  const integration = { integration: new HttpIntegration(`https://example.com/${path}`) };
  const explicit = new MyApi(stack, 'Explicit', { integrations: { sayHello: integration, getFile: integration, uploadFile: { ...integration, url: 'x' } } });
  explicit.integrations.uploadFile.url.startsWith('x');

  // A function of an override is its own affair, also under the name of a handler.
  const own = new MyApi(stack, 'Own', {
    integrations: MyApi.defaultIntegrations(stack).withOverrides({ getFile: { ...integration, handler: new LambdaFunction(stack, 'F', flag as never) } }).build(),
  });
  own.integrations.getFile.handler.addEnvironment('NAME', 'value');

  // What may be overridden may have no handler.
  const maybe: { getFile?: RestApiIntegration } = flag ? { getFile: integration } : {};
  const either = new MyApi(stack, 'Either', { integrations: MyApi.defaultIntegrations(stack).withOverrides(maybe).build() });
  either.integrations.getFile.handler?.addEnvironment('NAME', 'value');
  const one = new MyApi(stack, 'One', {
    integrations: MyApi.defaultIntegrations(stack).withOverrides({ getFile: flag ? integration : { integration: new MockIntegration(), bucket } }).build(),
  });

  // Later overrides win, and a default integration may stand in an explicit map.
  const built = MyApi.defaultIntegrations(stack).withOverrides({ getFile: integration }).withOverrides({ getFile: { ...integration, bucket } }).build();
  const twice = new MyApi(stack, 'Twice', { integrations: { ...built, uploadFile: integration } });
  twice.integrations.getFile.bucket.grantRead(role);
  twice.integrations.sayHello.handler.grantInvoke(role);

  // One at a time, and the app's own function with another rule for its route.
  const single = MyApi.defaultIntegrations(stack)
    .withOverride('getFile', { bucket, integration: new MockIntegration(), options: { apiKeyRequired: true } })
    .withOverride('sayHello', { ...MyApi.defaultIntegrations(stack).build().sayHello, options: { authorizationType: AuthorizationType.NONE } });
  const alone = new MyApi(stack, 'Alone', { integrations: single.build() });
  alone.integrations.getFile.bucket.grantRead(role);
  alone.integrations.sayHello.handler.grantInvoke(role);

  const shared = new MyApi(stack, 'Shared', { pattern: IntegrationPattern.SHARED, catchAll: true });
  shared.router?.addEnvironment('NAME', 'value');
  const pattern: IntegrationPattern = shared.integrations.getFile.pattern;

  // Which operations have a handler depends on what the factory makes.
  const made = new MyApi(stack, 'Made', { integrations: MyApi.defaultIntegrations(stack, { factory: { bind: () => integration } }).build() });
  made.integrations.getFile.handler?.addEnvironment('NAME', pattern);

  const app = FastApiApp.fromDirectory('elsewhere', { entrypoint: 'main:app' });
  const other = new MyApi(stack, 'Other', { app, integrations: MyApi.defaultIntegrations(stack, { app, pattern: IntegrationPattern.SHARED }).build() });
  other.integrations.getFile.handler.addEnvironment('NAME', 'value');

  // Any `MyApi`, whatever answers its operations, and any API of the core.
  const any: MyApi<RestIntegrations<MyApiOperations>>[] = [defaults, api, explicit, either, one, twice, shared, made, other];
  for (const each of any) each.integrations.getFile.handler?.addEnvironment('NAME', String(override));
  const whole: MyApi<DefaultRestIntegrations<MyApiOperations>> = defaults;
  return [whole, ...any];
}
