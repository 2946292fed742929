import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IntegrationPattern } from './integration-pattern';
import type { FastApiApp } from '../app/fast-api-app';
import type { FastApiOperation } from '../operations/operation';

/** A builder's description of an operation that the app answers, before any construct exists. */
export interface OperationDescriptor<I> {
  /** The app that the builder was made for. */
  readonly app: FastApiApp;

  /** Qualified name of the operation. */
  readonly operation: string;

  /** The pattern of its function. */
  readonly pattern: IntegrationPattern;

  /** Name of its group in the GROUPED pattern; `undefined` if it has a function of its own. */
  readonly group?: string;

  /** The options of every function of the builder; the same object in everything that one builder describes. */
  readonly defaultOptions: lambda.FunctionOptions;

  /**
   * The options of this operation's function: the default options merged with those of the operation or its group, or
   * `defaultOptions` itself if it has none. The same object for all operations of a group.
   */
  readonly options: lambda.FunctionOptions;

  /** The user's own function that answers every operation. */
  readonly router?: lambda.IFunction;

  /** Makes the integration instead of a function made from the app. */
  readonly factory?: IntegrationFactory<I>;
}

/** The common interface of the factories of REST and HTTP APIs. */
export interface IntegrationFactory<I> {
  bind(operation: FastApiOperation): I;
}
