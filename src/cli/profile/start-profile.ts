import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { variablesOfLambda } from '../../app/lambda-variables';
import type { Bundle } from '../../bundling/bundle';
import { layerPackages } from '../../bundling/lambda-paths';
import { RUNTIME_DIRECTORY } from '../../private/assets';
import { FastApiError } from '../../private/errors';
import { listFiles } from '../../private/hash';
import { copyFiles } from '../../private/link';
import { printable } from '../../private/printable';
import { tryTool } from '../../private/process';
import { findInterpreter } from '../../python/interpreters';

/** What takes time, and what of it does: as `profile_start.py` records it. */
export interface Span {
  readonly kind: 'start' | 'import' | 'model' | 'routes' | 'client' | 'lifespan' | 'preparation' | 'request';
  readonly name: string;
  /** Milliseconds of the clock. */
  readonly ms: number;
  /** Milliseconds of the processor. */
  readonly cpu: number;
  readonly inside: readonly Span[];
}

/** One start. */
export interface StartProfile {
  /** Milliseconds of the processor until Python runs its first line. */
  readonly interpreter: number;
  /** What the first request was answered with. */
  readonly status: number | null;
  /** Top-level modules of the bundle, and their files in it. */
  readonly places: Readonly<Record<string, string>>;
  /** Modules that one endpoint alone names, and that endpoint. */
  readonly alone: Readonly<Record<string, string>>;
  readonly start: Span;
}

/** What is started. */
export interface ProfiledFunction {
  readonly bundle: Bundle;
  readonly entrypoint: string;
  /** Variables of the function. */
  readonly variables: Readonly<Record<string, string>>;
  /** The event of the first request. */
  readonly request?: object;
}

const SCRIPT = path.join(RUNTIME_DIRECTORY, 'profile_start.py');
const TIMEOUT_SECONDS = 300;
const LINES = 12;

/**
 * Starts a bundle several times and keeps the start that took the processor least: what is above that comes from the machine.
 *
 * @param bytecode whether with the compiled files of the bundle
 * @throws FastApiError where it cannot be started here
 */
export function profileStart(profiled: ProfiledFunction, bytecode: boolean, runs: number): StartProfile {
  const { bundle } = profiled;
  const python = interpreterFor(bundle);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-profile-'));
  try {
    const task = copy(bundle.directory, path.join(scratch, 'task'), bytecode);
    const modules = bundle.layer === undefined ? [] : [path.join(copy(bundle.layer.directory, path.join(scratch, 'opt'), bytecode), layerPackages(bundle.python))];
    // The first start of all fills the caches of the operating system.
    const starts = Array.from({ length: runs + 1 }, () => startOnce(profiled, python, scratch, [task, ...modules])).slice(1);
    return starts.reduce((best, each) => (each.start.cpu < best.start.cpu ? each : best));
  } finally {
    for (const directory of directoriesBelow(scratch)) fs.chmodSync(directory, 0o755);
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function interpreterFor({ architecture, python }: Bundle): string {
  const own = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  if (process.platform !== 'linux' || own !== architecture) {
    throw new FastApiError(`\`profile\` starts the very bundle, which is for Linux on ${architecture}, got: ${process.platform} on ${own}; run it on such a machine or in a container`);
  }
  const found = findInterpreter(python);
  if (found === undefined) throw new FastApiError(`\`profile\` needs the Python of the bundle, ${python}, got: a machine without it; install it, or say another one in .python-version`);
  return found.path;
}

function startOnce(profiled: ProfiledFunction, python: string, scratch: string, directories: readonly string[]): StartProfile {
  const { entrypoint, variables, request } = profiled;
  const result = path.join(scratch, 'result.json');
  const argv = [python, '-I', '-S', '-B', SCRIPT, result, JSON.stringify(request ?? null), ...directories];
  const env = {
    ...variablesOfLambda(scratch),
    AWS_LAMBDA_FUNCTION_NAME: 'profile',
    ...variables,
    CDK_FASTAPI_APP: entrypoint,
    CDK_FASTAPI_LAYERS: path.join(scratch, 'opt'),
  };
  const done = tryTool(argv, { cwd: directories[0], env, timeoutSeconds: TIMEOUT_SECONDS, what: 'profile the start', ownGroup: true });
  if (done.status === 0) {
    // What our own script has written.
    return JSON.parse(fs.readFileSync(result, 'utf8')) as StartProfile;
  }
  const lines = done.stderr.split(/\r?\n/).filter((line) => line.trim() !== '').slice(-LINES);
  throw new FastApiError([
    `${entrypoint} must start from its bundle to be profiled, got: ${done.timedOut ? `no end within ${TIMEOUT_SECONDS} seconds` : 'an error'}; give the variables that it needs by --env`,
    ...lines.map((line) => `  | ${printable(line, 300)}`),
  ].join('\n'));
}

/** A copy with read-only directories. It shares nothing with the cache, because apps write to their files. */
function copy(from: string, to: string, bytecode: boolean): string {
  fs.mkdirSync(to);
  copyFiles(from, listFiles(from).filter((file) => bytecode || !file.split('/').includes('__pycache__')), to);
  for (const directory of [to, ...directoriesBelow(to)]) fs.chmodSync(directory, 0o555);
  return to;
}

function directoriesBelow(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true }).filter((item) => item.isDirectory())
    .flatMap((item) => [path.join(directory, item.name), ...directoriesBelow(path.join(directory, item.name))]);
}
