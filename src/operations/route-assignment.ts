import { API_TYPES, type ApiType } from './api-type';
import type { DeclaredOperation } from './declared-operation';
import { inexpressible, type Inexpressible } from './expressible';
import type { Operation } from './operation';
import { canonicalSegment, type PathTemplate, wholeParameter } from './path-template';
import { type NamedRoute, nameRoutes } from './route-names';
import type { Issue } from '../openapi/issue';

/** The API that operations get routes of. */
export interface RouteAssignmentOptions {
  readonly apiType: ApiType;
  readonly catchAll: boolean;
}

/** Operations with their routes, and the issues of those without a route of their own. */
export interface RouteAssignment {
  readonly operations: Operation[];
  readonly issues: Issue[];
}

/** Route of operations that only a catch-all can serve. */
const PROXY = '{proxy+}';

/**
 * Gives every operation its route. An operation that API Gateway cannot express is an error, or is left to the catch-all
 * route if there is one. The route follows from the operation's own path. Other operations decide only the names of its
 * parameters, and on a REST API whether a greedy parameter at the same position replaces its own.
 */
export function assignRoutes(declared: readonly DeclaredOperation[], options: RouteAssignmentOptions): RouteAssignment {
  const { tree } = API_TYPES[options.apiType];
  const refused = new Map<DeclaredOperation, Inexpressible>();
  for (const operation of declared) {
    const reason = inexpressible(operation.method, operation.template);
    if (reason !== undefined) refused.set(operation, reason);
  }
  if (!tree) for (const [operation, reason] of slashPairs(declared, refused)) refused.set(operation, reason);

  const expressible = declared.filter((operation) => (
    !refused.has(operation) && !(options.catchAll && givesWayToCatchAll(operation, tree))
  ));
  const greedyParents = tree ? parentsOfGreedy(expressible) : new Set<string>();
  const templates = expressible.map((operation) => widen(operation.template, greedyParents));
  const names = nameRoutes(templates);

  const assigned = new Map(expressible.map((operation, index) => [operation, { ...names[index], widened: templates[index] !== operation.template }]));
  const operations = declared.map((operation) => toOperation(operation, assigned.get(operation)));
  const errors: Issue[] = options.catchAll ? [] : [...refused].map(([operation, reason]) => issueOf(operation, 'error', reason));
  const unreachable: Issue[] = [...refused].filter(([, { rule }]) => options.catchAll && rule === 'method')
    .map(([operation, reason]) => issueOf(operation, 'warning', reason));
  const widened: Issue[] = expressible.filter((operation) => assigned.get(operation)!.widened).map((operation) => issueOf(operation, 'warning', {
    rule: 'greedy-sibling',
    message: `a REST API cannot have a parameter beside one that takes slashes, so the operation is served by /${assigned.get(operation)!.parts.join('/')}`,
    remedy: 'nothing has to be done: the app chooses the operation',
  }));
  return { operations, issues: [...errors, ...unreachable, ...widened] };
}

function toOperation(declared: DeclaredOperation, place: NamedRoute | undefined): Operation {
  const { template, facts, ...rest } = declared;
  const parts = place?.parts ?? [PROXY];
  return {
    ...rest,
    module: facts?.module,
    routePath: `/${parts.join('/')}`,
    parts,
    catchAll: place === undefined,
    guards: [declared.guard],
    parameterNames: place?.parameterNames ?? new Map(),
    trailingSlash: template.trailingSlash,
    aliases: [],
    aliasNames: [],
    templates: [template],
    orders: [facts?.order],
  };
}

function issueOf({ name, method, path }: DeclaredOperation, severity: Issue['severity'], reason: Inexpressible): Issue {
  return { severity, ...reason, operation: name, method, path };
}

/**
 * The operations whose path differs from that of another operation only by a trailing slash. On an HTTP API only the one
 * without the slash can have a route, because routes are registered without a trailing slash.
 */
function slashPairs(declared: readonly DeclaredOperation[], refused: ReadonlyMap<DeclaredOperation, unknown>): [DeclaredOperation, Inexpressible][] {
  const ids = new Set(declared.map((operation) => operation.constructId));
  return declared
    .filter(({ template, constructId }) => template.trailingSlash && ids.has(constructId.replace(/ %2F$/, '')))
    .filter((operation) => !refused.has(operation))
    .map((operation) => [operation, {
      rule: 'slash-pair',
      message: `an HTTP API cannot tell the path from the one without its trailing slash, which is another operation, got: ${operation.path}`,
      remedy: 'give one of the two another path in the app, use FastApiRestApi, or set `catchAll: true`',
    }]);
}

/** Whether an operation would get requests of the catch-all route `/{proxy+}`, or cannot exist beside that route on a REST API. */
function givesWayToCatchAll({ template }: DeclaredOperation, tree: boolean): boolean {
  const first = template.segments.length > 0 ? wholeParameter(template.segments[0]) : undefined;
  return first !== undefined && (tree || first.greedy);
}

function parentsOfGreedy(operations: readonly DeclaredOperation[]): Set<string> {
  return new Set(operations
    .map(({ template }) => template.segments)
    .filter((segments) => segments.length > 0 && wholeParameter(segments.at(-1)!)?.greedy)
    .map((segments) => placeOf(segments.slice(0, -1))));
}

/**
 * Replaces a parameter beside a greedy one, and everything below it, by a greedy parameter, because on a REST API a parent
 * has one variable child. The app's router and the guards of the function tell the operations apart.
 */
function widen(template: PathTemplate, greedyParents: ReadonlySet<string>): PathTemplate {
  const index = template.segments.findIndex((segment, at) => {
    const parameter = wholeParameter(segment);
    return parameter !== undefined && !parameter.greedy && greedyParents.has(placeOf(template.segments.slice(0, at)));
  });
  if (index < 0) return template;
  return { ...template, segments: [...template.segments.slice(0, index), [{ name: '', greedy: true, narrow: false }]] };
}

function placeOf(segments: PathTemplate['segments']): string {
  return segments.map(canonicalSegment).join(' ');
}
