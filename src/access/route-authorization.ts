import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { Construct } from 'constructs';

/** The part of an HTTP route's options that says who may call it. */
export interface RouteAuthorization {
  readonly authorizer: apigatewayv2.IHttpRouteAuthorizer;
  readonly authorizationScopes?: string[];
}

/** The part of `HttpApiAuth` that routes need. */
interface ApiAuthorization {
  _bind(scope: Construct): RouteAuthorization;
}

/**
 * The authorization of an operation: an override's, where it says one, else the API's.
 *
 * @param auth the authorization of the API, bound only where an operation uses it
 * @param scope the API
 */
export function routeAuthorization(auth: ApiAuthorization, scope: Construct, override: Partial<RouteAuthorization> = {}): RouteAuthorization {
  const scopes = override.authorizationScopes?.length ? override.authorizationScopes : undefined;
  if (override.authorizer) return { authorizer: override.authorizer, authorizationScopes: scopes };
  const bound = auth._bind(scope);
  return override.authorizationScopes ? { ...bound, authorizationScopes: scopes } : bound;
}
