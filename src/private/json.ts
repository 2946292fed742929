/** A value as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. Read it with `member`, which does not find what `Object.prototype` has. */
export interface JsonObject { readonly [key: string]: Json | undefined }

/** Whether a value is a JSON object, and not an array or `null`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own member of an object, or `undefined` where the value is no object or has no such member. */
export function member(value: unknown, ...path: string[]): Json | undefined {
  let found: unknown = value;
  for (const key of path) {
    if (!isJsonObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found as Json | undefined;
}

/** The own string member of an object, or `undefined`. */
export function stringMember(value: unknown, ...path: string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** The own members of an object as pairs; none for anything that is no object. */
export function entries(value: unknown): [string, Json][] {
  return isJsonObject(value) ? (Object.entries(value) as [string, Json][]) : [];
}
