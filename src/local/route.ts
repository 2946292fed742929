import type { RouteAuthorization } from './authorizers/route-authorization';
import type { Integration } from './gateway/integration';
import type { RequestRules } from './gateway/request-rules';

/** What of a request a route takes. */
export interface RoutePattern {
  /** Upper case, or `ANY`. */
  readonly method: string;
  /** As API Gateway has it, for example `/files/{path+}`; `$default` takes what no other route does. */
  readonly path: string;
}

/** One route of a synthesized API. */
export interface Route extends RoutePattern {
  /** Logical id of the Lambda function; none where another integration answers. */
  readonly functionId: string | undefined;
  readonly streaming: boolean;
  /** What answers it. */
  readonly integration: Integration;
  readonly authorization: RouteAuthorization;
  /** What a request must have before the integration sees it. */
  readonly rules?: RequestRules;
}

/** A route that takes a request, with its path parameters (decoded). */
export interface RouteMatch<R extends RoutePattern = RoutePattern> {
  readonly route: R;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Chooses the route of a request as API Gateway does: segment by segment a literal goes before a
 * variable and a variable before a greedy one; the request's method goes before `ANY`, and `$default` comes last.
 *
 * @param rawPath the path as it was sent, percent-encoded, without stage and query
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchRoute<R extends RoutePattern>(routes: readonly R[], method: string, rawPath: string): RouteMatch<R> | undefined {
  const segments = rawPath.split('/').slice(1);
  if (segments.length > 1 && segments.at(-1) === '') segments.pop();
  const candidates = routes
    .filter((route) => route.method === method || route.method === 'ANY')
    .flatMap((route) => {
      const match = route.path === '$default' ? { rank: '3', parameters: {} } : matchPath(route.path.split('/').slice(1), segments);
      return match === undefined ? [] : [{ route, ...match }];
    })
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : Number(a.route.method === 'ANY') - Number(b.route.method === 'ANY')));
  return candidates[0];
}

/** The rank has one character per segment: `0` literal, `1` variable, `2` greedy; `3` is the default route. The smaller text wins. */
function matchPath(template: string[], segments: string[]): { rank: string; parameters: Record<string, string> } | undefined {
  let rank = '';
  const parameters: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
    if (greedy !== undefined) {
      const rest = segments.slice(index);
      if (rest.length === 0 || rest[0] === '') return undefined;
      return { rank: rank + '2', parameters: { ...parameters, [greedy]: decode(rest.join('/')) } };
    }
    if (index >= segments.length) return undefined;
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== segments[index]) return undefined;
      rank += '0';
    } else {
      if (segments[index] === '') return undefined;
      parameters[name] = decode(segments[index]);
      rank += '1';
    }
  }
  return template.length === segments.length ? { rank, parameters } : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign is passed on as it came
  }
}
