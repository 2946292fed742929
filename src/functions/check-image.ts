import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { FastApiApp } from '../app/fast-api-app';
import { FastApiError } from '../private/errors';

const ZIP = 'use `PythonBundling.uv()`';
const COPY = 'copy what it holds into the image with `linesBefore` of PythonBundling.image';

/** Options that functions of an image do not support: name, reason, remedy. */
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
 * Refuses options that functions of an image do not support, all in one error, before any construct exists. The CDK
 * refuses some of them one by one; the others would make the deployment fail.
 *
 * @param subject owner of the options, for the message
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
