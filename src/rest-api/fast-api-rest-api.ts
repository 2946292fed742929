import { CfnOutput } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { ToolSource } from './agent-tool';
import { RestApiAuth } from './auth';
import { attachAuthorizer, methodAuthorization, type MethodAuthorization } from './authorization';
import { bindRestIntegrations, restApiIntegrationBuilder, type BoundRestIntegrations } from './bind-integrations';
import { restBody } from './body/body';
import type { BoundRestApiIntegration } from './bound-integration';
import { checkCatchAllCache } from './caching';
import { endpointTypes, restApiProps } from './cdk-props';
import { restCorsOptions } from './cors-options';
import type { DefaultRestApiIntegrationsOptions } from './default-integrations-options';
import type { RestApiIntegration } from './integration';
import type { RestApiIntegrationBuilder } from './integration-builder';
import { warnOfCatchAllStreams, warnOfEdgeStreams, warnOfIntegrationTimeouts } from './limits';
import { RequestValidation } from './request-validation';
import { RestRoutes } from './routes';
import { readTemplatesAsText } from './template-content';
import { ValidatedRequests } from './validated-requests';
import { corsOfApp } from '../access/app-cors';
import type { CorsPolicy } from '../access/cors-policy';
import { reportAccess } from '../access/public-operations';
import { RuntimeConfig } from '../access/runtime-config';
import { warnOfIssues, warnOfPatientFunctions } from '../api/api-limits';
import { BodyDocumentation, largestSchema, sayLosses } from '../api/body/documentation';
import type { RouteBody } from '../api/body/route-body';
import { boundByName, functionEnvironment } from '../api/bound-operations';
import { API_OPTIONS, checkProps } from '../api/check-props';
import { deployFrontEnd, isSigned, prepareFrontEnd } from '../api/deployed-front-end';
import { domainUrl } from '../api/domain-url';
import { type DeployedApp, FastApiApi } from '../api/fast-api-api';
import type { FastApiApiOptions } from '../api/fast-api-api-options';
import { encryptLogs, protectByWebAcl } from '../api/hardened';
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
import { errorIn, FastApiError, inConstruct } from '../private/errors';
import { LIMITS } from '../private/limits';

/** Properties of `FastApiRestApi`: those of the CDK's `RestApi` and the app's own. */
export interface FastApiRestApiProps extends apigateway.RestApiProps, FastApiApiOptions {
  /**
   * The integration of each operation, by name or qualified name: the result of a builder, or an explicit map
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
   * Which parts of a request API Gateway checks before a function starts. It refuses nothing that the app accepts, and answers with 422
   * and `detail` as FastAPI does. Checks that it cannot express are left to the app and listed in an info annotation. Applies to
   * operations that were not overridden.
   *
   * @default RequestValidation.NONE
   */
  readonly requestValidation?: RequestValidation;

  /**
   * `requestValidation` of single operations, by name or qualified name. An error for an operation that was overridden: use
   * `requestValidatorOptions` and `requestModels` in the `options` of its override instead.
   *
   * @default - `requestValidation` for all
   */
  readonly operationRequestValidation?: Record<string, RequestValidation>;

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

/** Where the properties are declared. */
const PROPS = [
  { file: 'rest-api/fast-api-rest-api', name: 'FastApiRestApiProps' }, API_OPTIONS,
  ...['RestApiProps', 'RestApiBaseProps', 'RestApiOptions'].map((name) => ({ file: 'aws-apigateway/lib/restapi', name, cdk: true } as const)), { file: 'aws-apigateway/lib/resource', name: 'ResourceOptions', cdk: true } as const,
];

/**
 * A FastAPI app as a REST API: one route and one Lambda function per operation, protected by IAM.
 *
 * @example
 * const app = FastApiApp.fromDirectory('packages/my_api');
 * const api = new FastApiRestApi(this, 'MyApi', { app });
 * api.grantInvokeAccess(new iam.AccountPrincipal('123456789012'));
 */
export class FastApiRestApi extends FastApiApi implements IMonitoredApi {
  /**
   * The integrations that the API has by default, as a builder that changes them.
   *
   * @param scope the scope that the API will have, which errors name
   * @param app the FastAPI project
   * @param options pattern, groups, router, factory
   */
  public static defaultIntegrations(scope: Construct, app: FastApiApp, options: DefaultRestApiIntegrationsOptions = {}): RestApiIntegrationBuilder {
    return inConstruct(scope, () => restApiIntegrationBuilder(app, options));
  }

  /**
   * The CDK's API. Methods added to it are deployed too. Unless they specify an authorization of their own, they
   * have that of `auth`, without its scopes.
   */
  public readonly api: apigateway.RestApi;

  /** The operations of the app, in the order of its document. */
  public readonly operations: FastApiOperation[];

  /** The integration of each operation, by name if that is unambiguous, else by qualified name. */
  public readonly integrations: Record<string, BoundRestApiIntegration>;

  /** The function that answers all operations in the shared pattern. */
  public readonly router: lambda.Function | undefined;

  /** The front end that the app declares, if `frontend` deploys it. */
  public readonly frontEnd: FrontEnd | undefined;

  /** @internal */
  public readonly _metrics: ApiMetrics;

  /** @internal */
  protected readonly _deployed: DeployedApp<BoundRestApiIntegration>;

  private readonly bound: BoundRestIntegrations;
  private readonly body: RouteBody | undefined;
  private documentation?: BodyDocumentation;
  /** The URL of the API's domain, if the API's own endpoint is disabled. */
  private readonly reachableUrl: string | undefined;

  constructor(scope: Construct, id: string, private readonly props: FastApiRestApiProps) {
    super(scope, id);
    try {
      checkProps(this, props, { construct: 'FastApiRestApi', auth: 'RestApiAuth', sources: PROPS, enums: { RequestValidation } });
      validateProps(props);
      prepareFrontEnd(props);
      const operations = props.app._operationsFor('rest', props.catchAll ?? false).orThrow();
      validateExpectedOperations(operations, props.expectedOperations);
      const authorization = this.bindAuthorization(props);
      const stated = restCorsOptions(props.cors, props.defaultCorsPreflightOptions);
      const cors = corsOfApp(this, { document: props.app._document, stated, decider: 'app', catchAll: props.catchAll });
      const bound = this.bindIntegrations(props, operations, cors);
      this.bound = bound;

      this.api = new apigateway.RestApi(this, 'Api', restApiProps(this, props, authorization));
      attachAuthorizer(this.api, authorization);
      readTemplatesAsText(this.api);
      this.reachableUrl = props.disableExecuteApiEndpoint && props.deploy !== false ? tellDomain(this.api) : undefined;
      const validated = ValidatedRequests.of(this.api, props.app._document, operations, props);
      const routes = addRoutes(this.api, authorization, operations, bound, props.deployOptions, validated);
      validated?.complete(cors, props.app._document.facts.ownValidationAnswer);
      if (cors) routes.addCors(cors);
      bound.grantApiInvoke(this.api);
      this.body = this.define(bound.functions, props.definition);
      if (props.documentation) this.document(operations, '`documentation`');

      this.operations = [...operations.all];
      this.router = bound.router;
      this.integrations = boundByName(operations, bound.byOperation);
      this._deployed = { operations, integrations: bound.byOperation, router: bound.router, cors, invocable: invocable(this.api, props, routes) };
      this._metrics = this.metrics(props.app._observability, operations, bound);
      if (props.hardened) {
        protectByWebAcl(this, this.api.deploymentStage);
        encryptLogs(this);
      }
      this.frontEnd = deployFrontEnd(this, props, operations, {
        id: this.api.restApiId,
        stage: props.deploy === false ? undefined : this.api.deploymentStage.stageName,
        resource: this.api,
        unreachable: endpointTypes(props).includes(apigateway.EndpointType.PRIVATE) ? 'a private endpoint' : props.disableExecuteApiEndpoint ? '`disableExecuteApiEndpoint`' : undefined,
      });
      this.register(props);
      this.frontEnd?._deploy();
      this.report(props, bound, routes);
    } catch (error) {
      throw errorIn(this, error);
    }
  }

  /** The URL of the API's stage, with a trailing slash. */
  public get url(): string {
    return inConstruct(this, () => this.reachableUrl ?? stageUrl(this.api, 'url'));
  }

  /**
   * The integration of one operation.
   *
   * @param name name or qualified name; an unknown one is an error that lists the nearest
   */
  public integration(name: string): BoundRestApiIntegration {
    return inConstruct(this, () => this._deployed.integrations.get(this._deployed.operations.find(name))!.integration);
  }

  /**
   * The schemas that the document adds to the body, with their bytes, the largest first. Empty until the body is rendered.
   *
   * @internal
   */
  public get _documentedSchemas(): readonly (readonly [name: string, bytes: number])[] {
    return this.documentation?.schemas ?? [];
  }

  /**
   * The facts about this API that tools are made from. Deploys the documentation, unless it is turned off.
   *
   * @internal
   */
  public _asTools(): ToolSource {
    const { app, defaultMethodOptions, documentation } = this.props;
    const { operations, invocable: { authorizationType } } = this._deployed;
    if (endpointTypes(this.props).includes(apigateway.EndpointType.PRIVATE)) {
      throw new FastApiError('`api` of FastApiAgentTools must have a public endpoint, got: PRIVATE; use REGIONAL, which is IAM-protected as well');
    }
    // With `documentation: false`, the gateway knows only the names and descriptions of tools.
    if (documentation !== false) this.document(operations, 'FastApiAgentTools');
    return {
      document: app._document,
      operations,
      authorizationType,
      apiKeyRequired: (operation) => this.bound.byOperation.get(operation)?.options?.apiKeyRequired ?? defaultMethodOptions?.apiKeyRequired ?? false,
    };
  }

  private metrics(observed: boolean, operations: Operations, bound: BoundRestIntegrations): ApiMetrics {
    const { environment = {} } = bound.defaultOptions;
    return new ApiMetrics({
      api: this,
      observed,
      operations,
      namespace: environment.POWERTOOLS_METRICS_NAMESPACE ?? this.node.id,
      service: environment.POWERTOOLS_SERVICE_NAME ?? this.node.id,
      gatewayNames: { RequestCount: 'Count', ClientError: '4XXError', Failure: '5XXError', Latency: 'Latency' },
      gatewayMetric: (name, options) => this.api.metric(name, options),
      handler: (operation) => bound.byOperation.get(operation)?.integration.handler,
      isAlone: (operation) => bound.byOperation.get(operation)?.integration.pattern === IntegrationPattern.ISOLATED,
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

  private bindIntegrations(props: FastApiRestApiProps, operations: Operations, cors: CorsPolicy | undefined): BoundRestIntegrations {
    const { app, integrations, pattern, groups, functionOptions, functionStacks, catchAll, adapterLayerArn } = props;
    const environment = functionEnvironment(this, cors, props.domainName?.basePath);
    return bindRestIntegrations({
      scope: this, app, operations, integrations, pattern, groups, functionOptions, functionStacks, environment, catchAll, adapterLayerArn,
    });
  }

  private define(functions: readonly lambda.Function[], definition = RouteDefinition.BODY): RouteBody | undefined {
    const body = definition === RouteDefinition.RESOURCES ? undefined : restBody(this.api);
    limitStacks(this, body === undefined);
    checkTemplates({
      scope: this,
      resource: this.api.node.defaultChild as apigateway.CfnRestApi,
      functions,
      body: body && {
        size: () => body.size(),
        remedy: () => largestSchema(this.documentation) ?? 'set `catchAll: true`, with which one preflight route is enough',
      },
    });
    return body;
  }

  /** Adds the app's document to the body. */
  private document(operations: Operations, asker: string): void {
    if (this.documentation !== undefined) return;
    if (this.body === undefined) {
      throw new FastApiError(`${asker} needs routes that are one body, got: \`definition: RouteDefinition.RESOURCES\`; leave one of the two out`);
    }
    this.documentation = new BodyDocumentation(this.props.app._document, operations, 'all');
    sayLosses(this, this.documentation);
    this.body.document(this.documentation, this.api.latestDeployment?.node.defaultChild as apigateway.CfnDeployment | undefined);
  }

  private register({ deploy, runtimeConfigKey }: FastApiRestApiProps): void {
    if (deploy === false) return;
    const { operations, invocable: { authorizationType } } = this._deployed;
    const own = isSigned(operations, authorizationType) ? undefined : this.frontEnd?.url;
    RuntimeConfig.ensure(this)._register(runtimeConfigKey ?? this.node.id, own ?? this.reachableUrl ?? stageUrl(this.api, 'runtimeConfigKey'));
  }

  private report(props: FastApiRestApiProps, bound: BoundRestIntegrations, routes: RestRoutes): void {
    const { operations } = this._deployed;
    warnOfIssues(this, operations, this.frontEnd?._paths);
    warnOfEdgeStreams(this, operations, endpointTypes(props));
    warnOfCatchAllStreams(this, operations);
    const buffering = bound.functions.filter((made) => !bound.streamingFunctions.includes(made));
    props.app._warnOfMissingVariables(this, bound.functions);
    warnOfPatientFunctions(this, buffering, LIMITS.restSeconds.ours, 'a REST API answers 504');
    warnOfIntegrationTimeouts(this.api);
    reportAccess(this, operations.all.map((operation) => ({ operation, authorizationType: routes.authorizationType(operation) })));
  }
}

function addRoutes(
  api: apigateway.RestApi, authorization: MethodAuthorization, operations: Operations, bound: BoundRestIntegrations, stage?: apigateway.StageOptions,
  validated?: ValidatedRequests,
): RestRoutes {
  const routes = new RestRoutes(api, authorization);
  routes.addOperations(operations, bound, stage, validated);
  if (bound.catchAll) routes.addCatchAll(operations, bound);
  routes.refuseAcrossRoutes();
  return routes;
}

/** The URL of the API's domain. Also sets it as the value of the CDK's output `Endpoint`. */
function tellDomain(api: apigateway.RestApi): string {
  const url = domainUrl(api, api.restApiId, stageUrl(api, 'url'));
  const output = api.node.tryFindChild('Endpoint');
  if (output instanceof CfnOutput) output.value = url;
  return url;
}

function invocable(api: apigateway.RestApi, { deploy, deployOptions }: FastApiRestApiProps, routes: RestRoutes): DeployedApp<never>['invocable'] {
  return {
    apiType: 'rest',
    apiId: api.restApiId,
    // The name as a literal instead of a reference, so that a grant does not depend on the stage.
    stage: deploy === false ? '*' : deployOptions?.stageName ?? 'prod',
    authorizationType: (operation) => routes.authorizationType(operation),
    catchAllAuthorizationType: routes.catchAllAuthorizationType,
  };
}

function validateProps({ definition, cloneFrom, hardened, deploy, deployOptions, catchAll, runtimeConfigKey }: FastApiRestApiProps): void {
  if (hardened && deploy === false) {
    throw new FastApiError('`hardened` needs the stage that the API makes, got: `deploy: false`; leave one of them out, and harden your own stage');
  }
  if (catchAll && deployOptions) checkCatchAllCache(deployOptions);
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
