import { FastApiError } from '../private/errors';
import { isJsonObject, member } from '../private/json';

/** The tokens of a JSON Pointer such as `/paths/~1items/get`: `~1` is decoded before `~0`, so that `~01` is `~1`. */
export function pointerTokens(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer.slice(1).split('/').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The JSON Pointer of some tokens. */
export function pointerOf(tokens: readonly string[]): string {
  return tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The pointer as the fragment of a `$ref`, percent-encoded. */
export function fragmentOf(tokens: readonly string[]): string {
  return `#${encodeURI(pointerOf(tokens)).replaceAll('#', '%23').replaceAll('?', '%3F')}`;
}

/** Whether a `$ref` stays within its document. */
export function isLocal(reference: string): boolean {
  return reference.startsWith('#');
}

/**
 * The target of a local `$ref` of a document. If the target is a `$ref` too, that is followed.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#reference-object
 */
export function resolveReference(root: unknown, reference: string, source: string): unknown {
  const seen = new Set<string>();
  let value: unknown = { $ref: reference };
  while (isJsonObject(value) && typeof value.$ref === 'string') {
    const next = value.$ref;
    const complain = (why: string) => new FastApiError(
      `\`$ref\` of ${source} ${why}, got: ${next}; bundle the document into one file and repair the reference`,
    );
    if (!isLocal(next)) throw complain('points to another file');
    if (seen.has(next)) throw complain('points to itself');
    seen.add(next);
    value = follow(root, next, complain);
  }
  return value;
}

function follow(root: unknown, reference: string, complain: (why: string) => FastApiError): unknown {
  let pointer: string;
  try {
    pointer = decodeURIComponent(reference.slice(1));
  } catch {
    throw complain('is not percent-encoded correctly');
  }
  if (pointer !== '' && !pointer.startsWith('/')) throw complain('must be a JSON Pointer');
  let value = root;
  for (const token of pointerTokens(pointer)) {
    value = Array.isArray(value) ? item(value, token) : member(value, token);
    if (value === undefined) throw complain('points to nothing');
  }
  return value;
}

function item(array: readonly unknown[], token: string): unknown {
  return /^(0|[1-9]\d*)$/.test(token) ? array[Number(token)] : undefined;
}
