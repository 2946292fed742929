import { CfnOutput, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { isSynthesized } from '../private/cdk-internals';

/** What one template holds. */
export interface TemplateCounts {
  resources: number;
  outputs: number;
  parameters: number;
}

/** What each template of a stack and of the stacks nested in it holds. */
export function templateCounts(root: Stack): Map<Stack, TemplateCounts> {
  const counts = new Map<Stack, TemplateCounts>();
  for (const node of root.node.findAll()) {
    const kind = CfnResource.isCfnResource(node) ? 'resources' : node instanceof CfnOutput ? 'outputs' : node instanceof CfnParameter ? 'parameters' : undefined;
    if (kind === undefined || (CfnResource.isCfnResource(node) && !isSynthesized(node))) continue;
    const stack = Stack.of(node);
    // A stack of its own may stand below another one.
    if (topmost(stack) !== root) continue;
    const count = counts.get(stack) ?? { resources: 0, outputs: 0, parameters: 0 };
    count[kind] += 1;
    counts.set(stack, count);
  }
  return counts;
}

/** The stack that is deployed, however deep in it another one is nested. */
export function topmost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : topmost(stack.nestedStackParent);
}
