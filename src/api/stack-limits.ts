import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { templateCounts, topmost, type TemplateCounts } from './template-counts';
import { FunctionStack } from '../functions/function-stack';
import { LIMITS } from '../private/limits';

const SHARED = 'use `pattern: IntegrationPattern.SHARED`';

/** Stacks with APIs by their topmost stack, and whether an API in the stack defines each route as a resource. */
const limited = new WeakMap<Stack, Map<Stack, boolean>>();

/**
 * Adds a validation that reports the stack of an API, or a nested stack of its functions, if it exceeds a limit of CloudFormation.
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

/** The problems of stacks that exceed a limit. */
function stackProblems(root: Stack, stacks: ReadonlyMap<Stack, boolean>): string[] {
  const counts = templateCounts(root);
  const total = [...counts.values()].reduce((sum, { resources }) => sum + resources, 0);
  const problems = total <= LIMITS.hierarchyResources.ours ? [] : [
    `a stack must have ${LIMITS.hierarchyResources.ours} resources at most with those nested in it, since CloudFormation changes ${LIMITS.hierarchyResources.aws} at a time, got: ${total} in ${root.node.path}; `
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
    limit('resources', resources, LIMITS.resources.ours, `add fewer to its functions, or ${SHARED}`);
    limit('outputs', outputs, LIMITS.outputs.ours, `each function has one, and so has each of its attributes that another stack uses: use fewer, or ${SHARED}`);
    limit('parameters', parameters, LIMITS.parameters.ours, 'each value of another stack that its functions use is one: use fewer');
    limit('bytes in the policy of a role', stack.policyBytes, LIMITS.rolePolicyBytes.ours, SHARED);
  } else if (ofResources && resources > LIMITS.resources.ours) {
    problems.push(
      `\`definition\` RESOURCES makes resources of every route, at most ${LIMITS.resources.ours} in one stack with all others, got: ${resources}; `
      + 'use `definition: RouteDefinition.BODY` under another construct id',
    );
  } else {
    limit('resources', resources, LIMITS.resources.ours, 'set `functionStacks: 20`, or move other resources to another stack');
  }
  return problems;
}
