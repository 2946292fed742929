import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { BoundRestApiIntegration } from './bound-integration';
import type { DefaultRestApiIntegrationsOptions } from './default-integrations-options';
import { FunctionIntegration } from './function-integration';
import type { RestApiIntegration } from './integration';
import { RestApiIntegrationBuilder } from './integration-builder';
import { REST_INTEGRATIONS } from './integration-type';
import type { FastApiApp } from '../app/fast-api-app';
import { bindIntegrations, type BindIntegrationsProps, type BoundIntegrations } from '../integrations/bind-integrations';
import { BuilderCore } from '../integrations/builder-core';
import type { Binding } from '../integrations/invoked-functions';

/** The integrations of a REST API after binding, with their functions. */
export type BoundRestIntegrations = BoundIntegrations<RestApiIntegration, BoundRestApiIntegration, apigateway.IRestApi>;

const BINDING: Binding<RestApiIntegration, BoundRestApiIntegration, apigateway.IRestApi> = {
  type: REST_INTEGRATIONS,
  streams: true,
  integrate: (invocation, handler, timeout) => new FunctionIntegration(invocation, handler, timeout),
  bind: (operation, integration, handler, pattern) => BoundRestApiIntegration._of(operation, integration, handler, pattern),
  // `*` for each parameter's value, and for the stage, so that the test stage of the console is included.
  sourceArn: (api, operation) => (operation
    ? api.arnForExecuteApi(operation.method, operation.routePath.replace(/\{[^}]*\}/g, '*'), '*')
    : api.arnForExecuteApi('*', '/*', '*')),
};

/** The builder that `FastApiRestApi.defaultIntegrations` returns. */
export function restApiIntegrationBuilder(app: FastApiApp, options: DefaultRestApiIntegrationsOptions = {}): RestApiIntegrationBuilder {
  return RestApiIntegrationBuilder._of(BuilderCore.of(REST_INTEGRATIONS, app, options));
}

/**
 * Checks the integrations of a REST API, creates their functions under `<scope>/Functions`, and returns integrations for
 * `addMethod`. They add no permission: call `grantApiInvoke(api)` of the result once the API exists.
 */
export function bindRestIntegrations(props: BindIntegrationsProps<RestApiIntegration>): BoundRestIntegrations {
  return bindIntegrations(BINDING, props);
}
