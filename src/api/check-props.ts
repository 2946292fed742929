import { closest, distance } from 'fastest-levenshtein';
import { FastApiError } from '../private/errors';

/** The props of this library; those of the CDK's API, which grow with its releases, are the CDK's to check. */
const OWN = [
  'app', 'integrations', 'auth', 'pattern', 'groups', 'cors', 'catchAll', 'definition', 'documentation', 'functionStacks', 'expectedOperations', 'runtimeConfigKey',
  'functionOptions', 'adapterLayerArn', 'requestValidation', 'operationRequestValidation',
];

/** What a construct accepts as its authorization, for messages. */
export interface PropsRule {
  /** Name of the construct. */
  readonly construct: string;
  /** Its class of `auth`. */
  readonly auth: string;
}

/**
 * Refuses what no compiler has looked at, as in plain JavaScript, before anything is made of it: one sentence in place of an
 * internal error, or of silence.
 */
export function checkProps(props: unknown, { construct, auth }: PropsRule): void {
  const app = memberOf(props, 'app');
  if (typeof memberOf(app, '_operationsFor') !== 'function') {
    throw new FastApiError(`\`app\` of ${construct} must be a FastApiApp, got: ${what(app)}; write \`FastApiApp.fromDirectory('../my_api')\`, in Python \`FastApiApp.from_directory(…)\``);
  }
  const given = memberOf(props, 'auth');
  if (given !== undefined && given !== null && typeof memberOf(given, '_bind') !== 'function') {
    throw new FastApiError(`\`auth\` of ${construct} must be made by ${auth}, got: ${what(given)}; for example \`${auth}.iam()\``);
  }
  for (const name of ['cors', 'integrations', 'functionOptions']) {
    const value = memberOf(props, name);
    if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value))) {
      throw new FastApiError(`\`${name}\` of ${construct} must be an object, got: ${what(value)}${name === 'cors' ? '; leave it out for every origin, or name origins: `{ allowOrigins: […] }`' : ''}`);
    }
  }
  const validation = memberOf(props, 'requestValidation') ?? memberOf(props, 'operationRequestValidation');
  if (construct === 'FastApiHttpApi' && validation !== undefined && validation !== null) {
    throw new FastApiError(`\`requestValidation\` of ${construct} must be left out: HTTP APIs check no requests, got: ${what(validation)}; use \`FastApiRestApi\`, or let the app check`);
  }
  for (const name of Object.keys(props as object)) { // An object: it has an `app`.
    const near = closest(name, OWN);
    if (!OWN.includes(name) && (near.toLowerCase() === name.toLowerCase() || (near.length > 4 && distance(name, near) <= 2))) {
      throw new FastApiError(`${construct} has no property \`${name}\`, got: ${what(memberOf(props, name))}; \`${near}\` is meant`);
    }
  }
}

function memberOf(value: unknown, name: string): unknown {
  // Whatever a program has passed: looked at, not trusted.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** A value in few words. */
function what(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'a list' : `an object of ${value.constructor.name}`;
}
