import { StreamError } from './errors';

/** Turns the chunks of a body into items. A chunk may begin and end anywhere. */
export interface Decoder {
  /** The items that are whole with this chunk. */
  push(chunk: Uint8Array): Iterable<unknown>;
  /** The items that are whole because the body ends. */
  end(): Iterable<unknown>;
}

/** An event of a stream whose document does not say what its data is. */
export interface ServerSentEvent {
  /** Kind of event; `message` where the server gives none. */
  readonly event: string;
  readonly data: string;
  /** Last id that the server gave; empty where it gave none. */
  readonly id: string;
  /** Milliseconds after which the server wants to be asked again. */
  readonly retry?: number;
}

/** Text, decoded from UTF-8 whose characters may be split over chunks. */
abstract class TextChunks implements Decoder {
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true });

  public push(chunk: Uint8Array): Iterable<unknown> {
    return this.take(this.decode(chunk));
  }

  public *end(): Iterable<unknown> {
    yield* this.take(this.decode());
    yield* this.finish();
  }

  protected abstract take(text: string): Iterable<unknown>;
  protected abstract finish(): Iterable<unknown>;

  private decode(chunk?: Uint8Array): string {
    try {
      return chunk === undefined ? this.utf8.decode() : this.utf8.decode(chunk, { stream: true });
    } catch (error) {
      throw new StreamError(chunk === undefined ? 'the stream ends inside a character' : 'the stream is not UTF-8', { cause: error });
    }
  }
}

/** Pieces of text that are not whole yet, joined once they are. */
class Pending {
  private pieces: string[] = [];

  public add(text: string): void {
    if (text !== '') this.pieces.push(text);
  }

  public take(): string {
    const text = this.pieces.join('');
    this.pieces = [];
    return text;
  }
}

/**
 * What ends the body of a function that failed in mid-stream: Lambda has it as a trailer, the Lambda Web Adapter as text.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
 */
const MARK = 'Lambda-Runtime-Function-Error-Type:';
const WHOLE_MARK = `${MARK} Runtime.StreamError`;
const FAILED = 'the function failed in mid-stream; see its log';

/** Looks for the mark in what may be anything. */
class MarkSearch {
  private tail = '';
  private found = false;

  public add(text: string): void {
    if (this.found) return;
    const seen = this.tail + text;
    this.found = seen.includes(WHOLE_MARK);
    this.tail = seen.slice(1 - WHOLE_MARK.length);
  }

  public end(): void {
    if (this.found) throw new StreamError(FAILED);
  }
}

/** The text as it comes. */
export class PlainText extends TextChunks {
  private readonly mark = new MarkSearch();

  protected *take(text: string): Iterable<unknown> {
    this.mark.add(text);
    if (text !== '') yield text;
  }

  protected *finish(): Iterable<unknown> {
    this.mark.end();
  }
}

/** The bytes as they come. */
export class Bytes implements Decoder {
  private readonly mark = new MarkSearch();
  private readonly latin1 = new TextDecoder('latin1');

  public *push(chunk: Uint8Array): Iterable<unknown> {
    this.mark.add(this.latin1.decode(chunk));
    if (chunk.length > 0) yield chunk;
  }

  public *end(): Iterable<unknown> {
    this.mark.end();
  }
}

/**
 * JSON Lines, and JSON text sequences, whose records begin with U+001E. Empty lines keep the connection alive.
 *
 * @see https://jsonlines.org
 */
export class JsonLines extends TextChunks {
  private readonly pending = new Pending();

  protected *take(text: string): Iterable<unknown> {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.pending.add(text.slice(start, end));
      start = end + 1;
      const line = content(this.pending.take());
      if (line !== '') yield parse(line);
    }
    this.pending.add(text.slice(start));
  }

  protected *finish(): Iterable<unknown> {
    const line = content(this.pending.take());
    if (line !== '') yield parse(line, true);
  }
}

/** JSON values one after the other, with or without white space, commas or line ends between them. */
export class JsonValues extends TextChunks {
  private readonly pending = new Pending();
  private depth = 0;
  private state: 'between' | 'scalar' | 'string' | 'escape' | 'inside' = 'between';

  protected *take(text: string): Iterable<unknown> {
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text.charAt(at);
      if (this.state === 'escape') {
        this.state = 'string';
      } else if (this.state === 'string') {
        if (character === '\\') this.state = 'escape';
        if (character !== '"') continue;
        this.state = 'inside';
        if (this.depth > 0) continue;
        yield this.value(text.slice(start, at + 1));
        start = at + 1;
      } else if (this.state !== 'inside' && /[\s,\u001e]/.test(character)) {
        if (this.state === 'scalar') yield this.value(text.slice(start, at));
        start = at + 1;
      } else {
        if (this.state === 'scalar' && /["{[]/.test(character)) {
          yield this.value(text.slice(start, at));
          start = at;
        }
        if (this.state === 'between' && !/["{[]/.test(character)) this.state = 'scalar';
        if (this.state === 'scalar') continue;
        if (this.state === 'between') this.state = 'inside';
        if (character === '"') {this.state = 'string';} else if (character === '{' || character === '[') {this.depth++;} else if ((character === '}' || character === ']') && --this.depth === 0) {
          yield this.value(text.slice(start, at + 1));
          start = at + 1;
        }
      }
    }
    this.pending.add(text.slice(start));
  }

  protected *finish(): Iterable<unknown> {
    const rest = this.pending.take().trim();
    if (rest !== '') yield parse(rest, true);
  }

  private value(end: string): unknown {
    this.state = 'between';
    this.pending.add(end);
    return parse(this.pending.take());
  }
}

/**
 * Server-sent events. An event is whole with the empty line after it.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class ServerSentEvents extends TextChunks {
  private readonly pending = new Pending();
  /** Whether the text before ended in CR: an LF after it belongs to it. */
  private afterCr = false;
  private event = '';
  private data: string[] = [];
  private id = '';
  private retry: number | undefined;

  protected *take(text: string): Iterable<unknown> {
    let start = this.afterCr && text.startsWith('\n') ? 1 : 0;
    if (text !== '') this.afterCr = text.endsWith('\r');
    const ends = /\r\n|\n|\r/g;
    ends.lastIndex = start;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      this.pending.add(text.slice(start, end.index));
      start = ends.lastIndex;
      const event = this.line(this.pending.take());
      if (event !== undefined) yield this.itemOf(event);
    }
    this.pending.add(text.slice(start));
  }

  protected *finish(): Iterable<unknown> {
    const rest = this.pending.take();
    if (this.data.length > 0 || (rest !== '' && !rest.startsWith(':'))) throw new StreamError(`the stream ends inside an event, got: ${excerpt(this.data.join('\n') || rest)}`);
  }

  /** What an event stands for in the loop. */
  protected itemOf(event: ServerSentEvent): unknown {
    return event;
  }

  private line(line: string): ServerSentEvent | undefined {
    if (line === '') return this.dispatch();
    if (line.startsWith(MARK)) throw new StreamError(FAILED);
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.data.push(value);
    if (field === 'event') this.event = value;
    if (field === 'id' && !value.includes('\0')) this.id = value;
    if (field === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
    return undefined;
  }

  /** An event without data is none. */
  private dispatch(): ServerSentEvent | undefined {
    const { data, event, id, retry } = this;
    this.data = [];
    this.event = '';
    return data.length === 0 ? undefined : { event: event || 'message', data: data.join('\n'), id, ...(retry !== undefined && { retry }) };
  }
}

/** Server-sent events whose data is JSON; the data alone. */
export class ServerSentData extends ServerSentEvents {
  protected override itemOf(event: ServerSentEvent): unknown {
    return parse(event.data);
  }
}

function content(line: string): string {
  return line.replace(/^\u001e/, '').trim();
}

function parse(text: string, atEnd = false): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.includes(MARK)) throw new StreamError(FAILED, { cause: error });
    const what = atEnd ? 'the stream ends inside an item' : 'an item of the stream is not JSON';
    throw new StreamError(`${what}, got: ${excerpt(text)}`, { cause: error });
  }
}

function excerpt(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
