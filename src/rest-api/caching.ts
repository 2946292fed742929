import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import { FastApiError } from '../private/errors';

/**
 * Whether the stage caches an operation: by the setting of its method, else by that of all methods, which API Gateway applies to `GET` only.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function isCached({ cachingEnabled, methodOptions = {} }: apigateway.StageOptions, { method, routePath }: Operation): boolean {
  const own = methodOptions[`${routePath}/${method}`]?.cachingEnabled;
  const all = methodOptions['/*/*']?.cachingEnabled ?? cachingEnabled ?? false;
  return own ?? (all && method === 'GET');
}

/** Refuses a cache for the catch-all route, because the parameters of its requests are unknown and cannot be cache keys. */
export function checkCatchAllCache({ cachingEnabled, methodOptions = {} }: apigateway.StageOptions): void {
  if (!(methodOptions['/*/*']?.cachingEnabled ?? cachingEnabled)) return;
  throw new FastApiError(
    '`cachingEnabled` of `deployOptions` cannot stand beside `catchAll`, whose route has parameters that nobody knows: one caller would get the answer of another, got: both; '
    + 'enable the cache by `methodOptions` for single methods, such as `"/items/{id}/GET": { cachingEnabled: true }`',
  );
}

/** API Gateway's name for each location of an OpenAPI parameter; a cookie is part of the header `Cookie`. */
const LOCATIONS = new Map([['query', 'querystring'], ['header', 'header'], ['cookie', 'header']]);

/**
 * Makes the operation's parameters and its caller's identity cache keys. Without keys, all requests to a method get the same cached
 * response, whatever their ids and users. If the integration specifies keys, those are kept instead.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function addCacheKeys(operation: Operation, method: apigateway.Method, authorizer: apigateway.IAuthorizer | undefined): void {
  const deployed = method.node.defaultChild as apigateway.CfnMethod;
  if (Reflect.get(deployed.integration ?? {}, 'cacheKeyParameters') !== undefined) return;
  const repeated = operation.parameters.filter(({ in: location, repeated: several }) => location === 'query' && several);
  if (repeated.length > 0) throw uncacheable(operation, `a cache knows one value of a query parameter, got: the list \`${repeated[0].name}\``);
  const path = operation.parts.filter((part) => part.startsWith('{')).map((part) => `path.${part.replace(/^\{|\+?\}$/g, '')}`);
  const declared = operation.parameters.filter(({ in: location }) => LOCATIONS.has(location))
    .map(({ in: location, name }) => `${LOCATIONS.get(location)}.${location === 'cookie' ? 'Cookie' : name}`);
  const keys = [...new Set([...path, ...declared, ...callerKeys(operation, deployed, authorizer)])].map((key) => `method.request.${key}`);
  if (keys.length === 0) return;
  deployed.addPropertyOverride('Integration.CacheKeyParameters', keys);
  deployed.requestParameters = { ...Object.fromEntries(keys.map((key) => [key, key.startsWith('method.request.path.')])), ...deployed.requestParameters };
}

/** The cache keys that distinguish callers. */
function callerKeys(operation: Operation, method: apigateway.CfnMethod, authorizer?: apigateway.IAuthorizer): string[] {
  const { authorizationType, apiKeyRequired } = method;
  const apiKey = apiKeyRequired === true ? ['header.x-api-key'] : [];
  if (authorizationType === undefined || authorizationType === 'NONE') return apiKey;
  // A presigned request has its signature in the query instead of the header.
  if (authorizationType === 'AWS_IAM') return ['header.Authorization', 'querystring.X-Amz-Signature', ...apiKey];
  return [...identitySources(operation, authorizer), ...apiKey];
}

/** The headers and query parameters by which an authorizer identifies a caller. */
function identitySources(operation: Operation, authorizer?: apigateway.IAuthorizer): string[] {
  const deployed = apigateway.Authorizer.isAuthorizer(authorizer)
    ? authorizer.node.findAll().find((node): node is apigateway.CfnAuthorizer => node instanceof apigateway.CfnAuthorizer) : undefined;
  const sources = deployed?.identitySource?.split(',').map((source) => source.trim().replace(/^method\.request\./, ''));
  if (sources === undefined) throw uncacheable(operation, 'the cache must tell callers apart as the authorizer does, got: one without `identitySources` here');
  const unknown = sources.find((source) => !/^(header|querystring)\./.test(source));
  if (unknown !== undefined) throw uncacheable(operation, `the cache must tell callers apart as the authorizer does, got: an identity source that is no part of the request, ${unknown}`);
  return sources;
}

/** The error for an operation whose cached responses would be returned to other requests, with the remedy. */
function uncacheable(operation: Operation, rule: string): FastApiError {
  const { routePath, method } = operation;
  return new FastApiError(
    `\`cachingEnabled\` for ${describeOperation(operation)}: ${rule}; leave it out by \`methodOptions: { "${routePath}/${method}": { cachingEnabled: false } }\` of `
    + '`deployOptions`, or override the operation with an integration that says `cacheKeyParameters`',
  );
}
