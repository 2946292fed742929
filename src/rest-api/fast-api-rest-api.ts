import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RestApiAuth } from './auth';
import { attachAuthorizer, methodAuthorization, type MethodAuthorization } from './authorization';
import { bindRestIntegrations, restApiIntegrationBuilder, type BoundRestIntegrations } from './bind-integrations';
import type { BoundRestApiIntegration } from './bound-integration';
import { endpointTypes, restApiProps } from './cdk-props';
import { restCorsOptions } from './cors-options';
import type { DefaultRestApiIntegrationsOptions } from './default-integrations-options';
import type { RestApiIntegration } from './integration';
import type { RestApiIntegrationBuilder } from './integration-builder';
import { TIMEOUT_QUOTA, warnOfCatchAllStreams, warnOfEdgeStreams, warnOfIntegrationTimeouts } from './limits';
import { RestRoutes } from './routes';
import { CorsPolicy } from '../access/cors-policy';
import type { GrantInvokeOptions } from '../access/grant-invoke-options';
import { grantInvokeAccess } from '../access/grants';
import { reportAccess } from '../access/public-operations';
import { RuntimeConfig } from '../access/runtime-config';
import { warnOfIssues, warnOfPatientFunctions } from '../api/api-limits';
import { boundByName, functionEnvironment, handlerOf, restrictCors } from '../api/bound-operations';
import type { FastApiApiOptions } from '../api/fast-api-api-options';
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
import { restBody } from './body/body';

/** Properties of `FastApiRestApi`: those of the CDK's `RestApi` and the app's own. */
export interface FastApiRestApiProps extends apigateway.RestApiProps, FastApiApiOptions {
  /**
   * What answers each operation, by name or qualified name: what a builder made, or an explicit map
   * that names every operation.
   *
   * @default FastApiRestApi.defaultIntegrations(scope, app)
   */
  readonly integrations?: Record<string, RestApiIntegration>;

  /**
   * Who may call the API.
   *
   * @default RestApiAuth.iam()
   */
  readonly auth?: RestApiAuth;

  /**
   * The layer version that holds the Lambda Web Adapter, for the functions of streaming operations: those with
   * `itemSchema`, `text/event-stream`, `application/jsonl` or `x-streaming: true` in the document. They may run for
   * 15 minutes (`timeout`); the responses of all others are buffered.
   *
   * @default - version 30 (Lambda Web Adapter 1.1.0) of the layer that its maintainers publish, for the app's
   * architecture; there is none in GovCloud and the isolated partitions, and in China only for x86_64
   */
  readonly adapterLayerArn?: string;
}

/**
 * A FastAPI app as a REST API: one route and one Lambda function per operation, protected by IAM.
 */
export class FastApiRestApi extends Construct implements IMonitoredApi {
  /**
   * The integrations that the API has by default, as a builder that changes them.
   *
   * @param _scope the scope that the API will have
   * @param app the FastAPI project
   * @param options pattern, router, factory
   */
  public static defaultIntegrations(_scope: Construct, app: FastApiApp, options: DefaultRestApiIntegrationsOptions = {}): RestApiIntegrationBuilder {
    return restApiIntegrationBuilder(app, options);
  }

  /**
   * The CDK's API. Routes added to it are deployed too, and ask for the authorization of `auth`, without
   * its scopes, where they say nothing else.
   */
  public readonly api: apigateway.RestApi;

  /** The operations of the app, in the order of its document. */
  public readonly operations: FastApiOperation[];

  /** What answers each operation, by name where that is unambiguous, else by qualified name. */
  public readonly integrations: Record<string, BoundRestApiIntegration>;

  /** The function that answers all operations in the shared pattern. */
  public readonly router: lambda.Function | undefined;

  /** @internal */
  public readonly _metrics: ApiMetrics;

  private readonly operationSet: Operations;
  private readonly boundIntegrations: BoundRestIntegrations;
  private readonly routes: RestRoutes;
  private readonly cors: CorsPolicy | undefined;
  /** As a literal where it is known: a grant must not depend on the stage. */
  private readonly stageName: string;

  constructor(scope: Construct, id: string, props: FastApiRestApiProps) {
    super(scope, id);
    validateProps(props);
    this.operationSet = props.app._operationsFor('rest', props.catchAll ?? false).orThrow();
    validateExpectedOperations(this.operationSet, props.expectedOperations);
    const authorization = this.bindAuthorization(props);
    this.cors = CorsPolicy.of(this, restCorsOptions(props.cors, props.defaultCorsPreflightOptions));
    this.boundIntegrations = this.bindIntegrations(props);

    this.api = new apigateway.RestApi(this, 'Api', restApiProps(this, props, authorization));
    attachAuthorizer(this.api, authorization);
    this.stageName = props.deploy === false ? '*' : props.deployOptions?.stageName ?? 'prod';
    this.routes = this.addRoutes(authorization);
    this.boundIntegrations.grantApiInvoke(this.api);
    this.define(props.definition ?? RouteDefinition.BODY);

    this.operations = [...this.operationSet.all];
    this.router = this.boundIntegrations.router;
    this.integrations = boundByName(this.operationSet, this.boundIntegrations.byOperation);
    this._metrics = this.metrics(props.app._observability);
    this.register(props);
    this.report(props);
  }

  /** The URL of the API's stage, with a trailing slash. */
  public get url(): string {
    return stageUrl(this.api, 'url');
  }

  /**
   * What answers one operation.
   *
   * @param name name or qualified name; an unknown one is an error that lists the nearest
   */
  public integration(name: string): BoundRestApiIntegration {
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
      apiType: 'rest',
      apiId: this.api.restApiId,
      stage: this.stageName,
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
      gatewayNames: { RequestCount: 'Count', ClientError: '4XXError', Failure: '5XXError', Latency: 'Latency' },
      gatewayMetric: (name, options) => this.api.metric(name, options),
      handler: (operation) => this.boundIntegrations.byOperation.get(operation)?.integration.handler,
      isAlone: (operation) => this.boundIntegrations.byOperation.get(operation)?.integration.pattern === IntegrationPattern.ISOLATED,
    });
  }

  private bindAuthorization({ auth, defaultMethodOptions = {} }: FastApiRestApiProps): MethodAuthorization {
    const { authorizationType, authorizer, authorizationScopes } = defaultMethodOptions;
    if (authorizationType === undefined && authorizer === undefined && authorizationScopes === undefined) {
      return (auth ?? RestApiAuth.iam())._bind(this);
    }
    if (auth !== undefined) {
      throw new FastApiError('`auth` and the authorization of `defaultMethodOptions` say the same thing, got: both; leave it out of `defaultMethodOptions`');
    }
    return methodAuthorization({ authorizationType: apigateway.AuthorizationType.NONE }, defaultMethodOptions, '`defaultMethodOptions`');
  }

  private bindIntegrations(props: FastApiRestApiProps): BoundRestIntegrations {
    const { app, integrations, pattern, functionOptions, functionStacks, catchAll, adapterLayerArn } = props;
    const environment = functionEnvironment(this, this.cors, props.domainName?.basePath);
    return bindRestIntegrations({
      scope: this, app, operations: this.operationSet, integrations, pattern, functionOptions, functionStacks, environment, catchAll, adapterLayerArn,
    });
  }

  private addRoutes(authorization: MethodAuthorization): RestRoutes {
    const routes = new RestRoutes(this.api, authorization);
    routes.addOperations(this.operationSet, this.boundIntegrations);
    if (this.boundIntegrations.catchAll) routes.addCatchAll(this.boundIntegrations.catchAll.integration);
    if (this.cors) routes.addCors(this.cors);
    return routes;
  }

  private define(definition: RouteDefinition): void {
    const body = definition === RouteDefinition.RESOURCES ? undefined : restBody(this.api);
    limitStacks(this, body === undefined);
    checkTemplates({
      scope: this,
      resource: this.api.node.defaultChild as apigateway.CfnRestApi,
      functions: this.boundIntegrations.functions,
      body: body && { size: () => body.size(), remedy: 'set `catchAll: true`, with which one preflight route is enough' },
    });
  }

  private boundIntegration(name: string): BoundRestApiIntegration {
    return this.boundIntegrations.byOperation.get(this.operationSet.find(name))!.integration;
  }

  private register({ deploy, runtimeConfigKey }: FastApiRestApiProps): void {
    if (deploy === false) return;
    RuntimeConfig.ensure(this)._register(runtimeConfigKey ?? this.node.id, stageUrl(this.api, 'runtimeConfigKey'));
  }

  private report(props: FastApiRestApiProps): void {
    warnOfIssues(this, this.operationSet);
    warnOfEdgeStreams(this, this.operationSet, endpointTypes(props));
    warnOfCatchAllStreams(this, this.operationSet);
    const buffering = this.boundIntegrations.functions.filter((made) => !this.boundIntegrations.streamingFunctions.includes(made));
    warnOfPatientFunctions(this, buffering, TIMEOUT_QUOTA, 'a REST API answers 504');
    warnOfIntegrationTimeouts(this.api);
    reportAccess(this, this.operationSet.all.map((operation) => ({ operation, authorizationType: this.routes.authorizationType(operation) })));
  }
}

function validateProps({ definition, cloneFrom, deploy, runtimeConfigKey }: FastApiRestApiProps): void {
  if (cloneFrom !== undefined && definition !== RouteDefinition.RESOURCES) {
    throw new FastApiError('`cloneFrom` cannot stand beside routes that are one body, which replaces what was cloned, got: both; use `definition: RouteDefinition.RESOURCES`');
  }
  if (deploy === false && runtimeConfigKey !== undefined) {
    throw new FastApiError(`\`runtimeConfigKey\` needs the URL of a stage, got: ${runtimeConfigKey} with \`deploy: false\`; set the URL of your own stage in RuntimeConfig`);
  }
}

function stageUrl(api: apigateway.RestApi, property: string): string {
  if (api.deploymentStage === undefined) {
    throw new FastApiError(`\`${property}\` needs a stage, got: none because of \`deploy: false\`; make a stage and assign it to \`api.deploymentStage\``);
  }
  return api.url;
}
