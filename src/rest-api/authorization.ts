import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { FastApiError } from '../private/errors';

/** The part of a REST method's options that specifies who may call it; the authorization type is always set. */
export interface MethodAuthorization {
  readonly authorizationType: apigateway.AuthorizationType;
  readonly authorizer?: apigateway.IAuthorizer;
  readonly authorizationScopes?: string[];
}

const WITH_AUTHORIZER = [apigateway.AuthorizationType.COGNITO, apigateway.AuthorizationType.CUSTOM];

/**
 * The authorization of an operation: that of its override if it has one, else the API's.
 *
 * The type is always explicit: CDK makes a method public if its authorizer does not name a type (an imported
 * one does not), and throws if the authorizer's type differs from the default type.
 *
 * @param operation the operation's description for error messages
 */
export function methodAuthorization(api: MethodAuthorization, override: apigateway.MethodOptions, operation: string): MethodAuthorization {
  const scopes = override.authorizationScopes?.length ? override.authorizationScopes : undefined;
  if (override.authorizer) {
    checkMethodAuthorizer(override.authorizer, `\`authorizer\` of ${operation}`);
    return {
      authorizationType: override.authorizationType ?? authorizerType(override.authorizer),
      authorizer: override.authorizer,
      authorizationScopes: scopes,
    };
  }
  if (override.authorizationType && override.authorizationType !== api.authorizationType) {
    if (WITH_AUTHORIZER.includes(override.authorizationType)) {
      throw new FastApiError(`\`authorizationType\` ${override.authorizationType} needs an \`authorizer\`, got: none; operation ${operation}`);
    }
    return { authorizationType: override.authorizationType, authorizationScopes: scopes };
  }
  return override.authorizationScopes ? { ...api, authorizationScopes: scopes } : api;
}

/** Refuses the authorizer of an HTTP API, which resembles one of REST APIs to programs that no compiler checks. */
export function checkMethodAuthorizer(authorizer: apigateway.IAuthorizer, subject: string): void {
  // Every REST authorizer of the CDK has `authorizerId`; a Lambda function or a user pool has none.
  if (typeof authorizer !== 'object' || authorizer === null || !('authorizerId' in authorizer || 'bind' in authorizer)) {
    throw new FastApiError(
      `${subject} is not an authorizer: give a \`TokenAuthorizer\`, \`RequestAuthorizer\` or \`CognitoUserPoolsAuthorizer\` of \`aws-cdk-lib/aws-apigateway\`, `
      + 'got: what has no `authorizerId`; for a function `new TokenAuthorizer(this, \'Authorizer\', { handler })`',
    );
  }
  if (typeof Reflect.get(authorizer, 'bind') !== 'function') return;
  throw new FastApiError(
    `${subject} is an authorizer of HTTP APIs: give a \`TokenAuthorizer\`, \`RequestAuthorizer\` or \`CognitoUserPoolsAuthorizer\` of \`aws-cdk-lib/aws-apigateway\``,
  );
}

/** The type that a method with this authorizer has. */
export function authorizerType(authorizer: apigateway.IAuthorizer): apigateway.AuthorizationType {
  return authorizer.authorizationType ?? apigateway.AuthorizationType.CUSTOM;
}

/** Attaches the API's authorizer to the API. CDK attaches it only when a method uses it, and fails at synth for an authorizer without a method. */
export function attachAuthorizer(api: apigateway.IRestApi, { authorizer }: MethodAuthorization): void {
  if (apigateway.Authorizer.isAuthorizer(authorizer)) authorizer._attachToApi(api);
}
