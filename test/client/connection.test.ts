import * as crypto from 'crypto';
import type * as http from 'http';
import fc from 'fast-check';
import { TestServer } from './server';
import { apiUrl, bearer, type Connectable, connectClient, type ConnectOptions } from '../../client-template/connection';
import { ForbiddenError, NetworkError } from '../../client-template/errors';
import { iam } from '../../client-template/iam';

const server = new TestServer();
beforeAll(async () => server.start());
afterAll(async () => server.stop());

type Interceptor = Parameters<Connectable['interceptors']['error']['use']>[0];

/** As much of a client of the generator as a connection needs; the real one is in `bookshop.test.ts`. */
class FakeClient implements Connectable {
  public config: { baseUrl: string; fetch: typeof fetch } | undefined;
  public readonly used: Interceptor[] = [];
  public readonly interceptors = {
    error: { exists: (interceptor: Interceptor) => this.used.includes(interceptor), use: (interceptor: Interceptor) => this.used.push(interceptor) },
  };

  public setConfig(config: { baseUrl: string; fetch: typeof fetch }): void {
    this.config = config;
  }
}

async function connected(options: ConnectOptions): Promise<FakeClient> {
  return connectClient(new FakeClient(), options);
}

describe('where the API is', () => {
  test.each<[string, ConnectOptions, string]>([
    ['given', { url: 'https://a.example/prod/' }, 'https://a.example/prod'],
    ['in a configuration', { api: 'MyApi', runtimeConfig: { apis: { MyApi: 'https://b.example/' } } }, 'https://b.example'],
  ])('%s', async (_, options, url) => {
    expect((await connected(options)).config?.baseUrl).toBe(url);
  });

  test('served', async () => {
    server.handler = (request, response) => void response.end(request.url === '/runtime-config.json' ? '{"apis":{"MyApi":"https://c.example/prod/"}}' : '');
    for (const runtimeConfig of [`${server.url}/runtime-config.json`, new URL(`${server.url}/runtime-config.json`)]) {
      expect((await connected({ api: 'MyApi', runtimeConfig })).config?.baseUrl).toBe('https://c.example/prod');
    }
  });

  test.each<[string, () => ConnectOptions, string]>([
    ['neither', () => ({}), 'either `url` or `api` must be given, got: neither'],
    ['both', () => ({ url: 'https://a.example', api: 'A' }), 'got: both'],
    ['no such key', () => ({ api: 'MyApi', runtimeConfig: { apis: { Other: 'https://x.example' } } }), 'must have a URL of MyApi in `apis`, got: no such key; it has Other'],
    ['a key of every object', () => ({ api: 'constructor', runtimeConfig: { apis: {} } }), 'got: no such key; it has none'],
    ['no URL', () => ({ api: 'MyApi', runtimeConfig: { apis: { MyApi: '' } } }), 'got: ""; it has MyApi'],
    ['no configuration', () => ({ api: 'MyApi', runtimeConfig: `${server.url}/none` }), 'could not be read (the answer is 404); give `runtimeConfig`, or `url`'],
    ['none of a browser', () => ({ api: 'MyApi' }), 'the runtime configuration /runtime-config.json could not be read'],
  ])('%s is an error', async (_, options, message) => {
    server.handler = (__, response) => void response.writeHead(404).end();
    await expect(connected(options())).rejects.toThrow(message);
  });

  test.each([['null'], ['{}'], ['{"apis":null}'], ['{"apis":"x"}']])('a configuration of %s is an error', async (body) => {
    server.handler = (_, response) => void response.end(body);
    await expect(connected({ api: 'MyApi', runtimeConfig: server.url })).rejects.toThrow('must have an object `apis`, got: ');
  });

  test('apiUrl reads one', () => {
    expect(apiUrl({ apis: { MyApi: 'https://a.example/' } }, 'MyApi')).toBe('https://a.example/');
  });
});

describe('errors', () => {
  const request = new Request('https://a.example/items');
  const refused = new Response('{}', { status: 403 });

  test('are explained once, however often a client is connected', async () => {
    const client = await connected({ url: 'https://a.example' });
    await connectClient(client, { url: 'https://b.example' });
    expect(client.used).toHaveLength(1);
    const [explain] = client.used;
    const declared = { detail: 'no' };
    expect(explain(declared, refused, request, {})).toBe(declared);
    expect(explain(declared, refused, request, { throwOnError: true })).toBeInstanceOf(ForbiddenError);
    expect(explain(new TypeError('fetch failed'), undefined, request, {})).toBeInstanceOf(NetworkError);
    const abort = new DOMException('', 'AbortError');
    expect(explain(abort, undefined, request, { throwOnError: true })).toBe(abort);
    const other = new RangeError('of the application');
    expect(explain(other, undefined, request, { throwOnError: true })).toBe(other);
  });
});

test('bearer sends the token of the moment, unless the request has authorization of its own', async () => {
  let number = 0;
  const authorize = bearer(() => `token-${++number}`);
  const authorization = async (request: Request) => (await authorize(request)).headers.get('authorization');
  expect(await authorization(new Request('https://a.example'))).toBe('Bearer token-1');
  expect(await authorization(new Request('https://a.example'))).toBe('Bearer token-2');
  expect(await authorization(new Request('https://a.example', { headers: { authorization: 'Basic x' } }))).toBe('Basic x');
  expect((await bearer('fixed')(new Request('https://a.example'))).headers.get('authorization')).toBe('Bearer fixed');
});

describe('iam', () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: 'session' };

  test.each([
    ['https://abc.execute-api.eu-west-1.amazonaws.com/prod/items', {}, 'eu-west-1/execute-api'],
    ['https://abc.execute-api.cn-north-1.amazonaws.com.cn/prod/items', {}, 'cn-north-1/execute-api'],
    ['https://abc.lambda-url.us-east-2.on.aws/items', {}, 'us-east-2/lambda'],
    ['https://api.example.com/items', { region: 'eu-north-1' }, 'eu-north-1/execute-api'],
    ['https://api.example.com/items', { region: 'eu-north-1', service: 'lambda' }, 'eu-north-1/lambda'],
  ] as const)('%s %j', async (url, options, scope) => {
    const signed = await iam({ credentials, ...options })(new Request(url));
    expect(signed.headers.get('authorization')).toContain(`/${scope}/aws4_request`);
    expect(signed.headers.get('x-amz-security-token')).toBe('session');
    expect(signed.headers.get('x-amz-content-sha256')).toBe(sha256(''));
  });

  test('a host that does not name its region needs one', async () => {
    await expect(iam({ credentials })(new Request('https://api.example.com'))).rejects.toThrow('`region` must be given for a host that does not name it, got: api.example.com');
  });

  test('authorization of its own is an error', async () => {
    const request = new Request('https://api.example.com/x', { headers: { authorization: 'Bearer x' } });
    await expect(iam({ credentials, region: 'eu-west-1' })(request)).rejects.toThrow('must have no Authorization of its own, got one: GET /x');
  });

  test('what arrives has a valid signature, whatever the path, query and body', async () => {
    const word = fc.string({ unit: fc.oneof(fc.constantFrom('/', ' ', '+', '%', '~', '*', "'", '(', '&', '=', ':', '@', 'ż', '🦊'), fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 })), maxLength: 8 });
    let problem: string | undefined;
    server.handler = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        problem = verify(request, Buffer.concat(chunks));
        response.end();
      });
    };
    const { config } = await connected({ url: server.url, authorize: iam({ credentials: async () => credentials, region: 'eu-west-1' }) });
    const send = config!.fetch;
    await fc.assert(fc.asyncProperty(fc.array(word, { maxLength: 3 }), fc.array(fc.tuple(word.filter((name) => name !== ''), word), { maxLength: 4 }), fc.option(fc.uint8Array({ minLength: 1 })), async (segments, query, body) => {
      const path = segments.filter((segment) => !['', '.', '..'].includes(segment)).map((segment) => `/${encodeURIComponent(segment)}`).join('') || '/';
      const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
      problem = 'nothing arrived';
      await send(new Request(`${server.url}${path}?${search}`, body === null ? {} : { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } }));
      expect(problem).toBeUndefined();
    }), { numRuns: 60 });
  });

  /** What the service would say of a request, computed from what arrived and from nothing else. */
  function verify(request: http.IncomingMessage, body: Buffer): string | undefined {
    const { authorization = '', 'x-amz-date': date = '', 'x-amz-content-sha256': hash } = request.headers as Record<string, string>;
    const parts = /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(authorization);
    if (parts === null) return `no signature: ${authorization}`;
    const [, day, region, service, names, signature] = parts;
    if (hash !== sha256(body)) return 'another body';
    if (!names.split(';').includes('host') || !names.split(';').includes('x-amz-content-sha256')) return `too few headers are signed: ${names}`;
    const [path, query = ''] = (request.url ?? '').split('?');
    const canonical = [
      request.method,
      // Every service but S3 encodes the path as it arrives once more.
      path.split('/').map(encode).join('/'),
      query.split('&').filter(Boolean).map((pair) => pair.split(/=(.*)/s).slice(0, 2).map((part) => encode(decodeURIComponent(part))))
        .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1)).map((pair) => pair.join('=')).join('&'),
      ...names.split(';').map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}`), '',
      names, hash,
    ].join('\n');
    const text = ['AWS4-HMAC-SHA256', date, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
    const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>((secret, part) => crypto.createHmac('sha256', secret).update(part).digest(), `AWS4${credentials.secretAccessKey}`);
    const expected = crypto.createHmac('sha256', key).update(text).digest('hex');
    return signature === expected ? undefined : `another signature for ${request.method} ${request.url}`;
  }

  function encode(text: string): string {
    return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  }

  function sha256(data: string | Buffer): string {
    return crypto.createHash('sha256').update(data).digest('hex');
  }
});
