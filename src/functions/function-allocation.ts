import { Token } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { IntegrationPattern } from './integration-pattern';
import type { OperationDescriptor } from './operation-descriptor';
import { checkStreamingOptions } from './streaming-function';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** Which function answers an operation: one of its own, a router, the catch-all function, or the user's router. */
export type FunctionAllocation =
  | { readonly kind: 'isolated'; readonly operation: Operation; readonly options: lambda.FunctionOptions; readonly streaming: boolean }
  | { readonly kind: 'router' }
  | { readonly kind: 'streamingRouter'; readonly operations: readonly Operation[] }
  | { readonly kind: 'catchAll' }
  | { readonly kind: 'given'; readonly router: lambda.IFunction };

/** The operations that the app answers. */
type OperationDescriptors = ReadonlyMap<Operation, OperationDescriptor<unknown>>;

/** The functions that an API needs, before any of them exists. */
export interface FunctionAllocations {
  readonly allocations: ReadonlyMap<Operation, FunctionAllocation>;
  /** The options of a function that serves many operations, and of one that has none of its own. */
  readonly defaultOptions: lambda.FunctionOptions;
  /** What serves the catch-all route; none where the API has no such route. */
  readonly catchAll?: FunctionAllocation;
  /** Whether a function streams. */
  readonly streaming: boolean;
}

/**
 * Chooses the functions, and refuses what cannot be deployed, such as several of one name.
 *
 * @param descriptors the operations that the app answers
 * @param catchAll whether the API has a catch-all route
 * @param streams whether the API can stream: streaming operations have other functions then
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
  const fallback: FunctionAllocation = shared.length > 0 ? allocate(undefined, shared[0], streaming) : { kind: 'catchAll' };
  const result: FunctionAllocations = {
    allocations, defaultOptions, catchAll: catchAll ? fallback : undefined, streaming: [...allocations.values()].some(isStreaming),
  };
  requireLiteral(allocations);
  requireOwnNames(descriptors, allocations);
  requireDistinctNames(result);
  checkStreaming(result);
  return result;
}

/** Whether the function of an allocation streams. */
export function isStreaming(allocation: FunctionAllocation): boolean {
  return allocation.kind === 'streamingRouter' || (allocation.kind === 'isolated' && allocation.streaming);
}

function allocate(operation: Operation | undefined, descriptor: OperationDescriptor<unknown>, streaming: readonly Operation[]): FunctionAllocation {
  if (descriptor.router) return { kind: 'given', router: descriptor.router };
  const streams = operation !== undefined && streaming.includes(operation);
  if (descriptor.pattern === IntegrationPattern.SHARED) return streams ? { kind: 'streamingRouter', operations: streaming } : { kind: 'router' };
  return !operation || operation.catchAll ? { kind: 'catchAll' } : { kind: 'isolated', operation, options: descriptor.options, streaming: streams };
}

function checkStreaming({ allocations, defaultOptions }: FunctionAllocations): void {
  for (const [operation, allocation] of allocations) {
    if (isStreaming(allocation)) checkStreamingOptions(allocation.kind === 'isolated' ? allocation.options : defaultOptions, describeOperation(operation));
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

/** A document could otherwise put a value of the deployment into a function's environment. */
function requireLiteral(allocations: ReadonlyMap<Operation, FunctionAllocation>): void {
  for (const [operation, { kind }] of allocations) {
    const guarded = kind === 'isolated' || kind === 'streamingRouter';
    const token = guarded ? operation.guards.find((guard) => Token.isUnresolved(guard)) : undefined;
    if (token !== undefined) {
      throw new FastApiError(
        `the path of ${describeOperation(operation)} must be text that the CDK does not read as a token, got: ${printable(token)}; rename the path in the app`,
      );
    }
  }
}

/** A name for every function would keep them from moving to nested stacks, and is one name for many. */
function requireOwnNames(descriptors: OperationDescriptors, allocations: ReadonlyMap<Operation, FunctionAllocation>): void {
  for (const [operation, { defaultOptions: { functionName } }] of descriptors) {
    if (functionName === undefined || allocations.get(operation)?.kind !== 'isolated') continue;
    throw new FastApiError(
      `\`functionName\` cannot stand in the options of every function, since each operation has its own, got: ${functionName} for ${describeOperation(operation)}; `
      + 'leave it out, or give it with `withOperationOptions`',
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
        + 'leave it out, or give it with `withOperationOptions`',
      );
    }
    holders.set(name, holder);
  };
  for (const [operation, allocation] of allocations) {
    if (allocation.kind === 'isolated') claim(allocation.options.functionName, describeOperation(operation));
  }
  const all = [...allocations.values(), ...catchAll ? [catchAll] : []];
  if (all.some(({ kind }) => kind === 'router')) claim(defaultOptions.functionName, 'the router');
  if (all.some(({ kind }) => kind === 'streamingRouter')) claim(defaultOptions.functionName, 'the streaming router');
  if (all.some(({ kind }) => kind === 'catchAll')) claim(defaultOptions.functionName, 'the catch-all function');
}
