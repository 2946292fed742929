import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { RestApiIntegration } from './integration';

/**
 * Carries an integration together with its options. An instance of a class, because jsii passes a struct to Python and back
 * as a copy, and an instance by reference.
 */
export class DescribedRestIntegration extends apigateway.Integration {
  constructor(public readonly described: RestApiIntegration) {
    super({ type: apigateway.IntegrationType.MOCK });
  }

  public override bind(method: apigateway.Method): apigateway.IntegrationConfig {
    return this.described.integration.bind(method);
  }
}
