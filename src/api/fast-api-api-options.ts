import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { RouteDefinition } from './route-definition';
import type { FastApiCorsOptions } from '../access/cors-options';
import type { FastApiApp } from '../app/fast-api-app';
import type { FrontEndOptions } from '../frontend/front-end-options';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { OperationGroups } from '../functions/operation-groups';

/** Properties that a REST API and an HTTP API of a FastAPI app have in common. */
export interface FastApiApiOptions {
  /** The FastAPI project. */
  readonly app: FastApiApp;

  /**
   * How the operations are spread over functions. Not together with `integrations`, which specify it themselves.
   *
   * @default IntegrationPattern.ISOLATED, or GROUPED with `groups`
   */
  readonly pattern?: IntegrationPattern;

  /**
   * Which operations share a function. It implies the GROUPED pattern. Not together with `integrations`, whose builder takes
   * it as an option of `defaultIntegrations`.
   *
   * @default - none
   */
  readonly groups?: OperationGroups;

  /**
   * Options of every function. Not together with `integrations`, whose builder takes them with `withDefaultOptions`.
   *
   * @default - 30 seconds, 1024 MB, active tracing, logs kept for one month
   */
  readonly functionOptions?: lambda.FunctionOptions;

  /**
   * Adds a catch-all route, served by one function, for paths without a route of their own: operations that API
   * Gateway cannot express, mounts, hidden routes, `/docs`.
   *
   * @default false
   */
  readonly catchAll?: boolean;

  /**
   * Deploys the front ends that the app declares (`app.frontend(…)`, or `StaticFiles` mounted at a prefix): their directories
   * are copied to a bucket behind CloudFront, with `runtime-config.json` beside the files and the API under the same origin.
   * The bundle then leaves the directories out. If no operation uses IAM, the runtime configuration has the front end's URL
   * as the URL of the API. Needs the API's own endpoint.
   *
   * @default false
   */
  readonly frontend?: boolean;

  /**
   * How the front end is deployed. Needs `frontend`.
   *
   * @default - under the domain name that CloudFront assigns
   */
  readonly frontendOptions?: FrontEndOptions;

  /**
   * Which web pages may call the API from a browser. Not together with the CORS prop of the CDK construct.
   *
   * @default - the app's own `CORSMiddleware`, as far as API Gateway supports its settings; without one, pages of every origin,
   * without credentials
   */
  readonly cors?: FastApiCorsOptions;

  /**
   * Whether the deployed API includes the app's document: ids, summaries, tags, parameters, and schemas of requests and
   * responses, for portals, `get-export`, SDKs and agent gateways. It changes no route and validates nothing. A REST API includes
   * all of it, as OpenAPI 3.0. An HTTP API includes ids, summaries, descriptions and tags only, because it supports no models. A change
   * of prose alone makes no deployment of a REST API. Needs `RouteDefinition.BODY`.
   *
   * @default false, but true for a REST API with `FastApiAgentTools`
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-export-api.html
   */
  readonly documentation?: boolean;

  /**
   * Adds protections that security reviews of AWS ask for and that cost money: a KMS key that encrypts the API's logs,
   * throttling at 1,000 requests per second with a burst of 500, and on a REST API execution logs of errors and a web ACL with
   * AWS's managed rules. HTTP APIs support no web ACL. Access logs as JSON and tracing are on without it too. `deployOptions`,
   * `stageOptions` and log groups of your own take precedence.
   *
   * @default false
   * @see https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html
   */
  readonly hardened?: boolean;

  /**
   * How the template defines the routes. Cannot be switched later under the same construct id.
   *
   * @default RouteDefinition.BODY
   */
  readonly definition?: RouteDefinition;

  /**
   * Number of nested stacks that hold the functions of operations and of groups: `0` or `20`. The stack of a function
   * depends only on its method and route, or the name of its group, so adding or removing operations moves no other function.
   *
   * If left out, the functions of a growing app move to nested stacks once, which replaces all of them and their log groups,
   * and those of a shrinking app move back. With `20` they are in nested stacks from the start and never move. API Gateway
   * invokes functions in nested stacks by a role instead of a permission of each function. The router and the catch-all
   * function stay in the stack of the API.
   *
   * @default - 0 up to 60 isolated operations, as long as the stack of the API has 400 resources at most; 20 above
   */
  readonly functionStacks?: number;

  /**
   * The operations that a program was written for: name to `METHOD /path`. An operation that is missing, new or different in
   * the app is an error. Generated constructs set it.
   *
   * @default - not compared
   */
  readonly expectedOperations?: Record<string, string>;

  /**
   * Key of the API's URL in the runtime configuration.
   *
   * @default - the construct id
   */
  readonly runtimeConfigKey?: string;
}
