import { resolve } from 'path';
import type { Duration } from 'aws-cdk-lib';
import type { OpenApiOrigin } from './open-api-origin';
import { checkStruct, inWords } from '../private/check-struct';
import { FastApiError } from '../private/errors';

/** How the user's module is run to read its OpenAPI document. */
export interface OpenApiFromAppOptions {
  /**
   * Path of the Python interpreter that has the app's dependencies.
   *
   * @default - `CDK_FASTAPI_PYTHON`, then the active virtual environment (`VIRTUAL_ENV`), then
   * `.venv` in the entry directory, each where FastAPI is installed in it, then a private environment made in the cache
   */
  readonly python?: string;

  /**
   * Environment variables for the module while it is imported. They belong to the cache key, the environment of the
   * process does not: a variable that changes the document goes here.
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
   * @param options interpreter, environment, timeout
   */
  public static fromApp(options: OpenApiFromAppOptions = {}): OpenApiSource {
    checkStruct(options, { subject: 'OpenApiSource.fromApp', sources: [{ file: 'app/open-api-source', name: 'OpenApiFromAppOptions' }] });
    return new OpenApiSource({ kind: 'app', options });
  }

  /**
   * A document written before, for example by `cdk-fastapi openapi --out openapi.json`.
   *
   * @param path path of a JSON file. A relative path is relative to the working directory
   */
  public static fromFile(path: string): OpenApiSource {
    if (typeof path !== 'string') throw new FastApiError(`\`path\` of OpenApiSource.fromFile must be the path of a JSON file, got: ${inWords(path)}; for example 'openapi.json'`);
    // The working directory of now is meant, whenever the file is read.
    return new OpenApiSource({ kind: 'file', path: resolve(path) });
  }

  /**
   * A document at hand.
   *
   * @param document an OpenAPI 3.0, 3.1 or 3.2 document
   */
  // jsii carries free-form JSON only as a map of `any`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  public static fromDocument(document: Record<string, any>): OpenApiSource {
    return new OpenApiSource({ kind: 'document', document });
  }

  /** @internal */
  public readonly _origin: OpenApiOrigin;

  private constructor(origin: OpenApiOrigin) {
    this._origin = origin;
  }
}
