import { Bytes, type Decoder, JsonLines, JsonValues, PlainText, ServerSentData, ServerSentEvents } from './decode';
import { failure, isAbort, StreamError } from './errors';

/**
 * What a document says of a stream: events with JSON data, events, JSON Lines, JSON values, text, bytes. `auto` is for
 * answers of which it says nothing; their `Content-Type` decides.
 */
export type Format = 'data' | 'events' | 'lines' | 'values' | 'text' | 'bytes' | 'auto';

/** A function of the generator that does not throw. */
type Send = (...args: never[]) => Promise<{ error?: unknown; request?: Request; response?: Response }>;

/** The same for a stream: every loop over what it returns sends a request. Leaving the loop, or aborting, ends it. */
type Stream<S extends Send, Item> = (...args: Parameters<S>) => AsyncIterable<Item>;

const DECODERS = {
  data: ServerSentData, events: ServerSentEvents, lines: JsonLines, values: JsonValues, text: PlainText, bytes: Bytes,
} as const satisfies Record<string, new () => Decoder>;

/** Makes a function that streams of one that waits for the whole answer. */
export function streaming<S extends Send, Item>(send: S, format: Format): Stream<S, Item> {
  return (...[options]) => ({
    [Symbol.asyncIterator]: () => read<Item>(send, format, options as SendOptions | undefined),
  });
}

/** What is read of an operation's options here. */
interface SendOptions {
  readonly signal?: AbortSignal | null;
  readonly headers?: unknown;
}

async function* read<Item>(send: Send, format: Format, options: SendOptions | undefined): AsyncGenerator<Item, void, undefined> {
  const signal = options?.signal;
  const more = { ...options, parseAs: 'stream', throwOnError: false, responseStyle: 'fields' };
  // The generator checks the options of each operation where they are given.
  const { error, request, response } = await send(more as never);
  if (response === undefined || !response.ok) throw failure(error, response, request);
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    const decoder = new DECODERS[actual(format, response)]();
    for (;;) {
      const { done, value } = await reader.read();
      for (const item of done ? decoder.end() : decoder.push(value)) {
        signal?.throwIfAborted();
        // What the app sends is what its document declares.
        yield item as Item;
      }
      if (done) return;
    }
  } catch (thrown) {
    if (thrown instanceof StreamError || signal?.aborted || isAbort(thrown)) throw thrown;
    throw new StreamError('the stream broke off', { cause: thrown });
  } finally {
    // Where the loop was left, the request ends; where the body has ended, nothing happens.
    await reader.cancel().catch(() => undefined);
  }
}

/** How the answer is read, given what the document says of it and what its header does. */
function actual(format: Format, response: Response): keyof typeof DECODERS {
  const type = (response.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
  const events = type === 'text/event-stream';
  if ((format === 'data' || format === 'events') && !events) {
    throw new StreamError(`the answer must be text/event-stream, got: ${type || 'no type'}; see whether the request has to ask for a stream`);
  }
  if (format === 'values' && events) return 'data';
  if (format !== 'auto') return format;
  if (events) return 'events';
  if (/^application\/(.*\+)?(json|jsonl|x-ndjson|x-jsonlines|json-seq)$/.test(type)) return 'values';
  return type.startsWith('text/') ? 'text' : 'bytes';
}
