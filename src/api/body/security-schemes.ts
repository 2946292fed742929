import type { ResourceDefinition } from './resource-definition';
import { stringMember, type JsonObject } from '../../private/json';

const IAM = 'sigv4';

/** Name of the scheme of API keys. */
export const API_KEY = 'api_key';

/** A security scheme by its name in the document. */
export type Schemes = Map<string, JsonObject>;

/** The requirement of a signature of AWS, whose scheme the document gets with it. */
export function requireIam(schemes: Schemes): JsonObject {
  schemes.set(IAM, { ...headerScheme('Authorization'), 'x-amazon-apigateway-authtype': 'awsSigv4' });
  return { [IAM]: [] };
}

/** What no name of an OpenAPI component may hold, a space for example. */
const NO_COMPONENT = /[^\w.-]/g;

/** The names of authorizers in the document, which API Gateway gives them too: with a `-` for each character that OpenAPI has not in names. */
export function authorizerNames(authorizers: readonly ResourceDefinition[], problems: string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>([IAM, API_KEY]);
  for (const authorizer of authorizers) {
    const name = (stringMember(authorizer.properties, 'Name') ?? authorizer.logicalId).replace(NO_COMPONENT, '-');
    if (taken.has(name)) problems.push(`\`authorizerName\` must be different for each authorizer of the API, and neither ${IAM} nor ${API_KEY}, got twice: ${name} (${authorizer.path})`);
    taken.add(name);
    names.set(authorizer.logicalId, name);
  }
  return names;
}

export function headerScheme(name: string): JsonObject {
  return { type: 'apiKey', name, in: 'header' };
}
