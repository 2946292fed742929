import type { Construct } from 'constructs';
import type { FastApiApp } from '../app/fast-api-app';
import type { FastApiOperation } from '../operations/fast-api-operation';

/** The facts about an API that its front end needs. */
export interface FrontEndApi {
  readonly app: FastApiApp;
  readonly operations: readonly FastApiOperation[];
  readonly catchAll: boolean;
  /** Host of the API's own endpoint. */
  readonly domainName: string;
  /** Path of the stage, such as `/prod`; `undefined` for the stage `$default`. */
  readonly originPath?: string;
  /** The CDK's API, whose logical id the local server reads. */
  readonly resource: Construct;
}
