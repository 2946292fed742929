import type { Stack } from 'aws-cdk-lib';

/** Bytes that a value takes in the template of a stack, as the CDK writes it. */
export function bytesInTemplate(stack: Stack, value: unknown): number {
  // The stack's `suppressTemplateIndentation`, which it takes from its props or the context and shows nobody.
  const indentation = Reflect.get(stack, '_suppressTemplateIndentation') === true ? undefined : 1;
  return Buffer.byteLength(JSON.stringify(value, undefined, indentation));
}

/** Bytes of the whole template of a stack: as much work as writing it. */
export function templateBytes(stack: Stack): number {
  // CDK's own way from a stack to its template, which is not in its declarations.
  const { _toCloudFormation: render } = stack as unknown as { _toCloudFormation(): unknown };
  return bytesInTemplate(stack, stack.resolve(render.call(stack)));
}
