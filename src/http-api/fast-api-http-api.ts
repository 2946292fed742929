import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { HttpApiAuth } from './auth';
import { type RouteAuthorization, routeAuthorization } from './authorization';
import { bindHttpIntegrations, httpApiIntegrationBuilder, type BoundHttpIntegrations } from './bind-integrations';
import type { BoundHttpApiIntegration } from './bound-integration';
import { addStage, httpApiProps } from './cdk-props';
import type { DefaultHttpApiIntegrationsOptions } from './default-integrations-options';
import type { HttpApiIntegration } from './integration';
import type { HttpApiIntegrationBuilder } from './integration-builder';
import { CorsPolicy } from '../access/cors-policy';
import type { GrantInvokeOptions } from '../access/grant-invoke-options';
import { grantInvokeAccess } from '../access/grants';
import { reportAccess } from '../access/public-operations';
import { warnOfIssues, warnOfPatientFunctions } from '../api/api-limits';
import { boundByName, functionEnvironment, handlerOf, restrictCors } from '../api/bound-operations';
import type { FastApiApiOptions } from '../api/fast-api-api-options';
import { httpBody } from './body/body';
import { httpCorsOptions } from './cors-options';
import { integrationCountProblems, TIMEOUT } from './limits';
import { HttpRoutes } from './routes';
import { RuntimeConfig } from '../access/runtime-config';
import { RouteDefinition } from '../api/route-definition';
import { limitStacks } from '../api/stack-limits';
import { checkTemplates } from '../api/template-checks';
import type { FastApiApp } from '../app/fast-api-app';
import { validateExpectedOperations } from '../integrations/expected-operations';
import { IntegrationPattern } from '../functions/integration-pattern';
import { ApiMetrics } from '../monitoring/api-metrics';
import type { IMonitoredApi } from '../monitoring/monitored-api';
import type { FastApiOperation } from '../operations/fast-api-operation';
import type { Operations } from '../operations/operations';
import { FastApiError } from '../private/errors';

/** Properties of `FastApiHttpApi`: those of the CDK's `HttpApi` and the app's own. */
export interface FastApiHttpApiProps extends apigatewayv2.HttpApiProps, FastApiApiOptions {
  /**
   * What answers each operation, by name or qualified name: what a builder made, or an explicit map
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

/**
 * A FastAPI app as an HTTP API: one route and one Lambda function per operation, protected by IAM.
 *
 * HTTP APIs buffer: an operation that streams is answered as a whole, within 30 seconds.
 */
export class FastApiHttpApi extends Construct implements IMonitoredApi {
  /**
   * The integrations that the API has by default, as a builder that changes them.
   *
   * @param _scope the scope that the API will have
   * @param app the FastAPI project
   * @param options pattern, router, factory
   */
  public static defaultIntegrations(_scope: Construct, app: FastApiApp, options: DefaultHttpApiIntegrationsOptions = {}): HttpApiIntegrationBuilder {
    return httpApiIntegrationBuilder(app, options);
  }

  /** The CDK's API. Routes added to it are deployed too. */
  public readonly api: apigatewayv2.HttpApi;

  /** The operations of the app, in the order of its document. */
  public readonly operations: FastApiOperation[];

  /** What answers each operation, by name where that is unambiguous, else by qualified name. */
  public readonly integrations: Record<string, BoundHttpApiIntegration>;

  /** The function that answers all operations in the shared pattern. */
  public readonly router: lambda.Function | undefined;

  /** @internal */
  public readonly _metrics: ApiMetrics;

  private readonly operationSet: Operations;
  private readonly boundIntegrations: BoundHttpIntegrations;
  private readonly routes: HttpRoutes;
  private readonly cors: CorsPolicy | undefined;
  private readonly stage: apigatewayv2.HttpStage | undefined;
  private readonly stageUrl: string | undefined;

  constructor(scope: Construct, id: string, props: FastApiHttpApiProps) {
    super(scope, id);
    validateProps(props);
    this.operationSet = props.app._operationsFor('http', props.catchAll ?? false).orThrow();
    validateExpectedOperations(this.operationSet, props.expectedOperations);
    const authorization = this.bindAuthorization(props);
    this.cors = CorsPolicy.of(this, httpCorsOptions(props.cors, props.corsPreflight));
    this.boundIntegrations = this.bindIntegrations(props);

    this.api = new apigatewayv2.HttpApi(this, 'Api', httpApiProps(this, props, authorization, this.cors));
    this.stage = props.createDefaultStage === false ? undefined : addStage(this, this.api, props.stageOptions, props.defaultDomainMapping);
    this.stageUrl = this.stage && stageUrl(this.stage, props);
    this.routes = this.addRoutes(authorization, props.defaultIntegration);
    this.boundIntegrations.grantApiInvoke(this.api);
    this.define(props.definition ?? RouteDefinition.BODY);

    this.operations = [...this.operationSet.all];
    this.router = this.boundIntegrations.router;
    this.integrations = boundByName(this.operationSet, this.boundIntegrations.byOperation);
    this._metrics = this.metrics(props.app._observability);
    this.register(props.runtimeConfigKey);
    this.report();
  }

  /** The URL of the API's stage, with a trailing slash. */
  public get url(): string {
    if (this.stageUrl === undefined) {
      throw new FastApiError('`url` needs a stage, got: none because of `createDefaultStage: false`; take the `url` of the stage that you add to `api`');
    }
    return this.stageUrl;
  }

  /**
   * What answers one operation.
   *
   * @param name name or qualified name; an unknown one is an error that lists the nearest
   */
  public integration(name: string): BoundHttpApiIntegration {
    return this.boundIntegration(name);
  }

  /**
   * The function of one operation. An error where the operation was overridden.
   *
   * @param name name or qualified name
   */
  public handler(name: string): lambda.Function {
    return handlerOf(this.boundIntegration(name));
  }

  /**
   * Lets a role, user or service invoke the API, or some of its operations.
   *
   * @param grantee who may call
   * @param options which operations
   */
  public grantInvokeAccess(grantee: iam.IGrantable, options: GrantInvokeOptions = {}): iam.Grant {
    return grantInvokeAccess({
      scope: this,
      apiType: 'http',
      apiId: this.api.apiId,
      stage: this.stage?.stageName ?? '*',
      operations: this.operationSet,
      authorizationType: (operation) => this.routes.authorizationType(operation),
      catchAllAuthorizationType: this.routes.catchAllAuthorizationType,
    }, grantee, options);
  }

  /**
   * A metric of the API.
   *
   * @param metricName `RequestCount`, `Success`, `Failure`, `ClientError`, `Latency` or `ColdStart`, as `observability`
   * writes them, or as API Gateway counts them where that is off; any other name is a metric of API Gateway
   * @param props period, statistic, colour and the like
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.metric(metricName, props);
  }

  /** Requests that arrived. Statistic: sum. */
  public metricRequestCount(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.metric('RequestCount', props);
  }

  /** Requests that were refused (4xx). Statistic: sum. */
  public metricClientError(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.metric('ClientError', props);
  }

  /** Requests that failed (5xx). Statistic: sum. */
  public metricFailure(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.metric('Failure', props);
  }

  /** Milliseconds until a request was answered. Statistic: average. */
  public metricLatency(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.metric('Latency', props);
  }

  /** Requests that waited for a new execution environment; an error without `observability`. Statistic: sum. */
  public metricColdStart(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.metric('ColdStart', props);
  }

  /**
   * A metric of one operation.
   *
   * With `observability` it is by the route's path: operations that share a path share their metrics. Without, it is
   * Lambda's own metric of the operation's function.
   *
   * @param operation name or qualified name
   * @param metricName `RequestCount`, `Success`, `Failure`, `ClientError`, `Latency` or `ColdStart`
   * @param props period, statistic, colour and the like
   */
  public operationMetric(operation: string, metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._metrics.operationMetric(operation, metricName, props);
  }

  /**
   * Lets only pages of some origins call the API from a browser: preflight, gateway errors and the
   * app's own errors included.
   *
   * @param origins origins such as `https://www.example.com`, or CloudFront distributions
   */
  public restrictCorsTo(...origins: (string | cloudfront.IDistribution)[]): void {
    restrictCors(this.cors, origins);
  }

  private metrics(observed: boolean): ApiMetrics {
    const { environment = {} } = this.boundIntegrations.defaultOptions;
    return new ApiMetrics({
      api: this,
      observed,
      operations: this.operationSet,
      namespace: environment.POWERTOOLS_METRICS_NAMESPACE ?? this.node.id,
      service: environment.POWERTOOLS_SERVICE_NAME ?? this.node.id,
      gatewayNames: { RequestCount: 'Count', ClientError: '4xx', Failure: '5xx', Latency: 'Latency' },
      gatewayMetric: (name, options) => this.api.metric(name, options),
      handler: (operation) => this.boundIntegrations.byOperation.get(operation)?.integration.handler,
      isAlone: (operation) => this.boundIntegrations.byOperation.get(operation)?.integration.pattern === IntegrationPattern.ISOLATED,
    });
  }

  private bindAuthorization({ auth, defaultAuthorizer, defaultAuthorizationScopes }: FastApiHttpApiProps): RouteAuthorization {
    if (defaultAuthorizer === undefined) return (auth ?? HttpApiAuth.iam())._bind(this);
    return routeAuthorization(HttpApiAuth.custom(defaultAuthorizer)._bind(this), { authorizationScopes: defaultAuthorizationScopes });
  }

  private bindIntegrations(props: FastApiHttpApiProps): BoundHttpIntegrations {
    const { app, integrations, pattern, functionOptions, functionStacks, catchAll } = props;
    const environment = functionEnvironment(this, this.cors, mappingOf(props)?.mappingKey);
    return bindHttpIntegrations({
      scope: this, app, operations: this.operationSet, integrations, pattern, functionOptions, functionStacks, environment, catchAll,
    });
  }

  private addRoutes(authorization: RouteAuthorization, defaultIntegration?: apigatewayv2.HttpRouteIntegration): HttpRoutes {
    const routes = new HttpRoutes(this.api, authorization);
    routes.addOperations(this.operationSet, this.boundIntegrations);
    if (this.boundIntegrations.catchAll) routes.addCatchAll(this.operationSet, this.boundIntegrations.catchAll.integration);
    const fallback = this.boundIntegrations.catchAll?.integration ?? defaultIntegration;
    if (fallback && this.cors) routes.addPreflight(this.operationSet, fallback);
    return routes;
  }

  private define(definition: RouteDefinition): void {
    const body = definition === RouteDefinition.RESOURCES ? undefined : httpBody(this.api);
    limitStacks(this, body === undefined);
    this.node.addValidation({ validate: () => integrationCountProblems(this.api) });
    checkTemplates({
      scope: this,
      resource: this.api.node.defaultChild as apigatewayv2.CfnApi,
      functions: this.boundIntegrations.functions,
      body: body && { size: () => body.size(), remedy: 'set `catchAll: true`' },
    });
  }

  private boundIntegration(name: string): BoundHttpApiIntegration {
    return this.boundIntegrations.byOperation.get(this.operationSet.find(name))!.integration;
  }

  private register(key: string = this.node.id): void {
    if (this.stageUrl !== undefined) RuntimeConfig.ensure(this)._register(key, this.stageUrl);
  }

  private report(): void {
    warnOfIssues(this, this.operationSet);
    warnOfPatientFunctions(this, this.boundIntegrations.functions, TIMEOUT, 'an HTTP API answers 503');
    reportAccess(this, this.operationSet.all.map((operation) => ({ operation, authorizationType: this.routes.authorizationType(operation) })));
  }
}

function validateProps(props: FastApiHttpApiProps): void {
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

/** Where a domain has the API, as far as its props say. */
function mappingOf({ stageOptions, defaultDomainMapping }: FastApiHttpApiProps): apigatewayv2.DomainMappingOptions | undefined {
  return stageOptions?.domainMapping ?? defaultDomainMapping;
}

/** The URL that answers: where the API's own endpoint is disabled, that of the domain. */
function stageUrl(stage: apigatewayv2.HttpStage, props: FastApiHttpApiProps): string {
  const url = props.disableExecuteApiEndpoint && mappingOf(props) ? stage.domainUrl : stage.url;
  return url.endsWith('/') ? url : `${url}/`;
}
