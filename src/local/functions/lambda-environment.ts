import type { Environment, Invocation, InvocationAnswer } from './environment';
import { EnvironmentProcess, type EnvironmentStart } from './environment-process';
import { InvocationError } from './invocation-error';
import { PAYLOAD_LIMIT, RuntimeApi } from './runtime-api';
import { functionArn } from '../assembly/intrinsics';
import type { LocalFunction } from '../local-function';

/** An environment of a function that buffers its answers: Lambda's own client for Python, and the Runtime API that it asks. */
export class LambdaEnvironment implements Environment {
  public static async start(start: EnvironmentStart): Promise<LambdaEnvironment> {
    const { definition } = start;
    const api = await RuntimeApi.listen();
    const process = EnvironmentProcess.start(start, ['awslambdaric', definition.handler], { AWS_LAMBDA_RUNTIME_API: api.address });
    return new LambdaEnvironment(definition, api, process);
  }

  public isGone = false;
  private reason: InvocationError | undefined;

  private constructor(private readonly definition: LocalFunction, private readonly api: RuntimeApi, private readonly process: EnvironmentProcess) {
    void process.ended.then((how) => {
      this.isGone = true;
      api.fail(this.reason ?? new InvocationError('error', `Runtime exited with error: ${how}`));
      api.close();
    });
    // One that says it cannot start is ended here: Lambda's client would exit by itself, a server may not.
    api.initialized.catch(() => process.kill());
  }

  public get memory(): number | undefined {
    return this.process.memory;
  }

  public get initialized(): Promise<void> {
    return this.api.initialized;
  }

  public async invoke(invocation: Invocation): Promise<InvocationAnswer> {
    const payload = JSON.stringify(invocation.event);
    if (Buffer.byteLength(payload) > PAYLOAD_LIMIT) throw new InvocationError('size', `the event has ${Buffer.byteLength(payload)} bytes, and Lambda takes ${PAYLOAD_LIMIT}`);
    const milliseconds = this.definition.timeoutSeconds * 1000;
    const timer = setTimeout(() => this.end(new InvocationError('timeout', `Task timed out after ${this.definition.timeoutSeconds.toFixed(2)} seconds`)), milliseconds);
    try {
      const { id } = invocation;
      return { payload: await this.api.invoke({ id, payload, deadline: Date.now() + milliseconds, functionArn: functionArn(this.definition.name) }) };
    } finally {
      clearTimeout(timer);
    }
  }

  public kill(reason: string): void {
    this.end(new InvocationError('error', reason));
  }

  public async stop(): Promise<void> {
    await this.process.stop();
  }

  private end(error: InvocationError): void {
    this.reason = error;
    this.isGone = true;
    this.api.fail(error);
    this.process.kill();
  }
}
