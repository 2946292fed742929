import type { Construct } from 'constructs';
import type { FastApiApp } from '../app/fast-api-app';
import type { FastApiOperation } from '../operations/fast-api-operation';

/** An API as the front end reaches it. */
export interface FrontEndApi {
  readonly app: FastApiApp;
  readonly operations: readonly FastApiOperation[];
  readonly catchAll: boolean;
  /** Host of its own endpoint. */
  readonly domainName: string;
  /** Stage, as `/prod`; undefined where it has no path. */
  readonly originPath?: string;
  /** The CDK's API, whose logical id the local server reads. */
  readonly resource: Construct;
}
