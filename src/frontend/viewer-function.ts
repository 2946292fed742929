import { posix } from 'node:path';
import type { Site } from './site';
import { FastApiError } from '../private/errors';

/** Maximum size of a CloudFront function in bytes: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const LIMIT = 10_240;

/**
 * The CloudFront function that finds the file of a request, as FastAPI does: `index.html` for a directory, and the fallback
 * page for a missing file. It contains the files' extensions instead of their names, because its size is limited.
 */
export function requestFunction(site: Site): string {
  const base = site.path === '/' ? '' : site.path;
  const endings = [...new Set(site.files.map((file) => posix.extname(file)).filter((ending) => ending !== ''))].sort();
  const bare = site.files.filter((file) => posix.extname(file) === '');
  const indexes = site.index ? site.files.filter((file) => posix.basename(file) === 'index.html').map((file) => posix.dirname(file)) : [];
  const code = `var BASE = ${literal(base)};
var ENDINGS = ${literal(endings)};
var BARE = ${literal(bare)};
var INDEXES = ${literal(indexes.map((directory) => (directory === '.' ? '' : directory)))};
var FALLBACK = ${literal(site.fallback)};

function decoded(path) {
  try { return decodeURIComponent(path); } catch (error) { return path; }
}

function navigates(request) {
  var accept = request.headers.accept ? request.headers.accept.value : '';
  return accept.split(',').some(function (part) {
    var words = part.split(';').map(function (word) { return word.trim().toLowerCase(); });
    var quality = words.slice(1).filter(function (word) { return word.indexOf('q=') === 0; })[0];
    return (words[0] === 'text/html' || words[0] === 'application/xhtml+xml') && (!quality || Number(quality.slice(2)) !== 0);
  });
}

function handler(event) {
  var request = event.request;
  var path = decoded(request.uri).slice(BASE.length).replace(/^\\/+/, '');
  var directory = path.replace(/\\/+$/, '');
  var name = directory.slice(directory.lastIndexOf('/') + 1);
  var dot = name.lastIndexOf('.');
  if (BARE.indexOf(directory) >= 0 || (dot > 0 && ENDINGS.indexOf(name.slice(dot)) >= 0)) return request;
  if (INDEXES.indexOf(directory) >= 0) {
    if (request.uri.charAt(request.uri.length - 1) === '/') {
      request.uri = request.uri + 'index.html';
      return request;
    }
    return { statusCode: 307, statusDescription: 'Temporary Redirect', headers: { location: { value: request.uri + '/' } } };
  }
  if (FALLBACK === '404.html' || (FALLBACK === 'index.html' && navigates(request))) {
    request.uri = BASE + '/' + FALLBACK;
    return request;
  }
  return {
    statusCode: 404, statusDescription: 'Not Found',
    headers: { 'content-type': { value: 'application/json' } }, body: { encoding: 'text', data: '{"detail":"Not Found"}' },
  };
}
`;
  if (Buffer.byteLength(code) > LIMIT) {
    throw new FastApiError(`the function that finds the files of ${site.path} may have ${LIMIT} bytes, got: ${Buffer.byteLength(code)}, for ${indexes.length} directories with an index.html; `
      + 'let the front end render its pages itself, or leave `frontend` out and deploy it on its own');
  }
  return code;
}

/** The CloudFront function that sets the status 404 on the page for missing files. */
export function responseFunction(site: Site): string {
  const page = `${site.path === '/' ? '' : site.path}/404.html`;
  return `function handler(event) {
  if (event.request.uri === ${literal(page)}) {
    event.response.statusCode = 404;
    event.response.statusDescription = 'Not Found';
  }
  return event.response;
}
`;
}

/** A value as JavaScript: JSON, with the two line separators escaped that old engines do not accept in strings. */
function literal(value: unknown): string {
  return JSON.stringify(value).replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
