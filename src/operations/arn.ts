import { literal, type Language, maybe, one, overlap, some } from './language';
import type { Operation } from './operation';
import { type PathTemplate, percentEncode, type Segment } from './path-template';

/** A resource pattern of IAM for requests of one operation, without the API and the stage: `GET/items/?*`. */
export interface ResourcePattern {
  readonly pattern: string;
  /** Other operations that the pattern reaches, because `*` and `?` of IAM also match `/`. */
  readonly alsoReaches: readonly Operation[];
}

/**
 * The narrowest `execute-api` resource patterns that reach every request of an operation. A parameter is `?*`, one
 * character or more, because `GET/items/*` would also reach `GET /items/`, which API Gateway routes to `/items`.
 *
 * @param operation the operation to reach
 * @param operations all operations of the API, to find the others that are reached
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function resourcePatterns(operation: Operation, operations: readonly Operation[]): ResourcePattern[] {
  const patterns = [...new Set(operation.templates.flatMap((template) => patternsOf(operation.method, template)))];
  return patterns.map((pattern) => ({
    pattern,
    alsoReaches: operations.filter((other) => other !== operation && other.method === operation.method && reaches(pattern, other)),
  }));
}

/** Whether a pattern of `resourcePatterns` matches some request of an operation, its path with or without a trailing slash. */
export function reaches(pattern: string, { method, templates }: Pick<Operation, 'method' | 'templates'>): boolean {
  const glob = globLanguage(pattern);
  return templates.some((template) => {
    const request = [...literal(method), ...pathLanguage(template)];
    return overlap(glob, request) || (template.segments.length > 0 && overlap(glob, [...request, ...literal('/')]));
  });
}

/** The request paths that a path template accepts, without a trailing slash. */
export function pathLanguage(template: PathTemplate): Language {
  if (template.segments.length === 0) return literal('/');
  return template.segments.flatMap((segment) => [...literal('/'), ...segmentLanguage(segment)]);
}

function segmentLanguage(segment: Segment): Language {
  return segment.flatMap((piece) => {
    if (typeof piece === 'string') return literal(piece);
    return some(piece.characters === undefined ? piece.greedy ? 'any' : 'part' : { among: piece.characters });
  });
}

/**
 * One pattern for each spelling of the path. Clients send unusual characters percent-encoded or as they are. Clients may leave
 * out a declared trailing slash, which API Gateway accepts.
 */
function patternsOf(method: string, template: PathTemplate): string[] {
  const spellings = [escapeGlob, (text: string) => escapeGlob(text.replace(UNUSUAL, percentEncode))];
  return spellings.flatMap((spell) => {
    const path = template.segments.map((segment) => `/${segment.map((piece) => (typeof piece === 'string' ? spell(piece) : '?*')).join('')}`).join('');
    if (path === '') return [`${method}/`];
    return template.trailingSlash ? [`${method}${path}`, `${method}${path}/`] : [`${method}${path}`];
  });
}

/** Characters that clients encode in a path. */
const UNUSUAL = /[^\w.~:@!$&'()*+,;=-]/gu;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars */
function escapeGlob(text: string): string {
  return text.replace(/[*?]|\$(?=\{)/g, (character) => `\${${character}}`);
}

function globLanguage(pattern: string): Language {
  return [...pattern.matchAll(/\$\{(.)\}|(.)/gsu)].flatMap(([whole, escaped]) => {
    if (escaped !== undefined) return literal(escaped);
    if (whole === '*') return maybe('any');
    return whole === '?' ? one('any') : literal(whole);
  });
}
