import { randomUUID } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { FastApiError } from '../private/errors';
import { makeDirectory } from '../private/make-directory';

/** The folder that outlives a synthesis. */
export function cacheDirectory(): string {
  return path.resolve(configuredDirectory());
}

/**
 * Makes the folder if it is missing.
 *
 * @throws FastApiError where it cannot be written to
 */
export function checkWritable(): void {
  const directory = cacheDirectory();
  try {
    makeDirectory(directory);
    const probe = path.join(directory, `.probe-${randomUUID()}`);
    fs.writeFileSync(probe, '');
    fs.rmSync(probe);
  } catch (error) {
    throw new FastApiError(
      `the cache folder cannot be written to, got: ${directory} (${reasonOf(error)}); ` +
      'set `CDK_FASTAPI_CACHE` to a folder that can be',
      { cause: error },
    );
  }
}

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ for `XDG_CACHE_HOME` */
function configuredDirectory(): string {
  const own = process.env.CDK_FASTAPI_CACHE;
  if (own !== undefined && own !== '') return own;
  const xdg = process.env.XDG_CACHE_HOME;
  if (xdg !== undefined && path.isAbsolute(xdg)) return path.join(xdg, 'cdk-fastapi');
  switch (process.platform) {
    case 'darwin': return path.join(os.homedir(), 'Library', 'Caches', 'cdk-fastapi');
    case 'win32': return path.join(process.env.LOCALAPPDATA ?? path.join(os.homedir(), 'AppData', 'Local'), 'cdk-fastapi', 'Cache');
    default: return path.join(os.homedir(), '.cache', 'cdk-fastapi');
  }
}

/** What the operating system said: its code, as `EACCES`. Errors of Node.js are told by shape, since they may be of another realm. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'message' in error ? String(error.message) : String(error);
}
