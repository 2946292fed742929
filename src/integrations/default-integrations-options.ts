import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { OperationGroups } from '../functions/operation-groups';

/** Options of the default integrations of an API. */
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
   * A function of your own that answers every operation. It implies the shared pattern. Function options
   * cannot be given with it: set them on the function.
   *
   * @default - functions are made from the app
   */
  readonly router?: lambda.IFunction;

  /**
   * The operations that the program was written for, as `expectedOperations` of the API. The builder of a generated construct
   * sets it, so that changes of the app are reported when the builder is created.
   *
   * @default - the operations are not compared
   */
  readonly expectedOperations?: Record<string, string>;
}
