import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { HttpApiIntegration } from './integration';
import { HTTP_INTEGRATIONS } from './integration-type';
import type { BuilderCore } from '../integrations/builder-core';
import { checkIntegration, given } from '../integrations/integration-type';

/**
 * Specifies the integration of each operation of an HTTP API. Immutable: each method returns a new builder and leaves
 * this one unchanged. The API that receives the result creates the functions, so several APIs may receive the same result.
 */
export class HttpApiIntegrationBuilder {
  /**
   * An integration and its options as one object. Needed in Python only, for a map of integrations with `options` and for the
   * return value of a factory; other languages use the struct itself.
   *
   * @param integration the integration, and the options of its route
   */
  public static describe(integration: HttpApiIntegration): HttpApiIntegration {
    checkIntegration(HTTP_INTEGRATIONS, '`describe`', integration);
    return given(HTTP_INTEGRATIONS, integration);
  }

  /** @internal */
  public static _of(core: BuilderCore<HttpApiIntegration>): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(core);
  }

  private constructor(private readonly core: BuilderCore<HttpApiIntegration>) {}

  /**
   * Options for the functions of all operations. Environments are merged; every other option replaces its earlier
   * value. A `vpc` without `securityGroups` gives one security group, which the functions of an API share.
   * With `snapStart` or `currentVersionOptions` the API invokes an alias of each function's newest version.
   * A `role` of your own must be allowed to write logs; a role that this library creates has that permission and those that the options need.
   *
   * @param options any option of a Lambda function. `architecture` must be that of the app
   */
  public withDefaultOptions(options: lambda.FunctionOptions): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(this.core.withDefaultOptions(options));
  }

  /**
   * Options for the function of one operation, over the default options. An error if the operation shares its function with others,
   * or if it is overridden.
   *
   * @param name name or qualified name of the operation
   * @param options any option of a Lambda function. `architecture` must be that of the app
   */
  public withOperationOptions(name: string, options: lambda.FunctionOptions): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(this.core.withOperationOptions(name, options));
  }

  /**
   * Options for the function of one group of operations, over the default options.
   *
   * @param group name of the group
   * @param options any option of a Lambda function. `architecture` must be that of the app
   */
  public withGroupOptions(group: string, options: lambda.FunctionOptions): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(this.core.withGroupOptions(group, options));
  }

  /**
   * Another integration for one operation. No function, role or log group is made for it.
   *
   * @param name name or qualified name of the operation
   * @param integration the integration, and the options of its route
   */
  public withOverride(name: string, integration: HttpApiIntegration): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(this.core.withOverride(name, integration));
  }

  /**
   * Other integrations for some operations. No function, role or log group is made for them. In Python, use `with_override` for an
   * integration with `options`: they are refused in a map, because jsii silently drops keys of a dict inside a map.
   *
   * @param overrides integrations by name or qualified name of the operation
   */
  public withOverrides(overrides: Record<string, HttpApiIntegration>): HttpApiIntegrationBuilder {
    return new HttpApiIntegrationBuilder(this.core.withOverrides(overrides));
  }

  /** The integrations, by operation: a value for the API's `integrations`. */
  public toIntegrations(): Record<string, HttpApiIntegration> {
    return this.core.toIntegrations();
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
