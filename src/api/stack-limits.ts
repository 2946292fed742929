import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { templateCounts, topmost, type TemplateCounts } from './template-counts';
import { FunctionStack, MAX_POLICY_BYTES } from '../functions/function-stack';

/**
 * What this library puts into CloudFormation at most: less than CloudFormation takes, so that its user hears of it
 * while there is room.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export const LIMITS = {
  /** Resources of a stack and of those nested in it; CloudFormation changes 2,500 in one operation. */
  hierarchyResources: 2_400,
  /** Resources of a template, of 500. */
  resources: 480,
  /** Outputs of a template, of 200. */
  outputs: 190,
  /** Parameters of a template, of 200. */
  parameters: 190,
  /** Bytes of a template, of a million. */
  bytes: 900_000,
  /** Bytes of the inline policies of a role, of 10,240. */
  policyBytes: MAX_POLICY_BYTES,
} as const;

const SHARED = 'use `pattern: IntegrationPattern.SHARED`';

/** Stacks that are looked at already, by the one that is deployed, and whether an API in it is made of resources. */
const limited = new WeakMap<Stack, Map<Stack, boolean>>();

/**
 * Makes it an error of the synthesis where the stack of an API, or a nested stack of its functions, holds more than it may.
 *
 * @param ofResources whether each route is a resource
 */
export function limitStacks(api: Construct, ofResources: boolean): void {
  const stack = Stack.of(api);
  const root = topmost(stack);
  const known = limited.get(root);
  const stacks = known ?? new Map<Stack, boolean>();
  stacks.set(stack, ofResources || (stacks.get(stack) ?? false));
  if (known) return;
  limited.set(root, stacks);
  root.node.addValidation({ validate: () => stackProblems(root, stacks) });
}

/** What of the stacks of APIs passes a limit. */
function stackProblems(root: Stack, stacks: ReadonlyMap<Stack, boolean>): string[] {
  const counts = templateCounts(root);
  const total = [...counts.values()].reduce((sum, { resources }) => sum + resources, 0);
  const problems = total <= LIMITS.hierarchyResources ? [] : [
    `a stack must have ${LIMITS.hierarchyResources} resources at most with those nested in it, since CloudFormation changes 2500 at a time, got: ${total} in ${root.node.path}; `
    + `${SHARED}, or split the app into two stacks`,
  ];
  for (const [stack, count] of counts) {
    if (stacks.has(stack) || stack instanceof FunctionStack) problems.push(...templateProblems(stack, count, stacks.get(stack) ?? false));
  }
  return problems;
}

function templateProblems(stack: Stack, { resources, outputs, parameters }: TemplateCounts, ofResources: boolean): string[] {
  const problems: string[] = [];
  const limit = (what: string, got: number, allowed: number, remedy: string): void => {
    if (got > allowed) problems.push(`a template must have ${allowed} ${what} at most, got: ${got} in ${stack.node.path}; ${remedy}`);
  };
  if (stack instanceof FunctionStack) {
    limit('resources', resources, LIMITS.resources, `add fewer to its functions, or ${SHARED}`);
    limit('outputs', outputs, LIMITS.outputs, `each function has one, and so has each of its attributes that another stack uses: use fewer, or ${SHARED}`);
    limit('parameters', parameters, LIMITS.parameters, 'each value of another stack that its functions use is one: use fewer');
    limit('bytes in the policy of a role', stack.policyBytes, LIMITS.policyBytes, SHARED);
  } else if (ofResources && resources > LIMITS.resources) {
    problems.push(
      `\`definition\` RESOURCES makes resources of every route, at most ${LIMITS.resources} in one stack with all others, got: ${resources}; `
      + 'use `definition: RouteDefinition.BODY` under another construct id',
    );
  } else {
    limit('resources', resources, LIMITS.resources, 'set `functionStacks: 20`, or move other resources to another stack');
  }
  return problems;
}
