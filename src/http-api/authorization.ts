import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { FastApiError } from '../private/errors';

/** The part of an HTTP route's options that specifies who may call it. */
export interface RouteAuthorization {
  readonly authorizer: apigatewayv2.IHttpRouteAuthorizer;
  readonly authorizationScopes?: string[];
}

/**
 * The authorization of an operation: that of its override if it has one, else the API's.
 *
 * @param operation the operation's description for error messages
 */
export function routeAuthorization(api: RouteAuthorization, override: Partial<RouteAuthorization> = {}, operation = 'the route'): RouteAuthorization {
  if (override.authorizer) checkRouteAuthorizer(override.authorizer, `\`authorizer\` of ${operation}`);
  const scopes = override.authorizationScopes?.length ? override.authorizationScopes : undefined;
  if (override.authorizer) return { authorizer: override.authorizer, authorizationScopes: scopes };
  return override.authorizationScopes ? { ...api, authorizationScopes: scopes } : api;
}

/** Refuses the authorizer of a REST API, which resembles one of HTTP APIs to programs that no compiler checks. */
export function checkRouteAuthorizer(authorizer: unknown, subject: string): void {
  if (typeof authorizer === 'object' && authorizer !== null && typeof Reflect.get(authorizer, 'bind') === 'function') return;
  throw new FastApiError(
    `${subject} is not an authorizer of HTTP APIs: give one of \`aws-cdk-lib/aws-apigatewayv2-authorizers\`, such as \`HttpLambdaAuthorizer\``,
  );
}
