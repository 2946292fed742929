import type { Operation } from './operation';
import type { Operations } from './operations';
import { printable } from '../private/printable';

/**
 * The name of each operation in a map of integrations: its name where that finds it, else its qualified name.
 */
export function operationKeys(operations: Operations): Map<Operation, string> {
  const holders = new Map<string, number>();
  for (const operation of operations.all) {
    // Operations that are deployed as one are counted as several: keys are the same with and without a catch-all route.
    for (const name of [operation.name, ...operation.aliasNames]) holders.set(name, (holders.get(name) ?? 0) + 1);
  }
  // A qualified name is found first, also by an operation whose bare name happens to be the same.
  const qualified = new Map(operations.all.flatMap((operation) => [operation.qualifiedName, ...operation.aliases].map((name) => [name, operation])));
  return new Map(operations.all.map((operation) => {
    const { name, qualifiedName } = operation;
    const found = holders.get(name) === 1 && (qualified.get(name) ?? operation) === operation;
    return [operation, found ? name : qualifiedName];
  }));
}

/** Name, method and path, as messages name an operation: a document may hold anything in them. */
export function describeOperation(operation: Pick<Operation, 'name' | 'method' | 'path'>): string {
  return printable(`\`${operation.name}\` (${operation.method} ${operation.path})`, 300);
}
