/** Where Lambda puts the code of a function, and images of ours theirs. */
export const TASK_ROOT = '/var/task';

/** Where Lambda puts the layers of a function. */
export const LAYER_ROOT = '/opt';

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
