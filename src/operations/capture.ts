import { pathLanguage } from './arn';
import { type Language, overlap } from './language';
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

/** A path of the app that may lose requests to a route of another. */
interface Rival {
  readonly method: string;
  readonly guard: string;
  readonly template: PathTemplate;
  readonly language: Language;
  /** Undefined for a hidden route of the app. */
  readonly operation?: Operation;
}

/**
 * API Gateway prefers the most specific route that has the method, whatever the app would do: `GET /items/a.json` goes to
 * `GET /items/{id}` and not to `/{proxy+}`, although the app has `/items/{name}.json`; and `GET /items/a` goes there
 * although the parameter is an `:int`, and the app would choose `/{kind}/{name}`. The function of that route is to admit
 * what the app chooses. A method that no such route has falls back to a less specific route, on both kinds of API.
 *
 * @param catchAll what a catch-all route serves, if there is one
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @see https://github.com/ministackorg/ministack/pull/1423 for what was measured on REST APIs
 */
export function captureRequests(operations: readonly Operation[], catchAll: { readonly hidden: readonly HiddenRoute[] } | undefined): Captured {
  const served = catchAll ? operations : operations.filter((operation) => !operation.catchAll);
  const rivals = [...served.flatMap(rivalsOf), ...(catchAll?.hidden ?? []).flatMap(hiddenRivals)].filter(({ method }) => ROUTE_METHODS.has(method));
  const issues: Issue[] = [];
  const admitting = operations.map((operation) => {
    if (operation.catchAll) return operation;
    const loses = losing(operation);
    const taken = rivals.filter((rival) => rival.method === operation.method && rival.operation !== operation && loses(rival));
    for (const other of taken) if (other.operation !== undefined) issues.push(capturedIssue(other.operation, operation));
    return taken.length === 0 ? operation : { ...operation, guards: [...new Set([...operation.guards, ...taken.map(({ guard }) => guard)])] };
  });
  return { operations: admitting, issues };
}

/** Whether the app may choose another path for a request that API Gateway brings to the route of an operation. */
function losing(operation: Operation): (rival: Rival) => boolean {
  const route = parseTemplate(operation.routePath);
  const language = pathLanguage(route);
  const shape = canonicalSegments(route).join(' ');
  const takesAll = operation.templates.some(({ segments }) => (
    segments.map(canonicalSegment).join(' ') === shape && segments.flat().every((piece) => typeof piece === 'string' || !piece.narrow)
  ));
  return (rival) => {
    const routed = rival.operation !== undefined && !rival.operation.catchAll;
    if ((routed && takesAll) || !overlap(language, rival.language)) return false;
    // The app reaches every operation, so one that takes all of its route comes before a rival that would take it too.
    if (takesAll && contains(rival.template.segments, route.segments)) return false;
    // A rival with a route of its own loses nothing where its route is the more specific.
    return !(routed && contains(route.segments, rival.template.segments));
  };
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

function rivalsOf(operation: Operation): Rival[] {
  return operation.templates.map((template, index) => ({
    method: operation.method, guard: operation.guards[index], template, language: pathLanguage(template), operation,
  }));
}

/** The path of a hidden route has its converters in it: `/files/{p:path}`. */
function hiddenRivals({ path, methods }: HiddenRoute): Rival[] {
  const converters = new Map<string, string>();
  const format = path.replace(/\{(\w+):(\w+)\}/g, (_, name: string, converter: string) => {
    converters.set(name, converter);
    return `{${name}}`;
  });
  const template = parseTemplate(format, converters);
  const language = pathLanguage(template);
  return methods.map((method) => ({ method, guard: `${method} ${format}`, template, language }));
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
