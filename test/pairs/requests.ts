import { DOMAIN } from './project';
import type { PairsRow } from './rows';
import type { LocalRequest } from '../../src/local/local-request';

const JSON_TYPE = ['content-type', 'application/json'] as const;
const PAGE = ['origin', 'https://page.example'] as const;
const OTHER_PAGE = ['origin', 'https://other.example'] as const;

type Written = readonly [method: string, target: string, headers?: readonly (readonly [string, string])[], body?: string | Buffer];

const EVERYWHERE: readonly Written[] = [
  ['GET', '/items/42?tags=a&tags=b&q=x%20y&empty='],
  ['GET', '/items/caf%C3%A9', [['cookie', 'session=abc; theme=dark'], ['x-token', 'one']]],
  ['GET', '/items/a%20b', [PAGE]],
  ['GET', '/items/1%2Fsecret'],
  ['DELETE', '/items/42', [OTHER_PAGE]],
  ['POST', '/items', [JSON_TYPE, PAGE], '{"name": "grün", "price": 2}'],
  ['POST', '/items', [JSON_TYPE], '{"price": "x"}'],
  ['POST', '/items', [JSON_TYPE], '{'],
  ['POST', '/forms', [['content-type', 'application/x-www-form-urlencoded']], 'name=a+b%26'],
  ['GET', '/files/a/b.txt'],
  ['GET', '/files/a//b'],
  ['GET', '/cookies', [['cookie', 'session=1']]],
  ['GET', '/bytes', [PAGE]],
  ['GET', '/large', [['accept-encoding', 'gzip']]],
  ['GET', '/large'],
  ['GET', '/go'],
  ['GET', '/refused', [PAGE]],
  ['GET', '/fails', [PAGE]],
  ['GET', '/count'],
  ['GET', '/items/1', [['x-forwarded-proto', 'http']]],
  ['GET', '/items/1', [['x-forwarded-port', '443,80'], ['x-request-id', 'a, b']]],
  // Below the catch-all route, where there is one.
  ['GET', '/hidden'],
  ['GET', '/nothing', [PAGE]],
  ['PUT', '/items', [JSON_TYPE], '{}'],
  ['HEAD', '/items/42'],
  ['OPTIONS', '/items/42', [PAGE, ['access-control-request-method', 'GET']]],
  ['GET', '/openapi.json'],
  ['GET', '/docs'],
];

const STREAMS: readonly Written[] = [
  ['GET', '/stream', [PAGE]],
  ['POST', '/stream/x', [JSON_TYPE], '{"name": "y"}'],
  ['POST', '/stream/x', [JSON_TYPE], '{}'],
  ['GET', '/stream/x/fails', [PAGE]],
];

const INCLUDED: readonly Written[] = [
  ['GET', '/shop/mine/orders/7'], ['GET', '/shop/a%2Fb/orders/7'], ['GET', '/shop/mine/orders/x'], ['GET', '/shop/mine/orders/'],
];

const MOUNTED: readonly Written[] = [['GET', '/sub/inside/x', [PAGE]], ['GET', '/sub/inside/x', [OTHER_PAGE]], ['GET', '/sub/nothing', [PAGE]]];

/** What is asked of a row's application, both ways. */
export function requestsFor(row: PairsRow): LocalRequest[] {
  return [
    ...EVERYWHERE,
    ...(row.streams === 'yes' ? STREAMS : []),
    ...(row.routes.startsWith('included') ? INCLUDED : []),
    ...(row.routes.endsWith('mounted') ? MOUNTED : []),
  ].map(([method, target, headers = [], body = ''])=> {
    const [rawPath, rawQuery = ''] = target.split('?');
    const own = new Set(headers.map(([name]) => name));
    const gateways = [['host', hostOf(row)], ['x-forwarded-proto', 'https'], ['x-forwarded-for', '203.0.113.7'], ['user-agent', 'pairs'], ['accept-encoding', 'identity']] as const;
    return {
      method, rawPath, rawQuery, headers: [...headers, ...gateways.filter(([name]) => !own.has(name))], body: Buffer.from(body), sourceIp: '203.0.113.7',
    };
  });
}

/** The host that is asked. */
export function hostOf({ kind, place }: PairsRow): string {
  if (kind === 'function-url') return 'q1w2e3r4t5.lambda-url.us-east-1.on.aws';
  return place.startsWith('own host') ? 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com' : DOMAIN;
}
