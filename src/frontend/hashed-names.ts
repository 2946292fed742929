import { posix } from 'node:path';

/** Matches the content hash in a file name: `index-BfX2a9c1.js`, `main.3f2a1b9c.chunk.css`. */
const HASHED = /[-._]([A-Za-z0-9_-]{8,64})(?:\.chunk|\.min|\.module)?\.[a-z0-9]+(?:\.map)?$/;

/**
 * Whether a file's name contains a hash of its content, so that browsers may cache the file for ever. False in doubt,
 * because a stale file is worse than another request.
 */
export function hasHashedName(file: string): boolean {
  const name = posix.basename(file);
  const part = HASHED.exec(name)?.[1];
  if (part === undefined || /\.html?$/.test(name)) return false;
  if (/^[0-9a-f]+$/.test(part)) return /\d/.test(part) && /[a-f]/.test(part);
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(part)).length;
  // Words joined by hyphens, or in camel case, are no hash.
  const isWords = /^[A-Z]?[a-z]+(?:[-_A-Z][a-z]+)*\d?$/.test(part);
  return kinds === 3 || (kinds === 2 && !isWords && /[A-Z]/.test(part) && /[a-z]/.test(part));
}
