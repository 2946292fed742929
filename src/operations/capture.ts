import { pathLanguage } from './arn';
import { type Language, literal, maybe, overlap } from './language';
import type { Operation } from './operation';
import { PathIndex } from './path-index';
import { canonicalSegment, canonicalSegments, parseTemplate, type PathTemplate, type Segment, wholeParameter } from './path-template';
import { operationRivals, type Rival, unlistedRivals } from './rival';
import type { Issue } from '../openapi/issue';
import type { AppFacts } from '../openapi/route-facts';

/** Operations with guards for the requests that API Gateway routes to them, and the issues about these requests. */
export interface Captured {
  readonly operations: Operation[];
  readonly issues: Issue[];
}

/** Maximum number of routes in one message. */
const NAMED = 5;

/** A language that no path belongs to. */
const NOTHING = literal('\0');

/** The difference between the app and API Gateway for requests that match both an operation's route and a rival. */
type Loss =
  /** API Gateway routes requests of the rival to the operation's route. */
  | 'captured'
  /** As `captured`, but only for requests that differ from the route by a trailing slash, which API Gateway ignores. */
  | 'slash'
  /** The rival comes first in the app and gets some requests of the operation, or all of them. */
  | 'partly' | 'wholly';

/**
 * Adds guards to operations whose route gets requests of another operation. API Gateway prefers the most specific route that
 * has the method, whatever the app would choose: `GET /items/a.json` goes to `GET /items/{id}` instead of `/{proxy+}`, although
 * the app has `/items/{name}.json`; `GET /items/a` goes there although the parameter is an `:int`, and the app would choose
 * `/{kind}/{name}`; and `GET /users/me` goes to the route of that path, although the app has `/users/{id}` before it. The
 * function of the route must therefore admit the app's choice. If no such route has the method, both types of API fall back
 * to a less specific route.
 *
 * @param facts hidden routes and mounts, which the app serves besides its operations
 * @param catchAll whether a catch-all route serves them
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @see https://github.com/ministackorg/ministack/pull/1423 for what was measured on REST APIs
 */
export function captureRequests(operations: readonly Operation[], facts: AppFacts, catchAll: boolean): Captured {
  const served = catchAll ? operations : operations.filter((operation) => !operation.catchAll);
  const index = new PathIndex<Rival>();
  for (const rival of [...operationRivals(served), ...unlistedRivals(facts)]) index.add(rival.template, rival);

  const issues: Issue[] = [];
  const slashes = new Map<Operation, Operation[]>();
  const admitting = operations.map((operation) => {
    if (operation.catchAll) return operation;
    const lossTo = losses(operation);
    const guards = new Set(operation.guards);
    for (const rival of index.candidates(parseTemplate(operation.routePath)).sort(byOrder)) {
      const methods = rival.method === undefined || rival.method === operation.method;
      const loss = methods && rival.operation !== operation ? lossTo(rival) : undefined;
      if (loss === undefined) continue;
      const admitted = rival.operation !== undefined || (catchAll && rival.method !== undefined);
      if (loss === 'partly' || loss === 'wholly') issues.push(orderIssue(operation, rival, loss, admitted));
      else if (rival.operation !== undefined && loss === 'slash') slashes.set(rival.operation, [...slashes.get(rival.operation) ?? [], operation]);
      else if (rival.operation !== undefined) issues.push(capturedIssue(rival.operation, operation));
      if (admitted) guards.add(rival.guard);
    }
    return guards.size === operation.guards.length ? operation : { ...operation, guards: [...guards] };
  });
  for (const [operation, takers] of slashes) issues.push(slashIssue(operation, takers));
  return { operations: admitting, issues };
}

/** Returns the loss to a rival; `undefined` if the app would give the rival none of the requests that API Gateway routes to the operation. */
function losses(operation: Operation): (rival: Rival) => Loss | undefined {
  const route = parseTemplate(operation.routePath);
  const language = pathLanguage(route);
  const shape = canonicalSegments(route).join(' ');
  const takesAll = operation.templates.some(({ segments }) => (
    segments.map(canonicalSegment).join(' ') === shape && segments.flat().every((piece) => typeof piece === 'string' || !piece.narrow)
  ));
  const loss = (rival: Rival): Loss | undefined => {
    const routed = hasRoute(rival);
    // A rival with a more specific route of its own loses no request.
    if (!overlap(language, rival.language) || (routed && contains(route.segments, rival.template.segments))) return undefined;
    const later = operation.templates
      .filter((_, index) => isBefore(rival.order, operation.orders[index]))
      .filter((template) => overlap(pathLanguage(template), rival.language));
    if (later.some((template) => contains(rival.template.segments, template.segments))) return 'wholly';
    // No issue if the more specific path comes first.
    if (later.some((template) => !contains(template.segments, rival.template.segments))) return 'partly';
    if (rival.method === undefined) return undefined;
    if (later.length > 0) return 'captured';
    if (routed && takesAll) return undefined;
    // If the operation matches its whole route, and the rival does too, the operation is the first of the two here.
    return takesAll && contains(rival.template.segments, route.segments) ? undefined : 'captured';
  };
  const [own, other] = operation.trailingSlash ? [withSlash(language), language] : [language, withSlash(language)];
  const takesOtherSpelling = (rival: Rival): boolean => {
    // The rival declares that spelling, and its own route is not the more specific.
    const declared = rival.template.trailingSlash !== operation.trailingSlash && overlap(language, rival.language)
      && !(hasRoute(rival) && contains(route.segments, rival.template.segments) && !contains(rival.template.segments, route.segments));
    const greedy = greedyLanguage(rival.template);
    const isFirst = operation.orders.every((order) => isBefore(rival.order, order));
    return declared || overlap(other, greedy) || (operation.trailingSlash && isFirst && overlap(own, greedy));
  };
  return (rival) => {
    // Without `order`, the document may not come from an app, whose router would match trailing slashes like this.
    const known = rival.order !== undefined && rival.method !== undefined;
    return loss(rival) ?? (known && takesOtherSpelling(rival) ? 'slash' : undefined);
  };
}

function hasRoute({ operation }: Rival): boolean {
  return operation !== undefined && !operation.catchAll;
}

function withSlash(language: Language): Language {
  return [...language, ...literal('/')];
}

/** The requests that match a path with a greedy parameter at its end, which may be empty; no request for any other path. */
function greedyLanguage({ segments }: PathTemplate): Language {
  if (segments.length === 0 || wholeParameter(segments.at(-1)!)?.greedy !== true) return NOTHING;
  const before = segments.slice(0, -1);
  return [...before.length === 0 ? [] : pathLanguage({ segments: before, trailingSlash: false }), ...literal('/'), ...maybe('any')];
}

function isBefore(order: number | undefined, other: number | undefined): boolean {
  return order !== undefined && other !== undefined && order < other;
}

function byOrder(one: Rival, other: Rival): number {
  return (one.order ?? 0) - (other.order ?? 0);
}

/** Whether the first path matches every request of the second; false if comparing the segments one by one cannot decide it. */
function contains(outer: readonly Segment[], inner: readonly Segment[]): boolean {
  if (outer.length === 0 || inner.length === 0) return outer.length === inner.length;
  const parameter = wholeParameter(outer[0]);
  const same = canonicalSegment(outer[0]) === canonicalSegment(inner[0]);
  if (parameter?.narrow) return same && sameConverter(outer[0], inner[0]) && contains(outer.slice(1), inner.slice(1));
  if (parameter?.greedy) return outer.length === 1;
  const takes = same || (parameter !== undefined && !inner[0].some((piece) => typeof piece !== 'string' && piece.greedy));
  return takes && contains(outer.slice(1), inner.slice(1));
}

function sameConverter(outer: Segment, inner: Segment): boolean {
  const [a, b] = [wholeParameter(outer), wholeParameter(inner)];
  return a?.characters !== undefined && a.characters === b?.characters;
}

function orderIssue(operation: Operation, { guard }: Rival, loss: 'partly' | 'wholly', admitted: boolean): Issue {
  const [requests, deployed] = loss === 'wholly' ? ['every request', 'them'] : ['some requests', 'those'];
  return {
    severity: 'warning',
    rule: loss === 'wholly' ? 'shadowed' : 'partly-shadowed',
    message: `the app gives ${requests} of the operation to ${guard}, which comes first in it; `
      + (admitted ? 'so does the deployed API, with the authorization of this operation' : `the deployed API answers ${deployed} with 404`),
    remedy: 'change the order of the two in the app, or one of the paths',
    operation: operation.name,
    method: operation.method,
    path: operation.path,
  };
}

function slashIssue(operation: Operation, takers: readonly Operation[]): Issue {
  const named = takers.slice(0, NAMED).map(({ method, routePath }) => `${method} ${routePath}`).join(', ');
  const more = takers.length > NAMED ? ` and ${takers.length - NAMED} more` : '';
  return {
    severity: 'warning',
    rule: 'captured-slash',
    message: `API Gateway ignores a slash at the end, and may bring some of its requests to ${named}${more}, whose authorization holds for them`,
    remedy: 'give these operations the same authorization, or change one of the paths in the app',
    operation: operation.name,
    method: operation.method,
    path: operation.path,
  };
}

function capturedIssue(operation: Operation, taker: Operation): Issue {
  return {
    severity: 'warning',
    rule: 'captured',
    message: `API Gateway may bring some of its requests to ${taker.method} ${taker.routePath}, whose authorization holds for them`,
    remedy: 'give both operations the same authorization, or change one of the paths in the app',
    operation: operation.name,
    method: operation.method,
    path: operation.path,
  };
}
