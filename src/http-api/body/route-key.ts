import { ANY_METHOD, ROUTE_METHODS } from '../../private/http-methods';

/** A route key in the words of an OpenAPI document. */
export interface RouteKey {
  readonly path: string;
  /** The member of the path item, for example `get`. */
  readonly method: string;
  /** Names of the path's parameters; that of a greedy one with its sign, `proxy+`, as AWS's exports have it. */
  readonly parameters: readonly string[];
  /** Whether the route takes what no other one does. */
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
