import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { notInThisVersion } from '../private/not-in-this-version';
import type { RestApiIntegration } from './rest-api-integration';

/**
 * Describes what answers each operation of a REST API. Immutable: every step gives a new builder, and
 * builders that came from one another do not affect each other. Functions are made by the API that
 * receives the result, so several APIs may be given the same one.
 */
export class RestApiIntegrationBuilder {
  /** @internal */
  public constructor() {}

  /**
   * Options for the functions of all operations. Environments are merged; of everything else the
   * last one said counts.
   *
   * @param _options any option of a Lambda function
   */
  public withDefaultOptions(_options: lambda.FunctionOptions): RestApiIntegrationBuilder {
    throw notInThisVersion('withDefaultOptions');
  }

  /**
   * Options for the function of one operation, over the default options.
   *
   * @param _name name or qualified name of the operation
   * @param _options any option of a Lambda function
   */
  public withOperationOptions(_name: string, _options: lambda.FunctionOptions): RestApiIntegrationBuilder {
    throw notInThisVersion('withOperationOptions');
  }

  /**
   * Other integrations for some operations. No function, role or log group is made for them.
   *
   * @param _overrides integrations by name or qualified name of the operation
   */
  public withOverrides(_overrides: Record<string, RestApiIntegration>): RestApiIntegrationBuilder {
    throw notInThisVersion('withOverrides');
  }

  /** The integrations, by operation: a value for the API's `integrations`. */
  public toIntegrations(): Record<string, RestApiIntegration> {
    throw notInThisVersion('toIntegrations');
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
