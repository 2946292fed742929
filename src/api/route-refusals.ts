import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Operation } from '../operations/operation';
import { FastApiError } from '../private/errors';
import { sha256 } from '../private/hash';

/** The variable that tells the shim which operations a route must not reach. */
const VARIABLE = 'CDK_FASTAPI_ROUTE_REFUSALS';

/** Number of characters above which operations are written as digests, because a function has 4 KB for all of its variables. */
const READABLE = 1000;

/** Maximum length of the variable, which leaves room for the others. */
const MAX_LENGTH = 3000;

/** The authorization of a deployed route. */
export interface RouteAccess {
  readonly authorization: string;
  /** Whether callers need neither authorization nor an API key. */
  readonly isPublic: boolean;
}

/** A route whose function holds the whole app and serves more than one operation. */
export interface SharedRoute {
  /** The path as an event names it: `/items/{id}`, `/{proxy+}`, `$default`. */
  readonly path: string;
  /** The method, or `ANY`. */
  readonly method: string;
  readonly access: RouteAccess;
  readonly handler: lambda.Function;
  /** The operations that the route serves; empty for a catch-all route. */
  readonly guards: readonly string[];
}

/**
 * Tells functions which operations they must refuse to the callers of a route: operations with another authorization that the
 * route could reach, because an encoded slash is decoded before the app routes, or because a route is missing.
 *
 * @param routes the routes of functions that serve several operations
 * @param access the authorization of each operation's deployed route
 */
export function refuseAcrossRoutes(routes: readonly SharedRoute[], access: ReadonlyMap<Operation, RouteAccess>): void {
  const refusals = new Map<lambda.Function, Map<string, string[]>>();
  for (const route of routes) {
    for (const [operation, own] of access) {
      if (!leadsAround(route, operation, own)) continue;
      const byPath = refusals.get(route.handler) ?? new Map<string, string[]>();
      byPath.set(route.path, [...byPath.get(route.path) ?? [], operation.guard]);
      refusals.set(route.handler, byPath);
    }
  }
  for (const [handler, byPath] of refusals) handler.addEnvironment(VARIABLE, variable(handler, byPath));
}

/** Whether a request to a route may reach an operation whose own route has another authorization. */
function leadsAround(route: SharedRoute, operation: Operation, own: RouteAccess): boolean {
  if (own.isPublic || own.authorization === route.access.authorization) return false;
  if (route.path === operation.routePath || route.guards.includes(operation.guard)) return false;
  const sameMethod = route.method === 'ANY' || route.method === operation.method || (route.method === 'HEAD' && operation.method === 'GET');
  return sameMethod && overlap(wildcards(route.path), wildcards(operation.path));
}

/** The value of the variable: one line per route, with its path and its operations separated by tabs. */
function variable(handler: lambda.Function, byPath: ReadonlyMap<string, readonly string[]>): string {
  const lines = (name: (operation: string) => string) => [...byPath].map(([path, operations]) => [path, ...new Set(operations.map(name))].join('\t')).join('\n');
  const readable = lines((operation) => operation);
  const text = readable.length <= READABLE ? readable : lines((operation) => `#${sha256(operation).slice(0, 8)}`);
  if (text.length <= MAX_LENGTH) return text;
  throw new FastApiError(
    `${handler.node.path} must refuse so many operations to callers of other routes that its environment has no room for them, got: ${text.length} characters of ${MAX_LENGTH}; `
    + 'give the operations the authorization of the API and make the public ones public by overrides, or use the ISOLATED pattern without `catchAll`',
  );
}

/** The texts between a path's parameters. A parameter matches any text, including slashes. */
function wildcards(path: string): string[] {
  return path === '$default' ? ['', ''] : path.split(/\{[^}]*\}/);
}

/** Whether some text fits both patterns. */
function overlap(one: readonly string[], other: readonly string[]): boolean {
  // `*` stands for a parameter, because no path contains that character.
  const [left, right] = [one.join('*'), other.join('*')];
  let reached = new Set([0]);
  for (let i = 0; i <= left.length; i++) {
    const here = spread(reached, left[i - 1], right);
    if (i === left.length) return here.has(right.length);
    reached = step(here, left[i], right);
  }
  return false;
}

/** Positions of the right pattern that are reached without another character of the left one: past its own wildcards, or by a wildcard of the left pattern. */
function spread(places: ReadonlySet<number>, last: string | undefined, right: string): Set<number> {
  const all = new Set(places);
  for (const place of all) if (right[place] === '*' || (last === '*' && place < right.length)) all.add(place + 1);
  return all;
}

/** Positions of the right pattern after one more character of the left pattern. */
function step(places: ReadonlySet<number>, character: string, right: string): Set<number> {
  const next = new Set<number>();
  for (const place of places) {
    if (character === '*' || right[place] === '*') next.add(place);
    else if (right[place] === character) next.add(place + 1);
  }
  return next;
}
