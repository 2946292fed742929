import { request as overHttp, type IncomingMessage } from 'node:http';
import { request as overHttps } from 'node:https';
import type { GatewayAnswer } from './gateway-answer';
import type { HttpIntegration } from './integration';
import { mapRequest, type MappingContext } from './parameter-mapping';
import { TemplateAnswer, type TemplateContext } from './template-answer';
import { headersOf, wholeAnswer } from '../http-exchange';
import type { LocalRequest } from '../local-request';

/** A server that does not answer in time. */
export class HttpTimeout extends Error {}

const NOT_PASSED_ON = /^(host|connection|content-length|transfer-encoding|keep-alive)$/i;
const HOP_BY_HOP = /^(connection|keep-alive|transfer-encoding)$/;

/**
 * Hands a request to the server of an HTTP integration.
 *
 * @throws HttpTimeout
 */
export async function forwardToHttp(
  integration: HttpIntegration, request: LocalRequest, known: MappingContext & TemplateContext,
): Promise<GatewayAnswer> {
  const { templates } = integration;
  const template = templates === undefined ? undefined : new TemplateAnswer(templates, request, known, known);
  const incoming = await send(integration, request, known, template?.requestBody());
  if (template !== undefined) {
    const whole = await wholeAnswer(incoming);
    return template.answer(whole.status, whole);
  }
  return { status: incoming.statusCode ?? 502, headers: headersOf(incoming).filter(([name]) => !HOP_BY_HOP.test(name)), stream: incoming };
}

async function send(integration: HttpIntegration, request: LocalRequest, known: MappingContext, text: string | undefined): Promise<IncomingMessage> {
  const mapped = mapRequest(integration.parameters, request, known);
  const url = new URL(addressOf(integration.uri, mapped.path, known.stageVariables));
  if (mapped.wholePath !== undefined) url.pathname = mapped.wholePath;
  // What is no proxy hands on what it maps, and nothing else.
  const isProxy = integration.templates === undefined;
  const query = isProxy || Object.keys(integration.parameters).some((name) => name.includes('querystring')) ? mapped.rawQuery : '';
  if (query !== '') url.search = url.search === '' ? `?${query}` : `${url.search}&${query}`;
  const body = text === undefined ? request.body : Buffer.from(text);
  return new Promise<IncomingMessage>((resolve, reject) => {
    const start = url.protocol === 'https:' ? overHttps : overHttp;
    const outgoing = start(url, {
      method: integration.method === 'ANY' ? request.method : integration.method,
      headers: [...mapped.headers.filter(([name]) => !NOT_PASSED_ON.test(name)).flat(), 'host', url.host, 'content-length', String(body.length)],
      setHost: false,
    }, resolve);
    const late = setTimeout(() => outgoing.destroy(new HttpTimeout(`${url.host} did not answer within ${integration.timeoutMillis / 1000} seconds`)), integration.timeoutMillis);
    outgoing.once('response', () => clearTimeout(late)).once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    outgoing.end(body);
  });
}

function addressOf(uri: string, path: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>>): string {
  return uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_whole, name: string) => variables[name] ?? '')
    .replace(/\{(\w[\w.:-]*)\+?\}/g, (_whole, name: string) => encodeURI(path[name] ?? ''));
}
