import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpApiIntegration } from './integration';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import { unbound } from '../integrations/unbound';

/** Stands for the function of an operation until a `FastApiHttpApi` makes that function. */
export class HttpOperationFunctionIntegration extends apigatewayv2.HttpRouteIntegration {
  constructor(public readonly descriptor: OperationDescriptor<HttpApiIntegration>) {
    super('Integration');
  }

  public bind(_options: apigatewayv2.HttpRouteIntegrationBindOptions): never {
    throw unbound(this.descriptor.operation, 'FastApiHttpApi');
  }
}
