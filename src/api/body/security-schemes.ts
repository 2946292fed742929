import type { ResourceDefinition } from './resource-definition';
import { stringMember, type JsonObject } from '../../private/json';

const IAM = 'sigv4';

/** Name of the scheme of API keys. */
export const API_KEY = 'api_key';

/** A security scheme by its name in the document. */
export type Schemes = Map<string, JsonObject>;

/** The requirement of an AWS signature. Also adds its scheme to the document. */
export function requireIam(schemes: Schemes): JsonObject {
  schemes.set(IAM, { ...headerScheme('Authorization'), 'x-amazon-apigateway-authtype': 'awsSigv4' });
  return { [IAM]: [] };
}

/** Characters that the name of an OpenAPI component must not contain, a space for example. */
const NO_COMPONENT = /[^\w.-]/g;

/** The names of authorizers in the document, with `-` for each character that OpenAPI forbids. API Gateway uses them as authorizer names. */
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
