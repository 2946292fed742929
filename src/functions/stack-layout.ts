import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { describeAllocation, type FunctionAllocation, type FunctionAllocations, hasOptions } from './function-allocation';
import { FUNCTION_STACKS } from './stack-assignment';
import { FastApiError } from '../private/errors';
import { addInfo, addWarning } from '../private/messages';

/** Maximum number of functions of operations and groups in the stack of the API. Each has four resources. */
export const MAX_ISOLATED = 60;

/** Number of resources in the stack of the API above which its functions move to nested stacks. CloudFormation accepts 500. */
const MAX_RESOURCES = 400;

/** Approximate number of resources that an API has besides its functions. */
const API_RESOURCES = 10;

/**
 * Maximum number of functions with a log group each. Above it, the functions of a nested stack share one, because CloudFormation
 * changes 2,500 resources at a time.
 */
export const MAX_LOG_GROUPS = 600;

/** Maximum number of functions with SnapStart, because each has a version and an alias, and every change of the code replaces the version. */
export const MAX_SNAP_START = 600;

/** Number of functions from which an info annotation announces the move to nested stacks. */
const ANNOUNCED_FROM = 50;

/** The stacks of an API's functions. */
export interface StackLayout {
  /** Whether the functions of operations and groups are in nested stacks. Other functions stay in the stack of the API. */
  readonly nested: boolean;
  /** Whether the functions of a nested stack share its log group. */
  readonly sharedLogGroups: boolean;
}

/** A function of an operation or of a group. */
type OwnFunction = FunctionAllocation & { kind: 'isolated' | 'group' };

/**
 * Decides which functions are in nested stacks, announces changes of that, and refuses layouts that cannot be deployed.
 *
 * @param scope the construct of the API
 * @param functionStacks the prop of the API; `undefined` to decide by the number of functions and resources
 */
export function layOutStacks(scope: Construct, { allocations }: FunctionAllocations, functionStacks?: number): StackLayout {
  const own: OwnFunction[] = [...new Set(allocations.values())].filter(hasOptions);
  checkFunctionStacks(functionStacks, own.length);
  checkSnapStarts(own.filter(({ options }) => options.snapStart !== undefined).length);
  const automatic = own.length > MAX_ISOLATED ? saysHowMany(own) : crowded(scope, own);
  const nested = own.length > 0 && (functionStacks === undefined ? automatic !== undefined : functionStacks === FUNCTION_STACKS);
  const sharedLogGroups = nested && own.length > MAX_LOG_GROUPS;

  if (functionStacks === undefined) {
    if (nested) {
      addInfo(scope, 'functionStacks', `${automatic}, which therefore stand in nested stacks; set \`functionStacks: ${FUNCTION_STACKS}\`, so that they stay there when there are fewer`);
    } else if (own.length >= ANNOUNCED_FROM) {
      addInfo(scope, 'functionStacks', `${saysHowMany(own)}; above ${MAX_ISOLATED} all of them move to nested stacks, which replaces each function and its log group once; `
        + `set \`functionStacks: ${FUNCTION_STACKS}\` to choose when`);
    }
    warnOfNames(scope, own);
  }
  if (sharedLogGroups) {
    addInfo(scope, 'logGroups', `above ${MAX_LOG_GROUPS} functions those of a nested stack share one log group, got: ${own.length}; their streams begin with the name of the function`);
  }
  return { nested, sharedLogGroups };
}

function saysHowMany(own: readonly OwnFunction[]): string {
  return own.some(({ kind }) => kind === 'group') ? `${own.length} operations and groups of operations have functions` : `${own.length} operations have functions of their own`;
}

function checkFunctionStacks(functionStacks: number | undefined, isolated: number): void {
  if (functionStacks !== undefined && functionStacks !== 0 && functionStacks !== FUNCTION_STACKS) {
    throw new FastApiError(`\`functionStacks\` must be 0 or ${FUNCTION_STACKS}: another number would move functions between stacks, got: ${functionStacks}`);
  }
  if (functionStacks === 0 && isolated > MAX_ISOLATED) {
    throw new FastApiError(
      `\`functionStacks: 0\` leaves a function for each operation in one stack, at most ${MAX_ISOLATED}, got: ${isolated}; `
      + `set \`functionStacks: ${FUNCTION_STACKS}\`, or use \`pattern: IntegrationPattern.SHARED\`, which answers all of them with one function`,
    );
  }
}

function checkSnapStarts(count: number): void {
  if (count > MAX_SNAP_START) {
    throw new FastApiError(
      `\`snapStart\` adds a version and an alias to each function, and is for ${MAX_SNAP_START} isolated operations at most, got: ${count}; `
      + 'leave it out, or use `pattern: IntegrationPattern.SHARED`, with one function',
    );
  }
}

/** The reason why the stack of the API has no room for its functions, by the resources that it has now. */
function crowded(scope: Construct, own: readonly OwnFunction[]): string | undefined {
  const stack = Stack.of(scope);
  const others = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node) && node.stack === stack).length;
  const needed = own.reduce((sum, { options }) => sum + (options.snapStart || options.currentVersionOptions ? 6 : 4), API_RESOURCES);
  if (others + needed <= MAX_RESOURCES) return undefined;
  return `the stack of the API would have about ${others + needed} resources, ${MAX_RESOURCES} at most, with the functions of ${own.length} operations`;
}

/** Warns of named functions that may move later, because CloudFormation creates the new function before it deletes the old one of the same name. */
function warnOfNames(scope: Construct, own: readonly OwnFunction[]): void {
  const named = own.find(({ options }) => options.functionName !== undefined);
  if (named === undefined) return;
  addWarning(
    scope, 'functionName',
    `\`functionName\` keeps a function from moving to a nested stack when the app grows over ${MAX_ISOLATED} isolated operations, got: ${named.options.functionName} for ${describeAllocation(named)}; `
    + `leave it out, or set \`functionStacks\` to 0 or ${FUNCTION_STACKS} now`,
  );
}

/** Whether a function is in a nested stack. */
export function isNested(allocation: FunctionAllocation, { nested }: StackLayout): boolean {
  return nested && hasOptions(allocation);
}
