import { Token } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { guardVariable } from './guard-variable';
import { IntegrationPattern } from './integration-pattern';
import type { OperationDescriptor } from './operation-descriptor';
import { checkStreamingOptions } from './streaming-function';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** The function that answers an operation: its own, that of its group, a router, the catch-all function, or the user's router. */
export type FunctionAllocation =
  | { readonly kind: 'isolated'; readonly operation: Operation; readonly options: lambda.FunctionOptions; readonly streaming: boolean }
  | GroupAllocation
  | { readonly kind: 'router' }
  | { readonly kind: 'streamingRouter'; readonly operations: readonly Operation[] }
  | { readonly kind: 'catchAll' }
  | { readonly kind: 'given'; readonly router: lambda.IFunction };

/** The allocation of a group's function. All operations of the function share this object. */
export interface GroupAllocation {
  readonly kind: 'group';
  /** Name of the group. */
  readonly group: string;
  readonly operations: readonly Operation[];
  readonly options: lambda.FunctionOptions;
  readonly streaming: boolean;
}

/** The operations that the app answers. */
type OperationDescriptors = ReadonlyMap<Operation, OperationDescriptor<unknown>>;

/** The functions that an API needs, before any of them exists. */
export interface FunctionAllocations {
  readonly allocations: ReadonlyMap<Operation, FunctionAllocation>;
  /** The options of functions without options of their own, such as the router. */
  readonly defaultOptions: lambda.FunctionOptions;
  /** The function of the catch-all route; `undefined` if the API has no such route. */
  readonly catchAll?: FunctionAllocation;
  /** Whether any of the functions streams. */
  readonly streaming: boolean;
}

/**
 * Chooses the functions, and refuses choices that cannot be deployed, such as two functions of one name.
 *
 * @param descriptors the operations that the app answers
 * @param catchAll whether the API has a catch-all route
 * @param streams whether the API can stream. Streaming operations then have functions apart from the buffered ones
 */
export function allocateFunctions(
  descriptors: OperationDescriptors, catchAll: boolean, streams: boolean,
): FunctionAllocations {
  const all = [...descriptors.values()];
  const shared = all.filter((descriptor) => descriptor.pattern === IntegrationPattern.SHARED);
  const defaultOptions = all[0]?.defaultOptions ?? {};
  requireOneRouter(shared);

  const allocations = new Map<Operation, FunctionAllocation>();
  const streaming = streams ? [...descriptors.keys()].filter((operation) => operation.streaming && !operation.catchAll) : [];
  for (const [operation, plan] of descriptors) allocations.set(operation, allocate(operation, plan, streaming));
  for (const group of allocateGroups(descriptors, streaming)) for (const operation of group.operations) allocations.set(operation, group);
  const fallback: FunctionAllocation = shared.length > 0 ? allocate(undefined, shared[0], streaming) : { kind: 'catchAll' };
  const result: FunctionAllocations = {
    allocations, defaultOptions, catchAll: catchAll ? fallback : undefined, streaming: [...allocations.values()].some(isStreaming),
  };
  requireLiteral(allocations);
  requireShortGuards(allocations);
  requireOwnNames(descriptors, allocations);
  requireDistinctNames(result);
  checkStreaming(descriptors, result);
  return result;
}

/** Whether the function of an allocation streams. */
export function isStreaming(allocation: FunctionAllocation): boolean {
  return allocation.kind === 'streamingRouter' || (hasOptions(allocation) && allocation.streaming);
}

/** Whether a function has options of its operation or group, instead of the default options. */
export function hasOptions(allocation: FunctionAllocation): allocation is FunctionAllocation & { kind: 'isolated' | 'group' } {
  return allocation.kind === 'isolated' || allocation.kind === 'group';
}

/** The operation or group of a function, for messages. */
export function describeAllocation(allocation: FunctionAllocation & { kind: 'isolated' | 'group' }): string {
  return allocation.kind === 'group' ? printable(`the group \`${allocation.group}\``, 300) : describeOperation(allocation.operation);
}

/** One allocation for each group, and a second one if some of its operations stream and some do not. */
function allocateGroups(descriptors: OperationDescriptors, streaming: readonly Operation[]): GroupAllocation[] {
  const groups = new Map<string, { group: string; operations: Operation[]; plan: OperationDescriptor<unknown>; streaming: boolean }>();
  for (const [operation, plan] of descriptors) {
    if (plan.group === undefined || operation.catchAll) continue;
    const streams = streaming.includes(operation);
    const key = JSON.stringify([plan.group, streams]);
    const known = groups.get(key);
    if (known === undefined) {
      groups.set(key, { group: plan.group, operations: [operation], plan, streaming: streams });
    } else {
      requireOneGroup(known.plan, plan);
      known.operations.push(operation);
    }
  }
  return [...groups.values()].map(({ group, operations, plan: { options }, streaming: streams }) => ({ kind: 'group', group, operations, options, streaming: streams }));
}

function requireOneGroup(first: OperationDescriptor<unknown>, other: OperationDescriptor<unknown>): void {
  if (other.options === first.options) return;
  throw new FastApiError(
    `\`integrations\` of one group must come from one builder, since one function answers them, got: two for ${printable(`\`${first.group}\``, 300)}, with `
    + `${printable(first.operation, 300)} and ${printable(other.operation, 300)}; take both from the same builder`,
  );
}

function allocate(operation: Operation | undefined, descriptor: OperationDescriptor<unknown>, streaming: readonly Operation[]): FunctionAllocation {
  if (descriptor.router) return { kind: 'given', router: descriptor.router };
  const streams = operation !== undefined && streaming.includes(operation);
  if (descriptor.pattern === IntegrationPattern.SHARED) return streams ? { kind: 'streamingRouter', operations: streaming } : { kind: 'router' };
  return !operation || operation.catchAll ? { kind: 'catchAll' } : { kind: 'isolated', operation, options: descriptor.options, streaming: streams };
}

function checkStreaming(descriptors: OperationDescriptors, { allocations, defaultOptions }: FunctionAllocations): void {
  for (const [operation, { app }] of descriptors) {
    const allocation = allocations.get(operation);
    if (allocation === undefined || !isStreaming(allocation)) continue;
    checkStreamingOptions(app, hasOptions(allocation) ? allocation.options : defaultOptions, describeOperation(operation));
  }
}

function requireOneRouter(shared: OperationDescriptor<unknown>[]): void {
  const other = shared.find((descriptor) => descriptor.defaultOptions !== shared[0].defaultOptions || descriptor.router !== shared[0].router);
  if (other) {
    throw new FastApiError(
      `\`integrations\` in the SHARED pattern must come from one builder, since one function answers them, got: two, with ${printable(shared[0].operation, 300)} `
      + `and ${printable(other.operation, 300)}; take both from the same builder`,
    );
  }
}

/** Refuses groups whose list of operations is too long for an environment variable, before any construct exists. */
function requireShortGuards(allocations: ReadonlyMap<Operation, FunctionAllocation>): void {
  for (const allocation of new Set(allocations.values())) {
    if (allocation.kind === 'group') guardVariable(allocation.operations.flatMap(({ guards }) => guards), describeAllocation(allocation));
  }
}

/** Refuses group names and paths that the CDK reads as tokens, because a document could put deploy-time values into a function's environment by them. */
function requireLiteral(allocations: ReadonlyMap<Operation, FunctionAllocation>): void {
  for (const allocation of new Set(allocations.values())) {
    if (allocation.kind === 'group' && Token.isUnresolved(allocation.group)) {
      throw new FastApiError(`the name of a group must be text that the CDK does not read as a token, got: ${printable(allocation.group)}; rename the tag in the app, or use \`OperationGroups.of\``);
    }
  }
  for (const [operation, { kind }] of allocations) {
    const guarded = kind === 'isolated' || kind === 'group' || kind === 'streamingRouter';
    const token = guarded ? operation.guards.find((guard) => Token.isUnresolved(guard)) : undefined;
    if (token !== undefined) {
      throw new FastApiError(
        `the path of ${describeOperation(operation)} must be text that the CDK does not read as a token, got: ${printable(token)}; rename the path in the app`,
      );
    }
  }
}

/** Refuses `functionName` in the default options, because each function needs a name of its own. */
function requireOwnNames(descriptors: OperationDescriptors, allocations: ReadonlyMap<Operation, FunctionAllocation>): void {
  for (const [operation, { defaultOptions: { functionName } }] of descriptors) {
    const allocation = allocations.get(operation);
    if (functionName === undefined || allocation === undefined || !hasOptions(allocation)) continue;
    throw new FastApiError(
      `\`functionName\` cannot stand in the options of every function, since each ${allocation.kind === 'group' ? 'group' : 'operation'} has its own, got: ${functionName} for ${describeAllocation(allocation)}; `
      + `leave it out, or give it with \`${allocation.kind === 'group' ? 'withGroupOptions' : 'withOperationOptions'}\``,
    );
  }
}

function requireDistinctNames({ allocations, catchAll, defaultOptions }: FunctionAllocations): void {
  const holders = new Map<string, string>();
  const claim = (name: string | undefined, holder: string): void => {
    if (name === undefined) return;
    const other = holders.get(name);
    if (other !== undefined) {
      throw new FastApiError(
        `\`functionName\` must be different for each function, got: ${name} for ${other} and for ${holder}; `
        + 'leave it out, or give it with `withOperationOptions` or `withGroupOptions`',
      );
    }
    holders.set(name, holder);
  };
  for (const allocation of new Set(allocations.values())) {
    if (hasOptions(allocation)) claim(allocation.options.functionName, `${describeAllocation(allocation)}${allocation.kind === 'group' && allocation.streaming ? ', as far as it streams' : ''}`);
  }
  const all = [...allocations.values(), ...catchAll ? [catchAll] : []];
  if (all.some(({ kind }) => kind === 'router')) claim(defaultOptions.functionName, 'the router');
  if (all.some(({ kind }) => kind === 'streamingRouter')) claim(defaultOptions.functionName, 'the streaming router');
  if (all.some(({ kind }) => kind === 'catchAll')) claim(defaultOptions.functionName, 'the catch-all function');
}
