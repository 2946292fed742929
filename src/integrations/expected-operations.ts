import { operationKeys } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** Differences in one message at most. */
const LISTED = 20;

/**
 * Compares the operations that a program was written for with those of the app, both ways: the
 * run-time half of what the types of a generated construct promise.
 */
export function validateExpectedOperations(operations: Operations, expected: Record<string, string> | undefined): void {
  const differences = expected === undefined ? [] : differencesOf(operations, expected);
  if (differences.length > 0) throw stale(differences);
}

/** The same where it is not known yet whether the API will have a catch-all route, which keeps some operations apart. */
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
