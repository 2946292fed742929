import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpApiIntegration } from './integration';

/**
 * Carries an integration together with the options that were said of it. A struct that this library gives to a program in
 * Python arrives there as a copy and comes back as another one; an object of a class comes back as itself.
 */
export class DescribedHttpIntegration extends apigatewayv2.HttpRouteIntegration {
  constructor(public readonly described: HttpApiIntegration) {
    super('Integration');
  }

  public bind(options: apigatewayv2.HttpRouteIntegrationBindOptions): apigatewayv2.HttpRouteIntegrationConfig {
    return this.described.integration.bind(options);
  }
}
