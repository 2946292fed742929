import { freePort, isListening } from '../../src/local/http-exchange';
import { FastApiError } from '../../src/private/errors';
import { startTool, toolEnvironment, type RunningTool } from '../../src/private/process';

/** The project as its developers run it. */
export class Uvicorn {
  /** Starts uvicorn on a free port of the loopback address and waits until it listens. */
  public static async start(python: string, entry: string, entrypoint: string, environment: Record<string, string>, rootPath = ''): Promise<Uvicorn> {
    const port = await freePort();
    const child = startTool(
      [python, '-m', 'uvicorn', entrypoint, '--host', '127.0.0.1', '--port', String(port), '--log-level', 'error', '--no-server-header', '--no-date-header', '--root-path', rootPath],
      { cwd: entry, env: toolEnvironment({ ...environment, PYTHONPATH: entry, PYTHONDONTWRITEBYTECODE: '1' }) },
    );
    for (let waited = 0; waited < 120_000; waited += 100) {
      if (child.exitCode !== null) throw new FastApiError(`uvicorn ended with exit status ${child.exitCode}`);
      if (await isListening(port)) return new Uvicorn(child, port);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.kill('SIGKILL');
    throw new FastApiError('uvicorn did not answer within two minutes');
  }

  private constructor(private readonly child: RunningTool, public readonly port: number) {}

  public async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}
