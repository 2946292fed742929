import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { FastApiOperation } from '../operations/operation';

/** The integration of one operation of a REST API, and the options of its method. */
export interface RestApiIntegration {
  /** Any integration of `aws-cdk-lib/aws-apigateway`. */
  readonly integration: apigateway.Integration;

  /**
   * Options of the operation's method: authorizer, scopes, request parameters, API key.
   *
   * @default - the options of the API
   */
  readonly options?: apigateway.MethodOptions;

  /**
   * The pattern that the builder used. Builders set it; there is no need to give it by hand.
   *
   * @default - none: the integration was given by hand
   */
  readonly pattern?: IntegrationPattern;
}

/** Makes the integration of each operation of a REST API. */
export interface IRestApiIntegrationFactory {
  /**
   * The integration of one operation. Called once per operation when the API is constructed.
   *
   * @param operation the operation to answer
   */
  bind(operation: FastApiOperation): RestApiIntegration;
}
