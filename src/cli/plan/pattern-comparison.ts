import { type LimitsRequest, reportLimits, type Totals } from './limits-report';
import type { FastApiApp } from '../../app/fast-api-app';
import { IntegrationPattern } from '../../functions/integration-pattern';
import { OperationGroups } from '../../functions/operation-groups';
import type { Operations } from '../../operations/operations';

/** How `plan` groups operations. */
export const GROUPINGS = { tag: () => OperationGroups.byTag(), router: () => OperationGroups.byRouter() } as const;

export type Grouping = keyof typeof GROUPINGS;

/** One pattern beside the others. */
export interface ComparedPattern extends Totals {
  /** `isolated`, `grouped by tag`, `grouped by router` or `shared`. */
  readonly pattern: string;
}

/**
 * Every pattern that the operations allow.
 *
 * @param known one that was synthesized already
 */
export function comparePatterns(
  app: FastApiApp, operations: Operations, request: Pick<LimitsRequest, 'apiType' | 'catchAll' | 'functionStacks' | 'documentation'>, known: ComparedPattern,
): ComparedPattern[] {
  const { apiType, catchAll, functionStacks, documentation } = request;
  const compared = (name: string, pattern: IntegrationPattern, groups?: OperationGroups): ComparedPattern => {
    if (name === known.pattern) return known;
    // 0 is refused for many isolated functions: what is compared is what would be deployed.
    const stacks = functionStacks === 0 ? undefined : functionStacks;
    return { pattern: name, ...reportLimits(app, { apiType, catchAll, pattern, groups, functionStacks: stacks, documentation }).totals };
  };
  return [
    compared('isolated', IntegrationPattern.ISOLATED),
    ...groupingsOf(operations).map((by) => compared(`grouped by ${by}`, IntegrationPattern.GROUPED, GROUPINGS[by]())),
    compared('shared', IntegrationPattern.SHARED),
  ];
}

function groupingsOf({ all }: Operations): Grouping[] {
  return [
    ...all.some(({ tags, catchAll }) => tags.length > 0 && !catchAll) ? ['tag' as const] : [],
    ...all.some(({ module, catchAll }) => module !== undefined && !catchAll) ? ['router' as const] : [],
  ];
}
