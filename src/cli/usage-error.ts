import { FastApiError } from '../private/errors';

/** A command line that cannot be meant: the program ends with exit status 2, before it has done anything. */
export class UsageError extends FastApiError {}

/** What a check says of the command line, as wrong usage. */
export function usage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (FastApiError.isFastApiError(error)) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
