import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { extname, join } from 'node:path';
import type { LocalFrontEnd, LocalSite } from './assembly/local-front-end';
import type { SideFile, SideFiles } from './local-server';
import { hasHashedName } from '../frontend/hashed-names';
import { answerOf, navigates, type SiteAnswer } from '../frontend/site';
import { listFiles } from '../private/hash';

/** Types of what builds of front ends write; anything else is bytes. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
};

/** What a distribution serves beside the API: the files of the sites, as they are now. */
export function siteFiles({ sites, patterns }: LocalFrontEnd): SideFiles {
  // The longest path first, as behaviors are in order.
  const ordered = [...sites].sort((a, b) => b.path.length - a.path.length);
  const isOfApi = (path: string): boolean => patterns.some((pattern) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
  return (path, incoming) => {
    const site = ordered.find((each) => each.path === '/' || `${path}/`.startsWith(`${each.path}/`));
    if (site === undefined || (site.path === '/' && isOfApi(path))) return undefined;
    return answered(site, path, incoming);
  };
}

function answered(site: LocalSite, path: string, incoming: IncomingMessage): SideFile {
  const refused = (status: number) => ({ status, headers: { 'content-type': 'application/json' }, body: incoming.method === 'HEAD' ? '' : '{"detail":"Not Found"}' });
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return refused(403); // as CloudFront does
  const files = existsSync(site.directory) ? listFiles(site.directory).map((file) => file.split(/[\\/]/).join('/')) : [];
  const own = decoded(site.path === '/' ? path : path.slice(site.path.length));
  const answer: SiteAnswer = answerOf({ ...site, files }, own, navigates(incoming.headers.accept ?? ''));
  switch (answer.kind) {
    case 'missing': return refused(404);
    case 'redirect': return { status: 307, headers: { location: `${path}/` }, body: '' };
    case 'file': {
      const cached = hasHashedName(answer.file) ? 'public, max-age=31536000, immutable' : 'no-cache';
      const headers = { 'content-type': TYPES[extname(answer.file)] ?? 'application/octet-stream', 'cache-control': cached };
      return { status: answer.status, headers, body: incoming.method === 'HEAD' ? '' : readFileSync(join(site.directory, answer.file)) };
    }
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
