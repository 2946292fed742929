import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { HttpApiIntegration } from './integration';
import type { BuilderCore } from '../integrations/builder-core';

/**
 * Describes what answers each operation of an HTTP API. Immutable: every step gives a new builder, and
 * builders that came from one another do not affect each other. Functions are made by the API that
 * receives the result, so several APIs may be given the same one.
 */
export class HttpApiIntegrationBuilder {
  /** @internal */
  public static _of(plan: BuilderCore<HttpApiIntegration>): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(plan);
  }

  private constructor(private readonly plan: BuilderCore<HttpApiIntegration>) {}

  /**
   * Options for the functions of all operations. Environments are merged; of everything else the
   * last one said counts. A `vpc` without `securityGroups` gives one security group, which the functions of an API share.
   * With `snapStart` or `currentVersionOptions` the API invokes an alias of each function's newest version.
   * A `role` of your own needs the right to write logs; one that is made here has it, and nothing but what the options ask for.
   *
   * @param options any option of a Lambda function. `architecture` must be that of the app
   */
  public withDefaultOptions(options: lambda.FunctionOptions): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(this.plan.withDefaultOptions(options));
  }

  /**
   * Options for the function of one operation, over the default options. An error in the shared pattern, and where the
   * operation is overridden.
   *
   * @param name name or qualified name of the operation
   * @param options any option of a Lambda function. `architecture` must be that of the app
   */
  public withOperationOptions(name: string, options: lambda.FunctionOptions): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(this.plan.withOperationOptions(name, options));
  }

  /**
   * Other integrations for some operations. No function, role or log group is made for them.
   *
   * @param overrides integrations by name or qualified name of the operation
   */
  public withOverrides(overrides: Record<string, HttpApiIntegration>): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(this.plan.withOverrides(overrides));
  }

  /** The integrations, by operation: a value for the API's `integrations`. */
  public toIntegrations(): Record<string, HttpApiIntegration> {
    return this.plan.toIntegrations();
  }

  /**
   * The same as `toIntegrations()`. TypeScript only: jsii allows no member of this name.
   *
   * @jsii ignore
   */
  public build(): Record<string, HttpApiIntegration> {
    return this.toIntegrations();
  }
}
