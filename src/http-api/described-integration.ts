import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpApiIntegration } from './integration';

/**
 * Carries an integration together with its options. An instance of a class, because jsii passes a struct to Python and back
 * as a copy, and an instance by reference.
 */
export class DescribedHttpIntegration extends apigatewayv2.HttpRouteIntegration {
  constructor(public readonly described: HttpApiIntegration) {
    super('Integration');
  }

  public bind(options: apigatewayv2.HttpRouteIntegrationBindOptions): apigatewayv2.HttpRouteIntegrationConfig {
    return this.described.integration.bind(options);
  }
}
