import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { RestApiIntegration } from './integration';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import { unbound } from '../integrations/unbound';

/** Stands for the function of an operation until a `FastApiRestApi` makes that function. */
export class OperationFunctionIntegration extends apigateway.Integration {
  constructor(public readonly descriptor: OperationDescriptor<RestApiIntegration>) {
    super({ type: apigateway.IntegrationType.AWS_PROXY, integrationHttpMethod: 'POST' });
  }

  public override bind(_method: apigateway.Method): never {
    throw unbound(this.descriptor.operation, 'FastApiRestApi');
  }
}
