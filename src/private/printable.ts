/** Control characters, and the invisible ones that reorder or hide text in a terminal. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Text of a document or a module as it may appear in a message: one line, nothing that a terminal obeys.
 *
 * @param text any text
 * @param limit length at which it is cut
 */
export function printable(text: string, limit = 200): string {
  const escaped = text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return escaped.length > limit ? `${escaped.slice(0, limit - 1)}…` : escaped;
}
