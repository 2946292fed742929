import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { findInterpreters } from './interpreters';
import { cacheEntry } from '../cache/cache';
import { cacheDirectory } from '../cache/cache-directory';
import { probe } from '../cache/probe-cache';
import { FastApiError } from '../private/errors';
import { runTool, toolEnvironment, tryTool } from '../private/process';
import { progress } from '../private/progress';
import { pathDirectories } from '../private/search-path';

/** The version that is installed where the machine has none, and the oldest that is used where it has one. */
export const PINNED_UV = '0.13.9';
const OLDEST_UV: readonly number[] = [0, 9, 0];

const PROGRAM = process.platform === 'win32' ? 'uv.exe' : 'uv';

/** The program `uv`. */
export interface Uv {
  /** Absolute path. */
  readonly path: string;
  readonly version: string;
}

/**
 * Finds uv, or installs it into the cache.
 *
 * @param option path that the user gave
 * @throws FastApiError where there is neither uv nor a Python to install it with
 */
export function findUv(option?: string): Uv {
  return namedUv(option, 'uvPath') ?? namedUv(process.env.CDK_FASTAPI_UV, 'CDK_FASTAPI_UV') ?? presentUv() ?? installedUv();
}

/** Whether `findUv` can succeed without an option: a uv, or a Python to install it with. */
export function canHaveUv(): boolean {
  return (process.env.CDK_FASTAPI_UV ?? '') !== '' || presentUv() !== undefined || findInterpreters().length > 0;
}

/** One run of uv. */
export interface UvRun {
  readonly cwd: string;
  /** What it does for the user. */
  readonly what: string;
  readonly input?: string;
  /** Variables beside those that uv always gets. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs uv in a directory, whose own configuration of indexes it reads. */
export function runUv(uv: Uv, args: readonly string[], options: UvRun): string {
  const { variables, ...rest } = options;
  return runTool([uv.path, ...args], { ...rest, env: { ...uvEnvironment(), ...variables } });
}

/** uv never fetches an interpreter, never colours, and takes the interpreter it is given. */
export function uvEnvironment(): NodeJS.ProcessEnv {
  return toolEnvironment({
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NO_PROGRESS: '1',
    NO_COLOR: '1',
    UV_PYTHON: undefined,
    UV_PROJECT: undefined,
    UV_PROJECT_ENVIRONMENT: undefined,
    UV_SYSTEM_PYTHON: undefined,
    UV_COMPILE_BYTECODE: undefined,
    UV_FROZEN: undefined,
    UV_LOCKED: undefined,
    UV_NO_BINARY: undefined,
    UV_REQUIRE_HASHES: undefined,
    ...(canKeepDownloads() ? {} : { UV_CACHE_DIR: path.join(cacheDirectory(), 'downloads') }),
  });
}

/** Whether uv can write to its own cache: a build server may have a home that cannot be written to. */
function canKeepDownloads(): boolean {
  if ((process.env.UV_CACHE_DIR ?? '') !== '' || process.platform === 'win32') return true;
  const xdg = process.env.XDG_CACHE_HOME;
  let directory = path.join(xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache'), 'uv');
  while (!fs.existsSync(directory)) directory = path.dirname(directory);
  try {
    fs.accessSync(directory, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function namedUv(file: string | undefined, property: string): Uv | undefined {
  if (file === undefined || file === '') return undefined;
  const resolved = path.resolve(file);
  const found = fs.existsSync(resolved) ? ask(resolved) : undefined;
  if (found === undefined) throw new FastApiError(`\`${property}\` must be the program uv, got: ${file}`);
  if (!isNewEnough(found.version)) throw new FastApiError(`\`${property}\` must be uv ${OLDEST_UV.join('.')} or newer, got: ${file}, which is ${found.version}`);
  return found;
}

/** uv on the `PATH`, where its installers put it, or beside an interpreter that it was installed into. */
function presentUv(): Uv | undefined {
  const directories = [
    ...pathDirectories(),
    path.join(os.homedir(), '.local', 'bin'),
    path.join(os.homedir(), '.cargo', 'bin'),
    ...findInterpreters().flatMap(({ path: file }) => [path.dirname(file), path.dirname(fs.realpathSync(file)), path.join(path.dirname(file), 'Scripts')]),
  ];
  for (const directory of new Set(directories)) {
    const file = path.join(directory, PROGRAM);
    const found = fs.existsSync(file) ? ask(file) : undefined;
    if (found !== undefined && isNewEnough(found.version)) return found;
  }
  return undefined;
}

function installedUv(): Uv {
  const [python] = findInterpreters();
  if (python === undefined) {
    throw new FastApiError(
      'bundling needs uv, or a Python from 3.11 on to install it with, and found neither; install uv, name it with `CDK_FASTAPI_UV`, ' +
      'or use `PythonBundling.docker()` or `PythonBundling.prebuilt()`',
    );
  }
  const { directory } = cacheEntry({
    kind: 'uv',
    key: `${PINNED_UV}-${process.platform}-${process.arch}`,
    what: `installing uv ${PINNED_UV}`,
    build: (target) => {
      progress(`found no uv, installing uv ${PINNED_UV} from PyPI into the cache`);
      const argv = [
        python.path, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--no-compile',
        '--target', target, `uv==${PINNED_UV}`,
      ];
      runTool(argv, { cwd: target, env: toolEnvironment(), what: `install uv ${PINNED_UV}; install it yourself or name it with \`CDK_FASTAPI_UV\`` });
    },
  });
  const file = path.join(directory, 'bin', PROGRAM);
  const found = ask(file);
  if (found === undefined) throw new FastApiError(`the uv in the cache does not run, got: ${file}; remove it, or name another with \`CDK_FASTAPI_UV\``);
  return found;
}

function ask(file: string): Uv | undefined {
  const answer = probe('uv', file, () => {
    const result = tryTool([file, '--version'], { cwd: path.dirname(file), env: uvEnvironment(), what: `ask ${file} for its version`, timeoutSeconds: 30 });
    return result.status === 0 ? result.stdout.trim() : undefined;
  });
  const match = /^uv (\d+\.\d+\.\d+)/.exec(answer ?? '');
  return match === null ? undefined : { path: file, version: match[1] };
}

function isNewEnough(version: string): boolean {
  const parts = version.split('.').map(Number);
  const different = OLDEST_UV.findIndex((oldest, index) => parts[index] !== oldest);
  return different === -1 || parts[different] > OLDEST_UV[different];
}
