import { entries, member, type Json } from '../../private/json';
import { headerValues, type LocalRequest } from '../local-request';

/** The CORS settings that HTTP APIs and function URLs carry out themselves. */
export interface CorsConfiguration {
  readonly kind: 'http' | 'function-url';
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge: number | undefined;
}

/**
 * Reads `x-amazon-apigateway-cors`, or the property that says the same of an API or a function URL.
 */
export function readCors(given: Json | undefined, kind: CorsConfiguration['kind']): CorsConfiguration | undefined {
  if (given === undefined || entries(given).length === 0) return undefined;
  const found = new Map(entries(given).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]));
  const list = (name: string): string[] => {
    const value = found.get(name);
    return Array.isArray(value) ? value.map(String) : [];
  };
  const maxAge = Number(found.get('maxAge'));
  return {
    kind,
    allowOrigins: list('allowOrigins'),
    allowMethods: list('allowMethods').map((method) => method.toUpperCase()),
    allowHeaders: list('allowHeaders').map((name) => name.toLowerCase()),
    exposeHeaders: list('exposeHeaders'),
    allowCredentials: found.get('allowCredentials') === true,
    maxAge: Number.isFinite(maxAge) ? maxAge : undefined,
  };
}

/** Whether a request is a preflight. */
export function isPreflight(request: LocalRequest): boolean {
  const headers = headerValues(request);
  return request.method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

/**
 * The answer to a preflight, which goes to no function: without headers where the origin is none of the allowed.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function preflightHeaders(cors: CorsConfiguration, request: LocalRequest): [string, string][] {
  const allowed = originHeaders(cors, request);
  if (allowed.length === 0) return [];
  const asked = headerValues(request).get('access-control-request-method')?.[0] ?? '';
  const methods = cors.allowMethods.includes('*') && cors.kind === 'function-url' ? [asked] : cors.allowMethods;
  return [
    ...allowed,
    ['access-control-allow-methods', methods.join(',')],
    ['access-control-allow-headers', cors.allowHeaders.join(',')],
    ...(cors.maxAge === undefined ? [] : [['access-control-max-age', String(cors.maxAge)] as [string, string]]),
  ];
}

/** The headers of any other answer; those that the function has given under the same names go. */
export function answerHeaders(cors: CorsConfiguration, request: LocalRequest): [string, string][] {
  const allowed = originHeaders(cors, request);
  if (allowed.length === 0 || cors.exposeHeaders.length === 0) return allowed;
  return [...allowed, ['access-control-expose-headers', cors.exposeHeaders.join(',')]];
}

/** The function's headers without those of CORS, which the API writes itself. */
export function withoutCors(headers: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  return headers.filter(([name]) => !name.startsWith('access-control-'));
}

function originHeaders(cors: CorsConfiguration, request: LocalRequest): [string, string][] {
  const origin = headerValues(request).get('origin')?.[0];
  if (origin === undefined || !cors.allowOrigins.some((pattern) => takes(pattern, origin))) return [];
  const any = cors.allowOrigins.includes('*') && !cors.allowCredentials;
  return [
    ['access-control-allow-origin', any ? '*' : origin],
    ...(cors.allowCredentials ? [['access-control-allow-credentials', 'true'] as [string, string]] : []),
    ...(any ? [] : [['vary', 'Origin'] as [string, string]]),
  ];
}

/** `*`, an origin, or a scheme with any host: `https://*`. */
function takes(pattern: string, origin: string): boolean {
  return pattern === '*' || pattern.toLowerCase() === origin.toLowerCase() || (pattern.endsWith('://*') && origin.startsWith(pattern.slice(0, -1)));
}

/** Reads the property of the resource as well as the member of the body. */
export function corsOf(resource: Json, body: Json | undefined): CorsConfiguration | undefined {
  return readCors(member(body, 'x-amazon-apigateway-cors') ?? member(resource, 'Properties', 'CorsConfiguration'), 'http');
}
