import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { LAMBDA_PYTHONS } from './lambda-pythons';
import { probe } from '../cache/probe-cache';
import { FastApiError } from '../private/errors';
import { toolEnvironment, tryTool } from '../private/process';
import { pathDirectories } from '../private/search-path';

/** A Python interpreter of this machine. */
export interface Interpreter {
  /** Absolute path. */
  readonly path: string;
  /** As `3.13.1`. */
  readonly version: string;
  /** As `3.13`. */
  readonly minor: string;
}

const ASK = "import sys; v = sys.version_info; print(sys.implementation.name, '.'.join(map(str, v[:3])) + ('' if v[3] == 'final' else 'pre'))";
const WINDOWS = process.platform === 'win32';

/**
 * The interpreter of a path that a user has named.
 *
 * @param property what names it, for the error
 */
export function interpreterAt(file: string, property: string): Interpreter {
  const resolved = path.resolve(file);
  const found = fs.existsSync(resolved) ? ask(resolved) : undefined;
  if (found === undefined) throw new FastApiError(`\`${property}\` must be a CPython interpreter, got: ${file}`);
  return found;
}

/** The interpreter that `CDK_FASTAPI_PYTHON` names. */
export function configuredInterpreter(): Interpreter | undefined {
  const file = process.env.CDK_FASTAPI_PYTHON;
  return file === undefined || file === '' ? undefined : interpreterAt(file, 'CDK_FASTAPI_PYTHON');
}

/** An interpreter of a minor version, or undefined where this machine has none. */
export function findInterpreter(minor: string): Interpreter | undefined {
  const configured = configuredInterpreter();
  if (configured?.minor === minor) return configured;
  // Paths mostly say the version: what looks right is asked first, so that a new cache asks one program and not all.
  const named = new RegExp(`(^|\\D)${minor.replace('.', '\\.')}(\\D|$)`);
  const files = candidates([minor]);
  for (const candidate of [...files.filter((file) => named.test(file)), ...files.filter((file) => !named.test(file))]) {
    const found = ask(candidate);
    if (found?.minor === minor) return found;
  }
  return undefined;
}

/** Every interpreter of a version that Lambda runs, the configured one first and then the newest. */
export function findInterpreters(): Interpreter[] {
  const configured = configuredInterpreter();
  const found = candidates([...LAMBDA_PYTHONS].reverse()).flatMap((candidate) => ask(candidate) ?? [])
    .filter((each) => LAMBDA_PYTHONS.includes(each.minor))
    .sort((a, b) => LAMBDA_PYTHONS.indexOf(b.minor) - LAMBDA_PYTHONS.indexOf(a.minor));
  return configured === undefined ? found : [configured, ...found];
}

function ask(file: string): Interpreter | undefined {
  // An interpreter has several names; its version is that of the program behind them.
  const answer = probe('python', fs.realpathSync(file), () => {
    const argv = [file, '-I', '-c', ASK];
    const result = tryTool(argv, { cwd: path.dirname(file), env: toolEnvironment(), what: `ask ${file} for its version`, timeoutSeconds: 30 });
    return result.status === 0 ? result.stdout.trim() : undefined;
  });
  const match = /^cpython ((3\.\d+)\.\d+)$/.exec(answer ?? '');
  return match === null ? undefined : { path: file, version: match[1], minor: match[2] };
}

/** Files that may be interpreters. A script that chooses one by the directory it is called in (a shim) is none. */
function candidates(minors: readonly string[]): string[] {
  const onPath = pathDirectories();
  const named = minors.map((minor) => (WINDOWS ? 'python.exe' : `python${minor}`));
  const files = [
    ...[...named, WINDOWS ? 'python.exe' : 'python3'].flatMap((name) => onPath.map((directory) => path.join(directory, name))),
    ...installations().flatMap((home) => (WINDOWS ? [path.join(home, 'python.exe')] : [path.join(home, 'bin', 'python3')])),
    ...['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin'].flatMap((directory) => (WINDOWS ? [] : named.map((name) => path.join(directory, name)))),
  ];
  const real = new Map<string, string>();
  for (const file of files) {
    const target = realBinary(file);
    if (target !== undefined && !real.has(target)) real.set(target, file);
  }
  return [...real.values()];
}

/** Homes of interpreters that pyenv and uv have installed. */
function installations(): string[] {
  const home = os.homedir();
  const roots = [
    path.join(process.env.PYENV_ROOT ?? path.join(home, '.pyenv'), WINDOWS ? path.join('pyenv-win', 'versions') : 'versions'),
    process.env.UV_PYTHON_INSTALL_DIR ?? (WINDOWS
      ? path.join(process.env.APPDATA ?? home, 'uv', 'data', 'python')
      : path.join(process.env.XDG_DATA_HOME ?? path.join(home, '.local', 'share'), 'uv', 'python')),
  ];
  return roots.flatMap((root) => {
    const names = fs.existsSync(root) ? fs.readdirSync(root).sort() : [];
    return names.map((name) => path.join(root, name));
  });
}

function realBinary(file: string): string | undefined {
  try {
    // Most candidates are missing, and an error for each takes longer than the rest of the search.
    if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    const real = fs.realpathSync(file);
    const handle = fs.openSync(real, 'r');
    try {
      const start = Buffer.alloc(2);
      fs.readSync(handle, start, 0, 2, 0);
      return start.toString('latin1') === '#!' ? undefined : real;
    } finally {
      fs.closeSync(handle);
    }
  } catch {
    return undefined;
  }
}
