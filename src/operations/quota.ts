import { API_TYPES, type ApiType } from './api-type';
import type { Operation } from './operation';
import type { Issue } from '../openapi/issue';
import type { RuleId } from '../private/messages';

/** Warnings about the number of operations, and about streaming operations that the API cannot stream. */
export function quotaIssues(operations: readonly Operation[], apiType: ApiType): Issue[] {
  const issues: Issue[] = [];
  const warn = (rule: RuleId, message: string, remedy: string, operation?: Operation) => issues.push({
    severity: 'warning',
    rule,
    message,
    remedy,
    ...(operation && { operation: operation.name, method: operation.method, path: operation.path }),
  });
  if (operations.length === 0) warn('no-operations', 'the document has no operations', 'register the routes when the module is imported, not in the lifespan');
  const { tree, streams, title, routeQuota: { what, ours: quota } } = API_TYPES[apiType];
  const count = tree ? resourceCount(operations) : operations.filter(({ catchAll }) => !catchAll).length;
  if (count > quota) {
    warn('route-quota', `the quota for ${what} is ${quota} unless it was raised, got: ${count}`, 'ask AWS to raise the quota, or split the app');
  }
  if (!streams) {
    for (const operation of operations.filter(({ streaming }) => streaming)) {
      warn('http-streaming', `an ${title} API cannot stream: the answer arrives as a whole`, 'use FastApiRestApi or FastApiStreamingFunctionUrl', operation);
    }
  }
  return issues;
}

/** The number of resources in the tree, without the root. */
export function resourceCount(operations: readonly Operation[]): number {
  const resources = new Set<string>();
  for (const { parts } of operations) {
    for (let length = 1; length <= parts.length; length += 1) resources.add(parts.slice(0, length).join('/'));
  }
  return resources.size;
}
