import type { Duration } from 'aws-cdk-lib';
import { notInThisVersion } from '../private/not-in-this-version';

/** How the user's module is run to read its OpenAPI document. */
export interface OpenApiFromAppOptions {
  /**
   * Path of the Python interpreter that has the app's dependencies.
   *
   * @default - `CDK_FASTAPI_PYTHON`, then the active virtual environment (`VIRTUAL_ENV`), then
   * `.venv` in the entry directory, then a private environment made in the cache
   */
  readonly python?: string;

  /**
   * Environment variables for the module while it is imported.
   *
   * @default - none besides the environment of the process; `AWS_DEFAULT_REGION` is set where it is missing
   */
  readonly environment?: Record<string, string>;

  /**
   * How long the import of the module may take.
   *
   * @default Duration.seconds(60)
   */
  readonly timeout?: Duration;

  /**
   * Files outside the entry directory, or ignored there, that the document depends on: they belong to the cache key.
   * Relative paths are relative to the entry directory.
   *
   * @default - none
   */
  readonly extraInputs?: string[];
}

/** Where the OpenAPI document of an app comes from. */
export class OpenApiSource {
  /**
   * The document that the app itself makes, with its route facts: the module is imported by the project's Python.
   *
   * @param _options interpreter, environment, timeout
   */
  public static fromApp(_options: OpenApiFromAppOptions = {}): OpenApiSource {
    throw notInThisVersion('OpenApiSource.fromApp');
  }

  /**
   * A document written before, for example by `cdk-fastapi openapi --out openapi.json`.
   *
   * @param _path path of a JSON file
   */
  public static fromFile(_path: string): OpenApiSource {
    throw notInThisVersion('OpenApiSource.fromFile');
  }

  /**
   * A document at hand.
   *
   * @param _document an OpenAPI 3.0, 3.1 or 3.2 document
   */
  public static fromDocument(_document: Record<string, any>): OpenApiSource {
    throw notInThisVersion('OpenApiSource.fromDocument');
  }

  private constructor() {}
}
