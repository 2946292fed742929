import { Stack } from 'aws-cdk-lib';
import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { BoundHttpApiIntegration } from './bound-integration';
import type { DefaultHttpApiIntegrationsOptions } from './default-integrations-options';
import { HttpFunctionIntegration } from './function-integration';
import type { HttpApiIntegration } from './integration';
import { HttpApiIntegrationBuilder } from './integration-builder';
import { HTTP_INTEGRATIONS } from './integration-type';
import type { FastApiApp } from '../app/fast-api-app';
import { bindIntegrations, type BindIntegrationsProps, type BoundIntegrations } from '../integrations/bind-integrations';
import { BuilderCore } from '../integrations/builder-core';
import type { Binding } from '../integrations/invoked-functions';

/** The integrations of an HTTP API after binding, with their functions. */
export type BoundHttpIntegrations = BoundIntegrations<HttpApiIntegration, BoundHttpApiIntegration, apigatewayv2.IHttpApi>;

const BINDING: Binding<HttpApiIntegration, BoundHttpApiIntegration, apigatewayv2.IHttpApi> = {
  type: HTTP_INTEGRATIONS,
  streams: false,
  integrate: (invocation, _handler, _timeout, sharedId) => new HttpFunctionIntegration(invocation, sharedId && `${sharedId}Integration`),
  bind: (operation, integration, handler, pattern) => BoundHttpApiIntegration._of(operation, integration, handler, pattern),
  // `*/*` matches every stage and route key, including `$default`, which has no path.
  sourceArn: (api, operation) => Stack.of(api).formatArn({
    service: 'execute-api',
    resource: api.apiId,
    resourceName: operation ? `*/${operation.method}${operation.routePath.replace(/\{[^}]*\}/g, '*')}` : '*/*',
  }),
};

/** The builder that `FastApiHttpApi.defaultIntegrations` returns. */
export function httpApiIntegrationBuilder(app: FastApiApp, options: DefaultHttpApiIntegrationsOptions = {}): HttpApiIntegrationBuilder {
  return HttpApiIntegrationBuilder._of(BuilderCore.of(HTTP_INTEGRATIONS, app, options));
}

/**
 * Checks the integrations of an HTTP API, creates their functions under `<scope>/Functions`, and returns integrations for
 * `HttpRoute`. They add no permission: call `grantApiInvoke(api)` of the result once the API exists.
 */
export function bindHttpIntegrations(props: BindIntegrationsProps<HttpApiIntegration>): BoundHttpIntegrations {
  return bindIntegrations(BINDING, props);
}
