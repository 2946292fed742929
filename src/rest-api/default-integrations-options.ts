import type { IRestApiIntegrationFactory } from './integration';
import type { DefaultIntegrationsOptions } from '../integrations/default-integrations-options';

/** Options of the default integrations of a REST API. */
export interface DefaultRestApiIntegrationsOptions extends DefaultIntegrationsOptions {
  /**
   * Makes the integration of each operation instead of a function made from the app.
   *
   * @default - functions are made from the app
   */
  readonly factory?: IRestApiIntegrationFactory;
}
