import { printable } from '../private/printable';

/** A short description of a JSON value for the `got:` of an error message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : printable(`${typeof value} ${JSON.stringify(value)}`, 60);
}
