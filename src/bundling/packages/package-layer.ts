import * as fs from 'fs';
import * as path from 'path';
import { Boto3Mode } from '../boto3-mode';
import { compileTree, type BytecodePlan } from './bytecode';
import { checkNative } from './native-check';
import { removeForeign, removeRecords, removeSdk, removeUnread } from './prune';
import { rewriteRecords } from './records';
import { missingRequirements, RUNTIME_REQUIREMENTS } from './runtime-requirements';
import { removeShadowing } from './standard-library';
import { cacheEntry, type Entry } from '../../cache/cache';
import { codeHash } from '../../cache/code-hash';
import { hashParts, listFiles } from '../../private/hash';
import { progress } from '../../private/progress';
import { normalizedName } from '../../python/dependencies/requirements-file';
import { resolvePackages, type Resolution } from '../../python/dependencies/resolution';
import { buildingSources, checkPure } from '../../python/dependencies/source-builds';
import { installedPackages, type InstalledPackage } from '../../python/installed-packages';
import type { Interpreter } from '../../python/interpreters';
import { describePlatform, uvPlatform, widerUvPlatform, type Platform } from '../../python/platform';
import type { PythonProject } from '../../python/python-project';
import { targetVersion } from '../../python/python-version';
import { runUv, type Uv } from '../../python/uv';
import type { PackageOptions } from '../package-options';

/** What the installed packages are made from. */
export interface PackageLayerRequest {
  readonly project: PythonProject;
  readonly platform: Platform;
  readonly uv: Uv;
  /** The interpreter that uv works with and that builds local packages. */
  readonly python: Interpreter;
  readonly bytecode: BytecodePlan;
  readonly options: PackageOptions;
  /** Where the packages will be: `/var/task`, or below `/opt`. */
  readonly mount: string;
  /** Whether an application file imports the AWS SDK. */
  readonly importsSdk: boolean;
}

/** The packages of a project for a platform, apart from its application files: an edit to those installs nothing. */
export interface PackageLayer {
  /** Hash of everything that the packages depend on. */
  readonly key: string;
  /** The packages, installed where the cache does not have them. A bundle that is there already does not ask. */
  entry(): Entry;
}

/** Tells the layer that a project needs. */
export function packageLayer(request: PackageLayerRequest): PackageLayer {
  const { project, platform, uv, bytecode, options } = request;
  const boto3 = options.boto3 ?? Boto3Mode.AUTO;
  const key = hashParts({
    code: codeHash('python', 'bundling'),
    dependencies: project.dependencyHash(),
    platform: `${targetVersion(project, platform.python)} ${uvPlatform(platform)}`,
    uv: uv.version,
    runtime: JSON.stringify(RUNTIME_REQUIREMENTS),
    selection: JSON.stringify([options.extras ?? [], options.groups ?? []]),
    prune: String(options.prune ?? true),
    boto3: `${boto3}${boto3 === Boto3Mode.AUTO ? request.importsSdk : ''}`,
    // Without bytecode the packages are the same wherever they lie.
    bytecode: bytecode.compiler === undefined ? 'source' : `${bytecode.compiler.version} ${request.mount}`,
  });
  const what = `installing packages for ${platform.architecture}, Python ${platform.python}`;
  let entry: Entry | undefined;
  return { key, entry: () => (entry ??= cacheEntry({ kind: 'packages', key, what, build: (directory) => build(request, boto3, directory) })) };
}

function build(request: PackageLayerRequest, boto3: Boto3Mode, directory: string): Record<string, unknown> {
  const { project, options, bytecode, platform } = request;
  const scratch = fs.mkdtempSync(path.join(path.dirname(directory), 'work-'));
  const resolution = resolvePackages({ ...request, extras: options.extras ?? [], groups: options.groups ?? [], scratch });
  const built = install(request, resolution, scratch, directory);
  fs.rmSync(scratch, { recursive: true, force: true });

  const packages = installedPackages(directory);
  checkPure(packages, built, describePlatform(platform));
  let files = removeForeign(directory, listFiles(directory), platform);
  checkNative(directory, files, packages, platform);
  files = removeRecords(directory, files);
  files = removeShadowing(directory, files);
  files = removeSdk(directory, files, packages, { mode: boto3, direct: directNames(project, options), imported: request.importsSdk });
  if (options.prune ?? true) files = removeUnread(directory, files);
  rewriteRecords(directory, files, packages);
  if (bytecode.compiler !== undefined) {
    progress(`compiling the packages with Python ${bytecode.compiler.version}`);
    compileTree(bytecode.compiler, directory, request.mount);
  }
  return { owners: owners(packages) };
}

/** @returns names of what has no wheel and was built from source */
function install(request: PackageLayerRequest, resolution: Resolution, scratch: string, directory: string): ReadonlySet<string> {
  const { project, uv, python, platform } = request;
  const { names, locals, sources, hashed, whole, file } = resolution;
  const unwheeled = new Set<string>();
  progress(`installing ${names.size} packages for ${platform.architecture}, Python ${platform.python}, with uv ${uv.version} (${uv.path})`);
  const run = (args: readonly string[], wanted: readonly string[] = []): void => {
    const base = [
      'pip', 'install', '--quiet', '--target', directory, '--python', python.path,
      // A list with hashes does not say which wheels there are, so that uv chooses among those that surely run.
      '--python-platform', hashed ? uvPlatform(platform) : widerUvPlatform(platform), '--python-version', targetVersion(project, platform.python),
      '--no-compile-bytecode', '--link-mode', process.platform === 'darwin' ? 'clone' : 'hardlink',
    ];
    const what = `install packages for ${platform.architecture}, Python ${platform.python}`;
    const built = new Set(wanted);
    const attempt = (allowed: readonly string[]) => runUv(uv, [...base, ...allowed, ...args], { cwd: project.directory, what });
    buildingSources(project, built, attempt, describePlatform(platform));
    for (const name of built) if (!wanted.includes(name)) unwheeled.add(name);
  };
  const listed = (name: string, lines: readonly string[]): string => {
    const list = path.join(scratch, name);
    fs.writeFileSync(list, `${lines.join('\n')}\n`);
    return list;
  };

  if (hashed) run([...(whole ? ['--no-deps'] : []), '--require-hashes', '-r', file]);
  else if (names.size > locals.length) run(['--no-deps', '-r', file], sources);
  const wheels = locals.map((local) => {
    progress(`building the local package ${path.basename(local)}`);
    return resolution.wheels.build(local).file;
  });
  if (wheels.length > 0) run(['--no-deps', ...wheels]);
  // What is there is the truth: a lock may name a package whose marker is false here.
  const missing = missingRequirements(new Set(installedPackages(directory).map(({ name }) => name)));
  if (missing.length > 0) run(['--no-deps', '--require-hashes', '-r', listed('runtime.txt', missing)]);
  return unwheeled;
}

/** Which package a file belongs to, for the sizes; compiled files lie beside their source. */
function owners(packages: readonly InstalledPackage[]): Record<string, string> {
  return Object.fromEntries(packages.flatMap((each) => each.files.map((file) => [path.posix.dirname(file) === '.' ? file : path.posix.dirname(file), each.name])));
}

/** What the project asks for itself, with the extras, as far as its files tell a wish from a lock. */
function directNames(project: PythonProject, options: PackageOptions): ReadonlyMap<string, readonly string[]> {
  return new Map(project.dependencies.format.directNames(project, options).flatMap((line) => {
    const match = /^([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]]*)\])?/.exec(line.trim());
    return match === null ? [] : [[normalizedName(match[1]), (match[2] ?? '').split(',').map((extra) => normalizedName(extra.trim()))] as const];
  }));
}
