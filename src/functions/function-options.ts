import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { checkImage } from './check-image';
import { checkLayers } from './function-layers';
import { checkSnapStart } from './snap-start';
import type { FastApiApp } from '../app/fast-api-app';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';
import { LIMITS } from '../private/limits';
import { printable } from '../private/printable';

/** Default options of a function of this library. */
export const FUNCTION_DEFAULTS = {
  timeout: Duration.seconds(30),
  memorySize: 1024,
  tracing: lambda.Tracing.ACTIVE,
  logRetention: logs.RetentionDays.ONE_MONTH,
  logRemovalPolicy: RemovalPolicy.DESTROY,
} as const;

/** Where the options of functions are declared. */
export const FUNCTION_OPTIONS = [
  { file: 'aws-lambda/lib/function', name: 'FunctionOptions', cdk: true }, { file: 'aws-lambda/lib/event-invoke-config', name: 'EventInvokeConfigOptions', cdk: true },
] as const;

const MAX_SECONDS = LIMITS.functionSeconds.ours;

/** The variables that configure the shim in the bundle: the app, the operations it may serve, and its options. */
export const APP_VARIABLE = 'CDK_FASTAPI_APP';
export const OPERATION_VARIABLE = 'CDK_FASTAPI_OPERATION';
export const OBSERVABILITY_VARIABLE = 'CDK_FASTAPI_OBSERVABILITY';
export const EAGER_ROUTES_VARIABLE = 'CDK_FASTAPI_EAGER_ROUTES';

/** Merges function options. Environments are merged; of every other option, the last value that is not `undefined` is used. */
export function mergeFunctionOptions(...steps: lambda.FunctionOptions[]): lambda.FunctionOptions {
  const merged: lambda.FunctionOptions = Object.assign({}, ...steps.map(withoutUndefined));
  const environment = Object.assign({}, ...steps.map((options) => withoutUndefined(options.environment ?? {})));
  return Object.keys(environment).length === 0 ? merged : { ...merged, environment };
}

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/**
 * Refuses options that contradict the bundle or one another, before any construct exists.
 *
 * @param subject owner of the options, for the message, such as `getItem` (GET /items/{item_id})
 * @param checked whether the names and types of the options were checked before
 */
export function checkFunctionOptions(app: FastApiApp, options: lambda.FunctionOptions, subject: string, checked = false): void {
  for (const property of ['code', 'runtime', 'handler']) {
    // `FunctionOptions` has none of these, but a program without a type checker may pass them.
    if (!Object.hasOwn(options, property)) continue;
    const instead = property === 'code' ? '`bundling`' : property === 'runtime' ? '`runtime`' : '`entrypoint`';
    throw new FastApiError(
      `\`${property}\` of ${subject} is made of the app, got: ${printable(String(Reflect.get(options, property)))}; leave it out, and set ${instead} on FastApiApp instead`,
    );
  }
  if (!checked) checkStruct(options, { subject, sources: FUNCTION_OPTIONS });
  const { architecture, environment = {}, logGroup, logRetention, logRemovalPolicy } = options;
  if (architecture !== undefined && architecture.name !== app._architecture.name) {
    throw new FastApiError(
      `\`architecture\` of ${subject} must be the one that the app is bundled for, ${app._architecture.name}, got: ${architecture.name}; `
      + 'set `architecture` on FastApiApp instead',
    );
  }
  for (const variable of [APP_VARIABLE, OPERATION_VARIABLE]) {
    if (Object.hasOwn(environment, variable)) {
      throw new FastApiError(
        `\`environment\` of ${subject} cannot set ${variable}, by which the function knows what it serves, got: ${environment[variable]}; `
        + 'leave it out, and set `entrypoint` on FastApiApp to serve another app',
      );
    }
  }
  const { timeout } = options;
  if (timeout !== undefined && !timeout.isUnresolved() && timeout.toSeconds({ integral: false }) > MAX_SECONDS) {
    throw new FastApiError(`\`timeout\` of ${subject} must be ${MAX_SECONDS} seconds at most, got: ${timeout.toSeconds({ integral: false })}`);
  }
  checkImage(app, options, subject);
  checkSnapStart(app, options, subject);
  checkLayers(app, options, subject, false);
  if (logGroup !== undefined && (logRetention !== undefined || logRemovalPolicy !== undefined)) {
    const other = logRetention !== undefined ? 'logRetention' : 'logRemovalPolicy';
    throw new FastApiError(`\`${other}\` of ${subject} cannot stand beside \`logGroup\`, got: both; set it on the log group`);
  }
  for (const legacy of ['logRetentionRole', 'logRetentionRetryOptions'] as const) {
    if (options[legacy] !== undefined) {
      throw new FastApiError(
        `\`${legacy}\` of ${subject} configures the custom resource of CDK's older \`logRetention\`, got: a value; `
        + 'leave it out: the function has a log group of its own, which needs no custom resource',
      );
    }
  }
}
