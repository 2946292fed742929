import * as fs from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type AppReading, readAppDocument } from './document-reader';
import { discoverEntrypoint, type DiscoveredEntrypoint } from './entrypoint-discovery';
import { LeftOutFrontEnds } from './left-out-front-ends';
import { OpenApiSource } from './open-api-source';
import { minorVersion, projectRuntime } from './project-runtime';
import { warnOfMissingVariables } from './settings';
import { checkStart } from './start-check';
import { startVariables } from './start-variables';
import type { Telemetry } from './telemetry';
import { checkTelemetryPackages } from './telemetry-packages';
import type { Bundle, BundleRequest, BundleSelection } from '../bundling/bundle';
import { bundleCode, type LayerCode } from '../bundling/bundle-code';
import type { DockerFunction } from '../bundling/docker-bundler';
import { PythonBundling } from '../bundling/python-bundling';
import { checkDocument, readDocument, type OpenApiDocument } from '../openapi/document';
import type { ApiType } from '../operations/api-type';
import type { FastApiOperation } from '../operations/operation';
import { Operations } from '../operations/operations';
import { RUNTIME_PACKAGE_DIRECTORY } from '../private/assets';
import { checkStruct, inWords } from '../private/check-struct';
import { FastApiError } from '../private/errors';
import { findInterpreter } from '../python/python-interpreter';
import { PythonProject } from '../python/python-project';

/** What helps who has passed a text in place of an object. */
const REMEDIES = {
  runtime: 'for example `lambda.Runtime.PYTHON_3_13`',
  architecture: 'for example `lambda.Architecture.ARM_64`',
  openApi: "for example `OpenApiSource.fromFile('openapi.json')`",
  bundling: 'for example `PythonBundling.uv({ … })`',
};

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

  /**
   * Whether the functions observe their requests, without a change of the app: one line of CloudWatch metrics for each
   * request by route, log records as JSON with their request, subsegments for X-Ray, the header `X-Correlation-Id`, and
   * a safe answer to exceptions that the app does not handle. An app that `cdk-fastapi new` wrote does this itself.
   *
   * @default false
   */
  readonly observability?: boolean;

  /**
   * OpenTelemetry, beside `observability` or in place of it. With both, traces are OpenTelemetry's alone.
   *
   * @default - none; what the app sets up itself is flushed before Lambda freezes it
   */
  readonly telemetry?: Telemetry;

  /**
   * Whether a function builds all routes and models of the app in its initialization, as FastAPI does, instead of those
   * that its requests use. An error in a route comes there then, and not at synth alone. One function says so with the
   * variable `CDK_FASTAPI_EAGER_ROUTES: '1'` in its environment.
   *
   * @default false
   */
  readonly eagerRoutes?: boolean;
}

/**
 * A FastAPI project on this machine. Not a construct: one app can feed several APIs in several
 * stacks, and is read and bundled once. Nothing is read until it is asked for, so an app may be named
 * where a module is loaded and its directory may be made later.
 */
export class FastApiApp {
  /**
   * The project in a directory.
   *
   * @param entry directory of the project: the one with `pyproject.toml` or `requirements.txt`. A relative path is
   * relative to the working directory
   * @param options entry point, document, bundling, runtime
   */
  public static fromDirectory(entry: string, options: FastApiAppOptions = {}): FastApiApp {
    if (typeof entry !== 'string' || entry === '') {
      throw new FastApiError(`\`entry\` of FastApiApp.fromDirectory must be the path of a directory, got: ${entry === '' ? '""' : inWords(entry)}; for example '../my_api'`);
    }
    checkStruct(options, { subject: 'FastApiApp.fromDirectory', sources: [{ file: 'app/fast-api-app', name: 'FastApiAppOptions' }], remedies: REMEDIES });
    return new FastApiApp(entry, options ?? {});
  }

  /** @internal */
  public readonly _bundling: PythonBundling;

  /** @internal */
  public readonly _architecture: lambda.Architecture;

  /** @internal */
  public readonly _observability: boolean;

  /** @internal */
  public readonly _telemetry: Telemetry | undefined;

  /** @internal */
  public readonly _eagerRoutes: boolean;

  private readonly directory: string;
  private readonly openApi: OpenApiSource;
  private readonly operationsByType = new Map<string, Operations>();
  private readonly codes = new WeakMap<Stack, lambda.Code>();
  private readonly started = new Set<string>();
  private reading?: AppReading;
  private inspected?: PythonProject;
  private discovered?: DiscoveredEntrypoint;
  private runtime?: lambda.Runtime;
  private bundle?: Bundle;
  private readonly frontEnds = new LeftOutFrontEnds();

  private constructor(private readonly entry: string, private readonly options: FastApiAppOptions) {
    // The working directory of now is meant, whenever the project is read.
    this.directory = path.resolve(entry);
    this._bundling = options.bundling ?? PythonBundling.auto();
    this._architecture = options.architecture ?? lambda.Architecture.X86_64;
    this._observability = options.observability ?? false;
    this._telemetry = options.telemetry;
    this._eagerRoutes = options.eagerRoutes ?? false;
    this.openApi = options.openApi ?? OpenApiSource.fromApp();
  }

  /** The operations of the app, in the order of its document. */
  public get operations(): FastApiOperation[] {
    return [...this.allOperations().all];
  }

  /**
   * One operation. An unknown name is an error that lists the nearest ones, an ambiguous name one
   * that lists the qualified names.
   *
   * @param name name or qualified name
   */
  public operation(name: string): FastApiOperation {
    return this.allOperations().find(name);
  }

  /**
   * The operations by the rules of one kind of API. Issues are in the set and are not thrown.
   *
   * @internal
   */
  public _operationsFor(apiType: ApiType, catchAll: boolean): Operations {
    const key = `${apiType} ${catchAll}`;
    const operations = this.operationsByType.get(key) ?? Operations.fromDocument(this._document, { apiType, catchAll });
    this.operationsByType.set(key, operations);
    return operations;
  }

  /**
   * The checked document, read once.
   *
   * @internal
   */
  public get _document(): OpenApiDocument {
    return this.read().document;
  }

  /**
   * Says at synth which variables the app was read with and its functions lack.
   *
   * @internal
   */
  public _warnOfMissingVariables(scope: Construct, functions: readonly lambda.Function[]): void {
    const { settings } = this.read();
    warnOfMissingVariables(scope, settings, this.directory, functions);
  }

  /**
   * Where the FastAPI object is: `pkg.main:app`.
   *
   * @internal
   */
  public get _entrypoint(): string {
    return this.entryPoint().entrypoint;
  }

  /** @internal */
  public get _runtime(): lambda.Runtime {
    this.runtime ??= projectRuntime(this.project(), this.options.runtime);
    return this.runtime;
  }

  /**
   * Name of the project.
   *
   * @internal
   */
  public get _name(): string {
    return this.project().name;
  }

  /**
   * The app's name in messages: entry point, where it is known without reading the project, and directory.
   *
   * @internal
   */
  public get _label(): string {
    const entrypoint = this.discovered?.entrypoint ?? this.options.entrypoint;
    return entrypoint === undefined ? this.directory : `${entrypoint} in ${this.directory}`;
  }

  /**
   * Of which files and packages the app is made.
   *
   * @internal
   */
  public get _source(): { readonly entry: string; readonly entrypoint: string; readonly selection: BundleSelection & Pick<BundleRequest, 'emptied'> } {
    const { exclude, include, extras, groups } = this._bundling._selection;
    const emptied = this.frontEnds.emptied(() => this._document);
    return { entry: this.project().directory, entrypoint: this._entrypoint, selection: { exclude, include, extras, groups, emptied } };
  }

  /**
   * The bundle, made or taken from the cache once.
   *
   * @internal
   */
  public get _bundle(): Bundle {
    this.bundle ??= this._bundling._bundle(this.bundleRequest());
    return this.bundle;
  }

  /**
   * The bundle that another way of bundling would make.
   *
   * @internal
   */
  public _bundleBy(bundling: PythonBundling): Bundle {
    return bundling._bundle(this.bundleRequest());
  }

  /**
   * What makes the functions of this app `PythonFunction`s; undefined where they take their code from `_code`.
   *
   * @internal
   */
  public _dockerFunction(scope: Construct): DockerFunction | undefined {
    return this._bundling._dockerFunction(this.bundleRequest(), Stack.of(scope).bundlingRequired);
  }

  /**
   * The code of every function of this app in the stack of `scope`: CDK ties a `Code` to one stack.
   * Where the stack is not to be bundled, as in `cdk list`, a placeholder.
   *
   * @internal
   */
  public _code(scope: Construct): lambda.Code {
    const stack = Stack.of(scope);
    if (!this.codes.has(stack)) this.codes.set(stack, this.makeCode(stack));
    return this.codes.get(stack)!;
  }

  /**
   * The code of the layer that holds the packages of this app, with a name for it; undefined where there is no layer.
   *
   * @internal
   */
  public _layerCode(scope: Construct): LayerCode | undefined {
    const setting = this._bundling._layer;
    if (setting === undefined) return undefined;
    const name = this._name;
    const layer = Stack.of(scope).bundlingRequired ? this._bundle.layer : undefined;
    return { ...setting, name, hash: layer?.hash ?? '', code: () => (layer === undefined ? lambda.Code.fromAsset(RUNTIME_PACKAGE_DIRECTORY) : bundleCode(layer)) };
  }

  /**
   * Starts the bundle once as a function with these variables would, where it was not tried before.
   *
   * @internal
   */
  public _checkStart(scope: Construct, variables: Readonly<Record<string, string>>): void {
    if (!Stack.of(scope).bundlingRequired || !this._bundling._verify) return;
    const origin = this.openApi._origin;
    const reading = origin.kind === 'app' ? origin.options : {};
    const { literal, placeholders, key } = startVariables(variables, reading.environment);
    if (this.started.has(key)) return;
    this.started.add(key);
    checkStart({
      bundle: this._bundle,
      entrypoint: this._entrypoint,
      variables: literal,
      placeholders,
      reader: findInterpreter(this.directory, reading.python)?.program,
    });
  }

  /**
   * Refuses `telemetry` where the bundle lacks what it needs.
   *
   * @internal
   */
  public _checkTelemetry(scope: Construct): void {
    if (this._telemetry === undefined || !Stack.of(scope).bundlingRequired || this._dockerFunction(scope)) return;
    checkTelemetryPackages(this._bundle, minorVersion(this._runtime), this._label);
  }

  /**
   * Has the bundle hold empty files in place of the front ends that the app declares: the app looks for them when it starts.
   *
   * @internal
   */
  public _leaveOutFrontEnds(): void {
    this.frontEnds.leaveOut(this.bundle !== undefined);
  }

  private bundleRequest(): BundleRequest {
    return {
      entry: this.project().directory,
      entrypoint: this._entrypoint,
      runtime: minorVersion(this._runtime),
      architecture: this._architecture.name === lambda.Architecture.ARM_64.name ? 'arm64' : 'x86_64',
      emptied: this.frontEnds.emptied(() => this._document),
    };
  }

  private makeCode(stack: Stack): lambda.Code {
    if (!stack.bundlingRequired) return lambda.Code.fromAsset(RUNTIME_PACKAGE_DIRECTORY);
    return bundleCode(this._bundle);
  }

  /** Looking at an app refuses nothing: what cannot be deployed is the matter of an API. */
  private allOperations(): Operations {
    return this._operationsFor('rest', true);
  }

  private read(): AppReading {
    this.reading ??= this.readOrigin();
    return this.reading;
  }

  private readOrigin(): AppReading {
    const origin = this.openApi._origin;
    switch (origin.kind) {
      case 'file': return { document: readDocument(origin.path), settings: [] };
      case 'document': return { document: checkDocument(origin.document, '`document` of OpenApiSource.fromDocument'), settings: [] };
      case 'app': return readAppDocument({
        project: this.project(),
        entrypoint: this.entryPoint(),
        minor: minorVersion(this._runtime),
        selection: this._bundling._selection,
        options: origin.options,
      });
    }
  }

  private entryPoint(): DiscoveredEntrypoint {
    this.discovered ??= discoverEntrypoint(this.project(), this.options.entrypoint);
    return this.discovered;
  }

  private project(): PythonProject {
    if (!fs.existsSync(this.directory)) {
      throw new FastApiError(
        `\`entry\` of FastApiApp.fromDirectory must be the directory of a FastAPI project, got: ${this.entry}, and ${this.directory} does not exist; `
        + `a relative path is relative to the working directory, now ${process.cwd()}`,
      );
    }
    this.inspected ??= PythonProject.inspect(this.directory);
    return this.inspected;
  }
}
