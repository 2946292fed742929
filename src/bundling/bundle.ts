import type { RemovalPolicy } from 'aws-cdk-lib';
import type { PackageOptions } from './package-options';
import type { Architecture } from '../python/platform';

/** What a bundle is made for. */
export interface BundleRequest {
  /** Absolute path of the FastAPI project. */
  readonly entry: string;
  /** `'pkg.main:app'`. */
  readonly entrypoint: string;
  /** Minor version of Python, as `'3.13'`. */
  readonly runtime: string;
  readonly architecture: Architecture;
  /** Directories, relative to the project, whose pages are empty in the bundle and whose other files are not there. Default: none. */
  readonly emptied?: readonly string[];
}

/** An installed package and the bytes it takes, unzipped. */
export interface BundlePackage {
  readonly name: string;
  readonly bytes: number;
}

/** The packages of a bundle whose functions have them in a layer. Its directory lies in the cache and is never edited. */
export interface BundleLayer {
  /** Absolute path of the directory whose content becomes `/opt`. */
  readonly directory: string;
  /** Hash of the content. */
  readonly hash: string;
  readonly bytes: number;
  readonly files: number;
}

/** The build context of a bundle whose functions are those of an image. Its directory lies in the cache and is never edited. */
export interface BundleImage {
  /** Absolute path of the directory with the Dockerfile, the application and its dependencies. */
  readonly directory: string;
  /** Hash of the content and of the platform. It serves as the asset's hash. */
  readonly hash: string;
  /** What it is built for, as Docker names it. */
  readonly platform: string;
}

/** What is said of a layer beside its content. */
export interface LayerSetting {
  readonly removalPolicy?: RemovalPolicy;
}

/** Whether a bundle carries compiled Python, and why not. */
export type BytecodeState =
  | { readonly compiled: true }
  | { readonly compiled: false; readonly reason: string };

/** A finished bundle. Its directory lies in the cache and is never edited. */
export interface Bundle {
  /** Absolute path of the directory whose content becomes `/var/task`. */
  readonly directory: string;
  /** Hash of the content: paths, executable bits and bytes. It serves as the asset's hash. */
  readonly hash: string;
  /** Size of all files, unzipped, those of the layer included. */
  readonly bytes: number;
  readonly files: number;
  /** The installed packages, the largest first. */
  readonly packages: readonly BundlePackage[];
  /** The packages, where they lie in a layer and not in the directory. */
  readonly layer?: BundleLayer;
  /** Directories whose content is in `/var/task` too, below that of `directory`: the dependencies of an image. */
  readonly beneath?: readonly string[];
  /** The build context, where the functions are those of an image. */
  readonly image?: BundleImage;
  readonly bytecode: BytecodeState;
  /** Minor version of Python the bundle is for, as `'3.13'`. */
  readonly python: string;
  readonly architecture: Architecture;
  /** How it was made. */
  readonly method: 'uv' | 'prebuilt';
}

/** The options that say which files and packages are the app's: they rule the reading of the app as well. */
export type BundleSelection = Pick<PackageOptions, 'exclude' | 'include' | 'extras' | 'groups'>;
