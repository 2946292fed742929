import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IntegrationPattern } from '../functions/integration-pattern';
import { liveAlias } from '../functions/operation-function';
import type { FastApiOperation } from '../operations/operation';

/** The integration of one operation of an HTTP API, with its function. */
export class BoundHttpApiIntegration {
  /** @internal */
  public static _of(
    operation: FastApiOperation,
    integration: apigatewayv2.HttpRouteIntegration,
    handler?: lambda.Function,
    pattern?: IntegrationPattern,
  ): BoundHttpApiIntegration {
    return new BoundHttpApiIntegration(operation, integration, handler, pattern);
  }

  /** The operation. */
  public readonly operation: FastApiOperation;

  /** The integration of its route. */
  public readonly integration: apigatewayv2.HttpRouteIntegration;

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
    integration: apigatewayv2.HttpRouteIntegration,
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
