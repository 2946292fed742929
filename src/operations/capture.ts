import { pathLanguage } from './arn';
import { overlap } from './language';
import { ROUTE_METHODS } from './method';
import type { Operation } from './operation';
import { canonicalSegment, canonicalSegments, parseTemplate, type PathTemplate, type Segment, wholeParameter } from './path-template';
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
  readonly template: PathTemplate;
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
      method: operation.method, guard: operation.guards[index], template, operation,
    }))),
    ...hidden.flatMap(({ path, methods }) => unroutedOf(path, methods)),
  ].filter(({ method }) => ROUTE_METHODS.has(method));
  const issues: Issue[] = [];
  const admitting = operations.map((operation) => {
    if (operation.catchAll) return operation;
    const loses = losing(operation);
    const taken = unrouted.filter(({ method, template }) => method === operation.method && loses(template));
    for (const other of taken) if (other.operation !== undefined) issues.push(capturedIssue(other.operation, operation));
    return taken.length === 0 ? operation : { ...operation, guards: [...new Set([...operation.guards, ...taken.map(({ guard }) => guard)])] };
  });
  return { operations: admitting, issues };
}

/** Whether the app may choose the path of a template for a request that API Gateway brings to the route of an operation. */
function losing(operation: Operation): (template: PathTemplate) => boolean {
  const route = parseTemplate(operation.routePath);
  const language = pathLanguage(route);
  const shape = canonicalSegments(route).join(' ');
  const takesAll = operation.templates.some(({ segments }) => (
    segments.map(canonicalSegment).join(' ') === shape && segments.flat().every((piece) => typeof piece === 'string' || !piece.narrow)
  ));
  // A path that takes all of the route stands behind the operation in the app, or the operation would never be reached:
  // it gets no request of the route unless the operation itself leaves some of them.
  return (template) => overlap(language, pathLanguage(template)) && !(takesAll && contains(template.segments, route.segments));
}

/** Whether every path of the second is one of the first; false where it cannot be told by comparing segments in turn. */
function contains(outer: readonly Segment[], inner: readonly Segment[]): boolean {
  if (outer.length === 0 || inner.length === 0) return outer.length === inner.length;
  const parameter = wholeParameter(outer[0]);
  if (parameter?.narrow) return false;
  if (parameter?.greedy) return outer.length === 1;
  const same = canonicalSegment(outer[0]) === canonicalSegment(inner[0]);
  const takes = same || (parameter !== undefined && !inner[0].some((piece) => typeof piece !== 'string' && piece.greedy));
  return takes && contains(outer.slice(1), inner.slice(1));
}

/** The path of a hidden route has its converters in it: `/files/{p:path}`. */
function unroutedOf(path: string, methods: readonly string[]): Unrouted[] {
  const converters = new Map<string, string>();
  const format = path.replace(/\{(\w+):(\w+)\}/g, (_, name: string, converter: string) => {
    converters.set(name, converter);
    return `{${name}}`;
  });
  const template = parseTemplate(format, converters);
  return methods.map((method) => ({ method, guard: `${method} ${format}`, template }));
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
