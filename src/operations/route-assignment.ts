import { API_TYPES, type ApiType } from './api-type';
import type { DeclaredOperation } from './declared-operation';
import { inexpressible, type Inexpressible } from './expressible';
import type { Operation } from './operation';
import { canonicalSegment, type PathTemplate, wholeParameter } from './path-template';
import { type NamedRoute, nameRoutes } from './route-names';
import type { Issue } from '../openapi/issue';

/** How operations are placed on routes. */
export interface RouteAssignmentOptions {
  readonly apiType: ApiType;
  readonly catchAll: boolean;
}

/** Operations with their routes, and what cannot have one. */
export interface RouteAssignment {
  readonly operations: Operation[];
  readonly issues: Issue[];
}

/** Route of operations that only a catch-all can serve. */
const PROXY = '{proxy+}';

/**
 * Gives every operation its route. What API Gateway cannot hold is an error, or left to the catch-all route where there
 * is one. An operation is placed by its own path; other operations decide only what its parameters are called, and on a
 * REST API whether it gives way to a greedy parameter beside it.
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
 * An HTTP API registers no route that ends with a slash, and the function of a route restores the spelling its operation
 * declares. Where both spellings are operations, only the one without a slash has a route.
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

/** What would take requests from a catch-all route at `/{proxy+}`, or cannot stand beside it on a REST API. */
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
 * On a REST API a parent has one variable child. Where one is greedy, what lies under an ordinary parameter beside it is
 * served by the greedy one; the app's router and the guards of the function tell them apart.
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
