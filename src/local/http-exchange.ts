import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { LocalRequest } from './local-request';
import type { LocalAnswer } from './proxy-answer';

/** Sends a request over HTTP, its path and headers exactly as they are, and gives the answer when its head has come. */
export async function sendOverHttp(port: number, request: LocalRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port,
      method: request.method,
      path: request.rawQuery === '' ? request.rawPath : `${request.rawPath}?${request.rawQuery}`,
      headers: [...request.headers.filter(([name]) => !/^(content-length|transfer-encoding|connection)$/i.test(name)).flat(), 'content-length', String(request.body.length)],
      setHost: false,
      agent: false,
    }, resolve);
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });
}

/** Names and values of an answer's head, in order, names in lower case. */
export function headersOf(incoming: IncomingMessage): [string, string][] {
  const raw = incoming.rawHeaders;
  return Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index].toLowerCase(), raw[2 * index + 1]]);
}

/** The whole of an answer. */
export async function wholeAnswer(incoming: IncomingMessage): Promise<LocalAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return { status: incoming.statusCode ?? 0, headers: headersOf(incoming), body: Buffer.concat(chunks) };
}

/** A port of the loopback address that nothing listens on. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Whether something listens on a port of the loopback address. */
export async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
      .once('connect', () => { socket.destroy(); resolve(true); })
      .once('error', () => resolve(false));
  });
}
