import { join } from 'node:path';
import type { Invocation, InvocationAnswer } from './environment';
import { EnvironmentProcess, type EnvironmentStart } from './environment-process';
import { InvocationError } from './invocation-error';
import { RunningEnvironment } from './running-environment';
import { functionArn } from '../assembly/intrinsics';
import { freePort, isListening, sendOverHttp } from '../http-exchange';
import type { LocalFunction } from '../local-function';

/** Whether a function runs under the Lambda Web Adapter, whose handler is a script. */
export function isServer(definition: LocalFunction): boolean {
  return definition.handler.endsWith('.sh');
}

/** Seconds until the port must be open. Lambda allows ten; a busy machine needs more. */
const START_SECONDS = 60;

/**
 * An environment of a streaming function without Lambda around it: the bundle's own server, and requests with the
 * headers in which the Lambda Web Adapter passes an invocation on.
 *
 * @see https://aws.github.io/aws-lambda-web-adapter/
 */
export class ServerEnvironment extends RunningEnvironment {
  public static async start(start: EnvironmentStart): Promise<ServerEnvironment> {
    const { setting } = start;
    const port = await freePort();
    // `run.sh` looks there too.
    const sources = [join(setting.directory, 'src'), ...setting.sources ?? []];
    const process = EnvironmentProcess.start(
      { ...start, setting: { ...setting, sources } }, ['-m', 'cdk_fastapi_runtime.server'], { AWS_LWA_PORT: String(port), PORT: String(port) },
    );
    return new ServerEnvironment(start, port, process);
  }

  public readonly initialized: Promise<void>;

  private constructor({ definition, debug }: EnvironmentStart, private readonly port: number, process: EnvironmentProcess) {
    super(definition, process, debug !== undefined);
    this.initialized = this.listening(debug !== undefined);
    this.initialized.catch(() => process.kill());
  }

  public async invoke(invocation: Invocation): Promise<InvocationAnswer> {
    const { request, event, id } = invocation;
    if (request === undefined) throw new InvocationError('error', 'a streaming function takes requests only');
    const context = {
      request_id: id,
      deadline: Date.now() + this.milliseconds,
      invoked_function_arn: functionArn(this.definition.name),
      env_config: {
        function_name: this.definition.name, memory: this.definition.memory, version: '$LATEST', log_stream: 'local', log_group: `/aws/lambda/${this.definition.name}`,
      },
    };
    const timer = this.timeout();
    try {
      const stream = await sendOverHttp(this.port, {
        ...request,
        headers: [
          ...request.headers.filter(([name]) => !/^x-amzn-(lambda|request)-context$/i.test(name)),
          ['x-amzn-lambda-context', JSON.stringify(context)],
          ['x-amzn-request-context', JSON.stringify(event.requestContext ?? null)],
        ],
      });
      stream.once('close', () => clearTimeout(timer));
      return { stream };
    } catch (error) {
      clearTimeout(timer);
      // The end of the process is known a moment after that of its connection.
      if (this.reason === undefined) await Promise.race([this.process.ended, new Promise((resolve) => setTimeout(resolve, 500))]);
      throw this.reason ?? new InvocationError('error', error instanceof Error ? error.message : String(error));
    }
  }

  protected gone(): void {
    // Its connections end with it.
  }

  /** Waits until the port is open, as the adapter's readiness check does. */
  private async listening(patient: boolean): Promise<void> {
    for (const deadline = Date.now() + START_SECONDS * 1000; patient || Date.now() < deadline;) {
      if (this.isGone) throw this.reason ?? new InvocationError('error', 'the server ended');
      if (await isListening(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new InvocationError('timeout', `the server must listen within ${START_SECONDS} seconds`);
  }
}
