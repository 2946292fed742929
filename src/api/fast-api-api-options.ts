import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { RouteDefinition } from './route-definition';
import type { FastApiCorsOptions } from '../access/cors-options';
import type { FastApiApp } from '../app/fast-api-app';
import type { IntegrationPattern } from '../integrations/integration-pattern';

/** What a REST API and an HTTP API of a FastAPI app have in common. */
export interface FastApiApiOptions {
  /** The FastAPI project. */
  readonly app: FastApiApp;

  /**
   * How the operations are spread over functions. Not together with `integrations`, which say it themselves.
   *
   * @default IntegrationPattern.ISOLATED
   */
  readonly pattern?: IntegrationPattern;

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
   * Which web pages may call the API from a browser. Not together with the CORS prop of the CDK construct.
   *
   * @default - pages of every origin, without credentials
   */
  readonly cors?: FastApiCorsOptions;

  /**
   * How the routes stand in the template. Cannot be switched later under the same construct id.
   *
   * @default RouteDefinition.BODY
   */
  readonly definition?: RouteDefinition;

  /**
   * Number of nested stacks that hold the functions, `0` for none or `20`. Chosen on the first day, it spares the
   * replacement of all functions when the app grows over the limit of one stack.
   *
   * @default - none up to 60 isolated operations, 20 above
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
