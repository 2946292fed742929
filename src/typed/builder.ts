import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Checked, DefaultNames, Merge, Overridable } from './operations';

/** What is different between the integrations of REST and of HTTP APIs. */
export interface IntegrationTypes {
  /** The struct that a map holds. */
  readonly integration: unknown;
  /** Options of a method or route. */
  readonly options: unknown;
}

/**
 * Describes what answers each operation: the builder of `FastApiRestApi` or `FastApiHttpApi`, with the names of one app.
 * `Integrations` is what it has described so far.
 */
export interface IntegrationBuilder<Types extends IntegrationTypes, Integrations> {
  /** Options for the functions of all operations. */
  withDefaultOptions(options: lambda.FunctionOptions): IntegrationBuilder<Types, Integrations>;

  /** Options for the function of one operation, which must not be overridden. */
  withOperationOptions(name: DefaultNames<Integrations>, options: lambda.FunctionOptions): IntegrationBuilder<Types, Integrations>;

  /** Another integration for one operation, as `withOverrides` for several. */
  withOverride<Name extends keyof Integrations & string, Override extends Types['integration']>(
    name: Name, integration: Override & Checked<{ readonly [Overridden in Name]: Override }, Name, Types['options']>[Name],
  ): IntegrationBuilder<Types, Merge<Integrations, { readonly [Overridden in Name]: Override }>>;

  /** Options for the function of one group of `groups`. */
  withGroupOptions(group: string, options: lambda.FunctionOptions): IntegrationBuilder<Types, Integrations>;

  /**
   * Other integrations for some operations: any number in one call. They have no `handler`; members of their own
   * are found again on `api.integrations`.
   */
  withOverrides<Overrides extends Overridable<Integrations, Types['integration']>>(
    overrides: Overrides & Checked<Overrides, keyof Integrations, Types['options']>,
  ): IntegrationBuilder<Types, Merge<Integrations, Overrides>>;

  /** The integrations: a value for the API's `integrations`. */
  build(): Integrations;
}

/** What the builders of the core must be for `IntegrationBuilder` to tell the truth: the same, with names as strings. */
export interface ErasedBuilder<Integration> {
  readonly withDefaultOptions: (options: lambda.FunctionOptions) => ErasedBuilder<Integration>;
  readonly withOperationOptions: (name: string, options: lambda.FunctionOptions) => ErasedBuilder<Integration>;
  readonly withOverride: (name: string, integration: Integration) => ErasedBuilder<Integration>;
  readonly withGroupOptions: (group: string, options: lambda.FunctionOptions) => ErasedBuilder<Integration>;
  readonly withOverrides: (overrides: Record<string, Integration>) => ErasedBuilder<Integration>;
  readonly build: () => Record<string, Integration>;
}
