import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** The error for a default integration that is used outside of the API that makes its function. */
export function unbound(operation: string, construct: string): FastApiError {
  return new FastApiError(
    `The default integration of ${printable(operation, 300)} has a function only inside the API that makes it, got: another use; `
    + `give it to \`integrations\` of ${construct}, and use that API's \`integration('…').integration\` elsewhere`,
  );
}
