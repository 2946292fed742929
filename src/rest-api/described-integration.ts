import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { RestApiIntegration } from './integration';

/**
 * Carries an integration together with the options that were said of it. A struct that this library gives to a program in
 * Python arrives there as a copy and comes back as another one; an object of a class comes back as itself.
 */
export class DescribedRestIntegration extends apigateway.Integration {
  constructor(public readonly described: RestApiIntegration) {
    super({ type: apigateway.IntegrationType.MOCK });
  }

  public override bind(method: apigateway.Method): apigateway.IntegrationConfig {
    return this.described.integration.bind(method);
  }
}
