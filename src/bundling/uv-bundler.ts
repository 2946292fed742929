import * as fs from 'fs';
import * as path from 'path';
import type { Bundle, BundlePackage, BundleRequest } from './bundle';
import { checkSize, megabytes } from './bundle-size';
import { BytecodeMode } from './bytecode-mode';
import { compileTree, planBytecode, type BytecodePlan } from './packages/bytecode';
import { checkNative } from './packages/native-check';
import { packageLayer, type PackageLayer } from './packages/package-layer';
import type { UvBundlingOptions } from './uv-bundling-options';
import { cacheEntry } from '../cache/cache';
import { knowFile } from '../cache/cache-manifest';
import { codeHash } from '../cache/code-hash';
import { FastApiError } from '../private/errors';
import { hashParts, listFiles } from '../private/hash';
import { linkFiles } from '../private/link';
import { progress } from '../private/progress';
import { hasModule, readApplication, SHIM, writeApplication, type Application } from '../python/application';
import { configuredInterpreter, findInterpreters, interpreterAt, type Interpreter } from '../python/interpreters';
import { ownDistribution } from '../python/own-distribution';
import { PythonProject } from '../python/python-project';
import { checkPython } from '../python/python-version';
import { findUv } from '../python/uv';

/** Makes the bundle of a project with uv, or finds it in the cache. */
export function bundleWithUv(request: BundleRequest, options: UvBundlingOptions): Bundle {
  const project = PythonProject.inspect(request.entry);
  const platform = { python: request.runtime, architecture: request.architecture };
  checkPython(project, request.runtime);
  project.dependencies.format.check(project);

  const named = options.pythonPath === undefined ? undefined : interpreterAt(options.pythonPath, 'pythonPath');
  const bytecode = planBytecode(options.bytecode ?? BytecodeMode.AUTO, request.runtime, named);
  const uv = findUv(options.uvPath);
  const python = named ?? bytecode.compiler ?? workingInterpreter(project);
  const own = ownDistribution(project, { uv: () => uv, python: () => python }, !hasModule(project.directory, request.entrypoint));
  const application = readApplication(project, request.entrypoint, { exclude: options.exclude, include: options.include }, own);
  const layer = packageLayer({ project, platform, uv, python, bytecode, options, importsSdk: application.importsSdk });

  const key = hashParts({ code: codeHash('bundling'), packages: layer.key, application: application.hash, bytecode: bytecode.compiler?.version ?? 'source' });
  const what = 'bundling the application';
  const entry = cacheEntry({ kind: 'bundles', key, what, build: (directory) => assemble(directory, layer, application, bytecode, request) });
  const { files, hash } = entry.manifest;
  return {
    directory: entry.directory,
    hash,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    files: files.length,
    // Few ask, and the answer needs the layer.
    get packages() {
      return sizes(files, ownersOf(layer));
    },
    bytecode: bytecode.state,
    python: request.runtime,
    architecture: request.architecture,
    method: 'uv',
  };
}

/** Puts the application beside its packages. It is compiled first: what comes linked from the packages is never edited. */
function assemble(directory: string, layer: PackageLayer, application: Application, bytecode: BytecodePlan, request: BundleRequest): void {
  for (const note of application.notes) progress(note);
  writeApplication(application.files, directory);
  if (bytecode.compiler !== undefined) compileTree(bytecode.compiler, directory);
  const own = listFiles(directory);
  checkNative(directory, own, [], { python: request.runtime, architecture: request.architecture });
  const taken = new Set(own);
  const packages = layer.entry();
  const linked = packages.manifest.files.filter((file) => !taken.has(file.path));
  linkFiles(packages.directory, linked.map((file) => file.path), directory);
  for (const file of linked) knowFile(path.join(directory, file.path), file);

  const files = [...linked, ...own.map((file) => ({ path: file, size: fs.statSync(path.join(directory, file)).size }))];
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  checkSize(bytes, sizes(files, ownersOf(layer)));
  progress(`made a bundle of ${files.length} files, ${megabytes(bytes)} unzipped`);
}

/** Bytes by package, the largest first; what no package owns is the application's. */
function sizes(files: readonly { readonly path: string; readonly size: number }[], owners: ReadonlyMap<string, string>): BundlePackage[] {
  const totals = new Map<string, number>();
  for (const file of files) {
    const name = owner(file.path, owners);
    totals.set(name, (totals.get(name) ?? 0) + file.size);
  }
  return [...totals].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}

function owner(file: string, owners: ReadonlyMap<string, string>): string {
  const directory = path.posix.dirname(file.replace(/(^|\/)__pycache__\//, '$1'));
  if (directory === '.') return owners.get(file.replace(/^__pycache__\/([^.]+)\..*$/, '$1.py')) ?? 'the application';
  if (file.startsWith(`${SHIM}/`)) return 'the shim';
  return owners.get(directory) ?? 'the application';
}

function ownersOf(layer: PackageLayer): ReadonlyMap<string, string> {
  const { owners } = layer.entry().manifest.facts;
  const entries = typeof owners === 'object' && owners !== null ? Object.entries(owners) : [];
  return new Map(entries.map(([directory, name]) => [directory, String(name)]));
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
