import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ErasedBuilder, IntegrationBuilder } from './builder';
import type { Checked, Extras, InvokeOptions, NameOf, Operations } from './operations';
import type { FastApiApp } from '../app/fast-api-app';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { BoundHttpApiIntegration } from '../http-api/bound-integration';
import type { DefaultHttpApiIntegrationsOptions } from '../http-api/default-integrations-options';
import { FastApiHttpApi, type FastApiHttpApiProps } from '../http-api/fast-api-http-api';
import type { HttpApiIntegration, HttpApiRouteOptions } from '../http-api/integration';

/** An integration that will be a function made from the app. */
export interface DefaultHttpApiIntegration extends HttpApiIntegration {
  readonly pattern: IntegrationPattern;
}

/** One integration for each operation, of whatever kind. */
export type HttpIntegrations<Ops> = { readonly [Name in keyof Ops]: HttpApiIntegration };

/** One function made from the app for each operation. */
export type DefaultHttpIntegrations<Ops> = { readonly [Name in keyof Ops]: DefaultHttpApiIntegration };

/** What answers one operation of an API, seen from the integration that was given for it. */
export type BoundHttpIntegration<Integration> =
  Pick<BoundHttpApiIntegration, 'operation' | 'integration'> & Extras<Integration, lambda.Function, lambda.Alias>;

/** Builds the integrations of an HTTP API. */
export type HttpIntegrationBuilder<Integrations> = IntegrationBuilder<
  { readonly integration: HttpApiIntegration; readonly options: HttpApiRouteOptions }, Integrations
>;

/** How a builder of an HTTP API starts. */
export interface HttpIntegrationsOptions extends Omit<DefaultHttpApiIntegrationsOptions, 'expectedOperations'> {
  /** The FastAPI project, where it is not the one that the construct was generated for. */
  readonly app?: FastApiApp;
}

/** Properties of an HTTP API whose operations have typed names. */
export interface HttpApiProps<Ops, Integrations> extends Omit<FastApiHttpApiProps, 'app' | 'integrations' | 'expectedOperations'> {
  /** The FastAPI project, where it is not the one that the construct was generated for. */
  readonly app?: FastApiApp;
  /** What a builder made, or a map that names every operation. */
  readonly integrations?: Integrations & Checked<Integrations, keyof Ops, HttpApiRouteOptions>;
}

/** A HTTP API whose operations have typed names. */
export interface TypedHttpApi<Ops, Integrations> extends FastApiHttpApi {
  readonly integrations: { readonly [Name in keyof Integrations]: BoundHttpIntegration<Integrations[Name]> };
  integration(name: NameOf<Ops>): BoundHttpApiIntegration;
  handler(name: NameOf<Ops>): lambda.Function;
  alias(name: NameOf<Ops>): lambda.Alias;
  grantInvokeAccess(grantee: iam.IGrantable, options?: InvokeOptions<Ops>): iam.Grant;
}

/** The class of an HTTP API whose operations have typed names. */
export interface HttpApiClass<Ops extends Operations<Ops>> {
  new <Integrations extends HttpIntegrations<Ops> = DefaultHttpIntegrations<Ops>>(
    scope: Construct, id: string, props?: HttpApiProps<Ops, Integrations>,
  ): TypedHttpApi<Ops, Integrations>;

  /** The integrations that the API has by default, as a builder that changes them. */
  defaultIntegrations(
    scope: Construct, options?: Pick<HttpIntegrationsOptions, 'app' | 'pattern' | 'groups'>,
  ): HttpIntegrationBuilder<DefaultHttpIntegrations<Ops>>;
  /** The same, with a function or integrations of your own: which operations have a handler is not known beforehand. */
  defaultIntegrations(scope: Construct, options: HttpIntegrationsOptions): HttpIntegrationBuilder<HttpIntegrations<Ops>>;
}

/** `HttpApiClass` with names as strings: what the compiler can check. */
interface ErasedHttpApiClass {
  readonly defaultIntegrations: (scope: Construct, options?: HttpIntegrationsOptions) => ErasedBuilder<HttpApiIntegration>;
  new (scope: Construct, id: string, props?: ErasedProps): ErasedHttpApi;
}

type ErasedProps = Omit<FastApiHttpApiProps, 'app' | 'expectedOperations'> & { readonly app?: FastApiApp };

interface ErasedHttpApi {
  readonly integrations: Record<string, BoundHttpApiIntegration>;
  readonly integration: (name: string) => BoundHttpApiIntegration;
  readonly handler: (name: string) => lambda.Function;
  readonly alias: (name: string) => lambda.Alias;
  readonly grantInvokeAccess: (grantee: iam.IGrantable, options?: InvokeOptions<Record<string, string>>) => iam.Grant;
}

/** The core's class without its static members: the typed class has one of the same name with other parameters. */
const Core: new (scope: Construct, id: string, props: FastApiHttpApiProps) => FastApiHttpApi = FastApiHttpApi;

/**
 * The class that a generated HTTP API extends.
 *
 * @param app makes the app where none is given
 * @param operations the operations that the construct was generated for, which the core compares with the app's
 * @param defaults properties that hold where the user does not say otherwise
 */
export function httpApiClass<Ops extends Operations<Ops>>(
  app: () => FastApiApp, operations: Ops, defaults: Pick<FastApiHttpApiProps, 'catchAll'> = {},
): HttpApiClass<Ops> {
  const Class = class extends Core {
    public static defaultIntegrations(scope: Construct, options: HttpIntegrationsOptions = {}) {
      const { app: given = app(), ...others } = options;
      return FastApiHttpApi.defaultIntegrations(scope, given, { ...others, expectedOperations: { ...operations } });
    }

    constructor(scope: Construct, id: string, props: ErasedProps = {}) {
      super(scope, id, { ...defaults, ...props, app: props.app ?? app(), expectedOperations: { ...operations } });
    }
  };
  // The one cast of this kind. It gives names to a class that the compiler has compared with the same class without
  // them. That the app has these operations is compared by the core: `expectedOperations`, and each name of `integrations`.
  return Class satisfies ErasedHttpApiClass as unknown as HttpApiClass<Ops>;
}
