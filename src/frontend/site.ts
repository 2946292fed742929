import { existsSync, realpathSync, statSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import type { SiteFacts } from '../openapi/route-facts';
import { FastApiError } from '../private/errors';
import { listFiles } from '../private/hash';

/** A directory of files that an app serves, as it is now. */
export interface Site {
  /** `/` or a prefix without a slash at its end. */
  readonly path: string;
  /** Absolute path. */
  readonly directory: string;
  /** Relative to the directory, with slashes. */
  readonly files: readonly string[];
  /** The page that is served for a missing file. */
  readonly fallback: 'index.html' | '404.html' | 'none';
  /** Whether a directory is served by its `index.html`. */
  readonly index: boolean;
}

const REMEDY = 'build the front end first, for example with `npm run build`';

/**
 * Lists the files in the directories that an app serves.
 *
 * @param entry absolute path of the project
 * @throws FastApiError if one of the directories cannot be deployed
 */
export function readSites(facts: readonly SiteFacts[], entry: string): Site[] {
  if (facts.length === 0) {
    throw new FastApiError('`frontend` must find what it deploys, got: an app without `app.frontend(…)` and without mounted `StaticFiles`; declare one in the app, or leave `frontend` out');
  }
  return facts.map((site) => readSite(site, entry));
}

function readSite({ path, directory: relative, fallback, index, guarded }: SiteFacts, entry: string): Site {
  const what = `what the app serves at ${path}`;
  const directory = resolve(entry, relative);
  if (guarded) {
    throw new FastApiError(`\`frontend\` must deploy what everybody may have, got: dependencies before ${what}, which CloudFront does not run; serve it without them, or leave \`frontend\` out and set \`catchAll: true\``);
  }
  if (/[*?{}"\\\s]/.test(path)) throw new FastApiError(`\`frontend\` must have a plain path, got: ${path}; choose one of letters, digits, \`-\`, \`_\`, \`.\` and \`/\``);
  if (!existsSync(directory) || !statSync(directory).isDirectory()) throw new FastApiError(`\`frontend\` must find ${what}, got: no directory ${relative}; ${REMEDY}`);
  if (isInside(realpathSync(entry), directory)) throw new FastApiError(`\`frontend\` must deploy a directory of its own, got: ${relative} for ${what}, which holds the project; serve a directory below it`);
  const files = listFiles(directory).map((file) => file.split(/[\\/]/).join('/'));
  if (files.length === 0) throw new FastApiError(`\`frontend\` must find files for ${what}, got: an empty directory ${relative}; ${REMEDY}`);
  const page = fallback === 'auto' ? (['404.html', 'index.html'] as const).find((name) => files.includes(name)) ?? 'none' : fallback;
  if (page === 'index.html' && !files.includes(page)) throw new FastApiError(`\`frontend\` must find ${page} in ${relative} for ${what}, got: none; ${REMEDY}`);
  // `StaticFiles` serves `404.html` only if the file exists.
  return { path, directory, files, fallback: page === '404.html' && !files.includes(page) ? 'none' : page, index };
}

function isInside(inner: string, outer: string): boolean {
  return `${inner}/`.startsWith(`${realpathSync(outer)}/`);
}

/** The answer to a request for a path of a site, by FastAPI's rules. */
export type SiteAnswer =
  | { readonly kind: 'file'; readonly file: string; readonly status: number }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'missing' };

/**
 * FastAPI's answer to a GET request for a path of a site.
 *
 * @param path the decoded path of the request, without that of the site
 * @param isNavigation whether the request is for a page, see `navigates`
 */
export function answerOf(site: Omit<Site, 'directory'>, path: string, isNavigation: boolean): SiteAnswer {
  const normal = posix.normalize(path.replace(/^\/+/, '') || '.');
  const file = normal.replace(/\/$/, '');
  if (site.files.includes(file)) return { kind: 'file', file, status: 200 };
  const page = file === '.' ? 'index.html' : `${file}/index.html`;
  if (site.index && site.files.includes(page)) return path.endsWith('/') || (path === '' && site.path === '/') ? { kind: 'file', file: page, status: 200 } : { kind: 'redirect' };
  if (site.fallback === '404.html') return { kind: 'file', file: '404.html', status: 404 };
  return site.fallback === 'index.html' && isNavigation ? { kind: 'file', file: 'index.html', status: 200 } : { kind: 'missing' };
}

/** Whether a request is for a page, by its `Accept` header, as when a browser opens an address. */
export function navigates(accept: string): boolean {
  return accept.split(',').some((part) => {
    const [type, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return (type === 'text/html' || type === 'application/xhtml+xml') && Number(quality ?? 1) !== 0;
  });
}
