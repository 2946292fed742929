import * as fc from 'fast-check';
import { type Language, literal, maybe, one, overlap, some } from '../../src/operations/language';

const piece = fc.oneof(
  fc.constantFrom('', 'a', 'b', '/', 'ab', 'a/').map((text): [Language, string] => [literal(text), text]),
  fc.constantFrom<[Language, string]>([some('any'), '.+'], [some('part'), '[^/]+'], [maybe('any'), '.*'], [one('any'), '.'], [one('part'), '[^/]']),
);
const language = fc.array(piece, { maxLength: 4 }).map((pieces) => ({
  language: pieces.flatMap(([part]) => part),
  expression: new RegExp(`^${pieces.map(([, source]) => source).join('')}$`),
}));

/** Every text of up to six characters over the letters that the pieces have. */
function* texts(length = 6): Generator<string> {
  yield '';
  if (length > 0) for (const rest of texts(length - 1)) for (const letter of 'ab/') yield letter + rest;
}
const ALL = [...new Set(texts())];

test('two languages overlap where some text belongs to both', () => {
  fc.assert(fc.property(language, language, (left, right) => {
    const witness = ALL.some((text) => left.expression.test(text) && right.expression.test(text));
    const long = left.language.length + right.language.length > 6; // the witness may be longer than the texts tried
    if (witness || !long) expect(overlap(left.language, right.language)).toBe(witness);
  }), { numRuns: 1500 });
});

test.each<[Language, Language, boolean]>([
  [[], [], true],
  [literal('a'), [], false],
  [literal('ab'), literal('ab'), true],
  [literal('ab'), literal('ac'), false],
  [some('part'), literal('a/b'), false],
  [some('any'), literal('a/b'), true],
  [[...literal('/'), ...some('part'), ...literal('.json')], [...literal('/x.'), ...some('any')], true],
  [maybe('part'), [], true],
])('%j and %j: %s', (left, right, want) => expect(overlap(left, right)).toBe(want));
