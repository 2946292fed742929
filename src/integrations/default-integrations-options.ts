import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { OperationGroups } from '../functions/operation-groups';

/** What the default integrations of an API are. */
export interface DefaultIntegrationsOptions {
  /**
   * How the operations are spread over functions.
   *
   * @default IntegrationPattern.ISOLATED, or GROUPED with `groups`
   */
  readonly pattern?: IntegrationPattern;

  /**
   * Which operations share a function. It implies the GROUPED pattern.
   *
   * @default - none
   */
  readonly groups?: OperationGroups;

  /**
   * A function of your own that answers every operation. It implies the shared pattern, and
   * function options cannot be given with it: they are the function's own.
   *
   * @default - functions are made from the app
   */
  readonly router?: lambda.IFunction;

  /**
   * The operations that the program was written for, as `expectedOperations` of the API: a builder of a generated construct
   * then says at its beginning what the app has changed.
   *
   * @default - the operations are not compared
   */
  readonly expectedOperations?: Record<string, string>;
}
