import type { OpenApiDocument } from '../openapi/document';
import { answerTypes } from '../openapi/path-operations';
import { isJsonObject, type Json, type JsonObject, member } from '../private/json';

/** How an answer is made of items; the formats of `client-template/formats.ts`. */
export interface Stream {
  readonly format: 'data' | 'events' | 'lines' | 'values' | 'text' | 'auto';
  /** Schema of an item; undefined where the document does not say. */
  readonly item?: Json;
  /** Whether the operation may also answer with one JSON value, as the request wants it. */
  readonly optional: boolean;
}

const LINES = new Set(['application/jsonl', 'application/x-ndjson', 'application/x-jsonlines', 'application/json-seq']);

/** The stream that a streaming operation answers with. */
export function streamOf(document: OpenApiDocument, operation: JsonObject): Stream {
  const types = answerTypes(document, operation).map(([type, media]) => ({ type: essence(type), media }));
  const declared = types.find(({ type, media }) => type === 'text/event-stream' || LINES.has(type) || member(media, 'itemSchema') !== undefined);
  const whole = types.find(({ type }) => isJson(type));
  if (declared !== undefined) {
    const { type, media } = declared;
    const optional = whole !== undefined && whole !== declared;
    if (type === 'text/event-stream') return { ...eventsOf(media), optional };
    return { format: LINES.has(type) ? 'lines' : isJson(type) ? 'values' : 'auto', item: itemOf(media), optional };
  }
  if (whole !== undefined) {
    const item = itemOf(whole.media);
    return { format: item === undefined ? 'auto' : 'values', item, optional: false };
  }
  return { format: types.length > 0 && types.every(({ type }) => type.startsWith('text/')) ? 'text' : 'auto', optional: false };
}

/** A media type without its parameters. */
export function essence(type: string): string {
  return type.split(';')[0].trim().toLowerCase();
}

/** Events whose data is declared are that data; in FastAPI's documents the schema of the data stands within that of the event. */
function eventsOf(media: unknown): Pick<Stream, 'format' | 'item'> {
  const event = member(media, 'itemSchema');
  const item = event === undefined ? itemOf(media) : member(event, 'properties', 'data') === undefined ? event : member(event, 'properties', 'data', 'contentSchema');
  return item === undefined ? { format: 'events' } : { format: 'data', item };
}

/** A body that is declared as text says nothing of its items. */
function itemOf(media: unknown): Json | undefined {
  const itemSchema = member(media, 'itemSchema');
  if (itemSchema !== undefined) return itemSchema;
  const schema = member(media, 'schema');
  return isJsonObject(schema) && (Object.keys(schema).length === 0 || schema.type === 'string') ? undefined : schema;
}

function isJson(type: string): boolean {
  return /^application\/(.*\+)?json$/.test(type);
}
