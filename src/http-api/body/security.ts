import { compact, elements, PropertyReader, refOf, type ResourceDefinition } from '../../api/body/resource-definition';
import { headerScheme, requireIam, type Schemes } from '../../api/body/security-schemes';
import type { Json, JsonObject } from '../../private/json';

/**
 * The security requirement of a route.
 *
 * @param read the properties of the route
 * @param authorizers names of the authorizers' schemes by logical id
 * @param schemes receives the scheme of IAM
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
 */
export function renderSecurity(
  read: PropertyReader, owner: string, authorizers: ReadonlyMap<string, string>, schemes: Schemes, problems: string[],
): JsonObject[] | undefined {
  const type = read.take('AuthorizationType') ?? 'NONE';
  const authorizer = read.take('AuthorizerId');
  // Read even if the type supports no scopes: CDK gives every route the API's default scopes, and unread properties are errors.
  const scopes = elements(read.take('AuthorizationScopes'));
  if (type === 'NONE') return undefined;
  if (type === 'AWS_IAM') return [requireIam(schemes)];
  const name = authorizers.get(refOf(authorizer) ?? '');
  if ((type === 'JWT' || type === 'CUSTOM') && name !== undefined) return [{ [name]: scopes }];
  problems.push(name === undefined
    ? `\`authorizer\` of ${owner} must be an authorizer of this API, got: ${JSON.stringify(authorizer)}; an authorizer that was made elsewhere is lost when the body is imported`
    : `\`authorizationType\` of ${owner} must be one that an OpenAPI body can say, got: ${JSON.stringify(type)}`);
  return undefined;
}

/** The security scheme of an authorizer. */
export function renderAuthorizer(authorizer: ResourceDefinition, problems: string[]): JsonObject {
  const read = new PropertyReader(authorizer.properties, `the authorizer ${authorizer.path}`);
  for (const name of ['ApiId', 'Name']) read.take(name);
  const type = read.takeLowerCase('AuthorizerType');
  const jwt = new PropertyReader(read.take('JwtConfiguration'), `\`jwtConfiguration\` of the authorizer ${authorizer.path}`);
  const rendered = compact({
    type,
    identitySource: renderIdentitySource(read.take('IdentitySource')),
    jwtConfiguration: compact({ issuer: jwt.take('Issuer'), audience: jwt.take('Audience') }),
    authorizerUri: read.take('AuthorizerUri'),
    authorizerCredentials: read.take('AuthorizerCredentialsArn'),
    authorizerPayloadFormatVersion: read.take('AuthorizerPayloadFormatVersion'),
    authorizerResultTtlInSeconds: read.take('AuthorizerResultTtlInSeconds'),
    enableSimpleResponses: read.take('EnableSimpleResponses'),
  });
  problems.push(...read.leftovers(), ...jwt.leftovers());
  // `identitySource` holds the sources of a request authorizer, so the header name of the scheme is unused.
  return { ...(type === 'jwt' ? { type: 'oauth2', flows: {} } : headerScheme('Unused')), 'x-amazon-apigateway-authorizer': rendered };
}

/** The identity sources: a list in the resource, one comma-separated text in the document. */
function renderIdentitySource(sources: Json | undefined): Json | undefined {
  const texts = elements(sources);
  if (texts.length === 0) return undefined;
  return texts.every((text) => typeof text === 'string') ? texts.join(', ') : texts;
}
