import type { Invocation, InvocationAnswer } from './environment';
import { EnvironmentProcess, type EnvironmentStart } from './environment-process';
import { InvocationError } from './invocation-error';
import { RunningEnvironment } from './running-environment';
import { PAYLOAD_LIMIT, RuntimeApi } from './runtime-api';
import { functionArn } from '../assembly/intrinsics';

/** An environment of a function that buffers its answers: a client of Lambda's Runtime API, and the Runtime API that it asks. */
export class LambdaEnvironment extends RunningEnvironment {
  /** @param client what asks the Runtime API and calls the handler */
  public static async start(start: EnvironmentStart, client: readonly string[]): Promise<LambdaEnvironment> {
    const api = await RuntimeApi.listen();
    const process = EnvironmentProcess.start(start, client, { AWS_LAMBDA_RUNTIME_API: api.address });
    return new LambdaEnvironment(start, api, process);
  }

  private constructor({ definition, debug }: EnvironmentStart, private readonly api: RuntimeApi, process: EnvironmentProcess) {
    super(definition, process, debug !== undefined);
    // One that says it cannot start is ended here: Lambda's client would exit by itself, others may not.
    api.initialized.catch(() => process.kill());
  }

  public get initialized(): Promise<void> {
    return this.api.initialized;
  }

  public async invoke(invocation: Invocation): Promise<InvocationAnswer> {
    const payload = JSON.stringify(invocation.event);
    if (Buffer.byteLength(payload) > PAYLOAD_LIMIT) throw new InvocationError('size', `the event has ${Buffer.byteLength(payload)} bytes, and Lambda takes ${PAYLOAD_LIMIT}`);
    const timer = this.timeout();
    try {
      const deadline = Date.now() + this.milliseconds;
      return { payload: await this.api.invoke({ id: invocation.id, payload, deadline, functionArn: functionArn(this.definition.name) }) };
    } finally {
      clearTimeout(timer);
    }
  }

  protected gone(reason: InvocationError): void {
    this.api.fail(reason);
    this.api.close();
  }
}
