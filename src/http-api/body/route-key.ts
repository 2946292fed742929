import { ANY_METHOD, ROUTE_METHODS } from '../../private/http-methods';

/** A route key as the members of an OpenAPI document. */
export interface RouteKey {
  readonly path: string;
  /** The member of the path item, for example `get`. */
  readonly method: string;
  /** Names of the path's parameters. A greedy parameter keeps its `+`, as in `proxy+` and in AWS's exports. */
  readonly parameters: readonly string[];
  /** Whether this is the route `$default`, which serves requests that match no other route. */
  readonly isDefault: boolean;
}

/**
 * Reads `GET /items/{id}`, `ANY /x` or `$default`; anything else is `undefined`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-any-method.html
 */
export function parseRouteKey(key: string | undefined): RouteKey | undefined {
  if (key === '$default') return { path: '/$default', method: ANY_METHOD, parameters: [], isDefault: true };
  const [, verb, path] = /^([A-Z]+) (\/.*)$/.exec(key ?? '') ?? [];
  if (verb !== 'ANY' && !ROUTE_METHODS.includes(verb)) return undefined;
  const parameters = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
  return { path, method: verb === 'ANY' ? ANY_METHOD : verb.toLowerCase(), parameters, isDefault: false };
}
