import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IntegrationPattern } from './integration-pattern';
import type { FastApiApp } from '../app/fast-api-app';
import type { FastApiOperation } from '../operations/operation';

/** An operation that its app answers, as a builder described it: no construct exists for it yet. */
export interface OperationDescriptor<I> {
  /** The app that the builder was made for. */
  readonly app: FastApiApp;

  /** Qualified name of the operation. */
  readonly operation: string;

  /** How its function serves. */
  readonly pattern: IntegrationPattern;

  /** Name of its group in the GROUPED pattern; none where its function is its own. */
  readonly group?: string;

  /** The options of every function of the builder; the same object in everything that one builder describes. */
  readonly defaultOptions: lambda.FunctionOptions;

  /**
   * The options of this operation's function: the default ones and its own or those of its group, merged; `defaultOptions`
   * itself where it has none. The same object for all operations of a group.
   */
  readonly options: lambda.FunctionOptions;

  /** The user's own function that answers every operation. */
  readonly router?: lambda.IFunction;

  /** Makes the integration instead of a function made from the app. */
  readonly factory?: IntegrationFactory<I>;
}

/** What the factories of REST and HTTP APIs have in common. */
export interface IntegrationFactory<I> {
  bind(operation: FastApiOperation): I;
}
