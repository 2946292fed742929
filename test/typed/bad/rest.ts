// A line that ends in `error: …` is refused with a message that has this text; nothing else is.
import type { Stack } from 'aws-cdk-lib';
import { AuthorizationType, HttpIntegration } from 'aws-cdk-lib/aws-apigateway';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { FastApiApp, IntegrationPattern, RequestValidation, type RestApiIntegration } from 'cdk-fastapi';
import { restApiClass } from 'cdk-fastapi/typed';
import { MyApi } from '../../codegen/golden/my-api';
import { MyHttpApi } from '../../codegen/golden/my-http-api';
import { HostileApi } from '../../codegen/golden/hostile-api';

export function build(stack: Stack, role: Role, bucket: Bucket, flag: boolean): void {
  const integration = new HttpIntegration('https://example.com');
  const i = { integration };
  const start = MyApi.defaultIntegrations(stack);

  // An overridden operation has no handler; others have nothing of it.
  const api = new MyApi(stack, 'A', { integrations: start.withOverrides({ getFile: { integration, bucket } }).build() });
  api.integrations.getFile.handler; // error: Property 'handler' does not exist on type
  api.integrations.getFile.options; // error: Property 'options' does not exist on type
  api.integrations.sayHello.bucket; // error: Property 'bucket' does not exist on type
  api.integrations.getFlie; // error: Did you mean 'getFile'?
  api.integrations['nope']; // error: Property 'nope' does not exist on type
  api.integrations.sayHello.handler.addEnviroment('NAME', 'value'); // error: Did you mean 'addEnvironment'?

  // What may be overridden may have no handler.
  const maybe: { getFile?: RestApiIntegration } = flag ? { getFile: i } : {};
  const either = new MyApi(stack, 'B', { integrations: start.withOverrides(maybe).build() });
  either.integrations.getFile.handler.addEnvironment('NAME', 'value'); // error: is possibly 'undefined'
  const made = new MyApi(stack, 'C', { integrations: MyApi.defaultIntegrations(stack, { factory: { bind: () => i } }).build() });
  made.integrations.getFile.handler.addEnvironment('NAME', 'value'); // error: is possibly 'undefined'

  // Names.
  new MyApi(stack, 'V', { operationRequestValidation: { sayHelo: RequestValidation.NONE } }); // error: 'sayHelo' does not exist in type
  start.withOverrides({ nope: i }); // error: 'nope' does not exist in type
  start.withOverrides({ getFile: i, nope: i }); // error: UnknownOperation<"nope">
  start.withOverride('nope', i); // error: Argument of type '"nope"' is not assignable
  start.withOverride('getFile', { ...i, options: { athorizer: 1 } }); // error: Did you mean to write 'authorizer'?
  start.withOverride('getFile', i).withOperationOptions('getFile', {}); // error: Argument of type '"getFile"' is not assignable
  start.withOperationOptions('sayHelo', {}); // error: "sayHelo"
  start.withOverrides({ getFile: i }).withOperationOptions('getFile', {}); // error: Argument of type '"getFile"' is not assignable
  api.handler('nope'); // error: Argument of type '"nope"' is not assignable
  api.integration('nope'); // error: Argument of type '"nope"' is not assignable
  api.grantInvokeAccess(role, { operations: ['sayHelo'] }); // error: Did you mean '"sayHello"'?
  HostileApi.defaultIntegrations(stack).withOverrides({ toString: i, hasOwnProperty: i }); // error: UnknownOperation<"hasOwnProperty">

  // An explicit map names every operation: one that the app has got since is missed here.
  new MyApi(stack, 'D', { integrations: { sayHello: i, getFile: i } }); // error: Property 'uploadFile' is missing
  new MyApi(stack, 'E', { integrations: { sayHello: i, getFile: i, uploadFile: i, nope: i } }); // error: UnknownOperation<"nope">
  new MyApi(stack, 'F', { integrations: {} }); // error: missing the following properties

  // Values.
  start.withOverrides({ getFile: integration }); // error: Property 'integration' is missing
  start.withOverrides({ getFile: {} }); // error: Property 'integration' is missing
  start.withOverrides({ getFile: { integration, options: { apiKeyRequird: true } } }); // error: Did you mean to write 'apiKeyRequired'?
  start.withOverrides({ getFile: { integration, options: { authorizationType: AuthorizationType.IAM, apiKeyRequird: true } } }); // error: UnknownOption<"apiKeyRequird">
  new MyApi(stack, 'G', { integrations: { sayHello: i, getFile: i, uploadFile: { integration, options: { apiKeyRequird: true } } } }); // error: Did you mean to write 'apiKeyRequired'?
  start.withOverrides({ getFile: { integration: new HttpUrlIntegration('Url', 'https://example.com') } }); // error: HttpUrlIntegration
  start.withDefaultOptions({ memory: 512 }); // error: 'memory' does not exist in type 'FunctionOptions'

  // Constructs.
  new MyApi(stack, 'H', { integrations: MyHttpApi.defaultIntegrations(stack).build() }); // error: is not assignable to type
  new MyApi(stack, 'I', { expectedOperations: {} }); // error: 'expectedOperations' does not exist in type
  new MyApi(stack, 'J', { patern: IntegrationPattern.SHARED }); // error: 'patern' does not exist
  const http: MyHttpApi = new MyApi(stack, 'K'); // error: type 'MyHttpApi<
  const whole: MyApi = api; // error: is not assignable to type 'MyApi
  restApiClass<{ a: number }>(() => FastApiApp.fromDirectory('.'), { a: 1 }); // error: does not satisfy the constraint
  void [http, whole];
}
