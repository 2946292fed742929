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
 * Creates a function from the app's bundle: from an image, by `PythonFunction` with Docker, or from a zip file, with or without a layer.
 *
 * @param streaming additional options of a streaming function; `undefined` if responses are buffered
 */
export function newFunction(
  scope: Construct, app: FastApiApp, streaming: StreamingOptions | undefined, options: lambda.FunctionOptions,
): lambda.Function {
  if (app._bundling._isImage) {
    // Without `layers`, because the CDK refuses even an empty list; layers themselves were refused before.
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
    // `PythonFunction` sets the user's module as the handler; the L1 is reachable by a cast only.
    (made.node.defaultChild as lambda.CfnFunction).handler = handler;
    return made;
  }
  const dependencies = dependencyLayer(scope, app);
  // The last layer, because a later layer overwrites files of an earlier one: so the app's own packages win.
  if (dependencies !== undefined) layers.push(dependencies.layer);
  const made = new lambda.Function(scope, 'Default', {
    ...options, ...layers.length > 0 ? { layers } : {}, runtime: app._runtime, handler, code: app._code(scope),
  });
  // CDK publishes a new version only if the function changes, and a new content of the layer does not change the function's properties.
  if (dependencies !== undefined) made.invalidateVersionBasedOn(dependencies.hash);
  // Skipped with layers of the user, because they may contain packages that cannot be checked at synth.
  if ((options.layers ?? []).length === 0) {
    app._checkTelemetry(scope);
    app._checkStart(scope, options.environment ?? {});
  }
  return made;
}

/** Layers with extensions that collect the data of OpenTelemetry. They contain no Python packages. */
function collectorLayers(scope: Construct, app: FastApiApp): lambda.ILayerVersion[] {
  return (app._telemetry?._layerArns ?? []).map((arn, index) => lambda.LayerVersion.fromLayerVersionArn(scope, index === 0 ? 'Collector' : `Collector${index + 1}`, arn));
}
