import { CfnOutput, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import { isSynthesized } from '../private/cdk-internals';

/** Numbers of elements in one template. */
export interface TemplateCounts {
  resources: number;
  outputs: number;
  parameters: number;
}

/** The counts of a stack's template and of the templates nested in it. */
export function templateCounts(root: Stack): Map<Stack, TemplateCounts> {
  const counts = new Map<Stack, TemplateCounts>();
  for (const node of root.node.findAll()) {
    const kind = CfnResource.isCfnResource(node) ? 'resources' : node instanceof CfnOutput ? 'outputs' : node instanceof CfnParameter ? 'parameters' : undefined;
    if (kind === undefined || (CfnResource.isCfnResource(node) && !isSynthesized(node))) continue;
    const stack = Stack.of(node);
    // A stack that is not nested may be a child of another one in the construct tree.
    if (topmost(stack) !== root) continue;
    const count = counts.get(stack) ?? { resources: 0, outputs: 0, parameters: 0 };
    count[kind] += 1;
    counts.set(stack, count);
  }
  return counts;
}

/** The outermost stack around a nested stack; a stack that is not nested itself. */
export function topmost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : topmost(stack.nestedStackParent);
}
