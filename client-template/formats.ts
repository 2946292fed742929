import { Bytes, type Decoder, JsonLines, JsonValues, PlainText, ServerSentData, ServerSentEvents } from './decode';
import { StreamError } from './errors';

/** Chooses how an answer is read, given its media type. What a client does not use, a bundler leaves out. */
export type Format = (type: string) => Decoder;

/** JSON Lines. */
export const lines: Format = () => new JsonLines();

/** JSON values one after the other. */
export const values: Format = (type) => (type === EVENTS ? new ServerSentData() : new JsonValues());

/** Server-sent events whose data is JSON. */
export const data: Format = (type) => {
  mustBeEvents(type);
  return new ServerSentData();
};

/** Server-sent events. */
export const events: Format = (type) => {
  mustBeEvents(type);
  return new ServerSentEvents();
};

/** Text in pieces. */
export const text: Format = () => new PlainText();

/** What the media type says, for answers of which the document says nothing. */
export const auto: Format = (type) => {
  if (type === EVENTS) return new ServerSentEvents();
  if (/^application\/(.*\+)?(json|jsonl|x-ndjson|x-jsonlines|json-seq)$/.test(type)) return new JsonValues();
  return type.startsWith('text/') ? new PlainText() : new Bytes();
};

const EVENTS = 'text/event-stream';

function mustBeEvents(type: string): void {
  if (type !== EVENTS) throw new StreamError(`the answer must be ${EVENTS}, got: ${type || 'no type'}; see whether the request has to ask for a stream`);
}
