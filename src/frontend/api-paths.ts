import type { FastApiOperation } from '../operations/fast-api-operation';
import { FastApiError } from '../private/errors';

/** Maximum number of behaviors besides the default one: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const LIMIT = 24;

/**
 * The path patterns for requests to the API beside a front end at `/`: the first part of each route, and the paths below it.
 *
 * @param unlisted paths of hidden routes and mounts that a catch-all route serves, such as `/docs`
 * @throws FastApiError if a route's first part is a parameter, or if there are too many patterns
 */
export function apiPathPatterns(operations: readonly FastApiOperation[], unlisted: readonly string[], used: number): string[] {
  const first = new Map<string, { bare: boolean; below: boolean }>();
  for (const operation of operations) note(first, operation.path, `${operation.name} (${operation.method} ${operation.path})`);
  for (const path of unlisted) note(first, path, path);
  const patterns = [...first].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([part, { bare, below }]) => (part === '' ? ['/'] : [...bare ? [`/${part}`] : [], ...below ? [`/${part}/*`] : []]));
  if (patterns.length + used > LIMIT) {
    throw new FastApiError(`the routes of an API beside a front end at / must begin with few different parts, since CloudFront takes ${LIMIT} path patterns, got: ${patterns.length + used}; put them below one, such as \`app.include_router(router, prefix="/api")\``);
  }
  return patterns;
}

function note(first: Map<string, { bare: boolean; below: boolean }>, path: string, what: string): void {
  const [part, ...rest] = path.slice(1).split('/');
  if (part.includes('{')) {
    throw new FastApiError(`the routes of an API beside a front end at / must begin with a fixed part, got: ${what}; put it below one, such as \`prefix="/api"\`, or the front end below a path`);
  }
  const known = first.get(part) ?? { bare: false, below: false };
  // The pattern below is needed for every part, because API Gateway accepts a trailing slash.
  first.set(part, { bare: known.bare || rest.length === 0, below: known.below || rest.length > 0 || part !== '' });
}
