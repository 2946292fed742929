import { compact, elements, PropertyReader, refOf, type ResourceDefinition } from '../../api/body/resource-definition';
import { API_KEY, headerScheme, requireIam, type Schemes } from '../../api/body/security-schemes';
import type { Json, JsonObject } from '../../private/json';

/**
 * The security requirements of a method.
 *
 * @param read the properties of the method
 * @param authorizers names of the authorizers' schemes by logical id
 * @param schemes receives the schemes of IAM and of API keys
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
 */
export function renderSecurity(
  read: PropertyReader, owner: string, authorizers: ReadonlyMap<string, string>, schemes: Schemes, problems: string[],
): JsonObject[] | undefined {
  const type = read.take('AuthorizationType');
  const authorizer = read.take('AuthorizerId');
  const scopes = elements(read.take('AuthorizationScopes'));
  const keyRequired = read.take('ApiKeyRequired');

  const security: JsonObject[] = [];
  if (type === 'AWS_IAM') {
    security.push(requireIam(schemes));
  } else if (type === 'CUSTOM' || type === 'COGNITO_USER_POOLS') {
    const name = authorizers.get(refOf(authorizer) ?? '');
    if (name === undefined) {
      problems.push(`\`authorizer\` of ${owner} must be an authorizer of this API, got: ${JSON.stringify(authorizer)}; an authorizer that was made elsewhere is lost when the body is imported`);
    } else {
      security.push({ [name]: scopes });
    }
  } else if (type !== undefined && type !== 'NONE') {
    problems.push(`\`authorizationType\` of ${owner} must be one that an OpenAPI body can say, got: ${JSON.stringify(type)}`);
  }
  if (keyRequired === true || keyRequired === 'true') {
    schemes.set(API_KEY, headerScheme('x-api-key'));
    security.push({ [API_KEY]: [] });
  } else if (keyRequired !== undefined && keyRequired !== false && keyRequired !== 'false') {
    problems.push(`\`apiKeyRequired\` of ${owner} must be known at synth, got: ${JSON.stringify(keyRequired)}`);
  }
  return security.length === 0 ? undefined : security;
}

/**
 * The security scheme of an authorizer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
 */
export function renderAuthorizer(authorizer: ResourceDefinition, problems: string[]): JsonObject {
  const read = new PropertyReader(authorizer.properties, `the authorizer ${authorizer.path}`);
  read.take('RestApiId');
  read.take('Name');
  const type = read.takeLowerCase('Type');
  const identitySource = read.take('IdentitySource');
  const customType = read.take('AuthType');
  const rendered = {
    ...headerScheme(headerOf(type, identitySource)),
    'x-amazon-apigateway-authtype': customType ?? (type === 'cognito_user_pools' ? type : 'custom'),
    'x-amazon-apigateway-authorizer': compact({
      type,
      authorizerUri: read.take('AuthorizerUri'),
      authorizerCredentials: read.take('AuthorizerCredentials'),
      authorizerResultTtlInSeconds: read.take('AuthorizerResultTtlInSeconds'),
      identitySource,
      identityValidationExpression: read.take('IdentityValidationExpression'),
      providerARNs: read.take('ProviderARNs'),
    }),
  };
  problems.push(...read.leftovers());
  return rendered;
}

/** The header that carries the token. `Unused` for a request authorizer, whose sources are in `identitySource`. */
function headerOf(type: Json | undefined, identitySource: Json | undefined): string {
  if (type === 'request') return 'Unused';
  const header = typeof identitySource === 'string' ? /^method\.request\.header\.([^,\s]+)$/.exec(identitySource) : null;
  return header?.[1] ?? 'Authorization';
}
