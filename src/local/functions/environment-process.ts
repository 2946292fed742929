import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { functionVariables, type EnvironmentSetting } from './function-variables';
import type { Guardian } from './guardian';
import { RUNTIME_DIRECTORY } from '../../private/assets';
import { signalGroup, startGroup, type RunningTool } from '../../private/process';
import type { LocalFunction } from '../local-function';

/** Milliseconds that a process has to end by itself. */
const GRACE = 2000;

/** What an environment tells of itself. */
export interface EnvironmentListener {
  /** A line that the function printed. */
  line(text: string): void;
}

/** An environment that is to be started. */
export interface EnvironmentStart {
  readonly definition: LocalFunction;
  readonly setting: EnvironmentSetting;
  readonly guardian: Guardian;
  readonly listener: EnvironmentListener;
  /** Interpreter's arguments, before those of a client in Python, by which a debugger runs it. Default: none. */
  readonly debug?: readonly string[];
}

/** The process of one execution environment: started in a working copy, watched, ended with all that it started. */
export class EnvironmentProcess {
  /**
   * @param command `-m` and a Python module, or a program; with their arguments
   * @param changes variables of this environment alone
   */
  public static start(start: EnvironmentStart, command: readonly string[], changes: Readonly<Record<string, string>>): EnvironmentProcess {
    const { definition, setting, guardian, listener, debug = [] } = start;
    // Each has a /tmp of its own.
    const temporary = mkdtempSync(join(tmpdir(), 'cdk-fastapi-tmp-'));
    guardian.own(temporary);
    const launch = join(RUNTIME_DIRECTORY, 'lambda_runtime_api', 'launch.py');
    const child = startGroup([setting.python, launch, String(process.pid), (setting.modules ?? []).join(delimiter), ...debug, ...command], {
      cwd: setting.directory,
      env: functionVariables(definition, setting, { TMPDIR: temporary, ...changes }),
    });
    guardian.watch(child);
    return new EnvironmentProcess(child, temporary, listener);
  }

  /** Settled with how the process ended, as Lambda's log says it. */
  public readonly ended: Promise<string>;

  /** Milliseconds since the epoch. */
  public readonly started = Date.now();

  private constructor(private readonly child: RunningTool, temporary: string, listener: EnvironmentListener) {
    const closed = Promise.all([child.stdout, child.stderr].map(async (output) => lines(output, listener)));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => {
        // What the process has left behind in its group goes with it.
        signalGroup(child, 'SIGKILL');
        void closed.then(() => resolve(signal === null ? `exit status ${code}` : `signal: ${signal}`));
      });
    });
    void this.ended.then(() => rmSync(temporary, { recursive: true, force: true }));
  }

  /** Process id. */
  public get pid(): number | undefined {
    return this.child.pid;
  }

  /** Bytes of memory in use, where the machine tells. */
  public get memory(): number | undefined {
    try {
      return Number(readFileSync(`/proc/${this.child.pid}/statm`, 'latin1').split(' ')[1]) * 4096;
    } catch {
      return undefined;
    }
  }

  /** Ends it at once. */
  public kill(): void {
    signalGroup(this.child, 'SIGKILL');
  }

  /** Ends it as Lambda does: it may finish, for a moment. */
  public async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), GRACE);
    await this.ended;
    clearTimeout(timer);
  }
}

async function lines(output: Readable | null, listener: EnvironmentListener): Promise<void> {
  if (output === null) return;
  await new Promise<void>((resolve) => {
    createInterface({ input: output, crlfDelay: Infinity }).on('line', (text) => listener.line(text)).once('close', resolve);
  });
}
