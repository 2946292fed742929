import { literalText, type PathTemplate, type Segment, wholeParameter } from './path-template';
import type { Issue } from '../openapi/issue';
import { ROUTE_METHODS } from '../private/http-methods';
import { OWN_LIMITS } from '../private/limits';

/** The reason why API Gateway cannot express an operation: the rule's name, the message and the remedy. */
export type Inexpressible = Pick<Issue, 'rule' | 'message' | 'remedy'>;

/**
 * The texts that API Gateway accepts as a path part.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const PART = /^[a-zA-Z0-9.:_$-]+$/;

const REMEDY = 'change the path in the app, or set `catchAll: true`';

/**
 * The first reason why API Gateway cannot express a method and path, the same for REST and HTTP APIs;
 * `undefined` if it can.
 */
export function inexpressible(method: string, template: PathTemplate): Inexpressible | undefined {
  if (!ROUTE_METHODS.includes(method)) {
    return {
      rule: 'method',
      message: `API Gateway has no such method, got: ${method}`,
      remedy: `use one of ${[...ROUTE_METHODS].sort().join(', ')}, or set \`catchAll: true\` to leave it out (no request with it arrives)`,
    };
  }
  const characters = template.segments.reduce((sum, segment) => sum + 1 + shownSegment(segment).length, 0);
  if (characters > OWN_LIMITS.pathCharacters) {
    return { rule: 'path-length', message: `a path may have ${OWN_LIMITS.pathCharacters} characters, got: ${characters}`, remedy: REMEDY };
  }
  const last = template.segments.length - 1;
  for (const [index, segment] of template.segments.entries()) {
    const reason = segmentReason(segment, index === last);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function shownSegment(segment: Segment): string {
  return segment.map((piece) => (typeof piece === 'string' ? piece : `{${piece.name}${piece.greedy ? ':path' : ''}}`)).join('');
}

function segmentReason(segment: Segment, last: boolean): Inexpressible | undefined {
  const text = literalText(segment);
  if (text === '') return { rule: 'segment-empty', message: 'a segment of the path must not be empty, got: //', remedy: REMEDY };
  if (text !== undefined) {
    if (PART.test(text)) return undefined;
    return { rule: 'segment-charset', message: `a segment may only have letters, digits and \`. : _ $ -\`, got: ${text}`, remedy: REMEDY };
  }
  const parameter = wholeParameter(segment);
  if (parameter === undefined) {
    return { rule: 'segment-mixed', message: `a parameter must be a whole segment, got: ${shownSegment(segment)}`, remedy: REMEDY };
  }
  if (parameter.greedy && !last) {
    return { rule: 'greedy-last', message: `a parameter that takes slashes must be last, got: {${parameter.name}:path}`, remedy: REMEDY };
  }
  return undefined;
}
