import type { FastApiOperation } from '../operations/fast-api-operation';
import { printable } from '../private/printable';

/** Maximum number of operations that a message names; the others are counted. */
const NAMED = 20;

/** Operations as messages name them: `` `readItem` (GET /items/{item_id}) ``. */
export function operationList(operations: readonly FastApiOperation[]): string {
  const names = operations.slice(0, NAMED).map(({ name, method, path }) => `\`${name}\` (${method} ${path})`);
  if (operations.length > NAMED) names.push(`and ${operations.length - NAMED} more`);
  return printable(names.join(', '), 4000);
}
