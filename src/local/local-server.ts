import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { ApiDomain } from './assembly/api-domains';
import { stagePrefix } from './gateway/api-identity';
import type { Gateway } from './gateway/gateway';
import type { GatewayAnswer } from './gateway/gateway-answer';
import type { RequestRecord } from './gateway/request-record';
import { isLoopbackHost } from './host';
import { closeServer, listen } from './listen';
import type { LocalApi } from './local-api';
import type { LocalRequest } from './local-request';
import { matchRoute } from './route';

/** What is heard of requests. */
export interface RequestListener {
  /** A request came. */
  began(record: RequestRecord): void;
  /** Its answer went, or broke off. */
  ended(record: RequestRecord): void;
}

/** Files that a server has beside its API, such as `/runtime-config.json`; the path of a request chooses. */
export type SideFiles = (path: string, incoming: IncomingMessage) => SideFile | undefined;

/** One of them. */
export interface SideFile {
  /** Default: 200. */
  readonly status?: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

/** Serves one synthesized API on the loopback address. */
export class LocalServer {
  private readonly server: Server;
  private readonly prefix: string;
  private url = '';

  /**
   * @param name of the API in messages
   * @param files what the server has beside the API
   */
  public constructor(
    private readonly name: string,
    private readonly api: LocalApi,
    private readonly gateway: Gateway,
    private readonly listener: RequestListener,
    private readonly files: SideFiles = () => undefined,
  ) {
    this.prefix = stagePrefix(api.stage);
    // Longer heads reach the check, which answers as the API does.
    this.server = createServer({ maxHeaderSize: 64 * 1024 }, (incoming, outgoing) => void this.handle(incoming, outgoing));
    this.server.keepAliveTimeout = 65_000;
  }

  /** Listens, and tells the URL, stage included. */
  public async listen(port = 0): Promise<string> {
    this.url = `http://127.0.0.1:${await listen(this.server, port, `\`${this.name}\``)}${this.prefix}/`;
    return this.url;
  }

  /** Stops listening. */
  public async close(): Promise<void> {
    await closeServer(this.server);
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = incoming.url ?? '/';
    if (!isLoopbackHost(incoming.headers.host)) {
      return plain(outgoing, 403, 'this server answers to localhost and 127.0.0.1 only');
    }
    const file = this.files(url.split('?')[0], incoming);
    if (file !== undefined) return void outgoing.writeHead(file.status ?? 200, file.headers).end(file.body);
    const record: RequestRecord = { id: randomUUID(), api: this.name, method: incoming.method ?? 'GET', path: url, time: Date.now(), url: this.url, log: [] };
    const began = performance.now();
    this.listener.began(record);
    outgoing.once('close', () => {
      record.milliseconds = performance.now() - began;
      record.status ??= 499;
      if (!outgoing.writableFinished) record.note ??= 'the caller left before the answer was complete';
      this.listener.ended(record);
    });
    try {
      await this.exchange(incoming, outgoing, record);
    } catch (error) {
      // One request that went wrong, such as a caller who left halfway, ends no server.
      if (!incoming.complete && incoming.destroyed) return void outgoing.destroy();
      record.note = error instanceof Error ? error.stack : String(error);
      if (outgoing.headersSent) outgoing.destroy();
      else plain(outgoing, record.status = 502, 'Internal server error');
    }
  }

  private async exchange(incoming: IncomingMessage, outgoing: ServerResponse, record: RequestRecord): Promise<void> {
    const [fullPath, rawQuery = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
    const body = await this.body(incoming);
    const place = this.placeOf(record.method, fullPath);
    const request: LocalRequest = {
      method: record.method,
      rawPath: place === undefined ? fullPath : fullPath.slice(place.prefix.length) || '/',
      rawQuery,
      headers: forwardedHeaders(incoming),
      body: body ?? Buffer.alloc(0),
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
    };
    record.request = request;
    if (body === undefined) {
      outgoing.setHeader('connection', 'close');
      return this.write(this.gateway.refuse('REQUEST_TOO_LARGE', request, record.id), outgoing, record);
    }
    // A path outside of the stage is one that no API has.
    const answer = place !== undefined ? await this.gateway.answer(request, record, place.domain) : this.gateway.refuse('NOT_FOUND', request, record.id);
    this.write(answer, outgoing, record);
  }

  /** Below the stage, or below the base path of a custom domain where the stage has no such route. */
  private placeOf(method: string, path: string): { readonly prefix: string; readonly domain?: ApiDomain } | undefined {
    const isBelow = (prefix: string): boolean => `${path}/`.startsWith(`${prefix}/`);
    const own = isBelow(this.prefix) ? { prefix: this.prefix } : undefined;
    const domain = this.api.domains.filter(({ basePath }) => isBelow(basePath)).sort((a, b) => b.basePath.length - a.basePath.length)[0];
    if (domain === undefined || (own !== undefined && matchRoute(this.api.routes, method, path.slice(this.prefix.length) || '/') !== undefined)) return own;
    return { prefix: domain.basePath, domain };
  }

  /** The body; `undefined` where it is larger than the API takes, as soon as that is known. */
  private async body(incoming: IncomingMessage): Promise<Buffer | undefined> {
    const limit = this.gateway.bodyLimit;
    if (Number(incoming.headers['content-length'] ?? 0) > limit) {
      // The rest is read and dropped, so that the caller gets the answer.
      incoming.resume();
      return undefined;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of incoming) {
      size += (chunk as Buffer).length;
      if (size <= limit) chunks.push(chunk as Buffer);
    }
    return size > limit ? undefined : Buffer.concat(chunks);
  }

  private write(answer: GatewayAnswer, outgoing: ServerResponse, record: RequestRecord): void {
    record.status = answer.status;
    if ('stream' in answer) {
      outgoing.writeHead(answer.status, answer.headers.flat());
      outgoing.flushHeaders();
      // A stream that breaks on one side is broken on the other.
      pipeline(answer.stream, outgoing, () => undefined);
      return;
    }
    // The API counts the bytes itself; what it says of a HEAD is the length that a GET would have.
    const own = answer.headers.filter(([name]) => record.method === 'HEAD' || name !== 'content-length');
    const bodyless = record.method === 'HEAD' || answer.status === 204 || answer.status === 304;
    outgoing.writeHead(answer.status, [...own.flat(), ...(bodyless ? [] : ['content-length', String(answer.body.length)])]);
    outgoing.end(bodyless ? undefined : answer.body);
  }
}

/** The headers as API Gateway hands them on: who called, how, and through which port. */
function forwardedHeaders(incoming: IncomingMessage): (readonly [string, string])[] {
  const raw = incoming.rawHeaders;
  const headers = Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index], raw[2 * index + 1]] as const);
  const before = incoming.headers['x-forwarded-for'];
  const address = incoming.socket.remoteAddress ?? '127.0.0.1';
  return [
    ...headers.filter(([name]) => !/^(x-forwarded-(for|port|proto)|connection|keep-alive|transfer-encoding|expect)$/i.test(name)),
    ['X-Forwarded-For', before === undefined ? address : `${[before].flat().join(', ')}, ${address}`],
    ['X-Forwarded-Port', String(incoming.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ];
}

function plain(outgoing: ServerResponse, status: number, message: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(JSON.stringify({ message }));
}
