import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';

/** The part of an HTTP route's options that says who may call it. */
export interface RouteAuthorization {
  readonly authorizer: apigatewayv2.IHttpRouteAuthorizer;
  readonly authorizationScopes?: string[];
}

/** The authorization of an operation: an override's, where it says one, else the API's. */
export function routeAuthorization(api: RouteAuthorization, override: Partial<RouteAuthorization> = {}): RouteAuthorization {
  const scopes = override.authorizationScopes?.length ? override.authorizationScopes : undefined;
  if (override.authorizer) return { authorizer: override.authorizer, authorizationScopes: scopes };
  return override.authorizationScopes ? { ...api, authorizationScopes: scopes } : api;
}
