import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FastApiApiOptions } from './fast-api-api-options';
import { FrontEnd } from '../frontend/front-end';
import type { Operations } from '../operations/operations';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';

/** The facts about an API that its front end needs. */
export interface EndpointOfApi {
  readonly id: string;
  /** Name of the stage; `undefined` if the API has none of its own. */
  readonly stage: string | undefined;
  /** The CDK's API. */
  readonly resource: Construct;
  /** The reason why the API's own endpoint cannot be reached; `undefined` if it can. */
  readonly unreachable: string | undefined;
}

/** Checks that the options fit together, and excludes the front ends from the bundle. Called before any construct is created. */
export function prepareFrontEnd({ app, frontend, frontendOptions }: FastApiApiOptions): void {
  if (frontendOptions !== undefined) checkStruct(frontendOptions, { subject: '`frontendOptions`', sources: [{ file: 'frontend/front-end-options' }] });
  if (frontend) return app._leaveOutFrontEnds();
  if (frontendOptions !== undefined) throw new FastApiError('`frontendOptions` needs a front end, got: no `frontend`; set `frontend: true`, or leave the options out');
}

/** Makes the front end of an API. */
export function deployFrontEnd(scope: Construct, options: FastApiApiOptions, operations: Operations, endpoint: EndpointOfApi): FrontEnd | undefined {
  if (!options.frontend) return undefined;
  const { id, stage, resource, unreachable } = endpoint;
  if (unreachable !== undefined || stage === undefined) {
    throw new FastApiError(`\`frontend\` needs an API that CloudFront can reach by its own endpoint, got: ${unreachable ?? 'no stage'}; leave that out, or deploy the front end on its own`);
  }
  const { region, urlSuffix } = Stack.of(scope);
  return FrontEnd._make(scope, {
    app: options.app,
    operations: [...operations.all],
    catchAll: options.catchAll ?? false,
    domainName: `${id}.execute-api.${region}.${urlSuffix}`,
    originPath: stage === '$default' ? undefined : `/${stage}`,
    resource,
  }, options.frontendOptions ?? {});
}

/** Whether callers sign requests for any operation. A signature covers the API's host, so such requests cannot use the front end's host. */
export function isSigned(operations: Operations, authorizationType: (operation: Operations['all'][number]) => string): boolean {
  return operations.all.some((operation) => authorizationType(operation) === 'AWS_IAM');
}
