import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { FastApiApp } from '../app/fast-api-app';
import { FastApiError } from '../private/errors';

const ZIP = 'use `PythonBundling.uv()`';
const COPY = 'copy what it holds into the image with `linesBefore` of PythonBundling.image';

/** What functions of an image cannot have: why, and the remedy. */
const REFUSED: readonly (readonly [keyof lambda.FunctionOptions, string, string])[] = [
  ['snapStart', 'Lambda takes no snapshots of images', ZIP],
  ['layers', 'layers do not go with images', COPY],
  ['codeSigningConfig', 'Lambda checks signatures of zip files alone', ZIP],
  ['adotInstrumentation', 'it is a layer, and layers do not go with images', COPY],
  ['paramsAndSecrets', 'it is a layer, and layers do not go with images', COPY],
  ['profiling', 'it is turned on by the runtime of zip files', ZIP],
  ['profilingGroup', 'it is turned on by the runtime of zip files', ZIP],
  ['runtimeManagementMode', 'an image brings its own runtime', 'name the version of the image by `baseImage`'],
];

/**
 * Refuses what functions of an image cannot have, all of it together, before any construct exists. Some of it the CDK
 * would refuse one by one, the rest stops the deployment.
 *
 * @param subject whose options they are, for the message
 * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
 */
export function checkImage(app: FastApiApp, options: lambda.FunctionOptions, subject: string): void {
  if (!app._bundling._isImage) return;
  const problems = REFUSED.flatMap(([property, reason, remedy]) => {
    const value = options[property];
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return [];
    return [`\`${property}\` of ${subject} cannot be used with PythonBundling.image, since ${reason}, got: both; leave it out, or ${remedy}`];
  });
  if ((app._telemetry?._layerArns ?? []).length > 0) {
    problems.push('`telemetry` of FastApiApp cannot have a layer with PythonBundling.image, since layers do not go with images, got: both; '
      + 'leave the layer out, and copy the collector into the image with `linesBefore` of PythonBundling.image');
  }
  if (problems.length > 0) throw new FastApiError(problems.join('\n'));
}
