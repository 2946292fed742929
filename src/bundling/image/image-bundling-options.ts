import type { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { PackageOptions } from '../package-options';

/** How `PythonBundling.image()` makes the image of an app. */
export interface ImageBundlingOptions extends PackageOptions {
  /**
   * The image to start from, by its full name. It must have a Python of the function's version as `python3` and Lambda's
   * runtime client as its entry point: the build fails, and says so, where the version is another one.
   *
   * @default - `public.ecr.aws/lambda/python:<version>`
   * @see https://docs.aws.amazon.com/lambda/latest/dg/python-image.html
   */
  readonly baseImage?: string;

  /**
   * Packages of the distribution to install, such as `mesa-libGL`: by `dnf`, or by `yum` for Python 3.11. The build fails
   * with their message where there is no such package: see what `cdk deploy` prints.
   *
   * @default - none
   */
  readonly systemPackages?: string[];

  /**
   * Instructions of the Dockerfile before the dependencies are copied, one in each text: after an edit of the app they
   * are not run again.
   *
   * @default - none
   */
  readonly linesBefore?: string[];

  /**
   * Instructions of the Dockerfile after the application was copied, one in each text.
   *
   * @default - none
   */
  readonly linesAfter?: string[];

  /**
   * The platform that the image is built for. It must be of the `architecture` of the app.
   *
   * @default - `linux/amd64` or `linux/arm64`, as the architecture of the app is
   */
  readonly platform?: Platform;

  /**
   * The image that the Lambda Web Adapter is copied from, which streaming functions need: for accounts that take images
   * from a registry of their own.
   *
   * @default - `public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0`
   */
  readonly adapterImage?: string;

  /**
   * A directory that already holds everything that `/var/task` needs, as of `PythonBundling.prebuilt()`: the application
   * and its packages. The shim is added to it; nothing is installed. Relative to the working directory of the synthesis.
   *
   * @default - uv installs the packages
   */
  readonly directory?: string;
}
