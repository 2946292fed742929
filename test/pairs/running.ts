import * as path from 'node:path';
import type { Arrival, Deployment } from './deployment';
import { freePort } from '../../src/local/http-exchange';
import type { LocalFunction } from '../../src/local/local-function';
import { proxyAnswer, type LocalAnswer } from '../../src/local/proxy-answer';
import type { Json } from '../../src/private/json';
import { bytesOf, streamedAnswer } from '../streaming/streaming-function';
import { LambdaProcess } from '../support/lambda-process';

/** What runs functions: an interpreter with `awslambdaric`, and the Lambda Web Adapter. */
export interface Machine {
  readonly python: string;
  readonly adapter: string;
}

/** The functions of a deployment, one at a time: each holds a whole interpreter. */
export class Running {
  private current: { readonly id: string; readonly process: LambdaProcess } | undefined;

  constructor(private readonly deployment: Deployment, private readonly machine: Machine, private readonly log: string) {}

  /** The answer that a client gets, or what went wrong. */
  public async answer({ functionId, event }: Arrival): Promise<LocalAnswer> {
    const definition = this.deployment.functions.get(functionId)!;
    const process = await this.start(definition);
    if (!isStreaming(definition)) return proxyAnswer(await process.invoke(event));
    const answer = await streamedAnswer(await process.invokeStreaming(event));
    const headers = Object.entries(answer.headers).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value]));
    return { status: answer.status, headers: [...headers, ...answer.cookies.map((cookie): [string, string] => ['set-cookie', cookie])], body: await bytesOf(answer) };
  }

  /** What a buffered function makes of an event that is no request. */
  public async invoke(functionId: string, event: Json): Promise<Json> {
    return (await this.start(this.deployment.functions.get(functionId)!)).invoke(event);
  }

  public async stop(): Promise<void> {
    await this.current?.process.stop();
    this.current = undefined;
  }

  private async start(definition: LocalFunction): Promise<LambdaProcess> {
    if (this.current?.id === definition.logicalId) return this.current.process;
    await this.stop();
    const { python, adapter } = this.machine;
    const streaming = isStreaming(definition);
    const process = await LambdaProcess.start(definition, {
      python,
      log: this.log,
      environment: streaming ? { AWS_LWA_PORT: String(await freePort()), PATH: `${path.dirname(python)}:/usr/bin:/bin` } : {},
      ...(streaming ? { extensions: [adapter], bootstrap: [path.join(definition.directory, definition.handler)] } : {}),
    });
    this.current = { id: definition.logicalId, process };
    return process;
  }
}

function isStreaming({ handler }: LocalFunction): boolean {
  return handler.endsWith('.sh');
}
