import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { RouteDefinition } from './route-definition';
import { IntegrationPattern } from '../functions/integration-pattern';
import { checkStruct, inWords } from '../private/check-struct';
import type { StructSource } from '../private/declared-struct';
import { FastApiError } from '../private/errors';
import { addWarning } from '../private/messages';

/** Which construct is checked. */
export interface PropsRule {
  /** Name of the construct. */
  readonly construct: string;
  /** Its class of `auth`; none where `auth` is of the CDK. */
  readonly auth?: string;
  readonly sources: readonly StructSource[];
  /** Enumerations that it alone has. */
  readonly enums?: Readonly<Record<string, object>>;
}

const APP = "write `FastApiApp.fromDirectory('../my_api')`, in Python `FastApiApp.from_directory(…)`";
const CORS = 'leave it out for what the app says, or name origins: `{ allowOrigins: […] }`';

/** What a REST API and an HTTP API declare in common. */
export const API_OPTIONS: StructSource = { file: 'api/fast-api-api-options' };

/**
 * Refuses what no compiler has looked at, before anything is made of it: one sentence in place of an internal error, or of silence.
 * A name that is like none is a warning: objects with more properties are often spread into those of a construct.
 */
export function checkProps(scope: Construct, props: unknown, { construct, auth, sources, enums }: PropsRule): void {
  const app = memberOf(props, 'app');
  if (typeof memberOf(app, '_operationsFor') !== 'function') throw new FastApiError(`\`app\` of ${construct} must be a FastApiApp, got: ${inWords(app)}; ${APP}`);
  const given = memberOf(props, 'auth');
  if (auth !== undefined && given !== undefined && given !== null && typeof memberOf(given, '_bind') !== 'function') {
    throw new FastApiError(`\`auth\` of ${construct} must be made by ${auth}, got: ${inWords(given)}; for example \`${auth}.iam()\``);
  }
  for (const name of ['cors', 'integrations', 'functionOptions']) {
    const value = memberOf(props, name);
    if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value))) {
      throw new FastApiError(`\`${name}\` of ${construct} must be an object, got: ${inWords(value)}${name === 'cors' ? `; ${CORS}` : ''}`);
    }
  }
  checkStruct(props, {
    subject: construct,
    sources,
    enums: { IntegrationPattern, RouteDefinition, 'lambda.FunctionUrlAuthType': lambda.FunctionUrlAuthType, ...enums },
    remedies: { groups: 'make them by `OperationGroups.byTag()`, `.byRouter()` or `.of({ name: […] })`' },
    onUnknown: (message) => addWarning(scope, 'unknownProperty', message),
  });
}

function memberOf(value: unknown, name: string): unknown {
  // Whatever a program has passed: looked at, not trusted.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
