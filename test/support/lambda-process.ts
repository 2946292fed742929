import { createInterface } from 'node:readline';
import type { LocalFunction } from '../../src/local/local-function';
import { RUNTIME_DIRECTORY } from '../../src/private/assets';
import { FastApiError } from '../../src/private/errors';
import type { Json } from '../../src/private/json';
import { startTool, toolEnvironment, type RunningTool } from '../../src/private/process';

/** What of a function is needed to run it. */
export type RunnableFunction = Pick<LocalFunction, 'logicalId' | 'directory' | 'handler' | 'timeoutSeconds' | 'environment'>;

/** How a function is run. */
export interface LambdaProcessOptions {
  /** Interpreter that has `awslambdaric`. */
  readonly python: string;
  /** Variables on top of the function's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** File for what the function prints. Default: standard error. */
  readonly log?: string;
  /** The runtime's command in place of `awslambdaric`, for example the Lambda Web Adapter over `run.sh`. */
  readonly bootstrap?: readonly string[];
  /** External extensions to start beside the runtime. */
  readonly extensions?: readonly string[];
}

/** A Lambda function that runs on this machine, behind the small Lambda Runtime API server of `runtime/`. */
export class LambdaProcess {
  /** Starts the function; it initializes in the background, and the first invocation waits for it. */
  public static async start(definition: RunnableFunction, options: LambdaProcessOptions): Promise<LambdaProcess> {
    const variables = Object.entries({ ...definition.environment, ...options.environment });
    const child = startTool([
      options.python, '-m', 'lambda_runtime_api',
      '--directory', definition.directory,
      '--handler', definition.handler,
      '--python', options.python,
      '--timeout', String(definition.timeoutSeconds),
      ...variables.flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...(options.log === undefined ? [] : ['--log', options.log]),
      ...(options.extensions ?? []).flatMap((file) => ['--extension', file]),
      ...(options.bootstrap === undefined ? [] : ['--bootstrap', ...options.bootstrap]),
    // Not in the bundle, whose modules would be the server's.
    ], { cwd: RUNTIME_DIRECTORY, env: toolEnvironment({ PYTHONPATH: RUNTIME_DIRECTORY }) });
    return new LambdaProcess(child, await readPort(child, definition.logicalId));
  }

  private constructor(
    private readonly child: RunningTool,
    /** Port of its Runtime API server. */
    public readonly port: number,
  ) {}

  /**
   * Invokes the function and waits for its answer.
   *
   * @throws FastApiError with the function's own error where it failed
   * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
   */
  public async invoke(event: Json): Promise<Json> {
    const response = await this.post('2015-03-31/functions/function/invocations', event);
    const payload: Json = JSON.parse(await response.text());
    if (response.headers.has('x-amz-function-error')) {
      throw new FastApiError(`the function failed: ${JSON.stringify(payload)}`);
    }
    return payload;
  }

  /**
   * Invokes the function and hands on what it answers as it comes.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
   */
  public async invokeStreaming(event: Json): Promise<Response> {
    return this.post('2021-11-15/functions/function/response-streaming-invocations', event);
  }

  /** Ends the function and its server. */
  public async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }

  private async post(path: string, event: Json): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}/${path}`, { method: 'POST', body: JSON.stringify(event) });
  }
}

/** The server's first line on standard output is `{"port": N}`. */
async function readPort(child: RunningTool, logicalId: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (why: string) => reject(new FastApiError(`the Lambda Runtime API server for \`${logicalId}\` did not start: ${why}`));
    child.once('error', (error) => failed(error.message));
    child.once('exit', (code, signal) => failed(`it ended with ${signal ?? `exit status ${code}`}`));
    createInterface({ input: child.stdout! }).once('line', (line) => {
      const port = (JSON.parse(line) as { port?: unknown }).port;
      if (typeof port === 'number') resolve(port);
      else failed(`it printed ${line}`);
    });
  });
}
