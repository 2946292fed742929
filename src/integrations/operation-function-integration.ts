import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpApiIntegration } from './http-api-integration';
import type { RestApiIntegration } from './rest-api-integration';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** Stands for the function of an operation until a `FastApiRestApi` makes that function. */
export class OperationFunctionIntegration extends apigateway.Integration {
  constructor(public readonly descriptor: OperationDescriptor<RestApiIntegration>) {
    super({ type: apigateway.IntegrationType.AWS_PROXY, integrationHttpMethod: 'POST' });
  }

  public override bind(_method: apigateway.Method): never {
    throw unbound(this.descriptor.operation, 'FastApiRestApi');
  }
}

/** Stands for the function of an operation until a `FastApiHttpApi` makes that function. */
export class HttpOperationFunctionIntegration extends apigatewayv2.HttpRouteIntegration {
  constructor(public readonly descriptor: OperationDescriptor<HttpApiIntegration>) {
    super('Integration');
  }

  public bind(_options: apigatewayv2.HttpRouteIntegrationBindOptions): never {
    throw unbound(this.descriptor.operation, 'FastApiHttpApi');
  }
}

function unbound(operation: string, construct: string): FastApiError {
  return new FastApiError(
    `The default integration of ${printable(operation, 300)} has a function only inside the API that makes it, got: another use; `
    + `give it to \`integrations\` of ${construct}, and use that API's \`integration('…').integration\` elsewhere`,
  );
}
