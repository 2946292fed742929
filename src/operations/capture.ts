import { pathLanguage } from './arn';
import { type Language, overlap } from './language';
import { ROUTE_METHODS } from './method';
import type { Operation } from './operation';
import { parseTemplate } from './path-template';
import type { Issue } from '../openapi/issue';
import type { HiddenRoute } from '../openapi/route-facts';

/** Operations whose guards admit what API Gateway brings to them. */
export interface Captured {
  readonly operations: Operation[];
  readonly issues: Issue[];
}

interface Unrouted {
  readonly method: string;
  readonly guard: string;
  readonly language: Language;
  readonly operation?: Operation;
}

/**
 * API Gateway prefers any route that has the method to `/{proxy+}`: `GET /items/a.json` goes to `GET /items/{id}` although
 * the app has `/items/{name}.json`. The function there is to admit the operation that the app chooses. A method that no
 * such route has falls back to `/{proxy+}`, on both kinds of API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @see https://github.com/ministackorg/ministack/pull/1423 for what was measured on REST APIs
 */
export function captureRequests(operations: readonly Operation[], hidden: readonly HiddenRoute[]): Captured {
  const unrouted: Unrouted[] = [
    ...operations.filter(({ catchAll }) => catchAll).flatMap((operation) => operation.templates.map((template, index) => ({
      method: operation.method, guard: operation.guards[index], language: pathLanguage(template), operation,
    }))),
    ...hidden.flatMap(({ path, methods }) => unroutedOf(path, methods)),
  ].filter(({ method }) => ROUTE_METHODS.has(method));
  const issues: Issue[] = [];
  const admitting = operations.map((operation) => {
    if (operation.catchAll) return operation;
    const language = pathLanguage(parseTemplate(operation.routePath));
    const taken = unrouted.filter((other) => other.method === operation.method && overlap(language, other.language));
    for (const other of taken) if (other.operation !== undefined) issues.push(capturedIssue(other.operation, operation));
    return taken.length === 0 ? operation : { ...operation, guards: [...new Set([...operation.guards, ...taken.map(({ guard }) => guard)])] };
  });
  return { operations: admitting, issues };
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
