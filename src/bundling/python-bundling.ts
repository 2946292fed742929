import { Boto3Mode } from './boto3-mode';
import type { Bundle, BundleRequest, BundleSelection, LayerSetting } from './bundle';
import { BytecodeMode } from './bytecode-mode';
import { DependencyPlacement } from './dependency-placement';
import { DockerBundler, type DockerFunction } from './docker-bundler';
import type { DockerBundlingOptions } from './docker-bundling-options';
import { bundleInImage } from './image/image-bundler';
import type { ImageBundlingOptions } from './image/image-bundling-options';
import { bundleInLayer } from './layer-bundler';
import { bundlePrebuilt } from './prebuilt-bundler';
import { bundleWithUv } from './uv-bundler';
import type { UvBundlingOptions } from './uv-bundling-options';
import { checkStruct, inWords } from '../private/check-struct';
import { FastApiError } from '../private/errors';
import { progressOnce } from '../private/progress';
import { canHaveUv } from '../python/uv';

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
    return new AutoBundling();
  }

  /**
   * With uv, without Docker, for any architecture from any host: a zip file with the application and its packages, or
   * the packages in a layer (`dependencies`).
   */
  public static uv(options: UvBundlingOptions = {}): PythonBundling {
    checkStruct(options, {
      subject: 'PythonBundling.uv',
      sources: [{ file: 'bundling/uv-bundling-options' }, { file: 'bundling/package-options' }],
      enums: { BytecodeMode, Boto3Mode, DependencyPlacement },
    });
    if (options.layerRemovalPolicy !== undefined && options.dependencies !== DependencyPlacement.LAYER) {
      throw new FastApiError('`layerRemovalPolicy` of PythonBundling.uv needs `dependencies: DependencyPlacement.LAYER`, got: no layer; leave it out, or set `dependencies`');
    }
    return new UvBundling(options);
  }

  /**
   * With uv, as a container image of up to 10 GB that all functions of the app share: for apps over 250 MB, and those that
   * need packages of the system. Its build context is written at synth without Docker; `cdk deploy` needs Docker to
   * build and push it. Functions of an image have no SnapStart, no layers and no code signing.
   */
  public static image(options: ImageBundlingOptions = {}): PythonBundling {
    checkStruct(options, {
      subject: 'PythonBundling.image',
      sources: [{ file: 'bundling/image/image-bundling-options' }, { file: 'bundling/package-options' }],
      enums: { BytecodeMode, Boto3Mode },
    });
    return new ImageBundling(options);
  }

  /**
   * With Docker: each operation's function is a `PythonFunction` of `@aws-cdk/aws-lambda-python-alpha`.
   * For projects with packages that have to be compiled on the platform of the function.
   */
  public static docker(options: DockerBundlingOptions = {}): PythonBundling {
    checkStruct(options, { subject: 'PythonBundling.docker', sources: [{ file: 'bundling/docker-bundling-options' }] });
    return new DockerBundling(options);
  }

  /**
   * A directory that already holds everything that `/var/task` needs: the application and its packages, `uvicorn` among
   * them where operations stream. It is checked and deployed as it is, with the shim added.
   *
   * @param directory path of the directory, relative to the working directory of the synthesis
   */
  public static prebuilt(directory: string): PythonBundling {
    if (typeof directory !== 'string') throw new FastApiError(`\`directory\` of PythonBundling.prebuilt must be the path of a directory, got: ${inWords(directory)}; for example 'dist/bundle'`);
    return new PrebuiltBundling(directory);
  }

  protected constructor() {}

  /**
   * What makes the function of an operation a `PythonFunction`; undefined where a directory is bundled.
   *
   * @internal
   */
  public _dockerFunction(_request: BundleRequest, _bundlingRequired: boolean): DockerFunction | undefined {
    return undefined;
  }

  /**
   * Makes the bundle or finds it in the cache. Never called where `_dockerFunction` returns something.
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

  /**
   * How the layer with the packages is made; undefined where they are in the package of each function.
   *
   * @internal
   */
  public get _layer(): LayerSetting | undefined {
    return undefined;
  }

  /**
   * Whether functions are those of a container image, and not of a zip file.
   *
   * @internal
   */
  public get _isImage(): boolean {
    return false;
  }

  /**
   * Whether a finished bundle is started once to try it.
   *
   * @internal
   */
  public get _verify(): boolean {
    return false;
  }
}

class UvBundling extends PythonBundling {
  constructor(private readonly options: UvBundlingOptions) {
    super();
  }

  public override get _selection(): BundleSelection {
    return this.options;
  }

  public override get _verify(): boolean {
    return this.options.verify ?? true;
  }

  public override get _layer(): LayerSetting | undefined {
    return this.options.dependencies === DependencyPlacement.LAYER ? { removalPolicy: this.options.layerRemovalPolicy } : undefined;
  }

  public _bundle(request: BundleRequest): Bundle {
    return this._layer === undefined ? bundleWithUv(request, this.options) : bundleInLayer(request, this.options);
  }
}

class ImageBundling extends PythonBundling {
  constructor(private readonly options: ImageBundlingOptions) {
    super();
  }

  public override get _selection(): BundleSelection {
    return this.options;
  }

  public override get _isImage(): boolean {
    return true;
  }

  public override get _verify(): boolean {
    const { verify = true, directory, baseImage, systemPackages = [], linesBefore = [], linesAfter = [] } = this.options;
    // The image may have what the bundle needs, and this machine may not.
    return verify && directory === undefined && baseImage === undefined && systemPackages.length + linesBefore.length + linesAfter.length === 0;
  }

  public _bundle(request: BundleRequest): Bundle {
    return bundleInImage(request, this.options);
  }
}

class PrebuiltBundling extends PythonBundling {
  constructor(private readonly directory: string) {
    super();
  }

  public _bundle(request: BundleRequest): Bundle {
    return bundlePrebuilt(request, this.directory);
  }
}

class DockerBundling extends PythonBundling {
  private readonly bundler: DockerBundler;

  constructor(options: DockerBundlingOptions) {
    super();
    this.bundler = new DockerBundler(options);
  }

  public override _dockerFunction(request: BundleRequest, bundlingRequired: boolean): DockerFunction {
    return this.bundler.functionProps(request, bundlingRequired);
  }

  public _bundle(request: BundleRequest): Bundle {
    throw new FastApiError(`\`PythonBundling.docker()\` makes no bundle outside a function; use \`PythonBundling.uv()\` for that, got: ${request.entry}`);
  }
}

/** Decides when it is asked first, so that an app that is only declared looks for no tools. */
class AutoBundling extends PythonBundling {
  private chosen: PythonBundling | undefined;

  constructor() {
    super();
  }

  public override _dockerFunction(request: BundleRequest, bundlingRequired: boolean): DockerFunction | undefined {
    // A stack that is not bundled needs no tool, so none is looked for.
    return bundlingRequired ? this.choice()._dockerFunction(request, bundlingRequired) : undefined;
  }

  public _bundle(request: BundleRequest): Bundle {
    return this.choice()._bundle(request);
  }

  public override get _verify(): boolean {
    return this.choice()._verify;
  }

  private choice(): PythonBundling {
    if (this.chosen === undefined) {
      const uv = canHaveUv();
      if (!uv) progressOnce('bundling with Docker: neither uv nor a Python from 3.11 on to install it with was found');
      this.chosen = uv ? PythonBundling.uv() : PythonBundling.docker();
    }
    return this.chosen;
  }
}
