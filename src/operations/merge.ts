import type { Operation } from './operation';
import { constructId, parseTemplate } from './path-template';
import type { Issue } from '../openapi/issue';

/**
 * Merges operations that share method and route, such as `GET /items/{id:int}` and `GET /items/{slug}`, because API
 * Gateway has one method for them, and the app's router decides at run time. The merged operation is the one whose own
 * path is the route, else the one with the first path in code unit order, so the order of the document does not matter.
 */
export function mergeOperations(operations: readonly Operation[]): { operations: Operation[]; issues: Issue[] } {
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    // Operations without a route of their own are merged only if their paths are the same.
    const key = operation.catchAll ? operation.constructId : `${operation.method} ${operation.routePath}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [operation]);
    else group.push(operation);
  }
  const merged = [...groups.values()].map((group) => (group.length === 1 ? group[0] : mergeGroup(group)));
  return { operations: merged, issues: merged.filter(({ aliases }) => aliases.length > 0).map(sharedRoute) };
}

function mergeGroup(group: readonly Operation[]): Operation {
  const [first, ...others] = [...group].sort((a, b) => (
    Number(isWidened(a)) - Number(isWidened(b)) || (a.path < b.path ? -1 : 1)
  ));
  return {
    ...first,
    streaming: group.some(({ streaming }) => streaming),
    guards: [first, ...others].map(({ guard }) => guard),
    parameters: [first, ...others].flatMap(({ parameters }) => parameters),
    aliases: others.map(({ qualifiedName }) => qualifiedName),
    aliasNames: others.map(({ name }) => name),
    templates: [first, ...others].flatMap(({ templates }) => templates),
    orders: [first, ...others].flatMap(({ orders }) => orders),
  };
}

/** Whether the route is a greedy one instead of the operation's own path: see `widen` in `route-assignment.ts`. */
function isWidened({ catchAll, constructId: id, method, routePath }: Operation): boolean {
  return !catchAll && id.replace(/ %2F$/, '') !== constructId(method, parseTemplate(routePath));
}

function sharedRoute(operation: Operation): Issue {
  return {
    severity: 'warning',
    rule: 'shared-route',
    message: `${operation.guards.length} operations have the same method and route and are deployed as one: ${operation.guards.join(', ')}`,
    remedy: 'nothing has to be done: the app chooses the operation; options and authorization of this one hold for all',
    operation: operation.name,
    method: operation.method,
    path: operation.path,
  };
}
