// A line that ends in `error: …` is refused with a message that has this text; nothing else is.
import type { Stack } from 'aws-cdk-lib';
import { HttpIntegration } from 'aws-cdk-lib/aws-apigateway';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IUserPool } from 'aws-cdk-lib/aws-cognito';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { MyApi } from '../../codegen/golden/my-api';
import { MyHttpApi } from '../../codegen/golden/my-http-api';

export function build(stack: Stack, role: Role, pool: IUserPool): void {
  const i = { integration: new HttpUrlIntegration('Url', 'https://example.com') };
  const start = MyHttpApi.defaultIntegrations(stack);
  const api = new MyHttpApi(stack, 'A', { integrations: start.withOverrides({ getFile: { ...i, url: 'x' } }).build() });
  api.integrations.getFile.handler; // error: Property 'handler' does not exist on type
  api.integrations.sayHello.url; // error: Property 'url' does not exist on type
  api.integrations.nope; // error: Property 'nope' does not exist on type
  api.grantInvokeAccess(role, { operations: ['sayHelo'] }); // error: Did you mean '"sayHello"'?
  start.withOverrides({ getFile: i, nope: i }); // error: UnknownOperation<"nope">
  start.withOverrides({ getFile: i }).withOperationOptions('getFile', {}); // error: Argument of type '"getFile"' is not assignable
  start.withOverrides({ getFile: { ...i, options: { authorizer: new HttpUserPoolAuthorizer('Pool', pool), scopes: ['x'] } } }); // error: UnknownOption<"scopes">
  start.withOverrides({ getFile: { integration: new HttpIntegration('https://example.com') } }); // error: HttpIntegration
  new MyHttpApi(stack, 'B', { integrations: { sayHello: i, getFile: i } }); // error: Property 'uploadFile' is missing
  new MyHttpApi(stack, 'C', { integrations: MyApi.defaultIntegrations(stack).build() }); // error: is not assignable to type
  new MyHttpApi(stack, 'D', { deployOptions: {} }); // error: 'deployOptions' does not exist
}
