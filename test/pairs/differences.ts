import { gunzipSync } from 'node:zlib';
import type { Arrival } from './deployment';
import type { PairsRow } from './rows';
import type { LocalRequest } from '../../src/local/local-request';
import type { LocalAnswer } from '../../src/local/proxy-answer';

/** An answer, reduced to what has to be equal. */
interface Plain {
  readonly status: number;
  /** Lines, sorted. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** A difference to uvicorn that is meant, and what is alike all the same. */
interface IntendedDifference {
  readonly reason: string;
  readonly applies: (row: PairsRow, request: LocalRequest, isStreamed: boolean) => boolean;
  readonly alike: (answer: Plain) => Plain;
}

const withoutHeaders = (pattern: RegExp) => (answer: Plain): Plain => ({ ...answer, headers: answer.headers.filter((line) => !pattern.test(line)) });

/** All differences that are meant: `decisions/0079-pairs-of-features.md` has them too. */
export const DIFFERENCES: readonly IntendedDifference[] = [
  {
    reason: 'the CORS of the construct is added to what no CORSMiddleware of the app has answered',
    applies: ({ cors }, { rawPath, headers }) => (cors === 'every origin' || cors === 'one origin'
      || (cors === 'of the app' && (rawPath === '/fails' || isPlain(headers))) || (cors === 'of the mounted app' && !rawPath.startsWith('/sub/'))),
    alike: withoutHeaders(/^(access-control-|vary: Origin$)/i),
  },
  {
    reason: 'a function URL with CORS answers with its own headers in place of the app\'s',
    applies: ({ kind, cors }) => kind === 'function-url' && cors !== 'none',
    alike: withoutHeaders(/^(access-control-|vary: Origin$)/i),
  },
  {
    reason: 'observability answers with a correlation id',
    applies: ({ observability }) => observability === 'yes',
    alike: withoutHeaders(/^x-correlation-id:/),
  },
  {
    reason: 'the safe answer of observability to an unhandled exception is JSON with the correlation id',
    applies: ({ observability }, { rawPath }) => observability === 'yes' && rawPath === '/fails',
    alike: (answer) => ({ ...withoutHeaders(/^content-type:/)(answer), body: '' }),
  },
  {
    reason: 'an error before the first byte of a stream is a 500; uvicorn has sent 200 already, and hangs up',
    applies: (_row, { rawPath }) => rawPath === '/stream/x/fails',
    alike: () => ({ status: 500, headers: [], body: '' }),
  },
  {
    reason: 'a REST API hands the query over decoded: what a client wrote as %20 is as well a +',
    applies: ({ kind }) => kind === 'rest',
    alike: (answer) => ({ ...answer, body: answer.body.replace('x%20y', 'x+y') }),
  },
  {
    reason: 'the Lambda Web Adapter drops headers that are not ASCII, and the log says so; a Mangum of the user\'s reads them as UTF-8',
    applies: ({ handler }, _request, isStreamed) => isStreamed || handler === 'own',
    alike: (answer) => ({ ...answer, headers: answer.headers.filter((line) => /^[\x20-\x7e]*$/.test(line)) }),
  },
  {
    reason: 'the Lambda Web Adapter gives a streamed answer without a type this one',
    applies: (_row, _request, isStreamed) => isStreamed,
    alike: withoutHeaders(/^content-type: application\/octet-stream$/),
  },
  {
    reason: 'a Mangum with options or inside of a handler knows no raw path on a REST API',
    applies: ({ handler }) => handler === 'own',
    alike: (answer) => ({ ...answer, body: answer.body.replace(/"raw_path":"[^"]*"/, '') }),
  },
  {
    reason: 'such a Mangum says this type where an answer has none',
    applies: ({ handler }, { rawPath }) => handler === 'own' && rawPath === '/go',
    alike: withoutHeaders(/^content-type: application\/json$/),
  },
  {
    reason: 'such a Mangum fails at several ports, and at headers of an answer that are not UTF-8',
    applies: ({ handler }, { headers, rawPath, method }) => handler === 'own'
      && (headers.some(([name]) => name === 'x-forwarded-port') || ['/cookies', '/items/caf%C3%A9'].includes(rawPath) || `${method} ${rawPath}` === 'POST /items'),
    alike: () => ({ status: 200, headers: [], body: '' }),
  },
  {
    reason: 'an answer to HEAD has no body behind a gateway, which takes it off, or behind uvicorn, which does',
    applies: (_row, { method }) => method === 'HEAD',
    alike: (answer) => ({ ...answer, body: '' }),
  },
];

/** Whether a client came without TLS, which a redirect outside of the app's CORSMiddleware answers. */
function isPlain(headers: LocalRequest['headers']): boolean {
  return headers.some(([name, value]) => name === 'x-forwarded-proto' && value === 'http');
}

/** Headers that say something of the connection or the moment and nothing of the answer. */
const INCIDENTAL = new Set(['date', 'server', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/** How the answer of a deployment differs from uvicorn's; undefined where it does not, but for what is meant. */
export function difference(row: PairsRow, request: LocalRequest, { route }: Arrival, deployed: LocalAnswer, local: LocalAnswer): string | undefined {
  const intended = DIFFERENCES.filter(({ applies }) => applies(row, request, route.streaming));
  const [got, wanted] = [deployed, local].map((answer) => intended.reduce((plain, { alike }) => alike(plain), plainOf(answer)));
  if (JSON.stringify(got) === JSON.stringify(wanted)) return undefined;
  const sayings = [`${request.method} ${request.rawPath} by ${route.method} ${route.path}: status ${got.status}, uvicorn ${wanted.status}`];
  sayings.push(...got.headers.filter((line) => !wanted.headers.includes(line)).map((line) => `+ ${line}`), ...wanted.headers.filter((line) => !got.headers.includes(line)).map((line) => `- ${line}`));
  if (got.body !== wanted.body) sayings.push(`+ ${shortened(got.body)}`, `- ${shortened(wanted.body)}`);
  return sayings.join('\n  ');
}

function plainOf({ status, headers, body }: LocalAnswer): Plain {
  // Each name of a header by itself: what varies is a set.
  const each = headers.flatMap(([name, value]) => (name === 'vary' ? value.split(/, */) : [value]).map((one): [string, string] => [name, one]));
  const lines = each.filter(([name]) => !INCIDENTAL.has(name)).map(([name, value]) => `${name}: ${withoutTime(value)}`);
  return { status, headers: lines.sort(), body: unzipped(headers, body).toString('latin1') };
}

/** What is zipped holds the time. */
function unzipped(headers: LocalAnswer['headers'], body: Buffer): Buffer {
  return headers.some(([name, value]) => name === 'content-encoding' && value === 'gzip') ? gunzipSync(body) : body;
}

function shortened(body: string): string {
  return JSON.stringify(body.length <= 300 ? body : `${body.slice(0, 300)}…`);
}

/** A session's cookie holds the time at which it was signed. */
function withoutTime(value: string): string {
  return value.replace(/^(session=[\w=]+)\.[\w.-]+;/, '$1;');
}
