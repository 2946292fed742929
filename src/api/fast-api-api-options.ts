import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { RouteDefinition } from './route-definition';
import type { FastApiCorsOptions } from '../access/cors-options';
import type { FastApiApp } from '../app/fast-api-app';
import type { FrontEndOptions } from '../frontend/front-end-options';
import type { IntegrationPattern } from '../functions/integration-pattern';
import type { OperationGroups } from '../functions/operation-groups';

/** What a REST API and an HTTP API of a FastAPI app have in common. */
export interface FastApiApiOptions {
  /** The FastAPI project. */
  readonly app: FastApiApp;

  /**
   * How the operations are spread over functions. Not together with `integrations`, which say it themselves.
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
   * Serves through `{proxy+}` on one function whatever has no route of its own: operations that API
   * Gateway cannot express, mounts, hidden routes, `/docs`.
   *
   * @default false
   */
  readonly catchAll?: boolean;

  /**
   * Deploys the front ends that the app declares (`app.frontend(…)`, or `StaticFiles` mounted at a prefix): their directories
   * lie in a bucket behind CloudFront, which has the API under the same origin and `runtime-config.json` beside the files.
   * Nothing of the directories is in the bundle then. What is not signed by IAM is called by the front end's own URL, which the
   * runtime configuration has. Needs the API's own endpoint.
   *
   * @default false
   */
  readonly frontend?: boolean;

  /**
   * How the front end is deployed. Needs `frontend`.
   *
   * @default - by the name that CloudFront gives
   */
  readonly frontendOptions?: FrontEndOptions;

  /**
   * Which web pages may call the API from a browser. Not together with the CORS prop of the CDK construct.
   *
   * @default - what the app's own `CORSMiddleware` says, as far as API Gateway can; without one, pages of every origin, without
   * credentials
   */
  readonly cors?: FastApiCorsOptions;

  /**
   * Whether the deployed API says what the app's document says: ids, summaries, tags, parameters, and schemas of requests and
   * responses, for portals, `get-export`, SDKs and agent gateways. It changes no route and validates nothing. A REST API says
   * all of it, as OpenAPI 3.0; an HTTP API, which has no models, ids, summaries, descriptions and tags. A change of prose alone
   * makes no deployment of a REST API. Needs `RouteDefinition.BODY`.
   *
   * @default false, but true for a REST API with `FastApiAgentTools`
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-export-api.html
   */
  readonly documentation?: boolean;

  /**
   * Whether the API has what security reviews of AWS ask for and what costs money: a key of its own that encrypts its logs,
   * throttling of 1,000 requests per second and 500 at once, and on a REST API execution logs of errors and a web ACL with
   * AWS's managed rules. HTTP APIs can have no web ACL. Access logs as JSON and tracing are always on. What `deployOptions`,
   * `stageOptions` and log groups of your own say wins.
   *
   * @default false
   * @see https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html
   */
  readonly hardened?: boolean;

  /**
   * How the routes stand in the template. Cannot be switched later under the same construct id.
   *
   * @default RouteDefinition.BODY
   */
  readonly definition?: RouteDefinition;

  /**
   * Number of nested stacks that hold the functions of single operations: `0` or `20`, no other. Each function has its
   * place among the 20 by its method and route alone, so that adding or removing operations moves none.
   *
   * Left out, the functions of a growing app move to nested stacks once, which replaces all of them and their log groups,
   * and those of a shrinking app move back. Only `20` keeps them there, best from the first day. Functions in nested
   * stacks are invoked by a role, and have no permission of their own. Functions that serve many operations stay in the
   * stack of the API.
   *
   * @default - 0 up to 60 isolated operations, as long as the stack of the API has 400 resources at most; 20 above
   */
  readonly functionStacks?: number;

  /**
   * The operations that a program was written for: name to `METHOD /path`. Compared with the app both
   * ways; a difference is an error. Generated constructs set it.
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
