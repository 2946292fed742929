import { createHash } from 'crypto';

/** Number of nested stacks that functions are spread over. Must never change, because another number would move functions. */
export const FUNCTION_STACKS = 20;

/** Number of invocation roles in a nested stack: two, because all functions do not fit into the policy of one. */
export const INVOCATION_ROLES = 2;

/** The place of a function among the nested stacks of its API. */
export interface StackAssignment {
  /** From 0 to `FUNCTION_STACKS` - 1. */
  readonly stack: number;
  /** From 0 to `INVOCATION_ROLES` - 1: the role of the stack that invokes the function. */
  readonly role: number;
  /** Name of the output with the function's ARN. Short, because the body of the API repeats it. */
  readonly output: string;
}

/**
 * The place of a function. It depends only on the construct id of its operation or group, so that adding, removing and renaming
 * other operations moves no function.
 */
export function assignStack(constructId: string): StackAssignment {
  const hash = createHash('sha256').update(constructId).digest();
  return {
    stack: hash.readUInt32BE(0) % FUNCTION_STACKS,
    role: hash.readUInt8(4) % INVOCATION_ROLES,
    output: `Function${hash.toString('hex', 0, 5)}`,
  };
}
