import type { Bundle, BundleRequest, BundleSelection } from './bundle';
import type { DockerBundlingOptions } from './docker-bundling-options';
import { bundlePrebuilt } from './prebuilt-bundler';
import { bundleWithUv } from './uv-bundler';
import type { UvBundlingOptions } from './uv-bundling-options';
import { notInThisVersion } from '../private/not-in-this-version';

/**
 * How the Lambda bundle of a FastAPI project is made.
 *
 * One bundle serves all operations of an app, whatever their number. Bundles lie in a cache outside `cdk.out`
 * (`CDK_FASTAPI_CACHE`), so a synthesis with nothing changed starts no Python and no uv.
 */
export abstract class PythonBundling {
  /**
   * With uv, without Docker: uv where it is found, else a pinned uv installed from PyPI into the cache;
   * with Docker where neither uv nor Python is found.
   */
  public static auto(): PythonBundling {
    return new UvBundling({});
  }

  /** With uv, without Docker, for any architecture from any host. */
  public static uv(options: UvBundlingOptions = {}): PythonBundling {
    return new UvBundling(options);
  }

  /**
   * With Docker: each operation's function is a `PythonFunction` of `@aws-cdk/aws-lambda-python-alpha`.
   * For projects with packages that have to be compiled on the platform of the function.
   */
  public static docker(options: DockerBundlingOptions = {}): PythonBundling {
    return new DockerBundling(options);
  }

  /**
   * A directory that already holds everything that `/var/task` needs: the application, its packages
   * and `mangum`. It is checked and deployed as it is, with the shim added.
   *
   * @param directory path of the directory, relative to the working directory of the synthesis
   */
  public static prebuilt(directory: string): PythonBundling {
    return new PrebuiltBundling(directory);
  }

  protected constructor() {}

  /**
   * The options of Docker bundling, for the function's construct; undefined where a directory is bundled.
   *
   * @internal
   */
  public abstract get _docker(): DockerBundlingOptions | undefined;

  /**
   * Makes the bundle or finds it in the cache. Never called where `_docker` is set.
   *
   * @internal
   */
  public abstract _bundle(request: BundleRequest): Bundle;

  /**
   * What rules the reading of the app as well: which files and packages are the app's.
   *
   * @internal
   */
  public get _selection(): BundleSelection {
    return {};
  }
}

class UvBundling extends PythonBundling {
  constructor(private readonly options: UvBundlingOptions) {
    super();
  }

  public get _docker(): undefined {
    return undefined;
  }

  public override get _selection(): BundleSelection {
    return this.options;
  }

  public _bundle(request: BundleRequest): Bundle {
    return bundleWithUv(request, this.options);
  }
}

class PrebuiltBundling extends PythonBundling {
  constructor(private readonly directory: string) {
    super();
  }

  public get _docker(): undefined {
    return undefined;
  }

  public _bundle(request: BundleRequest): Bundle {
    return bundlePrebuilt(request, this.directory);
  }
}

class DockerBundling extends PythonBundling {
  constructor(private readonly options: DockerBundlingOptions) {
    super();
  }

  public get _docker(): DockerBundlingOptions {
    return this.options;
  }

  public _bundle(): Bundle {
    throw notInThisVersion('PythonBundling.docker');
  }
}
