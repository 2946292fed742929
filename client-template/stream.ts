import { failure, isAbort, StreamError } from './errors';
import type { Format } from './formats';

/** A function of the generator that does not throw. */
type Send = (...args: never[]) => Promise<{ error?: unknown; request?: Request; response?: Response }>;

/** The same for a stream: every loop over what it returns sends a request. Leaving the loop, or aborting, ends it. */
type Stream<S extends Send, Item> = (...args: Parameters<S>) => AsyncIterable<Item>;

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
    const decoder = format(mediaType(response));
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

function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').replace(/;.*$/s, '').trim().toLowerCase();
}
