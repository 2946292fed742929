import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { CorsPolicy } from '../access/cors-policy';
import type { FastApiOperation, Operation } from '../operations/operation';
import { describeOperation, operationKeys } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';

/** The members that bound integrations of REST and HTTP APIs have in common. */
interface BoundOperation {
  readonly operation: FastApiOperation;
  readonly handler?: lambda.Function;
  readonly alias?: lambda.Alias;
}

/** The integration of each operation of an API. */
export type IntegrationsByOperation<B> = ReadonlyMap<Operation, { readonly integration: B }>;

/** Integrations by name if that is unambiguous, else by qualified name. Made from entries, because a name may be `constructor` or `__proto__`. */
export function boundByName<B>(operations: Operations, byOperation: IntegrationsByOperation<B>): Record<string, B> {
  return Object.fromEntries([...operationKeys(operations)].map(([operation, name]) => [name, byOperation.get(operation)!.integration]));
}

/** The function of a bound operation, or an error that gives the reason why it has none. */
export function handlerOf({ operation, handler }: BoundOperation): lambda.Function {
  if (handler !== undefined) return handler;
  throw new FastApiError(
    `\`handler\` needs an operation that a function of this app answers, got: ${describeOperation(operation)}, which was overridden; `
    + 'take its integration from `integration(name)`, or leave the override out',
  );
}

/** The alias of a bound operation's function, or an error that gives the reason why it has none. */
export function aliasOf(bound: BoundOperation): lambda.Alias {
  if (bound.alias !== undefined) return bound.alias;
  handlerOf(bound);
  throw new FastApiError(
    `\`alias\` needs a function with versions, got: ${describeOperation(bound.operation)}, whose function has none; give it \`currentVersionOptions\` or \`snapStart\``,
  );
}

/**
 * The environment variables that an API gives its functions.
 *
 * @param basePath the base path of the API's domain. The app needs it, because a greedy route cannot tell it from the app's own path
 */
export function functionEnvironment(api: Construct, cors: CorsPolicy | undefined, basePath?: string): Record<string, string> {
  return {
    POWERTOOLS_SERVICE_NAME: api.node.id,
    POWERTOOLS_METRICS_NAMESPACE: api.node.id,
    ...(basePath !== undefined && { CDK_FASTAPI_BASE_PATH: basePath }),
    ...cors?.environment(),
  };
}

/** Restricts the origins of an API, or throws if CORS is turned off. */
export function restrictCors(cors: CorsPolicy | undefined, origins: (string | cloudfront.IDistribution)[]): void {
  if (cors === undefined) {
    throw new FastApiError('`restrictCorsTo` needs CORS, got: `cors` with `allowOrigins: []`, which turns it off; leave `allowOrigins` out');
  }
  cors.restrictTo(origins);
}
