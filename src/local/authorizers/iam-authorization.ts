import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { refused, type Decision } from './decision';
import type { AuthorizedRequest } from './lambda-authorization';
import type { JsonObject } from '../../private/json';
import { headerValues, type LocalRequest } from '../local-request';

/** Secret keys by access key id; `undefined` where signatures are not verified. */
export type SigningKeys = ReadonlyMap<string, string> | undefined;

interface Signature {
  readonly accessKey: string;
  /** Date, region, service, `aws4_request`. */
  readonly scope: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly date: string;
  readonly presigned: boolean;
}

/** Milliseconds by which the clocks of caller and API may differ. */
const SKEW = 5 * 60_000;

/** Whether a request is signed with AWS credentials; the signature is checked where keys are given. */
export function decideIam(asked: AuthorizedRequest, keys: SigningKeys, originalPath: string): Decision {
  const found = readSignature(asked.request);
  if (found === undefined) return refused('MISSING_AUTHENTICATION_TOKEN', 'the request is not signed');
  if (keys !== undefined) {
    const secret = keys.get(found.accessKey);
    if (secret === undefined) return refused('INVALID_SIGNATURE', `no key ${found.accessKey} was given`, 'The security token included in the request is invalid.');
    const problem = verify(found, asked.request, secret, originalPath);
    if (problem !== undefined) return refused('INVALID_SIGNATURE', problem);
  }
  return { allowed: true, ...caller(asked, found.accessKey) };
}

function readSignature(request: LocalRequest): Signature | undefined {
  const headers = headerValues(request);
  const authorization = /^AWS4-HMAC-SHA256 Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]+)$/.exec(headers.get('authorization')?.[0] ?? '');
  const query = new URLSearchParams(request.rawQuery);
  const [credential, signedHeaders, signature] = authorization?.slice(1) ?? ['X-Amz-Credential', 'X-Amz-SignedHeaders', 'X-Amz-Signature'].map((name) => query.get(name) ?? '');
  if (credential === '' || signature === '') return undefined;
  const [accessKey, ...scope] = credential.split('/');
  const presigned = authorization === null;
  const date = presigned ? query.get('X-Amz-Date') ?? '' : headers.get('x-amz-date')?.[0] ?? '';
  return { accessKey, scope, signedHeaders: signedHeaders.split(';'), signature, date, presigned };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function verify(given: Signature, request: LocalRequest, secret: string, originalPath: string): string | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(given.date) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const expires = Number(new URLSearchParams(request.rawQuery).get('X-Amz-Expires') ?? 0) * 1000;
  const age = Date.now() - time;
  if (!(age > -SKEW && age < (given.presigned ? expires : SKEW))) return `the signature is of another time: ${given.date}`;
  const headers = headerValues(request);
  const canonical = [
    request.method,
    // Every service but S3 signs the encoded path encoded once more.
    originalPath.split('/').map((part) => encoded(part)).join('/'),
    canonicalQuery(request.rawQuery),
    ...given.signedHeaders.map((name) => `${name}:${(headers.get(name) ?? []).map((value) => value.trim().replace(/ +/g, ' ')).join(',')}`),
    '',
    given.signedHeaders.join(';'),
    given.presigned ? 'UNSIGNED-PAYLOAD' : sha256(request.body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', given.date, given.scope.join('/'), sha256(canonical)].join('\n');
  const key = given.scope.reduce<Buffer | string>((before, part) => createHmac('sha256', before).update(part).digest(), `AWS4${secret}`);
  const expected = createHmac('sha256', key).update(text).digest();
  const actual = Buffer.from(given.signature, 'hex');
  return actual.length === expected.length && timingSafeEqual(actual, expected) ? undefined : 'the signature is not that of the request';
}

function canonicalQuery(rawQuery: string): string {
  const pairs = rawQuery === '' ? [] : rawQuery.split('&').map((pair) => {
    const [name, ...value] = pair.split('=');
    return [encoded(decodeURIComponent(name)), encoded(decodeURIComponent(value.join('=')))];
  });
  return pairs.filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`).join('&');
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What events say of a caller with credentials; the account is this machine's. */
function caller(asked: AuthorizedRequest, accessKey: string): { authorizer?: JsonObject; identity?: JsonObject } {
  const userArn = 'arn:aws:iam::123456789012:user/local';
  if (asked.payload === '1.0') {
    return { identity: { accessKey, accountId: '123456789012', caller: 'AIDALOCAL', user: 'AIDALOCAL', userArn, cognitoIdentityId: null, cognitoIdentityPoolId: null } };
  }
  return { authorizer: { iam: { accessKey, accountId: '123456789012', callerId: 'AIDALOCAL', cognitoIdentity: null, principalOrgId: null, userArn, userId: 'AIDALOCAL' } } };
}
