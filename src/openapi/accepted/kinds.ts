import type { Json, JsonObject } from '../../private/json';

/** The types of JSON. */
export const KINDS = ['object', 'array', 'string', 'number', 'boolean', 'null'] as const;
export type Kind = typeof KINDS[number];

/** The types that are accepted, each with alternatives of what else holds; an empty alternative is no condition. */
export type Kinds = ReadonlyMap<Kind, readonly JsonObject[]>;

/** Everything. */
export const ANYTHING: Kinds = kindsOf(...KINDS);

/** What pydantic converts to numbers, truth values, dates and times. */
export const SCALARS: Kinds = kindsOf('string', 'number', 'boolean');

/** These types, without conditions. */
export function kindsOf(...names: Kind[]): Kinds {
  return new Map(names.map((name) => [name, [{}]]));
}

/** What one of several accepts. */
export function merged(all: readonly Kinds[]): Kinds {
  const result = new Map<Kind, JsonObject[]>();
  for (const [kind, alternatives] of all.flatMap((kinds) => [...kinds])) {
    const known = result.get(kind) ?? [];
    const texts = known.map((each) => JSON.stringify(each));
    result.set(kind, [...known, ...alternatives.filter((each) => !texts.includes(JSON.stringify(each)))]);
  }
  return result;
}

/** Whether a type is accepted whatever it holds. */
export function isFree(kinds: Kinds, kind: Kind): boolean {
  return (kinds.get(kind) ?? []).some((each) => Object.keys(each).length === 0);
}

/**
 * The same as a schema of JSON schema draft 4, in the part of it that stays right where a reader drops a keyword.
 *
 * @param nothing a reference to the schema of `null`, for which OpenAPI 3.0 has no name
 */
export function renderKinds(kinds: Kinds, nothing: () => JsonObject): JsonObject {
  if (KINDS.every((kind) => isFree(kinds, kind))) return {};
  const parts = KINDS.flatMap((kind): JsonObject[] => {
    const alternatives = kinds.get(kind) ?? [];
    if (alternatives.length === 0) return [];
    if (kind === 'null') return [nothing()];
    if (isFree(kinds, kind)) return [{ type: kind }];
    return alternatives.map((each) => (each.$ref === undefined ? { type: kind, ...each } : each));
  });
  return parts.length === 1 ? parts[0] : { anyOf: parts };
}

/** What is no other type. */
export const NULL_SCHEMA: JsonObject = { allOf: KINDS.filter((kind) => kind !== 'null').map((type): Json => ({ not: { type } })) };
