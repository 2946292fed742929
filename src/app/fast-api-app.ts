import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { PythonBundling } from '../bundling/python-bundling';
import type { FastApiOperation } from '../operations/operation';
import { notInThisVersion } from '../private/not-in-this-version';
import type { OpenApiSource } from './open-api-source';

/** How a FastAPI project is read and bundled. */
export interface FastApiAppOptions {
  /**
   * Where the FastAPI object is: `package.module:attribute`. The attribute may also be a factory, a
   * function without required arguments that returns the app.
   *
   * @default - `[tool.fastapi] entrypoint` in `pyproject.toml`, then the discovery order of the FastAPI command line
   */
  readonly entrypoint?: string;

  /**
   * Where the OpenAPI document comes from.
   *
   * @default OpenApiSource.fromApp()
   */
  readonly openApi?: OpenApiSource;

  /**
   * How the project and its dependencies become a Lambda package.
   *
   * @default PythonBundling.auto()
   */
  readonly bundling?: PythonBundling;

  /**
   * The Python runtime of the functions.
   *
   * @default - the version in `.python-version`, else the newest generally available one that `requires-python` allows
   */
  readonly runtime?: lambda.Runtime;

  /**
   * The processor architecture of the functions.
   *
   * @default lambda.Architecture.X86_64
   */
  readonly architecture?: lambda.Architecture;
}

/**
 * A FastAPI project on this machine. Not a construct: one app can feed several APIs in several
 * stacks, and is read and bundled once. Nothing is read until it is asked for.
 */
export class FastApiApp {
  /**
   * The project in a directory.
   *
   * @param _entry directory of the project: the one with `pyproject.toml` or `requirements.txt`. A relative path is
   * relative to the working directory
   * @param _options entry point, document, bundling, runtime
   */
  public static fromDirectory(_entry: string, _options: FastApiAppOptions = {}): FastApiApp {
    throw notInThisVersion('FastApiApp.fromDirectory');
  }

  private constructor() {}

  /** The operations of the app, in the order of its document. */
  public get operations(): FastApiOperation[] {
    throw notInThisVersion('operations');
  }

  /**
   * One operation. An unknown name is an error that lists the nearest ones, an ambiguous name one
   * that lists the qualified names.
   *
   * @param _name name or qualified name
   */
  public operation(_name: string): FastApiOperation {
    throw notInThisVersion('operation');
  }
}
