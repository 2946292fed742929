import type { RemovalPolicy } from 'aws-cdk-lib';
import type { DependencyPlacement } from './dependency-placement';
import type { PackageOptions } from './package-options';

/** How `PythonBundling.uv()` makes a bundle. */
export interface UvBundlingOptions extends PackageOptions {
  /**
   * Where the installed packages lie.
   *
   * @default DependencyPlacement.PACKAGE
   */
  readonly dependencies?: DependencyPlacement;

  /**
   * What becomes of the layer's version when another one takes its place: `RETAIN` keeps each for functions of other
   * stacks that name it, and each counts against the quota of code storage. Functions and published versions that use a
   * deleted one go on with it. Only with `DependencyPlacement.LAYER`.
   *
   * @default RemovalPolicy.DESTROY
   * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html
   */
  readonly layerRemovalPolicy?: RemovalPolicy;
}
