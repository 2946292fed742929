import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { replay } from './replay';
import type { RequestHistory } from './request-history';
import { tokenClaims } from './token-request';
import { LOCAL_PAGE_DIRECTORY } from '../../private/assets';
import { member, stringMember, type Json } from '../../private/json';
import type { TokenAuthorizer } from '../authorizers/authorizer';
import type { LocalIssuer } from '../authorizers/local-issuer';
import { isLoopbackHost, isLoopbackOrigin } from '../host';
import { closeServer, listen } from '../listen';
import { runtimeConfig } from '../runtime-config';
import type { ApiSummary } from '../served-api';

/** What the page shows. */
export interface PageContent {
  readonly apis: readonly ApiSummary[];
  /** Authorizers whose tokens are minted here. */
  readonly authorizers: readonly TokenAuthorizer[];
}

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/token': ['token.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/token.js': ['token.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
};

/** Bytes of a form of the page. */
const FORM_LIMIT = 100_000;

/** The page at a port of its own: APIs, requests, replay; and the issuer of tokens. */
export class PageServer {
  private readonly server: Server;

  /** @param content what is shown, as it is now */
  public constructor(
    private readonly content: () => PageContent, private readonly history: RequestHistory, private readonly issuer: LocalIssuer,
  ) {
    this.server = createServer((incoming, outgoing) => {
      this.handle(incoming, outgoing).catch((error: unknown) => {
        if (outgoing.headersSent) outgoing.destroy();
        else json(outgoing, 400, { error: error instanceof Error ? error.message : String(error) });
      });
    });
  }

  /** Listens, and tells the URL. */
  public async listen(port: number): Promise<string> {
    const url = `http://127.0.0.1:${await listen(this.server, port, 'the page')}`;
    this.issuer.url = url;
    return `${url}/`;
  }

  /** Stops listening. */
  public async close(): Promise<void> {
    await closeServer(this.server);
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (!isLoopbackHost(incoming.headers.host)) return json(outgoing, 403, { error: 'this server answers to localhost and 127.0.0.1 only' });
    const [path, query] = (incoming.url ?? '/').split('?');
    if (incoming.method === 'POST') return this.post(path, incoming, outgoing);
    const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    if (file !== undefined) {
      const security = { 'content-security-policy': 'default-src \'self\'', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
      return void outgoing.writeHead(200, { 'content-type': file[1], ...security }).end(readFileSync(join(LOCAL_PAGE_DIRECTORY, file[0])));
    }
    switch (path) {
      case '/apis.json': return json(outgoing, 200, this.content());
      case '/requests.json': {
        const { count, requests } = this.history.after(Number(new URLSearchParams(query).get('after') ?? 0));
        return json(outgoing, 200, { count, requests: requests.map((record) => ({ ...record, request: undefined })) });
      }
      case '/runtime-config.json': {
        const { headers, body } = runtimeConfig(this.content().apis, incoming);
        return void outgoing.writeHead(200, headers).end(body);
      }
      case '/.well-known/openid-configuration': return json(outgoing, 200, this.issuer.discovery, readable(incoming));
      case '/.well-known/jwks.json': return json(outgoing, 200, this.issuer.keys, readable(incoming));
      default: return json(outgoing, 404, { error: `there is no ${path}` });
    }
  }

  private async post(path: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { origin, host } = incoming.headers;
    // A form of another page has its own origin.
    if (origin !== undefined && origin !== `http://${host}` && !(path === '/token' && isLoopbackOrigin(origin))) {
      return json(outgoing, 403, { error: 'other pages may not do this' });
    }
    const form = await readForm(incoming);
    if (path === '/token') {
      const token = await this.issuer.mint(tokenClaims(form, this.content().authorizers, this.issuer.url));
      return json(outgoing, 200, { access_token: token, token_type: 'Bearer', expires_in: 3600 }, readable(incoming));
    }
    if (path === '/replay') {
      const record = this.history.find(stringMember(form, 'id') ?? '');
      if (record === undefined) return json(outgoing, 404, { error: 'this request is no longer kept' });
      return json(outgoing, 200, { status: await replay(record) });
    }
    return json(outgoing, 404, { error: `there is no ${path}` });
  }
}

async function readForm(incoming: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > FORM_LIMIT) throw new Error(`a form may have ${FORM_LIMIT} bytes`);
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (!(incoming.headers['content-type'] ?? '').startsWith('application/json')) return Object.fromEntries(new URLSearchParams(text));
  const given: Json = JSON.parse(text);
  return member({ given }, 'given') ?? {};
}

/** Pages of this machine may read keys and tokens. */
function readable(incoming: IncomingMessage): Record<string, string> {
  const { origin } = incoming.headers;
  return origin !== undefined && isLoopbackOrigin(origin) ? { 'access-control-allow-origin': origin, 'vary': 'Origin' } : {};
}

function json(outgoing: ServerResponse, status: number, content: object, headers: Record<string, string> = {}): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }).end(JSON.stringify(content));
}
