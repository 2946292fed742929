import { pathLanguage } from './arn';
import { type Language, overlap } from './language';
import { ROUTE_METHODS } from './method';
import type { Operation } from './operation';
import { parseTemplate } from './path-template';
import type { RouteKind } from './route-kind';
import type { Issue } from '../openapi/issue';
import type { HiddenRoute } from '../openapi/route-facts';

/** A route that the catch-all function has beside `/{proxy+}`. */
export interface CatchAllRoute {
  readonly method: string;
  readonly routePath: string;
  readonly parts: readonly string[];
}

/** Operations whose guards admit what API Gateway brings to them, and the routes that the catch-all needs. */
export interface Captured {
  readonly operations: Operation[];
  readonly issues: Issue[];
  readonly routes: CatchAllRoute[];
}

interface Unrouted {
  readonly method: string;
  readonly guard: string;
  readonly language: Language;
  readonly operation?: Operation;
}

/**
 * API Gateway prefers any route to `/{proxy+}`: `GET /items/a.json` goes to `GET /items/{id}` although the app has
 * `/items/{name}.json`. The method there is to admit the other operation; and where a REST API has the path without the
 * method, it answers 403 instead of falling back, so the catch-all function gets that method too.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html#http-api-develop-routes.evaluation
 */
export function captureRequests(operations: readonly Operation[], hidden: readonly HiddenRoute[], kind: RouteKind): Captured {
  const unrouted: Unrouted[] = [
    ...operations.filter(({ catchAll }) => catchAll).flatMap((operation) => operation.templates.map((template, index) => ({
      method: operation.method, guard: operation.guards[index], language: pathLanguage(template), operation,
    }))),
    ...hidden.flatMap(({ path, methods }) => unroutedOf(path, methods)),
  ].filter(({ method }) => ROUTE_METHODS.has(method));
  const byRoute = new Map<string, Operation[]>();
  for (const operation of operations) {
    if (!operation.catchAll) byRoute.set(operation.routePath, [...byRoute.get(operation.routePath) ?? [], operation]);
  }

  const admitted = new Map<Operation, Set<string>>();
  const issues: Issue[] = [];
  const routes = new Map<string, CatchAllRoute>();
  for (const [routePath, deployed] of byRoute) {
    const { parts } = deployed[0];
    const language = pathLanguage(parseTemplate(routePath));
    for (const other of unrouted.filter((candidate) => overlap(language, candidate.language))) {
      const taker = deployed.find(({ method }) => method === other.method);
      if (taker !== undefined) {
        admitted.set(taker, (admitted.get(taker) ?? new Set()).add(other.guard));
        if (other.operation !== undefined) issues.push(capturedIssue(other.operation, taker));
      } else if (kind === 'rest') {
        routes.set(`${other.method} ${routePath}`, { method: other.method, routePath, parts });
      }
    }
  }
  return {
    operations: operations.map((operation) => {
      const guards = admitted.get(operation);
      return guards === undefined ? operation : { ...operation, guards: [...new Set([...operation.guards, ...guards])] };
    }),
    issues,
    routes: [...routes.values()],
  };
}

/** The path of a hidden route has its converters in it: `/files/{p:path}`. */
function unroutedOf(path: string, methods: readonly string[]): Unrouted[] {
  const converters = new Map<string, string>();
  const format = path.replace(/\{(\w+):(\w+)\}/g, (_, name: string, converter: string) => {
    converters.set(name, converter);
    return `{${name}}`;
  });
  const language = pathLanguage(parseTemplate(format, converters));
  return methods.map((method) => ({ method, guard: `${method} ${format}`, language }));
}

function capturedIssue(operation: Operation, taker: Operation): Issue {
  return {
    severity: 'warning',
    rule: 'captured',
    message: `API Gateway may bring some of its requests to ${taker.method} ${taker.routePath}, whose authorization holds for them`,
    wayOut: 'give both operations the same authorization, or change one of the paths in the app',
    operation: operation.name,
    method: operation.method,
    path: operation.path,
  };
}
