import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import type { StreamedAnswer } from './gateway-answer';
import type { HttpIntegration } from './integration';
import { headersOf } from '../http-exchange';
import type { LocalRequest } from '../local-request';

/** Hands a request to the server of an HTTP integration. */
export async function forwardToHttp(
  integration: HttpIntegration, request: LocalRequest, parameters: Readonly<Record<string, string>>,
): Promise<StreamedAnswer> {
  const address = integration.uri.replace(/\{(\w[\w.:-]*)\+?\}/g, (_whole, name: string) => encodeURI(parameters[name] ?? ''));
  const url = new URL(address);
  if (request.rawQuery !== '') url.search = url.search === '' ? `?${request.rawQuery}` : `${url.search}&${request.rawQuery}`;
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.protocol === 'https:' ? overHttps : overHttp;
    const outgoing = send(url, {
      method: integration.method === 'ANY' ? request.method : integration.method,
      headers: [
        ...request.headers.filter(([name]) => !/^(host|connection|content-length|transfer-encoding|keep-alive)$/i.test(name)).flat(),
        'host', url.host, 'content-length', String(request.body.length),
      ],
      setHost: false,
      timeout: integration.timeoutMillis,
    }, resolve);
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${url.host} did not answer within ${integration.timeoutMillis / 1000} seconds`)));
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });
  return { status: incoming.statusCode ?? 502, headers: headersOf(incoming).filter(([name]) => !/^(connection|keep-alive|transfer-encoding)$/.test(name)), stream: incoming };
}
