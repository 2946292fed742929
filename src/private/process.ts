import { spawn, spawnSync, type ChildProcess } from 'child_process';
import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { FastApiError } from './errors';
import { OWN_LIMITS } from './limits';

/** How one process is run. Nothing but the user's own command line passes through a shell: see `startShell`. */
export interface ToolOptions {
  /** Working directory. */
  readonly cwd: string;
  /** The whole environment of the process: see `toolEnvironment`. */
  readonly env: NodeJS.ProcessEnv;
  /** Default: 15 minutes, or `CDK_FASTAPI_TOOL_TIMEOUT`. */
  readonly timeoutSeconds?: number;
  /** What the process does for the user, as in "could not install the packages". */
  readonly what: string;
  /** Text for standard input. Default: standard input is empty. */
  readonly input?: string;
  /** Whether all that it has started ends with it: that is neither waited for nor left behind. Its standard input is empty. */
  readonly ownGroup?: boolean;
}

/** How a process ended. */
export interface ToolResult {
  /** Exit code, or undefined where the process was ended by a signal or never started. */
  readonly status?: number;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Why it could not be started. */
  readonly startError?: string;
}

/** Variables that would make a tool look at another interpreter or project than the one it is given. */
const MISLEADING = [
  'PYTHONHOME', 'PYTHONPATH', 'PYTHONSTARTUP', 'PYTHONSAFEPATH', 'PYTHONNOUSERSITE', 'PYTHONOPTIMIZE', 'PYTHONPYCACHEPREFIX',
  '__PYVENV_LAUNCHER__', 'VIRTUAL_ENV', 'CONDA_PREFIX', 'PYENV_VERSION',
];

/** What tells the processes that one run has started from all others. */
const RUN_VARIABLE = 'CDK_FASTAPI_RUN';

/** A failure is said in the first line by some programs, in the last by others. */
const FIRST_LINES = 3;
const LAST_LINES = 20;
const WINDOWS = process.platform === 'win32';
let started = 0;

/** How many processes this library has started since it was loaded: an unchanged synth starts none. */
export function processesStarted(): number {
  return started;
}

/**
 * The variables of this process without those that mislead a Python tool, and then `changes`.
 * Everything else is inherited: proxies, certificates, private indexes and credential helpers come in that way.
 * A change of `undefined` removes a variable.
 */
export function toolEnvironment(changes: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of MISLEADING) delete env[name];
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** Runs a program and tells how it ended. */
export function tryTool(argv: readonly string[], options: ToolOptions): ToolResult {
  started++;
  if (options.input === undefined && !WINDOWS) return tryWithFiles(argv, options);
  const [program, ...args] = argv;
  const result = spawnSync(program, args, {
    cwd: options.cwd,
    env: options.env,
    encoding: 'utf8',
    input: options.input ?? '',
    shell: false,
    windowsHide: true,
    maxBuffer: 256 * 1024 * 1024,
    timeout: secondsOf(options) * 1000,
    killSignal: 'SIGKILL',
  });
  const timedOut = result.error !== undefined && 'code' in result.error && result.error.code === 'ETIMEDOUT';
  return {
    status: result.status ?? undefined,
    signal: result.signal ?? undefined,
    stdout: result.stdout ?? '',
    stderr: result.stderr ?? '',
    timedOut,
    startError: result.error !== undefined && !timedOut ? result.error.message : undefined,
  };
}

/** The limit of a run. */
function secondsOf({ timeoutSeconds }: Pick<ToolOptions, 'timeoutSeconds'>): number {
  const set = Number(process.env.CDK_FASTAPI_TOOL_TIMEOUT);
  return timeoutSeconds ?? (set > 0 ? set : OWN_LIMITS.toolSeconds);
}

/** With pipes this would wait for every process that has inherited them, also when the time is over: it writes to files. */
function tryWithFiles(argv: readonly string[], options: ToolOptions): ToolResult {
  const [program, ...args] = argv;
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-run-'));
  const files = ['stdout', 'stderr'].map((name) => path.join(directory, name));
  const [out, err] = files.map((file) => fs.openSync(file, 'w'));
  try {
    // Node.js passes the option on to a synchronous process too, and does not document it. Without a group of its own the
    // process hears Ctrl-C.
    const group = options.ownGroup ? { detached: true } : {};
    const run = randomUUID();
    const result = spawnSync(program, args, {
      ...group,
      cwd: options.cwd,
      env: { ...options.env, [RUN_VARIABLE]: run },
      stdio: ['ignore', out, err],
      shell: false,
      timeout: secondsOf(options) * 1000,
      killSignal: 'SIGKILL',
    });
    const timedOut = result.error !== undefined && 'code' in result.error && result.error.code === 'ETIMEDOUT';
    if (options.ownGroup) endGroup(result.pid);
    if (options.ownGroup || timedOut) endRun(run);
    const [stdout, stderr] = files.map((file) => fs.readFileSync(file, 'utf8'));
    return {
      status: result.status ?? undefined,
      signal: result.signal ?? undefined,
      stdout,
      stderr,
      timedOut,
      startError: result.error !== undefined && !timedOut ? result.error.message : undefined,
    };
  } finally {
    fs.closeSync(out);
    fs.closeSync(err);
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

function endGroup(leader: number): void {
  if (!(leader > 1)) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}

/** Ends what has left the group of its run, as a daemon does; where the system shows the variables of processes. */
function endRun(run: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (fs.readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${RUN_VARIABLE}=${run}`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It is another user's, or has ended.
    }
  }
}

/** A program that goes on beside this one. */
export type RunningTool = ChildProcess;

/** Starts a program that goes on beside this one, such as a server. Its standard output is a pipe, its standard error ours. */
export function startTool(argv: readonly string[], options: Pick<ToolOptions, 'cwd' | 'env'>): RunningTool {
  started++;
  const [program, ...args] = argv;
  return spawn(program, args, { cwd: options.cwd, env: options.env, shell: false, windowsHide: true, stdio: ['ignore', 'pipe', 'inherit'] });
}

/**
 * Starts a program that goes on beside this one in a process group of its own, so that what it starts ends with it.
 * Its standard output and error are pipes, its standard input too where `input` says so.
 */
export function startGroup(argv: readonly string[], options: Pick<ToolOptions, 'cwd' | 'env'> & { readonly input?: boolean }): RunningTool {
  started++;
  const [program, ...args] = argv;
  const input = options.input ? 'pipe' : 'ignore';
  return spawn(program, args, { cwd: options.cwd, env: options.env, shell: false, windowsHide: true, detached: !WINDOWS, stdio: [input, 'pipe', 'pipe'] });
}

/**
 * Starts a line of the user's own in a shell, which is what its author wrote it for: the `app` of `cdk.json`. Nothing
 * else is ever put into the line.
 */
export function startShell(line: string, options: Pick<ToolOptions, 'cwd' | 'env'>): RunningTool {
  started++;
  return spawn(line, { cwd: options.cwd, env: options.env, shell: true, windowsHide: true, detached: !WINDOWS, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Sends a signal to a program of `startGroup` and to all that it has started. */
export function signalGroup(tool: RunningTool, signal: NodeJS.Signals): void {
  if (tool.pid === undefined) return;
  try {
    if (WINDOWS) tool.kill(signal);
    else process.kill(-tool.pid, signal);
  } catch {
    // All of them have ended.
  }
}

/**
 * Runs a program and returns what it printed.
 *
 * @throws FastApiError with the command, how it ended and the last lines it wrote to stderr
 */
export function runTool(argv: readonly string[], options: ToolOptions): string {
  const result = tryTool(argv, options);
  if (result.status === 0) return result.stdout;
  throw new FastApiError(`could not ${options.what}: ${describeFailure(argv, result, options)}`);
}

/** The command, how it ended and the last lines of stderr, in a form to be read by a person. */
export function describeFailure(argv: readonly string[], result: ToolResult, options: Pick<ToolOptions, 'cwd' | 'timeoutSeconds'>): string {
  const said = lastLines(result.stderr.trim() === '' ? result.stdout : result.stderr);
  return [
    `${howItEnded(result, options)}`,
    `  command: ${quoteCommand(argv)}`,
    `  in: ${options.cwd}`,
    ...said.map((line) => `  | ${line}`),
  ].join('\n');
}

/** A command line to be read, and pasted into a POSIX shell; it is never run in this form. */
export function quoteCommand(argv: readonly string[]): string {
  return argv.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${plain(arg).replace(/'/g, "'\\''")}'`)).join(' ');
}

/**
 * Text of another program without what a terminal would obey. Not by Node's `stripVTControlCharacters`, which takes the text
 * between a colour and a bell for part of the sequence.
 */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '');
}

function lastLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => plain(line).trimEnd()).filter((line) => line !== '');
  return lines.length <= FIRST_LINES + LAST_LINES ? lines : [...lines.slice(0, FIRST_LINES), '…', ...lines.slice(-LAST_LINES)];
}

function howItEnded(result: ToolResult, options: Pick<ToolOptions, 'timeoutSeconds'>): string {
  if (result.timedOut) {
    return `still running after ${secondsOf(options)} seconds, ended${options.timeoutSeconds === undefined ? '; the variable CDK_FASTAPI_TOOL_TIMEOUT gives it more' : ''}`;
  }
  if (result.startError !== undefined) return `could not be started (${plain(result.startError)})`;
  if (result.signal !== undefined) return `ended by ${result.signal}`;
  return `exit status ${result.status}`;
}
