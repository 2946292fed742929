import type { IRestApiIntegrationFactory } from './integration';
import type { DefaultIntegrationsOptions } from '../integrations/default-integrations-options';

/** What the default integrations of a REST API are. */
export interface DefaultRestApiIntegrationsOptions extends DefaultIntegrationsOptions {
  /**
   * Makes the integration of each operation instead of a function made from the app.
   *
   * @default - functions are made from the app
   */
  readonly factory?: IRestApiIntegrationFactory;
}
