import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import { FastApiError } from '../private/errors';

/**
 * Whether a stage may answer an operation from its cache: one that says so for the method, or a `GET` of a stage that says so for all.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function isCached({ cachingEnabled, methodOptions = {} }: apigateway.StageOptions, { method, routePath }: Operation): boolean {
  const own = methodOptions[`${routePath}/${method}`]?.cachingEnabled;
  const all = methodOptions['/*/*']?.cachingEnabled ?? cachingEnabled ?? false;
  return own ?? (all && method === 'GET');
}

/** Refuses a cache in front of routes whose parameters nobody knows. */
export function checkCatchAllCache({ cachingEnabled, methodOptions = {} }: apigateway.StageOptions): void {
  if (!(methodOptions['/*/*']?.cachingEnabled ?? cachingEnabled)) return;
  throw new FastApiError(
    '`cachingEnabled` of `deployOptions` cannot stand beside `catchAll`, whose route has parameters that nobody knows: one caller would get the answer of another, got: both; '
    + 'enable the cache by `methodOptions` for single methods, such as `"/items/{id}/GET": { cachingEnabled: true }`',
  );
}

/** Where OpenAPI's parameters are in the words of API Gateway; a cookie is part of a header. */
const LOCATIONS = new Map([['query', 'querystring'], ['header', 'header'], ['cookie', 'header']]);

/**
 * Has the cache tell requests apart by what the operation declares to read, and by who calls. Without keys all requests to a method share
 * one answer, those of other users and of other ids too. Keys that an integration says itself stay.
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

/** What tells one caller from another. */
function callerKeys(operation: Operation, method: apigateway.CfnMethod, authorizer?: apigateway.IAuthorizer): string[] {
  const { authorizationType, apiKeyRequired } = method;
  const apiKey = apiKeyRequired === true ? ['header.x-api-key'] : [];
  if (authorizationType === undefined || authorizationType === 'NONE') return apiKey;
  // A signature may stand in the query instead.
  if (authorizationType === 'AWS_IAM') return ['header.Authorization', 'querystring.X-Amz-Signature', ...apiKey];
  return [...identitySources(operation, authorizer), ...apiKey];
}

/** The headers and query parameters by which an authorizer knows a caller. */
function identitySources(operation: Operation, authorizer?: apigateway.IAuthorizer): string[] {
  const deployed = apigateway.Authorizer.isAuthorizer(authorizer)
    ? authorizer.node.findAll().find((node): node is apigateway.CfnAuthorizer => node instanceof apigateway.CfnAuthorizer) : undefined;
  const sources = deployed?.identitySource?.split(',').map((source) => source.trim().replace(/^method\.request\./, ''));
  if (sources === undefined) throw uncacheable(operation, 'the cache must tell callers apart as the authorizer does, got: one without `identitySources` here');
  const unknown = sources.find((source) => !/^(header|querystring)\./.test(source));
  if (unknown !== undefined) throw uncacheable(operation, `the cache must tell callers apart as the authorizer does, got: an identity source that is no part of the request, ${unknown}`);
  return sources;
}

/** The error of an operation whose answers a cache would give to other requests, with the remedy. */
function uncacheable(operation: Operation, rule: string): FastApiError {
  const { routePath, method } = operation;
  return new FastApiError(
    `\`cachingEnabled\` for ${describeOperation(operation)}: ${rule}; leave it out by \`methodOptions: { "${routePath}/${method}": { cachingEnabled: false } }\` of `
    + '`deployOptions`, or override the operation with an integration that says `cacheKeyParameters`',
  );
}
