import { operationKeys } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** Maximum number of differences in one message. */
const LISTED = 20;

/**
 * Throws if the operations that a program was written for differ from those of the app. Checks at run time
 * that the types of a generated construct still match the app.
 */
export function validateExpectedOperations(operations: Operations, expected: Record<string, string> | undefined): void {
  const differences = expected === undefined ? [] : differencesOf(operations, expected);
  if (differences.length > 0) throw stale(differences);
}

/** Throws if no candidate matches. The candidates are the operations with and without a catch-all route, which is not known yet. */
export function validateExpectedOperationsOfEither(candidates: readonly Operations[], expected: Record<string, string>): void {
  const differences = candidates.map((operations) => differencesOf(operations, expected));
  if (differences.every((found) => found.length > 0)) throw stale(differences[0]);
}

function differencesOf(operations: Operations, expected: Record<string, string>): string[] {
  const actual = new Map([...operationKeys(operations)].map(([{ method, path }, name]) => [name, `${method} ${path}`]));
  const differences = Object.entries(expected).flatMap(([name, route]) => {
    const now = actual.get(name);
    return now === route ? [] : [`\`${name}\` (${route}, now ${now ?? 'gone'})`];
  });
  for (const name of actual.keys()) {
    if (!Object.hasOwn(expected, name)) differences.push(`\`${name}\` (new)`);
  }
  return differences;
}

function stale(differences: readonly string[]): FastApiError {
  const more = differences.length > LISTED ? ` and ${differences.length - LISTED} more` : '';
  return new FastApiError(printable(
    `\`expectedOperations\` must match the app, got: ${differences.slice(0, LISTED).join(', ')}${more}; `
    + 'the app has changed since the construct was generated: run `npx cdk-fastapi generate` again',
    4000,
  ));
}
