import type { IConstruct } from 'constructs';
import { inCallersLanguage } from './caller';

/** The one error class of this library: a problem that its user can solve, said with the remedy. */
export class FastApiError extends Error {
  /** True for every error of this class, also for one that another copy of this library made. */
  public static isFastApiError(error: unknown): error is FastApiError {
    return error instanceof Error && error.name === 'FastApiError';
  }

  /** Path of the construct that could not be made or asked; none where no construct is concerned. */
  public constructPath?: string;

  constructor(message: string, options?: ErrorOptions) {
    super(inCallersLanguage(message), options);
    this.name = 'FastApiError';
  }
}

/**
 * Runs something that belongs to a construct. An error of this library gets the construct's path, where the CDK's
 * `ValidationError` has it: as `constructPath`, and in the stack under the message. The innermost construct counts.
 */
export function inConstruct<T>(construct: IConstruct, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw errorIn(construct, error);
  }
}

/** The error of something that belongs to a construct, with the construct's path. */
export function errorIn(construct: IConstruct, error: unknown): unknown {
  if (!FastApiError.isFastApiError(error) || error.constructPath !== undefined) return error;
  error.constructPath = construct.node.path;
  const [, frames = ''] = /(\n    at [^]*)$/.exec(error.stack ?? '') ?? [];
  error.stack = `${error.name}: ${error.message}\n    at path [${construct.node.path}] in ${construct.constructor.name}${frames}`;
  return error;
}
