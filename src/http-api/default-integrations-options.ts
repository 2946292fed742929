import type { IHttpApiIntegrationFactory } from './integration';
import type { DefaultIntegrationsOptions } from '../integrations/default-integrations-options';

/** Options of the default integrations of an HTTP API. */
export interface DefaultHttpApiIntegrationsOptions extends DefaultIntegrationsOptions {
  /**
   * Makes the integration of each operation instead of a function made from the app.
   *
   * @default - functions are made from the app
   */
  readonly factory?: IHttpApiIntegrationFactory;
}
