import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { FastApiOperation } from '../operations/operation';

/** Options of one route of an HTTP API. */
export interface HttpApiRouteOptions {
  /**
   * The authorizer of this route; `new HttpNoneAuthorizer()` makes it public.
   *
   * @default - the authorizer of the API
   */
  readonly authorizer?: apigatewayv2.IHttpRouteAuthorizer;

  /**
   * The scopes that a caller's token needs.
   *
   * @default - the scopes of the API
   */
  readonly authorizationScopes?: string[];
}

/** The integration of one operation of an HTTP API, and the options of its route. */
export interface HttpApiIntegration {
  /** Any integration of `aws-cdk-lib/aws-apigatewayv2-integrations`. */
  readonly integration: apigatewayv2.HttpRouteIntegration;

  /**
   * Options of the operation's route: authorizer and scopes.
   *
   * @default - the options of the API
   */
  readonly options?: HttpApiRouteOptions;

  /**
   * The pattern that the builder used. Builders set it; there is no need to give it by hand.
   *
   * @default - none: the integration was given by hand
   */
  readonly pattern?: IntegrationPattern;
}

/** Makes the integration of each operation of an HTTP API. */
export interface IHttpApiIntegrationFactory {
  /**
   * The integration of one operation. Called once per operation when the API is constructed.
   *
   * @param operation the operation to answer
   */
  bind(operation: FastApiOperation): HttpApiIntegration;
}
