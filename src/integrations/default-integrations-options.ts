import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IHttpApiIntegrationFactory } from './http-api-integration';
import type { IRestApiIntegrationFactory } from './rest-api-integration';
import type { IntegrationPattern } from '../functions/integration-pattern';

/** What the default integrations of an API are. */
export interface DefaultIntegrationsOptions {
  /**
   * How the operations are spread over functions.
   *
   * @default IntegrationPattern.ISOLATED
   */
  readonly pattern?: IntegrationPattern;

  /**
   * A function of your own that answers every operation. It implies the shared pattern, and
   * function options cannot be given with it: they are the function's own.
   *
   * @default - functions are made from the app
   */
  readonly router?: lambda.IFunction;
}

/** What the default integrations of a REST API are. */
export interface DefaultRestApiIntegrationsOptions extends DefaultIntegrationsOptions {
  /**
   * Makes the integration of each operation instead of a function made from the app.
   *
   * @default - functions are made from the app
   */
  readonly factory?: IRestApiIntegrationFactory;
}

/** What the default integrations of an HTTP API are. */
export interface DefaultHttpApiIntegrationsOptions extends DefaultIntegrationsOptions {
  /**
   * Makes the integration of each operation instead of a function made from the app.
   *
   * @default - functions are made from the app
   */
  readonly factory?: IHttpApiIntegrationFactory;
}
