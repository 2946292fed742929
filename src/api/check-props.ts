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
  /** Name of the class of `auth`; `undefined` if `auth` is a type of the CDK. */
  readonly auth?: string;
  readonly sources: readonly StructSource[];
  /** Enumerations that only this construct uses. */
  readonly enums?: Readonly<Record<string, object>>;
}

const APP = "write `FastApiApp.fromDirectory('../my_api')`, in Python `FastApiApp.from_directory(…)`";
const CORS = 'leave it out for what the app says, or name origins: `{ allowOrigins: […] }`';

/** The properties that a REST API and an HTTP API have in common. */
export const API_OPTIONS: StructSource = { file: 'api/fast-api-api-options' };

/**
 * Checks the types of properties at run time, for programs without a type checker, so that they get a clear error instead of an
 * internal one or none. An unknown property is only a warning, because programs often spread larger objects into a construct's properties.
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
  // The value comes from the user's program and may be of any type.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
