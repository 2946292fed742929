import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { decideIam } from '../../src/local/authorizers/iam-authorization';
import type { LocalRequest } from '../../src/local/local-request';

const KEYS = new Map([['AKIDEXAMPLE', 'secret/key+1']]);
const signer = (secret = 'secret/key+1', accessKeyId = 'AKIDEXAMPLE') =>
  new SignatureV4({ service: 'execute-api', region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: secret }, sha256: Sha256 });

/** A request signed by the library that AWS's own clients sign with. */
async function signed(path: string, query: Record<string, string>, body: string, by = signer()): Promise<LocalRequest> {
  const made = await by.sign({ method: 'POST', protocol: 'http:', hostname: '127.0.0.1', port: 4000, path, query, body, headers: { 'host': '127.0.0.1:4000', 'x-many': 'a   b' } });
  const rawQuery = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return { method: 'POST', rawPath: path.replace('/prod', ''), rawQuery, headers: Object.entries(made.headers), body: Buffer.from(body), sourceIp: '127.0.0.1' };
}

const decide = (request: LocalRequest) => decideBy(KEYS, request);
const decideBy = (keys: Parameters<typeof decideIam>[1], request: LocalRequest) => decideIam(
  { request, event: () => ({}), kind: 'rest', arn: 'arn', routeKey: 'POST /x', stageVariables: {}, payload: '1.0' }, keys, `/prod${request.rawPath}`,
);

test.each([
  ['/prod/items', {}, ''],
  ['/prod/items/a%20b%2Fc', {}, '{"a":1}'],
  ['/prod/items', { 'b': '2', 'a b': 'x/y&z', 'c': '' }, 'é'],
])('a signature over %s with %j and %j is good, and no other one', async (path, query, body) => {
  const request = await signed(path, query, body);
  expect(decide(request)).toMatchObject({ allowed: true, identity: { accessKey: 'AKIDEXAMPLE' } });
  const changed: LocalRequest[] = [
    { ...request, body: Buffer.from(`${body}x`) }, { ...request, rawPath: `${request.rawPath}x` }, { ...request, rawQuery: 'other=1' }, { ...request, method: 'PUT' },
  ];
  for (const each of changed) expect(decide(each)).toMatchObject({ allowed: false, error: 'INVALID_SIGNATURE' });
});

test('another key, an unknown key and another time are refused', async () => {
  expect(decide(await signed('/prod/items', {}, '', signer('other')))).toMatchObject({ allowed: false, error: 'INVALID_SIGNATURE' });
  expect(decide(await signed('/prod/items', {}, '', signer('secret/key+1', 'AKIDOTHER')))).toMatchObject({ allowed: false, reason: 'no key AKIDOTHER was given' });
  const old = await signed('/prod/items', {}, '');
  const headers = old.headers.map(([name, value]) => [name, name === 'x-amz-date' ? '20200101T000000Z' : value] as const);
  expect(decide({ ...old, headers })).toMatchObject({ allowed: false, reason: 'the signature is of another time: 20200101T000000Z' });
});

test('without keys a signature must be there', async () => {
  const request = await signed('/prod/items', {}, '', signer('any'));
  expect(decideBy(undefined, request)).toMatchObject({ allowed: true });
  expect(decideBy(undefined, { ...request, headers: [] })).toMatchObject({ allowed: false, error: 'MISSING_AUTHENTICATION_TOKEN' });
});
