import fc from 'fast-check';
import { Bytes, type Decoder, JsonLines, JsonValues, PlainText, ServerSentData, ServerSentEvents } from '../../client-template/decode';
import { StreamError } from '../../client-template/errors';

/** The items of a body that arrives in pieces, cut at the given bytes. */
function items(decoder: Decoder, body: string | Uint8Array, cuts: readonly number[] = []): unknown[] {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const found: unknown[] = [];
  let start = 0;
  for (const end of ends) {
    found.push(...decoder.push(bytes.slice(start, end)));
    start = end;
  }
  return [...found, ...decoder.end()];
}

const cuts = fc.array(fc.nat(), { maxLength: 30 });
// Every code point: those of four bytes, those that JSON escapes, line separators that are no line ends in JSON.
const text = fc.string({ unit: fc.oneof(fc.constantFrom('ż', '黄', '🦊', '\u2028', '"', '\\', '{', ']', ',', ':', '\n', '\r'), fc.string({ unit: 'binary', maxLength: 1 })) }).map((value) => value.toWellFormed());
const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const object = fc.dictionary(text, fc.oneof(text, json)).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const space = fc.constantFrom('', ' ', '\n', '\r\n', '  \n');

describe('chunks may begin and end anywhere', () => {
  test('JSON Lines', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.oneof(json, object), fc.constantFrom('\n', '\r\n', '\n\n', '\n  \n'))), cuts, (lines, at) => {
      const body = lines.map(([value, end]) => JSON.stringify(value) + end).join('');
      expect(items(new JsonLines(), body, at)).toEqual(lines.map(([value]) => value));
      expect(items(new JsonLines(), body.trimEnd(), at)).toEqual(lines.map(([value]) => value));
    }));
  });

  test('JSON text sequences', () => {
    fc.assert(fc.property(fc.array(object), cuts, (values, at) => {
      expect(items(new JsonLines(), values.map((value) => `\u001e${JSON.stringify(value)}\n`).join(''), at)).toEqual(values);
    }));
  });

  test('JSON values without anything between objects, and pretty ones', () => {
    fc.assert(fc.property(fc.array(fc.tuple(object, space, fc.constantFrom(undefined, 2))), cuts, (values, at) => {
      const body = values.map(([value, after, indent]) => JSON.stringify(value, undefined, indent) + after).join('');
      expect(items(new JsonValues(), body, at)).toEqual(values.map(([value]) => value));
    }));
  });

  test('JSON values of every kind between white space or commas', () => {
    fc.assert(fc.property(fc.array(fc.tuple(json, fc.constantFrom(' ', '\n', ',', ', ', '\u001e'))), cuts, (values, at) => {
      expect(items(new JsonValues(), values.map(([value, after]) => JSON.stringify(value) + after).join(''), at)).toEqual(values.map(([value]) => value));
    }));
  });

  test('server-sent data, with every line end, comments and fields that nobody asked for', () => {
    const noise = fc.constantFrom('', ': keep-alive', 'retry: 10', 'event: x', 'unknown: y', 'nothing');
    fc.assert(fc.property(fc.array(fc.tuple(object, noise, noise, fc.constantFrom(undefined, 1))), fc.constantFrom('\n', '\r', '\r\n'), cuts, (events, end, at) => {
      const lines = events.flatMap(([value, before, after, indent]) => [
        ...(before === '' ? [] : [before]), ...JSON.stringify(value, undefined, indent).split('\n').map((line) => `data: ${line}`), ...(after === '' ? [] : [after]), '',
      ]);
      expect(items(new ServerSentData(), lines.map((line) => line + end).join(''), at)).toEqual(events.map(([value]) => value));
    }));
  });

  test('text', () => {
    fc.assert(fc.property(text, cuts, (value, at) => {
      expect(items(new PlainText(), value, at).join('')).toBe(value.replace(/^\ufeff/, ''));
    }));
  });

  test('bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), cuts, (value, at) => {
      const found = items(new Bytes(), value, at) as Uint8Array[];
      expect(found.flatMap((chunk) => [...chunk])).toEqual([...value]);
      expect(found.every((chunk) => chunk.length > 0)).toBe(true);
    }));
  });
});

describe('items come as soon as they are whole', () => {
  const encode = (value: string) => new TextEncoder().encode(value);
  test.each<[string, Decoder, string[], unknown[][]]>([
    ['lines', new JsonLines(), ['{"a":', '1}', '\n{"b', '":2}\n'], [[], [], [{ a: 1 }], [{ b: 2 }]]],
    ['values', new JsonValues(), ['{"a":"}', '"}{"b":[', '[1]]', '}12', ' '], [[], [{ a: '}' }], [], [{ b: [[1]] }], [12]]],
    ['data', new ServerSentData(), ['data: {"a"\ndata: :1}\n', '\n', ': ping\n\n', 'data: 2\r\n\r', '\n'], [[], [{ a: 1 }], [], [2], []]],
  ])('%s', (_, decoder, chunks, expected) => {
    expect(chunks.map((chunk) => [...decoder.push(encode(chunk))])).toEqual(expected);
    expect([...decoder.end()]).toEqual([]);
  });

  test('scalars end where the next value begins', () => {
    expect(items(new JsonValues(), 'true{"a":1}"x"null[2]-1.5e3 "\\"\\\\"7')).toEqual([true, { a: 1 }, 'x', null, [2], -1500, '"\\', 7]);
  });
});

describe('events', () => {
  test('have all their fields; the id stays, the kind does not', () => {
    expect(items(new ServerSentEvents(), '\ufeffid: 7\nevent: placed\ndata:one\ndata:  two\n\nretry: 50\nretry: no\nid: 8\0\ndata\n\nevent: none\n\ndata: x\n\n')).toEqual([
      { event: 'placed', data: 'one\n two', id: '7' },
      { event: 'message', data: '', id: '7', retry: 50 },
      { event: 'message', data: 'x', id: '7', retry: 50 },
    ]);
  });

  test('the end may be a comment', () => {
    expect(items(new ServerSentEvents(), 'data: x\n\n: bye')).toHaveLength(1);
  });
});

describe('what cannot be read is an error', () => {
  const bytes = (value: string, ...more: number[]) => new Uint8Array([...new TextEncoder().encode(value), ...more]);
  test.each<[string, () => Decoder, string | Uint8Array, unknown[], string]>([
    ['a line that is not JSON', () => new JsonLines(), '1\nhello\n2\n', [1], 'an item of the stream is not JSON, got: hello'],
    ['a line that is cut off', () => new JsonLines(), '1\n{"a":', [1], 'the stream ends inside an item, got: {"a":'],
    ['a value that is not JSON', () => new JsonValues(), '{"a":1}{b}', [{ a: 1 }], 'an item of the stream is not JSON, got: {b}'],
    ['a bracket too many', () => new JsonValues(), '{"a":1}} ', [{ a: 1 }], 'an item of the stream is not JSON, got: }'],
    ['a value that is cut off', () => new JsonValues(), '[1][2', [[1]], 'the stream ends inside an item, got: [2'],
    ['a string that is cut off', () => new JsonValues(), '"a" "\\"', ['a'], 'the stream ends inside an item, got: "\\"'],
    ['data that is not JSON', () => new ServerSentData(), 'data: 1\n\ndata: [DONE]\n\n', [1], 'an item of the stream is not JSON, got: [DONE]'],
    ['an event without its empty line', () => new ServerSentData(), 'data: 1\n\ndata: 2\n', [1], 'the stream ends inside an event, got: 2'],
    ['a field that is cut off', () => new ServerSentEvents(), 'data: 1\n\ndat', [{ event: 'message', data: '1', id: '' }], 'the stream ends inside an event, got: dat'],
    ['a character that is cut off', () => new JsonLines(), bytes('1\n"', 0xf0, 0x9f), [1], 'the stream ends inside a character'],
    ['bytes that are not UTF-8', () => new JsonLines(), bytes('1\n"', 0xff, 0x22), [], 'the stream is not UTF-8'],
    ['text that is cut off', () => new PlainText(), bytes('a', 0xc5), ['a'], 'the stream ends inside a character'],
  ])('%s', (_, make, body, before, message) => {
    const chunks = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    for (const at of [0, 1, 2, 3, chunks.length]) {
      const decoder = make();
      const found: unknown[] = [];
      const read = (): void => {
        for (const part of [chunks.slice(0, at), chunks.slice(at)]) for (const item of decoder.push(part)) found.push(item);
        for (const item of decoder.end()) found.push(item);
      };
      expect(read).toThrow(StreamError);
      expect(() => { throw error(make(), chunks); }).toThrow(message);
      if (before.length > 0) expect(found.flat()).toEqual(before.flat());
    }
  });

  function error(decoder: Decoder, body: Uint8Array): unknown {
    try {
      return new Error(`no error, got: ${JSON.stringify(items(decoder, body))}`);
    } catch (thrown) {
      return thrown;
    }
  }

  test('a long item is cut in the message', () => {
    expect((error(new JsonLines(), bytes('x'.repeat(500))) as Error).message.length).toBeLessThan(200);
  });
});
