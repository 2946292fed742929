import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { RestApiIntegration } from './integration';
import { REST_INTEGRATIONS } from './integration-type';
import type { BuilderCore } from '../integrations/builder-core';
import { checkIntegration, given } from '../integrations/integration-type';

/**
 * Describes what answers each operation of a REST_INTEGRATIONS API. Immutable: every step gives a new builder, and
 * builders that came from one another do not affect each other. Functions are made by the API that
 * receives the result, so several APIs may be given the same one.
 */
export class RestApiIntegrationBuilder {
  /**
   * What answers an operation, as one value: for a map of integrations with `options` in Python, and for what a factory
   * returns there. In other languages the struct itself does.
   *
   * @param integration the integration, and the options of its method
   */
  public static describe(integration: RestApiIntegration): RestApiIntegration {
    checkIntegration(REST_INTEGRATIONS, '`describe`', integration);
    return given(REST_INTEGRATIONS, integration);
  }

  /** @internal */
  public static _of(core: BuilderCore<RestApiIntegration>): RestApiIntegrationBuilder {
    return new RestApiIntegrationBuilder(core);
  }

  private constructor(private readonly core: BuilderCore<RestApiIntegration>) {}

  /**
   * Options for the functions of all operations. Environments are merged; of everything else the
   * last one said counts. A `vpc` without `securityGroups` gives one security group, which the functions of an API share.
   * With `snapStart` or `currentVersionOptions` the API invokes an alias of each function's newest version.
   * A `role` of your own needs the right to write logs; one that is made here has it, and nothing but what the options ask for.
   *
   * @param options any option of a Lambda function. `architecture` must be that of the app
   */
  public withDefaultOptions(options: lambda.FunctionOptions): RestApiIntegrationBuilder {
    return new RestApiIntegrationBuilder(this.core.withDefaultOptions(options));
  }

  /**
   * Options for the function of one operation, over the default options. An error where it shares its function with others,
   * and where the operation is overridden.
   *
   * @param name name or qualified name of the operation
   * @param options any option of a Lambda function. `architecture` must be that of the app
   */
  public withOperationOptions(name: string, options: lambda.FunctionOptions): RestApiIntegrationBuilder {
    return new RestApiIntegrationBuilder(this.core.withOperationOptions(name, options));
  }

  /**
   * Options for the function of one group of operations, over the default options.
   *
   * @param group name of the group
   * @param options any option of a Lambda function. `architecture` must be that of the app
   */
  public withGroupOptions(group: string, options: lambda.FunctionOptions): RestApiIntegrationBuilder {
    return new RestApiIntegrationBuilder(this.core.withGroupOptions(group, options));
  }

  /**
   * Another integration for one operation. No function, role or log group is made for it.
   *
   * @param name name or qualified name of the operation
   * @param integration the integration, and the options of its method
   */
  public withOverride(name: string, integration: RestApiIntegration): RestApiIntegrationBuilder {
    return new RestApiIntegrationBuilder(this.core.withOverride(name, integration));
  }

  /**
   * Other integrations for some operations. No function, role or log group is made for them. In Python an integration with
   * `options` is given by `with_override`: in a map jsii would drop names of a dict without a word, so `options` are refused there.
   *
   * @param overrides integrations by name or qualified name of the operation
   */
  public withOverrides(overrides: Record<string, RestApiIntegration>): RestApiIntegrationBuilder {
    return new RestApiIntegrationBuilder(this.core.withOverrides(overrides));
  }

  /** The integrations, by operation: a value for the API's `integrations`. */
  public toIntegrations(): Record<string, RestApiIntegration> {
    return this.core.toIntegrations();
  }

  /**
   * The same as `toIntegrations()`. TypeScript only: jsii allows no member of this name.
   *
   * @jsii ignore
   */
  public build(): Record<string, RestApiIntegration> {
    return this.toIntegrations();
  }
}
