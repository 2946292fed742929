import { request as overHttp } from 'node:http';
import type { RequestRecord } from '../gateway/request-record';

/** Sends a kept request again, and tells the status of the answer. */
export async function replay({ method, path, request, url }: RequestRecord): Promise<number> {
  const target = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = overHttp({
      host: target.hostname,
      port: target.port,
      method,
      path,
      headers: [...(request?.headers ?? []).filter(([name]) => !/^(content-length|x-forwarded-\w+)$/i.test(name)).flat(), 'content-length', String(request?.body.length ?? 0)],
      setHost: false,
    }, (incoming) => {
      incoming.resume();
      incoming.once('end', () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.once('error', reject);
    outgoing.end(request?.body);
  });
}
