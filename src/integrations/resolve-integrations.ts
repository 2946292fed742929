import { type ApiIntegration, type ApiType, integrationProblem, received } from './api-type';
import type { FastApiApp } from '../app/fast-api-app';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import type { Operation } from '../operations/operation';
import { describeOperation, operationKeys } from '../operations/operation-keys';
import type { OperationSet } from '../operations/operation-set';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** What answers one operation: the user's own integration, or a plan for a function made from the app. */
export type ResolvedIntegration<I> =
  | { readonly own: I; readonly descriptor?: undefined }
  | { readonly descriptor: OperationDescriptor<I>; readonly own: I };

/** Names in one message at most; an API may have a thousand. */
const LISTED = 20;

/**
 * Reads a map of integrations against the operations of an API: every operation once, nothing else, of the right kind and
 * of the same app. All problems stand in one error.
 */
export function resolveIntegrations<I extends ApiIntegration>(
  kind: ApiType<I>, app: FastApiApp, set: OperationSet, integrations: Record<string, I>,
): Map<Operation, ResolvedIntegration<I>> {
  requireSameApp(kind, app, integrations);
  const problems: string[] = [];
  const given = readNames(kind, set, integrations, problems);
  const resolved = new Map<Operation, ResolvedIntegration<I>>();
  for (const operation of set.operations) {
    const value = given.get(operation)?.value;
    if (value === undefined) continue;
    const own = received(kind, value);
    if (typeof own === 'string') {
      problems.push(`${describeOperation(operation)} ${own}`);
      continue;
    }
    const planned = kind.descriptor(own);
    const misplaced = planned ? plannedProblem(operation, planned) : ownProblem(operation);
    if (misplaced) problems.push(misplaced);
    resolved.set(operation, planned ? { descriptor: planned, own } : { own });
  }
  // By the names that a map can have: several operations may share a bare one.
  const missing = [...operationKeys(set)].filter(([operation]) => !given.has(operation));
  if (missing.length > 0) {
    problems.push(
      `every operation must be named, got: none for ${list(missing.map(([{ method, path }, name]) => describeOperation({ name, method, path })))}; `
      + `add them, or start from ${kind.construct}.defaultIntegrations(…) and override some`,
    );
  }
  if (problems.length > 0) throw new FastApiError(`\`integrations\`: ${problems.join('\n')}`);
  return resolved;
}

function readNames<I extends ApiIntegration>(
  kind: ApiType<I>, set: OperationSet, integrations: Record<string, I>, problems: string[],
): Map<Operation, { name: string; value: I }> {
  const given = new Map<Operation, { name: string; value: I }>();
  for (const [name, value] of Object.entries(integrations)) {
    if (value === undefined || value === null) continue;
    const operation = find(set, name, problems);
    if (!operation) continue;
    const earlier = given.get(operation);
    if (earlier && saysNothing(kind, operation, value)) continue;
    if (earlier && !saysNothing(kind, operation, earlier.value)) {
      const why = operation.aliases.length > 0 ? ', which share method and route' : '';
      problems.push(`${describeOperation(operation)} must be named once, got: ${printable(`\`${earlier.name}\` and \`${name}\``, 300)}${why}`);
    }
    given.set(operation, { name, value });
  }
  return given;
}

/**
 * Whether a builder described an operation that this API deploys as another one, without options of its own. It happens
 * where the API has no catch-all route: the builder reckoned with one.
 */
function saysNothing<I extends ApiIntegration>(kind: ApiType<I>, operation: Operation, value: I): boolean {
  const planned = integrationProblem(kind, value) === undefined ? kind.descriptor(value) : undefined;
  return planned !== undefined && operation.aliases.includes(planned.operation) && planned.options === planned.defaultOptions;
}

function find(set: OperationSet, name: string, problems: string[]): Operation | undefined {
  try {
    return set.find(name);
  } catch (error) {
    if (!FastApiError.isFastApiError(error)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

/** Names of another app would each be unknown here: that says less than what happened. */
function requireSameApp<I extends ApiIntegration>(kind: ApiType<I>, app: FastApiApp, integrations: Record<string, I>): void {
  for (const [name, value] of Object.entries(integrations)) {
    const planned = integrationProblem(kind, value) === undefined ? kind.descriptor(value) : undefined;
    if (planned === undefined || isSameApp(app, planned.app)) continue;
    throw new FastApiError(
      `\`integrations\`: ${printable(`\`${name}\``, 300)} must come from a builder of the API's \`app\`, ${app._label}, got: one of ${planned.app._label}; `
      + 'give both the same FastApiApp',
    );
  }
}

function plannedProblem(operation: Operation, planned: OperationDescriptor<unknown>): string | undefined {
  return [operation.qualifiedName, ...operation.aliases].includes(planned.operation) ? undefined
    : `${describeOperation(operation)} must have its own default integration, got: the one of ${printable(planned.operation, 300)}`;
}

/** The façades of some languages make an app object whenever they need one: the same project is the same app. */
function isSameApp(app: FastApiApp, other: FastApiApp): boolean {
  if (app === other) return true;
  // Asked first: an app's label has its entry point only once that was found.
  const sameEntrypoint = app._entrypoint === other._entrypoint;
  return sameEntrypoint && app._label === other._label && app._architecture.name === other._architecture.name;
}

function ownProblem(operation: Operation): string | undefined {
  return operation.catchAll
    ? `${describeOperation(operation)} cannot be overridden: API Gateway cannot hold its path, and the catch-all function serves it; leave its default integration`
    : undefined;
}

function list(names: string[]): string {
  return names.length <= LISTED ? names.join(', ') : `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`;
}
