import { deflateRawSync } from 'zlib';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/**
 * Maximum size of the list of operations in a function's environment. Lambda accepts 4 KB for all variables together.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
const MAX_BYTES = 3_000;

/** Maximum size of a list that is not compressed, so that people can read it. */
const READABLE_BYTES = 1_500;

/** Prefix of a compressed list: raw deflate as base64. `operation_guard.py` in the bundle reads it. */
const COMPRESSED = 'deflate:';

/**
 * The environment variable's value for the operations that a function may serve: one per line, compressed if long.
 *
 * @param guards methods and paths, such as `GET /items/{item_id}`
 * @param subject the function's operation or group, for the message
 */
export function guardVariable(guards: readonly string[], subject: string): string {
  const lines = [...new Set(guards)].join('\n');
  if (Buffer.byteLength(lines) <= READABLE_BYTES) return lines;
  const compressed = COMPRESSED + deflateRawSync(lines, { level: 9 }).toString('base64');
  if (compressed.length > MAX_BYTES) {
    throw new FastApiError(
      `the operations of ${printable(subject, 300)} must take ${MAX_BYTES} bytes of the function's environment at most, since Lambda takes 4 KB of all variables, `
      + `got: ${guards.length} operations with ${compressed.length} bytes; use smaller groups, or \`pattern: IntegrationPattern.ISOLATED\``,
    );
  }
  return compressed;
}
