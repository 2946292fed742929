import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { FastApiApp } from '../app/fast-api-app';
import { FastApiError } from '../private/errors';
import { LIMITS } from '../private/limits';

const MAX_STORAGE = LIMITS.snapStartStorageMebibytes.ours;

/**
 * Refuses options that SnapStart does not support. The CDK checks the runtime only; the others would make the deployment fail.
 *
 * @param subject owner of the options, for the message
 * @see https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes
 */
export function checkSnapStart(app: FastApiApp, options: lambda.FunctionOptions, subject: string): void {
  if (options.snapStart === undefined) return;
  const refuse = (property: string, rule: string, got: string): FastApiError =>
    new FastApiError(`\`${property}\` of ${subject} ${rule} with \`snapStart\`, got: ${got}; leave one of the two out`);
  if (!app._runtime.supportsSnapStart) {
    throw new FastApiError(`\`snapStart\` of ${subject} needs Python 3.12 or newer, got: ${app._runtime.name}; set \`runtime\` on FastApiApp, or leave \`snapStart\` out`);
  }
  if (options.filesystem) throw refuse('filesystem', 'cannot be used', 'a file system');
  const storage = options.ephemeralStorageSize;
  if (storage && !storage.isUnresolved() && storage.toMebibytes() > MAX_STORAGE) {
    throw refuse('ephemeralStorageSize', `must be ${MAX_STORAGE} MiB at most`, `${storage.toMebibytes()} MiB`);
  }
  const provisioned = options.currentVersionOptions?.provisionedConcurrentExecutions;
  if (provisioned !== undefined) throw refuse('provisionedConcurrentExecutions', 'cannot be used', String(provisioned));
}
