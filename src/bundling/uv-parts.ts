import * as fs from 'fs';
import * as path from 'path';
import type { BundlePackage, BundleRequest } from './bundle';
import { BytecodeMode } from './bytecode-mode';
import { TASK_ROOT } from './lambda-paths';
import type { PackageOptions } from './package-options';
import { compileTree, planBytecode, type BytecodePlan } from './packages/bytecode';
import { checkNative } from './packages/native-check';
import { packageLayer, type PackageLayer } from './packages/package-layer';
import { codeHash } from '../cache/code-hash';
import { FastApiError } from '../private/errors';
import { hashParts, listFiles } from '../private/hash';
import { progress } from '../private/progress';
import { hasModule, readApplication, SHIM, writeApplication, type Application } from '../python/application';
import { configuredInterpreter, findInterpreters, interpreterAt, type Interpreter } from '../python/interpreters';
import { ownDistribution } from '../python/own-distribution';
import { PythonProject } from '../python/python-project';
import { checkPython } from '../python/python-version';
import { findUv } from '../python/uv';

/** A file of known size, named as in its bundle. */
export interface SizedFile {
  readonly path: string;
  readonly size: number;
}

/** What every bundle of uv is put together from: packages and application. Nothing is installed or written yet. */
export class UvParts {
  /** Hash of everything that both depend on. */
  public readonly key: string;
  public readonly packages: PackageLayer;
  public readonly bytecode: BytecodePlan;
  private readonly application: Application;

  /** @param mount where the packages will be: `/var/task`, or below `/opt` */
  constructor(private readonly request: BundleRequest, options: PackageOptions, mount: string) {
    const project = PythonProject.inspect(request.entry);
    const platform = { python: request.runtime, architecture: request.architecture };
    checkPython(project, request.runtime);
    project.dependencies.format.check(project);

    const named = options.pythonPath === undefined ? undefined : interpreterAt(options.pythonPath, 'pythonPath');
    const bytecode = planBytecode(options.bytecode ?? BytecodeMode.AUTO, request.runtime, named);
    const uv = findUv(options.uvPath);
    const python = named ?? bytecode.compiler ?? workingInterpreter(project);
    const own = ownDistribution(project, { uv: () => uv, python: () => python }, !hasModule(project.directory, request.entrypoint));
    const patterns = { exclude: options.exclude, include: options.include, emptied: request.emptied };
    this.application = readApplication(project, request.entrypoint, patterns, own);
    this.packages = packageLayer({ project, platform, uv, python, bytecode, options, mount, importsSdk: this.application.importsSdk });
    this.bytecode = bytecode;
    this.key = hashParts({
      code: codeHash('bundling'), packages: this.packages.key, application: this.application.hash, bytecode: bytecode.compiler?.version ?? 'source',
    });
  }

  /**
   * Writes the application and the shim into an empty directory, and compiles them: before anything is linked beside
   * them, which is never edited.
   *
   * @returns the files
   */
  public writeApplication(directory: string): SizedFile[] {
    for (const note of this.application.notes) progress(note);
    writeApplication(this.application.files, directory);
    if (this.bytecode.compiler !== undefined) compileTree(this.bytecode.compiler, directory, TASK_ROOT);
    const files = listFiles(directory);
    checkNative(directory, files, [], { python: this.request.runtime, architecture: this.request.architecture });
    return files.map((file) => ({ path: file, size: fs.statSync(path.join(directory, file)).size }));
  }

  /** Bytes by package, the largest first; what no package owns is the application's. */
  public sizes(files: readonly SizedFile[]): BundlePackage[] {
    const totals = new Map<string, number>();
    const owners = this.packageOwners();
    for (const file of files) {
      const name = file.path.startsWith(`${SHIM}/`) ? 'the shim' : owners(file.path) ?? 'the application';
      totals.set(name, (totals.get(name) ?? 0) + file.size);
    }
    return [...totals].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
  }

  /** Which package a file belongs to. */
  public packageOwners(): (file: string) => string | undefined {
    const { owners } = this.packages.entry().manifest.facts;
    const entries = typeof owners === 'object' && owners !== null ? Object.entries(owners) : [];
    const known = new Map(entries.map(([directory, name]) => [directory, String(name)]));
    return (file) => {
      const directory = path.posix.dirname(file.replace(/(^|\/)__pycache__\//, '$1'));
      return known.get(directory === '.' ? file.replace(/^__pycache__\/([^.]+)\..*$/, '$1.py') : directory);
    };
  }
}

/** Any interpreter that the project allows: packages for the target come as wheels, so it need not be the target's. */
function workingInterpreter(project: PythonProject): Interpreter {
  const found = configuredInterpreter() ?? findInterpreters().find((each) => project.allowsPython(each.minor)) ?? findInterpreters()[0];
  if (found !== undefined) return found;
  throw new FastApiError(
    'bundling with uv needs a Python from 3.11 on, of any version, and found none on this machine; ' +
    'install one, name it with `pythonPath` or `CDK_FASTAPI_PYTHON`, or use `PythonBundling.docker()` or `PythonBundling.prebuilt()`',
  );
}
