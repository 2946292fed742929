import * as fs from 'fs';
import * as path from 'path';
import { connectionRemedy } from './import-failure';
import { RUNTIME_DIRECTORY } from '../private/assets';
import { FastApiError } from '../private/errors';
import { member, stringMember } from '../private/json';
import { printable } from '../private/printable';
import { describeFailure, toolEnvironment, tryTool, type ToolResult } from '../private/process';
import { interpreterMinor, type PythonInterpreter } from '../python/python-interpreter';

/** One run of the user's module. */
export interface IntrospectionRequest {
  /** Absolute path of the project, and working directory of the run. */
  readonly entry: string;
  readonly entrypoint: string;
  /** A directory with the metadata of the project itself. */
  readonly metadata?: string;
  /** How the entry point was found, for messages. */
  readonly entrypointOrigin: string;
  readonly interpreter: PythonInterpreter;
  /** The user's variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** File that the document is written to. */
  readonly out: string;
  /** File for the variables that the app is read with: a list of `Setting`. */
  readonly settings: string;
}

const SCRIPT = path.join(RUNTIME_DIRECTORY, 'introspect.py');
/** The run ends itself when its time is over and says where it hangs; native code that holds the interpreter is ended from here. */
const GRACE_SECONDS = 5;
/** A run gives a sign twice a second. */
const SILENT_SECONDS = 2;

/**
 * Imports the user's module and writes the app's OpenAPI document with its route facts.
 *
 * @throws FastApiError that says what the module did instead
 */
export function introspect(request: IntrospectionRequest): void {
  const argv = [
    request.interpreter.program, SCRIPT,
    '--entrypoint', request.entrypoint, '--out', request.out, '--timeout', String(request.timeoutSeconds), '--settings', request.settings,
    ...request.metadata === undefined ? [] : ['--metadata', request.metadata],
  ];
  const options = {
    cwd: request.entry,
    // FastAPI's choice of operation ids depends on the hash seed.
    env: toolEnvironment({ ...bytecodeVariables(request.interpreter), ...request.environment, PYTHONHASHSEED: '0' }),
    timeoutSeconds: request.timeoutSeconds + GRACE_SECONDS,
    what: `read the FastAPI app ${request.entrypoint}`,
    // The module may start processes, or fork, while it is imported.
    ownGroup: true,
  };
  const result = tryTool(argv, options);
  // A child process that the module has started may outlive it and hold the pipes: the document counts.
  if (fs.existsSync(request.out) && (result.status === 0 || result.timedOut)) return;
  if (fs.existsSync(`${request.out}.error`)) throw reportedProblem(request, `${request.out}.error`);
  if (result.timedOut) throw unsaid(request);
  if (result.startError === undefined && result.status !== 2) throw failure(request, `ended the process itself (${howItEnded(result)})`, lastLines(result.stderr));
  throw new FastApiError(`could not ${options.what}: ${describeFailure(argv, result, options)}`);
}

/** An app that took too long. */
export class ReadingTimeout extends FastApiError {}

/** What the run did not come to say itself, since no code of Python ran any more; its last word is in a file. */
function unsaid(request: IntrospectionRequest): FastApiError {
  const seen: unknown = fs.existsSync(`${request.out}.progress`) ? JSON.parse(fs.readFileSync(`${request.out}.progress`, 'utf8')) : {};
  const seconds = Number(member(seen, 'seconds') ?? 0);
  const silent = Math.max(request.timeoutSeconds - seconds, 0);
  const location = stringMember(seen, 'location');
  const native = silent < SILENT_SECONDS ? 'it is slow, and was ended'
    : `it runs native code that holds the interpreter, without a sign ${seconds === 0 ? 'from the start' : `since second ${Math.round(seconds)}`}`;
  return failure(request, `did not finish loading within ${request.timeoutSeconds} seconds: ${native}`, [
    ...location ? [`last seen at ${location}`] : [],
    ...spent(seen),
    raiseTimeout(false),
  ], ReadingTimeout);
}

/** A project is read without leaving files in it. */
function bytecodeVariables({ bytecode }: PythonInterpreter): Record<string, string> {
  return bytecode === undefined ? { PYTHONDONTWRITEBYTECODE: '1' } : { PYTHONPYCACHEPREFIX: bytecode };
}

/** The problem that `introspect.py` has written: its docstring lists the codes. */
function reportedProblem(request: IntrospectionRequest, file: string): FastApiError {
  const problem: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (member(problem, 'code') === undefined) throw new FastApiError(`\`${SCRIPT}\` must write a problem with a code, got: ${printable(JSON.stringify(problem))}`);
  const message = stringMember(problem, 'message') ?? '';
  const location = stringMember(problem, 'location');
  const traceback = stringMember(problem, 'traceback') ?? '';
  return failure(request, `could not be read: ${message.split('\n')[0]}`, [
    ...location ? [`at ${location}`] : [],
    ...traceback.split('\n').filter((line) => line.trim() !== '').map((line) => `| ${line}`),
    ...spent(problem),
    ...remedy(problem, traceback, request.interpreter),
  ], stringMember(problem, 'code') === 'timeout' ? ReadingTimeout : FastApiError);
}

/** On which modules the time went. */
function spent(problem: unknown): string[] {
  const modules = stringMember(problem, 'spent') ?? '';
  return modules === '' ? [] : [`time by module: ${modules}`];
}

function remedy(problem: unknown, traceback: string, interpreter: PythonInterpreter): string[] {
  switch (stringMember(problem, 'code')) {
    case 'timeout': return [raiseTimeout(member(problem, 'waits') === true)];
    case 'no-routes': return ['add the routes when the module is imported, or in the factory that `entrypoint` names'];
    case 'exit-called': return ['guard what belongs to a script with `if __name__ == "__main__":`'];
    case 'module-not-found':
    case 'attribute-not-found':
    case 'not-fastapi': return [];
    default: return exceptionWayOut(traceback, interpreter);
  }
}

function exceptionWayOut(traceback: string, interpreter: PythonInterpreter): string[] {
  if (/attempted relative import with no known parent package/.test(traceback)) {
    return ['the project directory is itself a package: pass its parent directory, and `entrypoint` with the package\'s name'];
  }
  if (/^ModuleNotFoundError: No module named/m.test(traceback)) {
    if (interpreter.isPrivate) return ['name the package among the dependencies of the project'];
    return ['install the packages of the project into this Python, or name another by `python` of OpenApiSource.fromApp'];
  }
  if (/^SyntaxError:/m.test(traceback)) {
    return ['an app that is written for another Python names its version in `.python-version`, in `requires-python`, or by `runtime`'];
  }
  const connection = connectionRemedy(traceback, '`environment` of OpenApiSource.fromApp');
  if (connection !== undefined) return [connection];
  return [
    'variables that the app needs while it is imported go into `environment` of OpenApiSource.fromApp, or into `--env` of a command; '
    + 'a document written before is read by OpenApiSource.fromFile; another version of Python is named in `.python-version` or by `runtime`',
  ];
}

function raiseTimeout(waits: boolean): string {
  return waits ? 'what it waits for may be out of reach here: connect in the lifespan, which does not run, or raise `timeout` of OpenApiSource.fromApp'
    : 'move what takes so long into the lifespan, or raise `timeout` of OpenApiSource.fromApp';
}

function failure(request: IntrospectionRequest, what: string, details: readonly string[], Kind: typeof FastApiError = FastApiError): FastApiError {
  const version = interpreterMinor(request.interpreter.program);
  return new Kind([
    `the FastAPI app ${request.entrypoint} of ${request.entry} ${printable(what, 2000)}`,
    ...details.map((line) => `  ${printable(line, 500)}`),
    `  entry point: ${request.entrypointOrigin}`,
    `  Python${version === undefined ? '' : ` ${version}`}: ${request.interpreter.program}, ${request.interpreter.origin}`,
  ].join('\n'));
}

function howItEnded(result: ToolResult): string {
  return result.signal === undefined ? `exit status ${result.status}` : `signal ${result.signal}`;
}

function lastLines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '').slice(-10).map((line) => `| ${line}`);
}
