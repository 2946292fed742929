/**
 * The strings that a pattern matches, as a sequence of character sets: a literal character, `any` character, any except
 * a slash (`part`), or one of a few. A starred set may be repeated or absent.
 */
export type Language = readonly Letters[];

/** Any character, any except a slash, or one of the characters of a text, which contains no slash. */
export type CharacterSet = 'any' | 'part' | { readonly among: string };

interface Letters {
  readonly set: CharacterSet | { readonly literal: string };
  readonly starred: boolean;
}

/** The language of one text. */
export function literal(text: string): Language {
  return [...text].map((character) => ({ set: { literal: character }, starred: false }));
}

/** One or more characters. */
export function some(set: CharacterSet): Language {
  return [{ set, starred: false }, { set, starred: true }];
}

/** Zero or more characters. */
export function maybe(set: CharacterSet): Language {
  return [{ set, starred: true }];
}

/** Exactly one character. */
export function one(set: CharacterSet): Language {
  return [{ set, starred: false }];
}

/** Whether some string belongs to both languages: a walk over the product of the two as automata. */
export function overlap(left: Language, right: Language): boolean {
  // Most pairs differ in their literal beginnings, and need no walk.
  let start = 0;
  while (isLiteral(left[start]) && isLiteral(right[start])) {
    if (!meet(left[start].set, right[start].set)) return false;
    start += 1;
  }
  const width = right.length + 1;
  const seen = new Set<number>();
  const pending = [start * width + start];
  while (pending.length > 0) {
    const state = pending.pop()!;
    if (seen.has(state)) continue;
    seen.add(state);
    const [i, j] = [Math.floor(state / width), state % width];
    if (i === left.length && j === right.length) return true;
    const [a, b] = [left.at(i), right.at(j)];
    if (i < left.length && a!.starred) pending.push(state + width);
    if (j < right.length && b!.starred) pending.push(state + 1);
    if (i < left.length && j < right.length && meet(a!.set, b!.set)) {
      pending.push((a!.starred ? i : i + 1) * width + (b!.starred ? j : j + 1));
    }
  }
  return false;
}

function isLiteral(letters: Letters | undefined): boolean {
  return letters !== undefined && !letters.starred && typeof letters.set === 'object' && 'literal' in letters.set;
}

function meet(a: Letters['set'], b: Letters['set']): boolean {
  if (typeof a === 'object' && typeof b === 'object') {
    const other = charactersOf(b);
    return [...charactersOf(a)].some((character) => other.includes(character));
  }
  const characters = typeof a === 'object' ? charactersOf(a) : typeof b === 'object' ? charactersOf(b) : undefined;
  return characters !== '/' || a === 'any' || b === 'any';
}

function charactersOf(set: Exclude<Letters['set'], string>): string {
  return 'literal' in set ? set.literal : set.among;
}
