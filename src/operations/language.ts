/**
 * The strings that something matches, as a sequence of character sets: a literal character, `any` character, or one that
 * is no slash (`part`); starred where it may repeat or be absent.
 */
export type Language = readonly Letters[];

interface Letters {
  readonly set: 'any' | 'part' | { readonly literal: string };
  readonly starred: boolean;
}

/** The language of one text. */
export function literal(text: string): Language {
  return [...text].map((character) => ({ set: { literal: character }, starred: false }));
}

/** One or more characters. */
export function some(set: 'any' | 'part'): Language {
  return [{ set, starred: false }, { set, starred: true }];
}

/** No character or more. */
export function maybe(set: 'any' | 'part'): Language {
  return [{ set, starred: true }];
}

/** Exactly one character. */
export function one(set: 'any' | 'part'): Language {
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
  return letters !== undefined && !letters.starred && typeof letters.set === 'object';
}

function meet(a: Letters['set'], b: Letters['set']): boolean {
  if (typeof a === 'object' && typeof b === 'object') return a.literal === b.literal;
  const [set, text] = typeof a === 'object' ? [b, a.literal] : [a, typeof b === 'object' ? b.literal : undefined];
  return set === 'any' || text !== '/';
}
