import { PythonFunction } from '@aws-cdk/aws-lambda-python-alpha';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { dependencyLayer } from './function-layers';
import { ImageCode } from './image-code';
import type { StreamingOptions } from './streaming-function';
import { webAdapterLayer } from './web-adapter-layer';
import type { FastApiApp } from '../app/fast-api-app';
import { HANDLER, STREAMING_HANDLER } from '../bundling/lambda-paths';

/**
 * Makes the function from the app's bundle: the one place that knows what kind of function a bundling needs.
 *
 * @param streaming what a function that streams has beside; left out where responses are buffered
 */
export function newFunction(
  scope: Construct, app: FastApiApp, streaming: StreamingOptions | undefined, options: lambda.FunctionOptions,
): lambda.Function {
  if (app._bundling._isImage) {
    // The CDK refuses an empty list too; another one was refused before.
    const { layers: _none, ...passed } = options;
    const made = new lambda.Function(scope, 'Default', {
      ...passed, runtime: lambda.Runtime.FROM_IMAGE, handler: lambda.Handler.FROM_IMAGE, code: ImageCode.of(scope, app, streaming !== undefined),
    });
    app._checkTelemetry(scope);
    app._checkStart(scope, options.environment ?? {});
    return made;
  }
  const handler = streaming ? STREAMING_HANDLER : HANDLER;
  const adapter = streaming?.layerArn !== undefined ? [webAdapterLayer(scope, streaming.layerArn)] : [];
  const layers = [...adapter, ...collectorLayers(scope, app), ...options.layers ?? []];
  const docker = app._dockerFunction(scope);
  if (docker !== undefined) {
    const made = new PythonFunction(scope, 'Default', { ...options, ...layers.length > 0 ? { layers } : {}, runtime: app._runtime, ...docker });
    // `PythonFunction` names the user's module; there is no typed way to the L1.
    (made.node.defaultChild as lambda.CfnFunction).handler = handler;
    return made;
  }
  const dependencies = dependencyLayer(scope, app);
  // Of what two layers have, Lambda keeps the last: so the app finds its own packages, as it does where they are beside it.
  if (dependencies !== undefined) layers.push(dependencies.layer);
  const made = new lambda.Function(scope, 'Default', {
    ...options, ...layers.length > 0 ? { layers } : {}, runtime: app._runtime, handler, code: app._code(scope),
  });
  // A version is published again where the function has changed, and the reference to its layer does not.
  if (dependencies !== undefined) made.invalidateVersionBasedOn(dependencies.hash);
  // Packages may come from layers of the user's, which are not here.
  if ((options.layers ?? []).length === 0) {
    app._checkTelemetry(scope);
    app._checkStart(scope, options.environment ?? {});
  }
  return made;
}

/** Extensions that take what OpenTelemetry records; they bring no packages. */
function collectorLayers(scope: Construct, app: FastApiApp): lambda.ILayerVersion[] {
  return (app._telemetry?._layerArns ?? []).map((arn, index) => lambda.LayerVersion.fromLayerVersionArn(scope, index === 0 ? 'Collector' : `Collector${index + 1}`, arn));
}
