import type { Operation } from './operation';
import type { Operations } from './operations';
import { printable } from '../private/printable';

/**
 * The name of each operation in a map of integrations: its name if that is unambiguous, else its qualified name.
 */
export function operationKeys(operations: Operations): Map<Operation, string> {
  const holders = new Map<string, number>();
  for (const operation of operations.all) {
    // Merged operations are counted separately, so that keys are the same with and without a catch-all route.
    for (const name of [operation.name, ...operation.aliasNames]) holders.set(name, (holders.get(name) ?? 0) + 1);
  }
  // A name that equals a qualified name of another operation is ambiguous, because qualified names are looked up first.
  const qualified = new Map(operations.all.flatMap((operation) => [operation.qualifiedName, ...operation.aliases].map((name) => [name, operation])));
  return new Map(operations.all.map((operation) => {
    const { name, qualifiedName } = operation;
    const found = holders.get(name) === 1 && (qualified.get(name) ?? operation) === operation;
    return [operation, found ? name : qualifiedName];
  }));
}

/** Name, method and path of an operation for messages, made printable because a document may contain any characters. */
export function describeOperation(operation: Pick<Operation, 'name' | 'method' | 'path'>): string {
  return printable(`\`${operation.name}\` (${operation.method} ${operation.path})`, 300);
}
