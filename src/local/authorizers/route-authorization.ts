import type { Authorizer } from './authorizer';
import { entries, member, type Json } from '../../private/json';

/** Who may call a route. */
export interface RouteAuthorization {
  readonly authorizer: Authorizer;
  /** Scopes, one of which a token must have; empty where none is needed. */
  readonly scopes: readonly string[];
  readonly apiKeyRequired: boolean;
}

/** A route that everybody may call. */
export const PUBLIC: RouteAuthorization = { authorizer: { kind: 'none' }, scopes: [], apiKeyRequired: false };

/** Reads the `security` of an operation, or that of the document. */
export function readAuthorization(operation: Json, document: Json, authorizers: ReadonlyMap<string, Authorizer>): RouteAuthorization {
  const schemes = member(document, 'components', 'securitySchemes');
  const security = member(operation, 'security') ?? member(document, 'security');
  let found = PUBLIC;
  for (const requirement of Array.isArray(security) ? security : []) {
    for (const [name, scopes] of entries(requirement)) {
      if (isApiKey(member(schemes, name))) found = { ...found, apiKeyRequired: true };
      else found = { ...found, authorizer: authorizers.get(name) ?? { kind: 'other', name: `the authorizer ${name}` }, scopes: Array.isArray(scopes) ? scopes.map(String) : [] };
    }
  }
  // HTTP APIs that use IAM say it beside the operation.
  if (member(operation, 'x-amazon-apigateway-auth', 'type') === 'AWS_IAM') found = { ...found, authorizer: { kind: 'iam' } };
  return found;
}

function isApiKey(scheme: Json | undefined): boolean {
  return member(scheme, 'type') === 'apiKey' && String(member(scheme, 'name')).toLowerCase() === 'x-api-key'
    && member(scheme, 'x-amazon-apigateway-authorizer') === undefined && member(scheme, 'x-amazon-apigateway-authtype') === undefined;
}
