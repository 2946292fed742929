import { createHash } from 'crypto';

/** Nested stacks that functions are spread over. Never another number: it would move functions. */
export const FUNCTION_STACKS = 20;

/** Roles of one nested stack by which the API invokes functions: the policy of one could not name all of them. */
export const INVOCATION_ROLES = 2;

/** The place of a function among the nested stacks of its API. */
export interface StackAssignment {
  /** From 0 to `FUNCTION_STACKS` - 1. */
  readonly stack: number;
  /** From 0 to `INVOCATION_ROLES` - 1: the role of the stack that invokes the function. */
  readonly role: number;
  /** Name of the output with the function's ARN: short, since the body of the API repeats it. */
  readonly output: string;
}

/**
 * The place of a function. It follows from the construct id of its operation alone, so that adding, removing and renaming
 * other operations moves nothing.
 */
export function assignStack(constructId: string): StackAssignment {
  const hash = createHash('sha256').update(constructId).digest();
  return {
    stack: hash.readUInt32BE(0) % FUNCTION_STACKS,
    role: hash.readUInt8(4) % INVOCATION_ROLES,
    output: `Function${hash.toString('hex', 0, 5)}`,
  };
}
