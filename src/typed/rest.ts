import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ErasedBuilder, IntegrationBuilder } from './builder';
import type { Checked, Extras, InvokeOptions, NameOf, Operations } from './operations';
import type { FastApiApp } from '../app/fast-api-app';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { BoundRestApiIntegration } from '../rest-api/bound-integration';
import type { DefaultRestApiIntegrationsOptions } from '../rest-api/default-integrations-options';
import { FastApiRestApi, type FastApiRestApiProps } from '../rest-api/fast-api-rest-api';
import type { RestApiIntegration } from '../rest-api/integration';
import type { RequestValidation } from '../rest-api/request-validation';

/** An integration that will be a function made from the app. */
export interface DefaultRestApiIntegration extends RestApiIntegration {
  readonly pattern: IntegrationPattern;
}

/** One integration for each operation, of whatever kind. */
export type RestIntegrations<Ops> = { readonly [Name in keyof Ops]: RestApiIntegration };

/** One function made from the app for each operation. */
export type DefaultRestIntegrations<Ops> = { readonly [Name in keyof Ops]: DefaultRestApiIntegration };

/** What answers one operation of an API, seen from the integration that was given for it. */
export type BoundRestIntegration<Integration> =
  Pick<BoundRestApiIntegration, 'operation' | 'integration'> & Extras<Integration, lambda.Function, lambda.Alias>;

/** Builds the integrations of a REST API. */
export type RestIntegrationBuilder<Integrations> = IntegrationBuilder<
  { readonly integration: RestApiIntegration; readonly options: apigateway.MethodOptions }, Integrations
>;

/** How a builder of a REST API starts. */
export interface RestIntegrationsOptions extends Omit<DefaultRestApiIntegrationsOptions, 'expectedOperations'> {
  /** The FastAPI project, where it is not the one that the construct was generated for. */
  readonly app?: FastApiApp;
}

/** Properties of a REST API whose operations have typed names. */
export interface RestApiProps<Ops, Integrations> extends Omit<FastApiRestApiProps, 'app' | 'integrations' | 'expectedOperations' | 'operationRequestValidation'> {
  /** The FastAPI project, where it is not the one that the construct was generated for. */
  readonly app?: FastApiApp;
  /** What a builder made, or a map that names every operation. */
  readonly integrations?: Integrations & Checked<Integrations, keyof Ops, apigateway.MethodOptions>;
  /** What API Gateway checks of requests of single operations. */
  readonly operationRequestValidation?: { readonly [Name in keyof Ops]?: RequestValidation };
}

/** A REST API whose operations have typed names. */
export interface TypedRestApi<Ops, Integrations> extends FastApiRestApi {
  readonly integrations: { readonly [Name in keyof Integrations]: BoundRestIntegration<Integrations[Name]> };
  integration(name: NameOf<Ops>): BoundRestApiIntegration;
  handler(name: NameOf<Ops>): lambda.Function;
  alias(name: NameOf<Ops>): lambda.Alias;
  grantInvokeAccess(grantee: iam.IGrantable, options?: InvokeOptions<Ops>): iam.Grant;
}

/** The class of a REST API whose operations have typed names. */
export interface RestApiClass<Ops extends Operations<Ops>> {
  new <Integrations extends RestIntegrations<Ops> = DefaultRestIntegrations<Ops>>(
    scope: Construct, id: string, props?: RestApiProps<Ops, Integrations>,
  ): TypedRestApi<Ops, Integrations>;

  /** The integrations that the API has by default, as a builder that changes them. */
  defaultIntegrations(
    scope: Construct, options?: Pick<RestIntegrationsOptions, 'app' | 'pattern' | 'groups'>,
  ): RestIntegrationBuilder<DefaultRestIntegrations<Ops>>;
  /** The same, with a function or integrations of your own: which operations have a handler is not known beforehand. */
  defaultIntegrations(scope: Construct, options: RestIntegrationsOptions): RestIntegrationBuilder<RestIntegrations<Ops>>;
}

/** `RestApiClass` with names as strings: what the compiler can check. */
interface ErasedRestApiClass {
  readonly defaultIntegrations: (scope: Construct, options?: RestIntegrationsOptions) => ErasedBuilder<RestApiIntegration>;
  new (scope: Construct, id: string, props?: ErasedProps): ErasedRestApi;
}

type ErasedProps = Omit<FastApiRestApiProps, 'app' | 'expectedOperations'> & { readonly app?: FastApiApp };

interface ErasedRestApi {
  readonly integrations: Record<string, BoundRestApiIntegration>;
  readonly integration: (name: string) => BoundRestApiIntegration;
  readonly handler: (name: string) => lambda.Function;
  readonly alias: (name: string) => lambda.Alias;
  readonly grantInvokeAccess: (grantee: iam.IGrantable, options?: InvokeOptions<Record<string, string>>) => iam.Grant;
}

/** The core's class without its static members: the typed class has one of the same name with other parameters. */
const Core: new (scope: Construct, id: string, props: FastApiRestApiProps) => FastApiRestApi = FastApiRestApi;

/**
 * The class that a generated REST API extends.
 *
 * @param app makes the app where none is given
 * @param operations the operations that the construct was generated for, which the core compares with the app's
 * @param defaults properties that hold where the user does not say otherwise
 */
export function restApiClass<Ops extends Operations<Ops>>(
  app: () => FastApiApp, operations: Ops, defaults: Pick<FastApiRestApiProps, 'catchAll'> = {},
): RestApiClass<Ops> {
  const Class = class extends Core {
    public static defaultIntegrations(scope: Construct, options: RestIntegrationsOptions = {}) {
      const { app: given = app(), ...others } = options;
      return FastApiRestApi.defaultIntegrations(scope, given, { ...others, expectedOperations: { ...operations } });
    }

    constructor(scope: Construct, id: string, props: ErasedProps = {}) {
      super(scope, id, { ...defaults, ...props, app: props.app ?? app(), expectedOperations: { ...operations } });
    }
  };
  // The one cast of this kind. It gives names to a class that the compiler has compared with the same class without
  // them. That the app has these operations is compared by the core: `expectedOperations`, and each name of `integrations`.
  return Class satisfies ErasedRestApiClass as unknown as RestApiClass<Ops>;
}
