import type { JsonObject } from '../../private/json';
import type { ErrorType } from '../gateway/error-type';

/** What an authorizer decided. */
export type Decision =
  | {
    readonly allowed: true;
    /** `requestContext.authorizer` of the event. */
    readonly authorizer?: JsonObject;
    /** API key that a Lambda authorizer has told. */
    readonly usageIdentifierKey?: string;
    /** More of `requestContext.identity` of a REST API's event. */
    readonly identity?: JsonObject;
  }
  | {
    readonly allowed: false;
    readonly error: ErrorType;
    readonly message?: string;
    /** For the log: callers are not told. */
    readonly reason: string;
  };

/** A refusal. */
export function refused(error: ErrorType, reason: string, message?: string): Decision {
  return { allowed: false, error, reason, message };
}
