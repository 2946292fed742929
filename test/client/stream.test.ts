import { TestServer } from './server';
import { ForbiddenError, HttpError, NetworkError, StreamError, UnauthorizedError } from '../../client-template/errors';
import * as formats from '../../client-template/formats';
import { streaming } from '../../client-template/stream';

type Format = keyof typeof formats;

const server = new TestServer();
beforeAll(async () => server.start());
afterAll(async () => server.stop());

interface Options {
  readonly signal?: AbortSignal;
  readonly baseUrl?: string;
}

/** A function as the generator writes them, with no option to throw. */
async function send(options: Options = {}): Promise<{ error?: unknown; request?: Request; response?: Response }> {
  expect(options).toMatchObject({ parseAs: 'stream', throwOnError: false, responseStyle: 'fields' });
  const request = new Request(options.baseUrl ?? server.url, { signal: options.signal });
  try {
    const response = await fetch(request);
    return response.ok ? { request, response } : { request, response, error: await response.json() };
  } catch (error) {
    return { request, error };
  }
}

async function all(format: Format, options?: Options): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of streaming<typeof send, unknown>(send, formats[format])(options)) items.push(item);
  return items;
}

describe('what an answer is read as', () => {
  test.each<[Format, string, string[], unknown[]]>([
    ['lines', 'application/jsonl', ['{"a":', '1}\n', '{"a":2}'], [{ a: 1 }, { a: 2 }]],
    ['lines', 'text/plain; charset=utf-8', ['1\n'], [1]],
    ['data', 'text/event-stream; charset=utf-8', ['data: {"a":1}\n', '\n'], [{ a: 1 }]],
    ['events', 'text/event-stream', ['data: x\n\n'], [{ event: 'message', data: 'x', id: '' }]],
    ['values', 'application/json', ['{"a":1}{"a"', ':2}'], [{ a: 1 }, { a: 2 }]],
    ['values', 'text/plain', ['[1]\n[2]'], [[1], [2]]],
    ['values', 'text/event-stream', ['data: 1\n\n'], [1]],
    ['text', 'text/csv', ['a,b\n'], ['a,b\n']],
    ['auto', 'application/x-ndjson', ['1\n2\n'], [1, 2]],
    ['auto', 'application/problem+json', ['{}'], [{}]],
    ['auto', 'text/event-stream', ['data: 1\n\n'], [{ event: 'message', data: '1', id: '' }]],
    ['auto', 'text/html', ['<p>'], ['<p>']],
  ])('%s of %s', async (format, type, pieces, items) => {
    server.answers(type, pieces);
    const found = await all(format);
    expect(typeof found[0] === 'string' ? [found.join('')] : found).toEqual(items);
  });

  test('auto of anything else is bytes', async () => {
    server.answers('application/zip', [new Uint8Array([1, 255])]);
    expect((await all('auto')).flatMap((chunk) => [...chunk as Uint8Array])).toEqual([1, 255]);
  });

  test('no body has no items', async () => {
    server.handler = (_, response) => void response.writeHead(204).end();
    expect(await all('lines')).toEqual([]);
  });

  test('events where none are sent are an error', async () => {
    server.answers('application/json', ['{}']);
    await expect(all('data')).rejects.toThrow('the answer must be text/event-stream, got: application/json');
    await expect(all('data')).rejects.toBeInstanceOf(StreamError);
  });
});

test('every loop sends a request of its own', async () => {
  let requests = 0;
  server.handler = (_, response) => void response.end(`${++requests}\n`);
  const stream = streaming<typeof send, number>(send, formats.lines)();
  expect(requests).toBe(0);
  for (const expected of [1, 2]) for await (const item of stream) expect(item).toBe(expected);
});

describe('a request ends', () => {
  /** Answers with one line, and never ends; tells when the client has gone. */
  function endless(): Promise<void> {
    return new Promise((gone) => {
      server.handler = (_, response) => {
        response.once('close', gone);
        response.writeHead(200, { 'content-type': 'application/jsonl' });
        response.write('1\n2\n');
      };
    });
  }

  test('with the loop', async () => {
    const gone = endless();
    for await (const item of streaming<typeof send, number>(send, formats.lines)()) {
      expect(item).toBe(1);
      break;
    }
    await gone;
  });

  test('by its signal while the loop waits', async () => {
    const gone = endless();
    const controller = new AbortController();
    const items: number[] = [];
    await expect((async () => {
      for await (const item of streaming<typeof send, number>(send, formats.lines)({ signal: controller.signal })) {
        items.push(item);
        if (items.length === 2) setImmediate(() => controller.abort());
      }
    })()).rejects.toMatchObject({ name: 'AbortError' });
    expect(items).toEqual([1, 2]);
    await gone;
  });

  test('by its signal between two items that are there, with the reason given', async () => {
    const gone = endless();
    const controller = new AbortController();
    const reason = new Error('enough');
    const items: number[] = [];
    await expect((async () => {
      for await (const item of streaming<typeof send, number>(send, formats.lines)({ signal: controller.signal })) {
        items.push(item);
        controller.abort(reason);
      }
    })()).rejects.toBe(reason);
    expect(items).toEqual([1]);
    await gone;
  });

  test('by a signal that was given up before', async () => {
    await expect(all('lines', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('errors in the loop', () => {
  /** What came before the error, and the error. */
  async function until(format: Format): Promise<[unknown[], unknown]> {
    const items: unknown[] = [];
    try {
      for await (const item of streaming<typeof send, unknown>(send, formats[format])()) items.push(item);
    } catch (error) {
      return [items, error];
    }
    throw new Error('no error');
  }

  test.each<[string, Format, string, string]>([
    ['ends inside an item', 'lines', '{"a":1}\n{"a":', 'the stream ends inside an item, got: {"a":'],
    ['is not JSON', 'lines', '{"a":1}\nTraceback\n{"a":2}\n', 'an item of the stream is not JSON, got: Traceback'],
    ['has more that is not JSON', 'values', '{"a":1}Traceback', 'the stream ends inside an item, got: Traceback'],
  ])('a stream that %s', async (_, format, body, message) => {
    server.answers('application/jsonl', [body]);
    const [items, error] = await until(format);
    expect(items).toEqual([{ a: 1 }]);
    expect(error).toBeInstanceOf(StreamError);
    expect(String(error)).toContain(message);
  });

  // As the Lambda Web Adapter ends a body, whole and byte by byte.
  describe.each(['whole', 'byte by byte'])('a function that fails in mid-stream, %s', (how) => {
    const mark = 'Lambda-Runtime-Function-Error-Type: Runtime.StreamError\r\nLambda-Runtime-Function-Error-Body: e30=\r\n';
    test.each<[Format, string, string]>([
      ['lines', 'application/jsonl', '{"a":1}\n'],
      ['lines', 'application/jsonl', '{"a":1}\n{"a":'],
      ['values', 'application/json', '{"a":1}'],
      ['values', 'application/json', '{"a":1}{"a":"x'],
      ['data', 'text/event-stream', 'data: {"a":1}\n\n'],
      ['data', 'text/event-stream', 'data: {"a":1}\n\ndata: {"a":'],
      ['events', 'text/event-stream', 'data: {"a":1}\n\nevent: x\n'],
      ['events', 'text/event-stream', 'data: {"a":1}\n\ndata: x\n'],
      ['text', 'text/csv', 'a,b\n'],
      ['auto', 'application/zip', 'PK'],
    ])('%s of %s after %j', async (format, type, before) => {
      server.answers(type, how === 'whole' ? [before, mark] : [...before + mark]);
      const [items, error] = await until(format);
      expect(items.length).toBeGreaterThan(0);
      expect(error).toBeInstanceOf(StreamError);
      expect(String(error)).toMatch(/failed in mid-stream|ends inside an/);
    });
  });

  test('a connection that breaks', async () => {
    server.handler = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/jsonl' });
      response.write('1\n', () => setImmediate(() => response.destroy()));
    };
    const [items, error] = await until('lines');
    expect(items).toEqual([1]);
    expect(error).toBeInstanceOf(StreamError);
    expect(String(error)).toContain('the stream broke off');
    expect((error as Error).cause).toBeDefined();
  });

  test.each([[401, UnauthorizedError], [403, ForbiddenError], [500, HttpError]] as const)('%i', async (status, kind) => {
    server.answers('application/json', ['{"message":"Missing Authentication Token","status":"own","response":1}'], status);
    const [items, error] = await until('lines');
    expect(items).toEqual([]);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).name).toBe(kind === HttpError ? 'HttpError' : kind.name);
    expect(error).toMatchObject({ response: { status }, status: 'own', body: { response: 1 } });
    expect(String(error)).toContain(`was answered with ${status} (Missing Authentication Token)`);
  });

  test('nobody there', async () => {
    await expect(all('lines', { baseUrl: 'http://127.0.0.1:1/x?token=secret' })).rejects.toBeInstanceOf(NetworkError);
    await expect(all('lines', { baseUrl: 'http://127.0.0.1:1/x?token=secret' })).rejects.toThrow(/^GET http:\/\/127\.0\.0\.1:1\/x was not answered: /);
  });
});
