import { type ApiIntegration, type IntegrationType, integrationProblem, received, receivedOrRefused } from './integration-type';
import type { FastApiApp } from '../app/fast-api-app';
import type { OperationDescriptor } from '../functions/operation-descriptor';
import type { Operation } from '../operations/operation';
import { describeOperation, operationKeys } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** The integration of one operation: the user's own, or the descriptor of a function made from the app. */
export type ResolvedIntegration<I> =
  | { readonly own: I; readonly descriptor?: undefined }
  | { readonly descriptor: OperationDescriptor<I>; readonly own: I };

/** Maximum number of names in one message, because an API may have a thousand operations. */
const LISTED = 20;

/**
 * Checks that a map of integrations names every operation of an API exactly once and nothing else, with integrations of the
 * API's type and of the same app. All problems are in one error.
 */
export function resolveIntegrations<I extends ApiIntegration>(
  type: IntegrationType<I>, app: FastApiApp, operations: Operations, integrations: Record<string, I>,
): Map<Operation, ResolvedIntegration<I>> {
  requireSameApp(type, app, integrations);
  const problems: string[] = [];
  const given = readNames(type, operations, integrations, problems);
  const resolved = new Map<Operation, ResolvedIntegration<I>>();
  for (const operation of operations.all) {
    const value = given.get(operation)?.value;
    if (value === undefined) continue;
    const own = received(type, value);
    if (typeof own === 'string') {
      problems.push(`${describeOperation(operation)} ${own}`);
      continue;
    }
    const integration = resolvedOf(type, own);
    const misplaced = misplacedProblem(operation, integration);
    if (misplaced) problems.push(misplaced);
    resolved.set(operation, integration);
  }
  // By the names to use in a map, which are qualified if several operations share a name.
  const missing = [...operationKeys(operations)].filter(([operation]) => !given.has(operation));
  if (missing.length > 0) {
    problems.push(
      `every operation must be named, got: none for ${list(missing.map(([{ method, path }, name]) => describeOperation({ name, method, path })))}; `
      + `add them, or start from ${type.construct}.defaultIntegrations(…) and override some`,
    );
  }
  if (problems.length > 0) throw new FastApiError(`\`integrations\`: ${problems.join('\n')}`);
  return resolved;
}

/** Checks the integration that a factory has made for an operation. */
export function resolveMade<I extends ApiIntegration>(
  type: IntegrationType<I>, app: FastApiApp, operation: Operation, value: I,
): ResolvedIntegration<I> {
  const own = receivedOrRefused(type, `\`factory\`: what it makes for ${describeOperation(operation)}`, value);
  requireSameApp(type, app, { [operation.qualifiedName]: own });
  const integration = resolvedOf(type, own);
  const misplaced = misplacedProblem(operation, integration);
  if (misplaced) throw new FastApiError(`\`integrations\`: ${misplaced}`);
  return integration;
}

function resolvedOf<I extends ApiIntegration>(type: IntegrationType<I>, own: I): ResolvedIntegration<I> {
  const descriptor = type.descriptor(own);
  return descriptor ? { descriptor, own } : { own };
}

function misplacedProblem(operation: Operation, { descriptor }: ResolvedIntegration<unknown>): string | undefined {
  return descriptor ? descriptorProblem(operation, descriptor) : ownProblem(operation);
}

function readNames<I extends ApiIntegration>(
  type: IntegrationType<I>, operations: Operations, integrations: Record<string, I>, problems: string[],
): Map<Operation, { name: string; value: I }> {
  const given = new Map<Operation, { name: string; value: I }>();
  for (const [name, value] of Object.entries(integrations)) {
    if (value === undefined || value === null) continue;
    const operation = operations.findOrReport(name, problems);
    if (!operation) continue;
    const earlier = given.get(operation);
    if (earlier && saysNothing(type, operation, value)) continue;
    if (earlier && !saysNothing(type, operation, earlier.value)) {
      const why = operation.aliases.length > 0 ? ', which share method and route' : '';
      problems.push(`${describeOperation(operation)} must be named once, got: ${printable(`\`${earlier.name}\` and \`${name}\``, 300)}${why}`);
    }
    given.set(operation, { name, value });
  }
  return given;
}

/**
 * Whether a value is the default integration of an operation that this API deploys as part of another one. Such values
 * exist because a builder assumes a catch-all route, with which the two operations are separate.
 */
function saysNothing<I extends ApiIntegration>(type: IntegrationType<I>, operation: Operation, value: I): boolean {
  const descriptor = integrationProblem(type, value) === undefined ? type.descriptor(value) : undefined;
  return descriptor !== undefined && operation.aliases.includes(descriptor.operation) && descriptor.options === descriptor.defaultOptions;
}

/** Refuses integrations of another app. Otherwise each of their names would be reported as unknown, which hides the cause. */
function requireSameApp<I extends ApiIntegration>(type: IntegrationType<I>, app: FastApiApp, integrations: Record<string, I>): void {
  for (const [name, value] of Object.entries(integrations)) {
    const descriptor = integrationProblem(type, value) === undefined ? type.descriptor(value) : undefined;
    if (descriptor === undefined || isSameApp(app, descriptor.app)) continue;
    throw new FastApiError(
      `\`integrations\`: ${printable(`\`${name}\``, 300)} must come from a builder of the API's \`app\`, ${app._label}, got: one of ${descriptor.app._label}; `
      + 'give both the same FastApiApp',
    );
  }
}

function descriptorProblem(operation: Operation, descriptor: OperationDescriptor<unknown>): string | undefined {
  return [operation.qualifiedName, ...operation.aliases].includes(descriptor.operation) ? undefined
    : `${describeOperation(operation)} must have its own default integration, got: the one of ${printable(descriptor.operation, 300)}`;
}

/** Whether two app objects stand for the same project, because the generated constructs of some languages create a new object each time. */
function isSameApp(app: FastApiApp, other: FastApiApp): boolean {
  if (app === other) return true;
  // Read before the labels, because a label includes the entrypoint only after the entrypoint was found.
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
