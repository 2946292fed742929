import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IntegrationPattern } from '../functions/integration-pattern';
import { liveAlias } from '../functions/operation-function';
import type { FastApiOperation } from '../operations/operation';

/** The integration of one operation of a REST API, with its function. */
export class BoundRestApiIntegration {
  /** @internal */
  public static _of(
    operation: FastApiOperation,
    integration: apigateway.Integration,
    handler?: lambda.Function,
    pattern?: IntegrationPattern,
  ): BoundRestApiIntegration {
    return new BoundRestApiIntegration(operation, integration, handler, pattern);
  }

  /** The operation. */
  public readonly operation: FastApiOperation;

  /** The integration of its method. */
  public readonly integration: apigateway.Integration;

  /** The function made from the app; none if the operation was overridden. */
  public readonly handler?: lambda.Function;

  /**
   * The alias `live` of the function's newest version, by which the API invokes it: for CodeDeploy and provisioned concurrency.
   *
   * @default - none: the function has neither `snapStart` nor `currentVersionOptions`, or the operation was overridden
   */
  public readonly alias?: lambda.Alias;

  /** Whether the function serves this operation alone, a group or all operations; none if the operation was overridden. */
  public readonly pattern?: IntegrationPattern;

  private constructor(
    operation: FastApiOperation,
    integration: apigateway.Integration,
    handler?: lambda.Function,
    pattern?: IntegrationPattern,
  ) {
    this.operation = operation;
    this.integration = integration;
    this.handler = handler;
    this.alias = liveAlias(handler);
    this.pattern = pattern;
  }
}
