import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { delimiter, join } from 'node:path';
import { freePort, isListening, sendOverHttp } from './http-exchange';
import type { LambdaProcessOptions } from './lambda-process';
import type { LocalFunction } from './local-function';
import type { LocalRequest } from './local-request';
import { FastApiError } from '../private/errors';
import type { JsonObject } from '../private/json';
import { startTool, toolEnvironment, type RunningTool } from '../private/process';

/** Whether a function runs under the Lambda Web Adapter, whose handler is a script. */
export function isStreaming(definition: LocalFunction): boolean {
  return definition.handler.endsWith('.sh');
}

const START_SECONDS = 60;

/**
 * A streaming function without Lambda around it: the bundle's own server, and requests with the headers in which the
 * Lambda Web Adapter passes the invocation on.
 */
export class StreamProcess {
  /** Starts the server and waits until it listens, as the adapter's readiness check does. */
  public static async start(definition: LocalFunction, options: LambdaProcessOptions): Promise<StreamProcess> {
    const port = await freePort();
    const child = startTool([options.python, '-u', '-m', 'cdk_fastapi_runtime.server'], {
      cwd: definition.directory,
      env: toolEnvironment({
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_REGION: 'us-east-1',
        LAMBDA_TASK_ROOT: definition.directory,
        PYTHONDONTWRITEBYTECODE: '1',
        ...definition.environment,
        ...options.environment,
        PYTHONPATH: [definition.directory, join(definition.directory, 'src')].join(delimiter),
        AWS_LWA_PORT: String(port),
      }),
    });
    child.stdout?.resume();
    for (const deadline = Date.now() + START_SECONDS * 1000; Date.now() < deadline;) {
      if (child.exitCode !== null) throw new FastApiError(`the server of \`${definition.logicalId}\` ended with exit status ${child.exitCode}`);
      if (await isListening(port)) return new StreamProcess(child, port, definition);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    child.kill('SIGKILL');
    throw new FastApiError(`the server of \`${definition.logicalId}\` must listen within ${START_SECONDS} seconds`);
  }

  private constructor(private readonly child: RunningTool, private readonly port: number, private readonly definition: LocalFunction) {}

  /**
   * Sends a request, and gives the answer when its head has come.
   *
   * @param requestContext of the event that API Gateway would have made
   * @see https://aws.github.io/aws-lambda-web-adapter/
   */
  public async send(request: LocalRequest, requestContext: JsonObject): Promise<IncomingMessage> {
    const context = {
      request_id: randomUUID(),
      deadline: Date.now() + this.definition.timeoutSeconds * 1000,
      env_config: { function_name: this.definition.logicalId, memory: 1024, version: '$LATEST', log_stream: 'local', log_group: 'local' },
    };
    return sendOverHttp(this.port, {
      ...request,
      headers: [
        ...request.headers.filter(([name]) => !/^x-amzn-(lambda|request)-context$/i.test(name)),
        ['x-amzn-lambda-context', JSON.stringify(context)],
        ['x-amzn-request-context', JSON.stringify(requestContext)],
      ],
    });
  }

  /** Ends the server. */
  public async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}
