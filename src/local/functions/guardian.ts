import { join } from 'node:path';
import { RUNTIME_DIRECTORY } from '../../private/assets';
import { startGroup, toolEnvironment, type RunningTool } from '../../private/process';

const MAX_RESTARTS = 5;

/**
 * Ends all processes and removes all directories of this program when it has ended, even by SIGKILL: a small process
 * of its own that waits for the end of a pipe.
 */
export class Guardian {
  private readonly groups = new Set<number>();
  private readonly directories = new Set<string>();
  private process: RunningTool | undefined;
  private restarts = 0;
  private stopped = false;

  /** @param python any interpreter */
  public constructor(private readonly python: string) {
    this.start();
  }

  /** A process group that must not outlive this program. */
  public watch(tool: RunningTool): void {
    const { pid } = tool;
    if (pid === undefined) return;
    this.groups.add(pid);
    this.say(`+ ${pid}`);
    tool.once('exit', () => {
      this.groups.delete(pid);
      this.say(`- ${pid}`);
    });
  }

  /** A directory that is removed at the end. */
  public own(directory: string): void {
    this.directories.add(directory);
    this.say(directory);
  }

  /** Ends what is left, and the guardian. */
  public async stop(): Promise<void> {
    this.stopped = true;
    const process = this.process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.stdin?.end();
    await ended;
  }

  private start(): void {
    const guardian = startGroup([this.python, '-I', '-S', join(RUNTIME_DIRECTORY, 'lambda_runtime_api', 'guardian.py')], { cwd: '/', env: toolEnvironment(), input: true });
    guardian.stdout?.resume();
    guardian.stderr?.resume();
    guardian.stdin?.on('error', () => undefined);
    guardian.once('error', () => undefined);
    // One that somebody has ended is replaced.
    guardian.once('exit', () => {
      if (!this.stopped && this.restarts++ < MAX_RESTARTS) this.start();
    });
    this.process = guardian;
    for (const pid of this.groups) this.say(`+ ${pid}`);
    for (const directory of this.directories) this.say(directory);
  }

  private say(line: string): void {
    if (this.process?.stdin?.writable) this.process.stdin.write(`${line}\n`);
  }
}
