import type { Json, JsonObject } from '../../private/json';

/** The types of JSON. */
export const KINDS = ['object', 'array', 'string', 'number', 'boolean', 'null'] as const;
export type Kind = typeof KINDS[number];

/** The accepted JSON types, each with alternative schemas. An empty schema accepts every value of the type. */
export type Kinds = ReadonlyMap<Kind, readonly JsonObject[]>;

/** Accepts every value. */
export const ANYTHING: Kinds = kindsOf(...KINDS);

/** The types that pydantic converts to numbers, booleans, dates and times. */
export const SCALARS: Kinds = kindsOf('string', 'number', 'boolean');

/** Accepts every value of some types. */
export function kindsOf(...names: Kind[]): Kinds {
  return new Map(names.map((name) => [name, [{}]]));
}

/** Accepts every value that one of several accepts. */
export function merged(all: readonly Kinds[]): Kinds {
  const result = new Map<Kind, JsonObject[]>();
  for (const [kind, alternatives] of all.flatMap((kinds) => [...kinds])) {
    const known = result.get(kind) ?? [];
    const texts = known.map((each) => JSON.stringify(each));
    result.set(kind, [...known, ...alternatives.filter((each) => !texts.includes(JSON.stringify(each)))]);
  }
  return result;
}

/** Whether every value of a type is accepted. */
export function isFree(kinds: Kinds, kind: Kind): boolean {
  return (kinds.get(kind) ?? []).some((each) => Object.keys(each).length === 0);
}

/**
 * The accepted values as a JSON schema of draft 4. It uses only keywords without which the schema accepts more, never less.
 *
 * @param nothing returns a reference to the schema of `null`, for which OpenAPI 3.0 has no type
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

/** Accepts only `null`, as a value of none of the other types. */
export const NULL_SCHEMA: JsonObject = { allOf: KINDS.filter((kind) => kind !== 'null').map((type): Json => ({ not: { type } })) };
