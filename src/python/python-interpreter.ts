import * as fs from 'fs';
import * as path from 'path';
import { environmentPython, hostEnvironment, type HostEnvironmentOptions } from './environment';
import { installedPackages, type InstalledPackage } from './installed-packages';
import type { PythonProject } from './python-project';
import { cacheDirectory } from '../cache/cache-directory';
import { FastApiError } from '../private/errors';
import { hashParts } from '../private/hash';
import { runTool, toolEnvironment } from '../private/process';
import { programOnPath } from '../private/search-path';

/** The Python that reads an app. */
export interface PythonInterpreter {
  /** Absolute path of the program; links are kept, since a virtual environment is known by where its link lies. */
  readonly program: string;
  /** Why it was chosen, for messages. */
  readonly origin: string;
  /** Whether it is one of our own, with what the project's files name. */
  readonly isPrivate?: true;
  /** Where it keeps bytecode. Default: it writes none. */
  readonly bytecode?: string;
}

/**
 * The interpreter that the user has made for the app: the option, `CDK_FASTAPI_PYTHON`, the active virtual environment,
 * `.venv` of the project. Undefined where there is none: then a private environment is made.
 *
 * All but the option are passed over where FastAPI is not installed in them: the active environment is often that of the CDK
 * app, `.venv` may be empty yet, and `CDK_FASTAPI_PYTHON` may name a bare interpreter for making environments.
 */
export function findInterpreter(entry: string, option?: string): PythonInterpreter | undefined {
  if (option !== undefined) return optionInterpreter(entry, option);
  const { CDK_FASTAPI_PYTHON: python, VIRTUAL_ENV: active } = process.env;
  const candidates: PythonInterpreter[] = [];
  if (python) candidates.push({ program: path.resolve(python), origin: '`CDK_FASTAPI_PYTHON`' });
  if (active) candidates.push({ program: environmentPython(path.resolve(active)), origin: 'the active virtual environment (`VIRTUAL_ENV`)' });
  candidates.push({ program: environmentPython(path.resolve(entry, '.venv')), origin: '`.venv` of the project' });
  return candidates.find((candidate) => fs.existsSync(candidate.program) && hasFastApi(candidate.program));
}

/**
 * Everything about an interpreter that an app can notice, read from files: version, settings and installed packages.
 * Packages installed by a link to their source (`.pth`) are named by where they are; their source is an `extraInputs` of the user.
 */
export function interpreterIdentity(program: string): string {
  const real = fs.realpathSync(program);
  const parts: Record<string, string> = { program, real, binary: stamp(real) };
  const settings = path.join(prefixOf(program), 'pyvenv.cfg');
  if (fs.existsSync(settings)) parts.settings = fs.readFileSync(settings, 'utf8');
  for (const directory of packageDirectories(program)) {
    const names = fs.readdirSync(directory).filter((name) => name !== '__pycache__').sort();
    parts[`packages ${directory}`] = JSON.stringify(names);
    for (const name of names) {
      const item = path.join(directory, name);
      if (name.endsWith('.dist-info')) parts[item] = stamp(item);
      if (name.endsWith('.pth')) parts[item] = fs.readFileSync(item, 'utf8');
    }
  }
  return hashParts(parts);
}

/** The distribution that brings a module, as `google.cloud.storage`, into the environment of an interpreter, as its records say. */
export function distributionOf(program: string, module: string): string | undefined {
  for (const directory of packageDirectories(program)) {
    const place = module.split('.').join('/');
    const found = installedPackages(directory).find(({ files }) => files.some((file) => file.startsWith(`${place}/`) || (file.startsWith(`${place}.`) && /\.(py|so|pyd)$/.test(file))));
    if (found !== undefined) return declaredName(directory, found);
  }
  return undefined;
}

/** The name as the distribution writes it: `PyYAML`. */
function declaredName(directory: string, { info, name }: InstalledPackage): string {
  return /^Name:\s*(\S+)\s*$/m.exec(fs.readFileSync(path.join(directory, info, 'METADATA'), 'utf8'))?.[1] ?? name;
}

/** Minor version of an interpreter, as the names of its directories tell it; undefined where they do not. */
export function interpreterMinor(program: string): string | undefined {
  return packageDirectories(program).flatMap((directory) => /[\\/]python(3\.\d+)[\\/]/.exec(directory)?.[1] ?? [])[0];
}

/** Paths that the `.pth` files of an environment add to Python's: packages installed by a link to their source. */
export function linkedSources(program: string): string[] {
  const found: string[] = [];
  for (const directory of packageDirectories(program)) {
    for (const name of fs.readdirSync(directory).filter((item) => item.endsWith('.pth'))) {
      for (const line of fs.readFileSync(path.join(directory, name), 'utf8').split(/\r?\n/)) {
        if (path.isAbsolute(line) && fs.statSync(line, { throwIfNoEntry: false })?.isDirectory()) found.push(path.resolve(line));
      }
    }
  }
  return [...new Set(found)].sort();
}

/** An interpreter of our own in the cache, with the project's packages. */
export function privateInterpreter(project: PythonProject, options: HostEnvironmentOptions): PythonInterpreter {
  return {
    program: hostEnvironment(project, options),
    origin: 'a private environment with the packages of the project',
    isPrivate: true,
    // Packages are installed there without bytecode: without this, each reading would compile them.
    bytecode: path.join(cacheDirectory(), 'bytecode'),
  };
}

function optionInterpreter(entry: string, option: string): PythonInterpreter {
  // A bare name is looked up as a shell would; a relative path is relative to the working directory, as CDK's are.
  const program = path.basename(option) === option ? programOnPath(option) ?? path.resolve(option) : path.resolve(option);
  if (!fs.existsSync(program)) {
    throw new FastApiError(
      `\`python\` of OpenApiSource.fromApp must be a Python interpreter that has the packages of ${entry}, got: ${option}, which does not exist`,
    );
  }
  return { program: packageDirectories(program).length > 0 ? program : behindLauncher(program), origin: '`python` of OpenApiSource.fromApp' };
}

/** A launcher, such as a shim that chooses a version by the directory it is called in, is asked for the interpreter behind it. */
function behindLauncher(program: string): string {
  const argv = [program, '-c', 'import sys; print(sys.executable)'];
  return runTool(argv, { cwd: path.dirname(program), env: toolEnvironment(), what: `ask ${program} for its interpreter`, timeoutSeconds: 30 }).trim();
}

function hasFastApi(program: string): boolean {
  return packageDirectories(program).some((directory) => fs.existsSync(path.join(directory, 'fastapi')));
}

/** The directories that the interpreter takes packages from. */
function packageDirectories(program: string): string[] {
  const found: string[] = [];
  for (const prefix of prefixesOf(program)) {
    const windows = path.join(prefix, 'Lib', 'site-packages');
    if (process.platform === 'win32' && fs.existsSync(windows)) found.push(windows);
    const lib = path.join(prefix, 'lib');
    if (process.platform === 'win32' || !fs.existsSync(lib)) continue;
    for (const version of fs.readdirSync(lib).filter((name) => /^python3(\.\d+)?$/.test(name)).sort()) {
      found.push(...['site-packages', 'dist-packages'].map((name) => path.join(lib, version, name)).filter((directory) => fs.existsSync(directory)));
    }
  }
  return found;
}

/** A virtual environment sees the packages of the interpreter behind it only where its settings say so. */
function prefixesOf(program: string): string[] {
  const own = prefixOf(program);
  const settings = path.join(own, 'pyvenv.cfg');
  const isolated = fs.existsSync(settings) && !/^include-system-site-packages\s*=\s*true\s*$/im.test(fs.readFileSync(settings, 'utf8'));
  return isolated ? [own] : [...new Set([own, prefixOf(fs.realpathSync(program))])];
}

function prefixOf(program: string): string {
  return path.dirname(path.dirname(program));
}

/** Size and time of a file: enough to see that it was replaced. */
function stamp(file: string): string {
  const stat = fs.statSync(file);
  return `${stat.size} ${stat.mtimeMs}`;
}
