import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvocationError } from './invocation-error';

/** Bytes of an event, and of an answer that is not streamed. */
export const PAYLOAD_LIMIT = 6 * 1024 * 1024;

/** One event on its way to the function. */
export interface RuntimeInvocation {
  readonly id: string;
  readonly payload: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly functionArn: string;
}

interface Waiting extends RuntimeInvocation {
  readonly resolve: (payload: Buffer) => void;
  readonly reject: (error: InvocationError) => void;
}

/**
 * Lambda's Runtime API for one execution environment, which has one invocation at a time.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  /** Starts listening on a free port of the loopback address. */
  public static async listen(): Promise<RuntimeApi> {
    const api = new RuntimeApi();
    await new Promise<void>((resolve, reject) => {
      api.server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return api;
  }

  /** Settled when the function asks for its first event, rejected when it says that it cannot start. */
  public readonly initialized: Promise<void>;

  private readonly server: Server;
  // Set by the promise that the constructor makes.
  private ready!: () => void;
  private failed!: (error: InvocationError) => void;
  private poll: ServerResponse | undefined;
  private current: Waiting | undefined;
  private delivered = false;

  private constructor() {
    this.initialized = new Promise((resolve, reject) => {
      this.ready = resolve;
      this.failed = reject;
    });
    this.initialized.catch(() => undefined);
    this.server = createServer((incoming, outgoing) => void this.handle(incoming, outgoing));
    this.server.keepAliveTimeout = 0;
    this.server.requestTimeout = 0;
  }

  /** `127.0.0.1:port`, for `AWS_LAMBDA_RUNTIME_API`. */
  public get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /**
   * Hands an event to the function and waits for its answer.
   *
   * @throws InvocationError where the function failed
   */
  public async invoke(invocation: RuntimeInvocation): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.current = { ...invocation, resolve, reject };
      this.delivered = false;
      this.deliver();
    });
  }

  /** Fails what waits: the environment is gone. */
  public fail(error: InvocationError): void {
    this.failed(error);
    this.current?.reject(error);
    this.current = undefined;
  }

  /** Stops listening. */
  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private deliver(): void {
    const { poll, current } = this;
    if (poll === undefined || current === undefined || this.delivered) return;
    this.poll = undefined;
    this.delivered = true;
    poll.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': current.id,
      'Lambda-Runtime-Deadline-Ms': String(current.deadline),
      'Lambda-Runtime-Invoked-Function-Arn': current.functionArn,
      'Lambda-Runtime-Trace-Id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)};Sampled=0`,
    });
    poll.end(current.payload);
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      // Pages of a browser send an origin, or another host where its name was bound to this address.
      if (incoming.headers.origin !== undefined || incoming.headers.host !== this.address) return reply(outgoing, 403, { errorType: 'Forbidden' });
      const path = incoming.url ?? '';
      if (incoming.method === 'GET' && path.endsWith('/runtime/invocation/next')) {
        this.poll = outgoing;
        outgoing.once('close', () => {
          if (this.poll === outgoing) this.poll = undefined;
        });
        this.ready();
        return this.deliver();
      }
      if (incoming.method === 'GET' && path.endsWith('/runtime/restore/next')) return void outgoing.writeHead(200).end();
      this.report(path, incoming, await wholeBody(incoming), outgoing);
    } catch {
      outgoing.destroy();
    }
  }

  private report(path: string, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
    if (/\/runtime\/(init|restore)\/error$/.test(path)) {
      this.failed(asError(body, 'the initialization failed'));
      return reply(outgoing, 202, { status: 'OK' });
    }
    const [, id, kind] = /\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (id === undefined) return reply(outgoing, 404, { errorType: 'NotFound' });
    const current = this.current;
    if (current?.id !== id) return reply(outgoing, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
    this.current = undefined;
    if (kind === 'error') current.reject(asError(body, 'the function failed'));
    else if (body.length > PAYLOAD_LIMIT) current.reject(new InvocationError('size', `the answer has ${body.length} bytes, and Lambda takes ${PAYLOAD_LIMIT}`));
    else if (incoming.headers['lambda-runtime-function-response-mode'] === 'streaming') current.reject(new InvocationError('malformed', 'the function streams its answer, which this route does not take'));
    else current.resolve(body);
    reply(outgoing, 202, { status: 'OK' });
  }
}

async function wholeBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function asError(body: Buffer, otherwise: string): InvocationError {
  try {
    const payload = JSON.parse(body.toString('utf8')) as { errorType?: unknown; errorMessage?: unknown };
    return new InvocationError('error', `${String(payload.errorType)}: ${String(payload.errorMessage)}`, payload);
  } catch {
    return new InvocationError('error', otherwise);
  }
}

function reply(outgoing: ServerResponse, status: number, content: unknown): void {
  const body = JSON.stringify(content);
  outgoing.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  outgoing.end(body);
}
