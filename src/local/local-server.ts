import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { httpEvent } from './http-event';
import { headersOf } from './http-exchange';
import { LambdaProcess, type LambdaProcessOptions } from './lambda-process';
import type { LocalApi } from './local-api';
import type { LocalFunction } from './local-function';
import type { LocalRequest } from './local-request';
import { proxyAnswer, type LocalAnswer } from './proxy-answer';
import { restEvent, type EventContext } from './rest-event';
import { matchRoute, type RouteMatch } from './route';
import { Running } from './running';
import { isStreaming, StreamProcess } from './stream-process';
import type { JsonObject } from '../private/json';

/** Serves one synthesized API on the loopback address: routes, events and functions are those of the template. */
export class LocalServer {
  private readonly lambdas: Running<LambdaProcess>;
  private readonly streamers: Running<StreamProcess>;
  private readonly server: Server;

  /**
   * @param api the API
   * @param functions the functions of its template, by logical id
   * @param options how functions are run
   */
  public constructor(
    private readonly api: LocalApi,
    private readonly functions: ReadonlyMap<string, LocalFunction>,
    options: LambdaProcessOptions,
  ) {
    this.lambdas = new Running((definition) => LambdaProcess.start(definition, options));
    this.streamers = new Running((definition) => StreamProcess.start(definition, options));
    this.server = createServer((incoming, outgoing) => void this.handle(incoming, outgoing));
  }

  /** Listens, and tells the URL, stage included. */
  public async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    const address = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}${this.prefix}/`;
  }

  /** Stops listening and ends all functions. */
  public async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
    await this.lambdas.stop();
    await this.streamers.stop();
  }

  private get prefix(): string {
    return this.api.stage === '$default' ? '' : `/${this.api.stage}`;
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const request = await this.read(incoming);
      const match = request === undefined ? undefined : matchRoute(this.api.routes, request.method, request.rawPath);
      if (request === undefined || match === undefined) {
        // REST APIs answer an unknown route like a request without a signature.
        return reply(outgoing, this.api.kind === 'rest' ? 403 : 404, this.api.kind === 'rest' ? 'Missing Authentication Token' : 'Not Found');
      }
      await this.answer(request, match, outgoing);
    } catch (error) {
      // One request that went wrong, such as a caller who left halfway, ends no server.
      if (incoming.destroyed && !incoming.complete) return void outgoing.destroy();
      process.stderr.write(`cdk-fastapi: ${error instanceof Error ? error.message : String(error)}\n`);
      if (outgoing.headersSent) outgoing.destroy();
      else reply(outgoing, 502, 'Internal server error');
    }
  }

  /** The request as the API sees it, or nothing where its path lies outside the stage. */
  private async read(incoming: IncomingMessage): Promise<LocalRequest | undefined> {
    const [fullPath, rawQuery = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
    if (!`${fullPath}/`.startsWith(`${this.prefix}/`)) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const raw = incoming.rawHeaders;
    return {
      method: incoming.method ?? 'GET',
      rawPath: fullPath.slice(this.prefix.length) || '/',
      rawQuery,
      headers: Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index], raw[2 * index + 1]] as const),
      body: Buffer.concat(chunks),
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
    };
  }

  private async answer(request: LocalRequest, match: RouteMatch, outgoing: ServerResponse): Promise<void> {
    const definition = this.functions.get(match.route.functionId ?? '');
    if (definition === undefined) {
      return reply(outgoing, 501, `${match.route.method} ${match.route.path} is answered by an integration that this machine cannot run`);
    }
    const host = request.headers.find(([name]) => name.toLowerCase() === 'host')?.[1];
    const context: EventContext = { apiId: 'local', stage: this.api.stage, domainName: host ?? 'localhost', allBinary: this.api.allBinary };
    const event = this.api.kind === 'rest' ? restEvent(request, match, context) : httpEvent(request, match, context, this.api.kind);
    if (isStreaming(definition)) {
      const streaming = await this.streamers.get(definition);
      return pipe(await streaming.send(request, event.requestContext as JsonObject), outgoing);
    }
    const lambda = await this.lambdas.get(definition);
    write(proxyAnswer(await lambda.invoke(event)), outgoing);
  }
}

function write(answer: LocalAnswer, outgoing: ServerResponse): void {
  outgoing.writeHead(answer.status, answer.headers.flat());
  outgoing.end(answer.body);
}

function reply(outgoing: ServerResponse, status: number, message: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ message }));
}

function pipe(incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(incoming.statusCode ?? 502, headersOf(incoming).filter(([name]) => !/^(connection|keep-alive|transfer-encoding)$/.test(name)).flat());
  // A stream that breaks on one side is broken on the other.
  pipeline(incoming, outgoing, () => undefined);
}
