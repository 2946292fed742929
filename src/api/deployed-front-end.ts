import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FastApiApiOptions } from './fast-api-api-options';
import { FrontEnd } from '../frontend/front-end';
import type { Operations } from '../operations/operations';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';

/** What of an API a front end depends on. */
export interface EndpointOfApi {
  readonly id: string;
  /** Name of the stage; undefined where the API has none of its own. */
  readonly stage: string | undefined;
  /** The CDK's API. */
  readonly resource: Construct;
  /** Why the API's own endpoint cannot be reached, where it cannot. */
  readonly unreachable: string | undefined;
}

/** Looks whether the options go together, and has the app bundled without its front ends: before anything is made. */
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

/** Whether requests are signed, for the host of the API and no other. */
export function isSigned(operations: Operations, authorizationType: (operation: Operations['all'][number]) => string): boolean {
  return operations.all.some((operation) => authorizationType(operation) === 'AWS_IAM');
}
