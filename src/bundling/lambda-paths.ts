/** Where Lambda puts the code of a function, and images of ours theirs. */
export const TASK_ROOT = '/var/task';

/** Where Lambda puts the layers of a function. */
export const LAYER_ROOT = '/opt';

/** The handler that the bundle brings: it finds the user's app, and the user's own handler where there is one. */
export const HANDLER = 'cdk_fastapi_runtime.handler.handler';

/** The script in the bundle that the Lambda Web Adapter starts: the app as a server. */
export const STREAMING_HANDLER = 'cdk_fastapi_runtime/run.sh';

/**
 * The Lambda Web Adapter in an image. Not in `/opt/extensions`: Lambda would start it beside every function of the image,
 * buffered ones too, where it would wait for a server for ever. `run.sh` starts it.
 */
export const ADAPTER_PROGRAM = `${LAYER_ROOT}/cdk-fastapi/lambda-adapter`;

/**
 * Where packages lie in a layer: the first directory of layers on the path of Python's modules, and so before packages
 * of a user's own layer in `python/`.
 *
 * @param minor as `3.13`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/python-layers.html
 */
export function layerPackages(minor: string): string {
  return `python/lib/python${minor}/site-packages`;
}
