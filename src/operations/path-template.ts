/** A parameter inside a segment. */
export interface Parameter {
  readonly name: string;
  /** Whether it matches slashes too, as Starlette's `:path` converter does. */
  readonly greedy: boolean;
  /** Whether its converter matches only some texts, as `:int` does. */
  readonly narrow: boolean;
  /** The characters that its converter matches, if they are known; `undefined` for other converters. */
  readonly characters?: string;
}

const DIGITS = '0123456789';

/**
 * The characters that Starlette's own converters match.
 *
 * @see https://github.com/encode/starlette/blob/master/starlette/convertors.py
 */
const CHARACTERS = new Map([['int', DIGITS], ['float', `${DIGITS}.`], ['uuid', `${DIGITS}abcdefABCDEF-`]]);

/** One segment of a path, as a sequence of literal texts and parameters. A whole-segment parameter is the only piece of its segment. */
export type Segment = readonly (string | Parameter)[];

/** A parsed path. */
export interface PathTemplate {
  readonly segments: readonly Segment[];
  readonly trailingSlash: boolean;
}

const PARAMETER = /\{([^{}/]*)\}/;

/**
 * Parses a path.
 *
 * @param path path as declared, `/` at its start. `{name+}` is greedy, as API Gateway writes it
 * @param converters converter of each parameter, by name; `path` makes it greedy
 */
export function parseTemplate(path: string, converters: ReadonlyMap<string, string> = new Map()): PathTemplate {
  if (path === '' || path === '/') return { segments: [], trailingSlash: false };
  const texts = path.replace(/^\//, '').split('/');
  const trailingSlash = texts.length > 1 && texts.at(-1) === '';
  if (trailingSlash) texts.pop();
  return { segments: texts.map((text) => parseSegment(text, converters)), trailingSlash };
}

function parseSegment(text: string, converters: ReadonlyMap<string, string>): Segment {
  // Splitting by a capturing expression gives literal texts at even and parameter names at odd places.
  return text.split(PARAMETER)
    .map((piece, index) => {
      if (index % 2 === 0) return piece;
      const converter = converters.get(piece) ?? 'str';
      return {
        name: piece.replace(/\+$/, ''),
        greedy: piece.endsWith('+') || converter === 'path',
        narrow: converter !== 'str' && converter !== 'path',
        characters: CHARACTERS.get(converter),
      };
    })
    .filter((piece) => piece !== '');
}

/** The parameter of a segment that consists of one parameter; `undefined` for any other segment. */
export function wholeParameter(segment: Segment): Parameter | undefined {
  return segment.length === 1 && typeof segment[0] !== 'string' ? segment[0] : undefined;
}

/** The text of a segment without parameters; the empty text for an empty segment. */
export function literalText(segment: Segment): string | undefined {
  if (segment.length === 0) return '';
  return segment.length === 1 && typeof segment[0] === 'string' ? segment[0] : undefined;
}

/**
 * A segment without the names of its parameters: `items`, `{}`, `{+}`, `{}.json`. Characters outside those of a path part
 * are percent-encoded, so that two segments have the same canonical form only if they are the same.
 */
export function canonicalSegment(segment: Segment): string {
  if (segment.length === 0) return '%2F';
  return segment.map((piece) => (
    typeof piece === 'string' ? encodeLiteral(piece) : piece.greedy ? '{+}' : '{}'
  )).join('');
}

/** The canonical form of each segment; a trailing slash is an item of its own. */
export function canonicalSegments(template: PathTemplate): string[] {
  const segments = template.segments.map(canonicalSegment);
  return template.trailingSlash ? [...segments, '%2F'] : segments;
}

/**
 * The construct id of an operation, for example `GET items {} x`. It contains no `/`, no names of parameters, and no
 * operationId, because FastAPI does not keep operationIds stable.
 */
export function constructId(method: string, template: PathTemplate): string {
  return [encodeLiteral(method), ...canonicalSegments(template)].join(' ');
}

function encodeLiteral(text: string): string {
  return text.replace(/[^a-zA-Z0-9.:_$-]/gu, percentEncode);
}

/** Percent-encoded UTF-8, for every character. */
export function percentEncode(character: string): string {
  return [...Buffer.from(character, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
