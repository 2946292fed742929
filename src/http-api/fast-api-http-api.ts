import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { HttpApiAuth } from './auth';
import { type RouteAuthorization, routeAuthorization } from './authorization';
import { bindHttpIntegrations, httpApiIntegrationBuilder, type BoundHttpIntegrations } from './bind-integrations';
import type { BoundHttpApiIntegration } from './bound-integration';
import { addStage, httpApiProps } from './cdk-props';
import type { DefaultHttpApiIntegrationsOptions } from './default-integrations-options';
import type { HttpApiIntegration } from './integration';
import type { HttpApiIntegrationBuilder } from './integration-builder';
import { corsOfApp } from '../access/app-cors';
import type { CorsPolicy } from '../access/cors-policy';
import { reportAccess } from '../access/public-operations';
import { warnOfIssues, warnOfPatientFunctions } from '../api/api-limits';
import { boundByName, functionEnvironment } from '../api/bound-operations';
import { deployFrontEnd, isSigned, prepareFrontEnd } from '../api/deployed-front-end';
import { domainUrl } from '../api/domain-url';
import { type DeployedApp, FastApiApi } from '../api/fast-api-api';
import type { FastApiApiOptions } from '../api/fast-api-api-options';
import { httpBody } from './body/body';
import { httpCorsOptions } from './cors-options';
import { integrationCountProblems } from './limits';
import { HttpRoutes } from './routes';
import { RuntimeConfig } from '../access/runtime-config';
import { BodyDocumentation } from '../api/body/documentation';
import { API_OPTIONS, checkProps } from '../api/check-props';
import { encryptLogs, HARDENED_THROTTLE } from '../api/hardened';
import { RouteDefinition } from '../api/route-definition';
import { limitStacks } from '../api/stack-limits';
import { checkTemplates } from '../api/template-checks';
import type { FastApiApp } from '../app/fast-api-app';
import type { FrontEnd } from '../frontend/front-end';
import { IntegrationPattern } from '../functions/integration-pattern';
import { validateExpectedOperations } from '../integrations/expected-operations';
import { ApiMetrics } from '../monitoring/api-metrics';
import type { IMonitoredApi } from '../monitoring/monitored-api';
import type { FastApiOperation } from '../operations/fast-api-operation';
import type { Operations } from '../operations/operations';
import { inWords } from '../private/check-struct';
import { errorIn, FastApiError, inConstruct } from '../private/errors';
import { LIMITS } from '../private/limits';
import { addInfo } from '../private/messages';

/** Properties of `FastApiHttpApi`: those of the CDK's `HttpApi` and the app's own. */
export interface FastApiHttpApiProps extends apigatewayv2.HttpApiProps, FastApiApiOptions {
  /**
   * The integration of each operation, by name or qualified name: the result of a builder, or an explicit map
   * that names every operation.
   *
   * @default FastApiHttpApi.defaultIntegrations(scope, app)
   */
  readonly integrations?: Record<string, HttpApiIntegration>;

  /**
   * Who may call the API.
   *
   * @default HttpApiAuth.iam()
   */
  readonly auth?: HttpApiAuth;

  /**
   * Options of the API's stage: name, throttling, access log, variables, domain. Not together with
   * `createDefaultStage: false`.
   *
   * @default - the stage `$default`, deployed whenever the API changes, with an access log kept for one month
   */
  readonly stageOptions?: apigatewayv2.HttpStageOptions;
}

/** The user's stage options, over those of a hardened API. */
function statedStage({ hardened, stageOptions: stated }: FastApiHttpApiProps): apigatewayv2.HttpStageOptions | undefined {
  return hardened ? { throttle: HARDENED_THROTTLE, ...stated } : stated;
}

/** Where the properties are declared. */
const PROPS = [
  { file: 'http-api/fast-api-http-api', name: 'FastApiHttpApiProps' }, API_OPTIONS, { file: 'aws-apigatewayv2/lib/http/api', name: 'HttpApiProps', cdk: true },
] as const;

/**
 * A FastAPI app as an HTTP API: one route and one Lambda function per operation, protected by IAM.
 *
 * HTTP APIs buffer: a caller gets the response of a streaming operation as a whole, within 30 seconds.
 *
 * @example
 * const app = FastApiApp.fromDirectory('packages/my_api');
 * const api = new FastApiHttpApi(this, 'MyApi', { app });
 * api.grantInvokeAccess(new iam.AccountPrincipal('123456789012'));
 */
export class FastApiHttpApi extends FastApiApi implements IMonitoredApi {
  /**
   * The integrations that the API has by default, as a builder that changes them.
   *
   * @param scope the scope that the API will have, which errors name
   * @param app the FastAPI project
   * @param options pattern, groups, router, factory
   */
  public static defaultIntegrations(scope: Construct, app: FastApiApp, options: DefaultHttpApiIntegrationsOptions = {}): HttpApiIntegrationBuilder {
    return inConstruct(scope, () => httpApiIntegrationBuilder(app, options));
  }

  /** The CDK's API. Routes added to it are deployed too. */
  public readonly api: apigatewayv2.HttpApi;

  /** The operations of the app, in the order of its document. */
  public readonly operations: FastApiOperation[];

  /** The integration of each operation, by name if that is unambiguous, else by qualified name. */
  public readonly integrations: Record<string, BoundHttpApiIntegration>;

  /** The function that answers all operations in the shared pattern. */
  public readonly router: lambda.Function | undefined;

  /** The front end that the app declares, if `frontend` deploys it. */
  public readonly frontEnd: FrontEnd | undefined;

  /** @internal */
  public readonly _metrics: ApiMetrics;

  /** @internal */
  protected readonly _deployed: DeployedApp<BoundHttpApiIntegration>;

  private readonly stageUrl: string | undefined;

  constructor(scope: Construct, id: string, props: FastApiHttpApiProps) {
    super(scope, id);
    try {
      checkProps(this, props, { construct: 'FastApiHttpApi', auth: 'HttpApiAuth', sources: PROPS });
      validateProps(props);
      prepareFrontEnd(props);
      const operations = props.app._operationsFor('http', props.catchAll ?? false).orThrow();
      validateExpectedOperations(operations, props.expectedOperations);
      const authorization = this.bindAuthorization(props);
      const stated = httpCorsOptions(props.cors, props.corsPreflight);
      const cors = corsOfApp(this, { document: props.app._document, stated, decider: 'gateway', catchAll: props.catchAll });
      const bound = this.bindIntegrations(props, operations, cors);

      this.api = new apigatewayv2.HttpApi(this, 'Api', httpApiProps(this, props, authorization, cors));
      const stage = props.createDefaultStage === false ? undefined : addStage(this, this.api, statedStage(props), props.defaultDomainMapping);
      this.stageUrl = stage && stageUrl(this.api, stage, props);
      const routes = addRoutes(this.api, authorization, operations, bound, cors && (bound.catchAll?.integration ?? props.defaultIntegration));
      bound.grantApiInvoke(this.api);
      this.define(bound.functions, operations, props);

      this.operations = [...operations.all];
      this.router = bound.router;
      this.integrations = boundByName(operations, bound.byOperation);
      this._deployed = { operations, integrations: bound.byOperation, router: bound.router, cors, invocable: invocable(this.api, stage, routes) };
      this._metrics = this.metrics(props.app._observability, operations, bound);
      if (props.hardened) {
        encryptLogs(this);
        addInfo(this, 'hardenedHttp', 'an HTTP API can have no web ACL: put CloudFront with one before it, or use FastApiRestApi');
      }
      this.frontEnd = deployFrontEnd(this, props, operations, {
        id: this.api.apiId,
        stage: stage?.stageName,
        resource: this.api,
        unreachable: props.disableExecuteApiEndpoint ? '`disableExecuteApiEndpoint`' : undefined,
      });
      this.register(props.runtimeConfigKey);
      this.frontEnd?._deploy();
      this.report(bound.functions, routes);
      props.app._warnOfMissingVariables(this, bound.functions);
    } catch (error) {
      throw errorIn(this, error);
    }
  }

  /** The URL of the API's stage, with a trailing slash. */
  public get url(): string {
    if (this.stageUrl === undefined) {
      throw errorIn(this, new FastApiError(
        '`url` needs a stage, got: none because of `createDefaultStage: false`; take the `url` of the stage that you add to `api`',
      ));
    }
    return this.stageUrl;
  }

  /**
   * The integration of one operation.
   *
   * @param name name or qualified name; an unknown one is an error that lists the nearest
   */
  public integration(name: string): BoundHttpApiIntegration {
    return inConstruct(this, () => this._deployed.integrations.get(this._deployed.operations.find(name))!.integration);
  }

  private metrics(observed: boolean, operations: Operations, bound: BoundHttpIntegrations): ApiMetrics {
    const { environment = {} } = bound.defaultOptions;
    return new ApiMetrics({
      api: this,
      observed,
      operations,
      namespace: environment.POWERTOOLS_METRICS_NAMESPACE ?? this.node.id,
      service: environment.POWERTOOLS_SERVICE_NAME ?? this.node.id,
      gatewayNames: { RequestCount: 'Count', ClientError: '4xx', Failure: '5xx', Latency: 'Latency' },
      gatewayMetric: (name, options) => this.api.metric(name, options),
      handler: (operation) => bound.byOperation.get(operation)?.integration.handler,
      isAlone: (operation) => bound.byOperation.get(operation)?.integration.pattern === IntegrationPattern.ISOLATED,
    });
  }

  private bindAuthorization({ auth, defaultAuthorizer, defaultAuthorizationScopes }: FastApiHttpApiProps): RouteAuthorization {
    if (defaultAuthorizer === undefined) return (auth ?? HttpApiAuth.iam())._bind(this);
    return routeAuthorization(HttpApiAuth.custom(defaultAuthorizer)._bind(this), { authorizationScopes: defaultAuthorizationScopes });
  }

  private bindIntegrations(props: FastApiHttpApiProps, operations: Operations, cors: CorsPolicy | undefined): BoundHttpIntegrations {
    const { app, integrations, pattern, groups, functionOptions, functionStacks, catchAll } = props;
    const environment = functionEnvironment(this, cors, mappingOf(props)?.mappingKey);
    return bindHttpIntegrations({
      scope: this, app, operations, integrations, pattern, groups, functionOptions, functionStacks, environment, catchAll,
    });
  }

  private define(
    functions: readonly lambda.Function[], operations: Operations, { app, documentation, definition }: FastApiHttpApiProps,
  ): void {
    const body = definition === RouteDefinition.RESOURCES ? undefined : httpBody(this.api);
    if (documentation) {
      if (body === undefined) {
        throw new FastApiError('`documentation` needs routes that are one body, got: `definition: RouteDefinition.RESOURCES`; leave one of the two out');
      }
      body.document(new BodyDocumentation(app._document, operations, 'names'));
    }
    limitStacks(this, body === undefined);
    this.node.addValidation({ validate: () => integrationCountProblems(this.api) });
    checkTemplates({
      scope: this,
      resource: this.api.node.defaultChild as apigatewayv2.CfnApi,
      functions,
      body: body && { size: () => body.size(), remedy: () => `${documentation ? 'leave `documentation` out, ' : ''}set \`catchAll: true\`` },
    });
  }

  private register(key: string = this.node.id): void {
    const { operations, invocable: { authorizationType } } = this._deployed;
    const own = isSigned(operations, authorizationType) ? undefined : this.frontEnd?.url;
    if (this.stageUrl !== undefined) RuntimeConfig.ensure(this)._register(key, own ?? this.stageUrl);
  }

  private report(functions: readonly lambda.Function[], routes: HttpRoutes): void {
    const { operations } = this._deployed;
    warnOfIssues(this, operations, this.frontEnd?._paths);
    warnOfPatientFunctions(this, functions, LIMITS.httpSeconds.ours, 'an HTTP API answers 503');
    reportAccess(this, operations.all.map((operation) => ({ operation, authorizationType: routes.authorizationType(operation) })));
  }
}

/** @param fallback the integration of the route `$default`, if the API has that route and CORS */
function addRoutes(
  api: apigatewayv2.HttpApi, authorization: RouteAuthorization, operations: Operations, bound: BoundHttpIntegrations,
  fallback: apigatewayv2.HttpRouteIntegration | undefined,
): HttpRoutes {
  const routes = new HttpRoutes(api, authorization);
  routes.addOperations(operations, bound);
  if (bound.catchAll) routes.addCatchAll(operations, bound);
  if (fallback) routes.addPreflight(operations, fallback, bound.madeFromApp(bound.catchAll?.handler));
  routes.refuseAcrossRoutes();
  return routes;
}

function invocable(api: apigatewayv2.HttpApi, stage: apigatewayv2.HttpStage | undefined, routes: HttpRoutes): DeployedApp<never>['invocable'] {
  return {
    apiType: 'http',
    apiId: api.apiId,
    stage: stage?.stageName ?? '*',
    authorizationType: (operation) => routes.authorizationType(operation),
    catchAllAuthorizationType: routes.catchAllAuthorizationType,
  };
}

function validateProps(props: FastApiHttpApiProps): void {
  // A property of REST APIs, which a program without a type checker may pass.
  const checked: unknown = Reflect.get(props, 'requestValidation') ?? Reflect.get(props, 'operationRequestValidation');
  if (checked !== undefined && checked !== null) {
    throw new FastApiError(`\`requestValidation\` of FastApiHttpApi must be left out: HTTP APIs check no requests, got: ${inWords(checked)}; use \`FastApiRestApi\`, or let the app check`);
  }
  if (props.auth && props.defaultAuthorizer) {
    throw new FastApiError('`auth` and `defaultAuthorizer` say the same thing, got: both; leave `defaultAuthorizer` out');
  }
  if (props.defaultAuthorizationScopes && !props.defaultAuthorizer) {
    throw new FastApiError('`defaultAuthorizationScopes` needs a `defaultAuthorizer`, got: none; give the scopes to `auth`');
  }
  if (props.catchAll && props.defaultIntegration) {
    throw new FastApiError('`catchAll` and `defaultIntegration` say what the route `$default` does, got: both; leave one of the two out');
  }
  if (props.stageOptions?.domainMapping && props.defaultDomainMapping) {
    throw new FastApiError('`domainMapping` of `stageOptions` and `defaultDomainMapping` say the same thing, got: both; leave `defaultDomainMapping` out');
  }
  if (props.createDefaultStage !== false) return;
  for (const name of ['stageOptions', 'runtimeConfigKey'] as const) {
    if (props[name] !== undefined) {
      throw new FastApiError(`\`${name}\` needs the API's own stage, got: it beside \`createDefaultStage: false\`; leave one of the two out`);
    }
  }
}

/** The mapping of the API to a domain, if its props specify one. */
function mappingOf({ stageOptions, defaultDomainMapping }: FastApiHttpApiProps): apigatewayv2.DomainMappingOptions | undefined {
  return stageOptions?.domainMapping ?? defaultDomainMapping;
}

/** The URL of the stage, or that of the domain if the API's own endpoint is disabled. */
function stageUrl(api: apigatewayv2.HttpApi, stage: apigatewayv2.HttpStage, props: FastApiHttpApiProps): string {
  const url = props.disableExecuteApiEndpoint && mappingOf(props) ? stage.domainUrl : stage.url;
  const reachable = url.endsWith('/') ? url : `${url}/`;
  return props.disableExecuteApiEndpoint && !mappingOf(props) ? domainUrl(api, api.apiId, reachable) : reachable;
}
