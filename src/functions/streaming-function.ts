import * as fs from 'fs';
import * as path from 'path';
import { Duration, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { checkLayers } from './function-layers';
import { webAdapterLayerArn } from './web-adapter-layer';
import type { FastApiApp } from '../app/fast-api-app';
import { FastApiError } from '../private/errors';
import { LIMITS } from '../private/limits';

/** Additional options of a function that streams its responses. */
export interface StreamingOptions {
  /** ARN of the layer version that contains the Lambda Web Adapter; `undefined` if the image contains the adapter. */
  readonly layerArn?: string;
}

/**
 * The options of one app's streaming functions in a stack. An error if they cannot be deployed there.
 *
 * @param scope a construct of the stack
 * @param adapterLayerArn the user's own layer
 */
export function streamingOptions(scope: Construct, app: FastApiApp, adapterLayerArn?: string): StreamingOptions {
  requireServer(scope, app);
  if (!app._bundling._isImage) return { layerArn: webAdapterLayerArn(scope, app._architecture, adapterLayerArn) };
  if (adapterLayerArn === undefined) return {};
  throw new FastApiError(`\`adapterLayerArn\` cannot be used with PythonBundling.image, since layers do not go with images, got: ${adapterLayerArn}; name an image by \`adapterImage\` of PythonBundling.image`);
}

/**
 * Default timeout of the function of a streaming operation: the longest time that a REST API may stream.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
export const STREAMING_TIMEOUT = Duration.seconds(LIMITS.restStreamSeconds.ours);

/** Makes the adapter stream responses. */
const INVOKE_MODE = { AWS_LWA_INVOKE_MODE: 'response_stream' } as const;

/** Starts the adapter from the layer instead of Lambda's Python runtime. An image starts it by its own command. */
const WRAPPER = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/bootstrap', ...INVOKE_MODE } as const;

/** Paths that the adapter requests before a snapshot and after a restore. `snapshot.py` in the bundle answers; callers get 403 there. */
const SNAPSHOT_HOOKS = {
  AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH: '/cdk-fastapi/snapstart/before-checkpoint',
  AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH: '/cdk-fastapi/snapstart/after-restore',
} as const;

/**
 * Environment variables of the adapter. The user's own override them.
 *
 * @see https://aws.github.io/aws-lambda-web-adapter/configuration/environment-variables.html
 */
export function streamingEnvironment(options: lambda.FunctionOptions, { layerArn }: StreamingOptions): Record<string, string> {
  return {
    ...layerArn === undefined ? INVOKE_MODE : WRAPPER,
    AWS_LWA_PORT: '8080',
    // TCP, because the adapter's default check is a request to `/`, which would run an operation of the app.
    AWS_LWA_READINESS_CHECK_PROTOCOL: 'tcp',
    AWS_CONNECTION_REUSE_ENABLED: '1',
    ...options.snapStart ? SNAPSHOT_HOOKS : {},
  };
}

/**
 * Refuses options that a streaming function does not support, before any construct exists. Call it in addition to
 * `checkFunctionOptions`.
 *
 * @param subject owner of the options, for the message
 */
export function checkStreamingOptions(app: FastApiApp, options: lambda.FunctionOptions, subject: string): void {
  checkLayers(app, options, subject, true);
  for (const [variable, value] of Object.entries(WRAPPER)) {
    const own = options.environment?.[variable];
    if (own !== undefined && own !== value) {
      throw new FastApiError(
        `\`environment\` of ${subject} cannot set ${variable}, since the Lambda Web Adapter starts a streaming function, got: ${own}; leave it out`,
      );
    }
  }
  if (options.adotInstrumentation) {
    throw new FastApiError(
      `\`adotInstrumentation\` of ${subject} needs the wrapper with which the Lambda Web Adapter starts a streaming function, got: both; leave it out, and instrument the app in its own code`,
    );
  }
}

/** Refuses a prebuilt bundle without uvicorn. Bundles that this library makes contain it. */
function requireServer(scope: Construct, app: FastApiApp): void {
  if (!Stack.of(scope).bundlingRequired || app._dockerFunction(scope)) return;
  const { directory, method } = app._bundle;
  if (method === 'prebuilt' && !fs.existsSync(path.join(directory, 'uvicorn'))) {
    throw new FastApiError(`a streaming function needs the package \`uvicorn\` in the directory of PythonBundling.prebuilt, got: a directory without it (${app._label}); install it there`);
  }
}
