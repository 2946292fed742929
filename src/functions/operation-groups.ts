import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';
import { printable } from '../private/printable';

/** Maximum number of problems in one message. */
const LISTED = 20;

/** The group's name of each operation. An operation in no group gets a function of its own. */
type GroupNames = ReadonlyMap<Operation, string>;

/**
 * Which operations share a function: a compromise between one function for all operations and one for each.
 *
 * A group has one function, and on a REST API a second one if some of its operations stream and some do not. Operations in no group
 * have functions of their own. The construct id of a group's function depends only on the group's name, so adding or removing
 * operations replaces no function.
 */
export class OperationGroups {
  /** One group for each tag. An operation with several tags is in the group of its first tag, and one without tags is in no group. */
  public static byTag(): OperationGroups {
    return new OperationGroups((operations) => namesBy(operations, ({ tags }) => tags[0], (got) => (
      `\`OperationGroups.byTag()\` needs operations with tags, got: ${got}; give routers \`tags=[…]\` in the app, or use \`OperationGroups.byRouter()\``
    )));
  }

  /**
   * One group for each Python module with route functions, named like the module, such as `shop.routers.books`. Modules are
   * used because routers have no names, and are usually in one module each.
   */
  public static byRouter(): OperationGroups {
    return new OperationGroups((operations) => namesBy(operations, ({ module }) => module, (got) => (
      `\`OperationGroups.byRouter()\` needs to know the modules of route functions, got: ${got}; write the document with \`cdk-fastapi openapi\`, or use \`OperationGroups.byTag()\``
    )));
  }

  /**
   * Groups by name.
   *
   * @param groups the names or qualified names of each group's operations, by the name of the group
   */
  public static of(groups: Record<string, string[]>): OperationGroups {
    return new OperationGroups((operations) => namesOf(operations, groups));
  }

  private constructor(private readonly assign: (operations: Operations) => GroupNames) {}

  /**
   * The group of each operation that is in one.
   *
   * @internal
   */
  public _assign(operations: Operations): GroupNames {
    return this.assign(operations);
  }
}

function namesBy(operations: Operations, nameOf: (operation: Operation) => string | undefined, none: (got: string) => string): GroupNames {
  const names = new Map<Operation, string>();
  for (const operation of operations.all) {
    const name = nameOf(operation);
    if (name !== undefined && name !== '' && !operation.catchAll) names.set(operation, name);
  }
  if (names.size === 0 && operations.all.length > 0) {
    throw new FastApiError(none(`none among ${operations.all.length} of ${printable(operations.source, 300)}`));
  }
  return names;
}

/** The groups by name; reports all problems in one error. */
function namesOf(operations: Operations, groups: Record<string, string[]>): GroupNames {
  const names = new Map<Operation, string>();
  const problems: string[] = [];
  if (Object.keys(groups).length === 0) problems.push('there must be a group, got: none; leave `groups` out where each operation has a function of its own');
  for (const [group, members] of Object.entries(groups)) {
    const label = printable(`\`${group}\``, 300);
    if (group.trim() === '') problems.push('a group must have a name, got: an empty one');
    if (!Array.isArray(members) || members.length === 0) {
      problems.push(`the group ${label} must name operations, got: ${Array.isArray(members) ? 'none' : typeof members}`);
      continue;
    }
    for (const name of members) {
      const operation = operations.findOrReport(name, problems);
      if (operation === undefined) continue;
      const other = names.get(operation);
      if (other !== undefined && other !== group) {
        const why = operation.aliases.length > 0 ? ', of operations that share method and route' : '';
        problems.push(`${describeOperation(operation)} must be in one group, got: ${printable(`\`${other}\``, 300)} and ${label}${why}`);
      }
      if (operation.catchAll) problems.push(`${describeOperation(operation)} cannot be in a group: API Gateway cannot hold its path, and the catch-all function serves it, got: ${label}`);
      names.set(operation, group);
    }
  }
  if (problems.length > 0) {
    const more = problems.length > LISTED ? [`and ${problems.length - LISTED} more`] : [];
    throw new FastApiError(`\`OperationGroups.of\`: ${[...problems.slice(0, LISTED), ...more].join('\n')}`);
  }
  return names;
}
