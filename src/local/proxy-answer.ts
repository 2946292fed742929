import { FastApiError } from '../private/errors';
import { entries, member, stringMember, type Json } from '../private/json';

/** An HTTP answer as a client sees it. */
export interface LocalAnswer {
  readonly status: number;
  /** Lower-case names, in order; a name may come more than once. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/**
 * What API Gateway makes of a Lambda proxy answer.
 *
 * @param payload what the function returned
 * @throws FastApiError where API Gateway would answer 502
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyAnswer(payload: Json): LocalAnswer {
  const status = Number(member(payload, 'statusCode'));
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw new FastApiError(`a function must answer with a \`statusCode\`, got: ${JSON.stringify(payload)?.slice(0, 300)}`);
  }
  const multi = entries(member(payload, 'multiValueHeaders'));
  const multiNames = new Set(multi.map(([name]) => name.toLowerCase()));
  const headers = [
    ...entries(member(payload, 'headers')).filter(([name]) => !multiNames.has(name.toLowerCase())).map(([name, value]) => [name.toLowerCase(), String(value)] as const),
    ...multi.flatMap(([name, values]) => (Array.isArray(values) ? values : [values]).map((value) => [name.toLowerCase(), String(value)] as const)),
    ...([member(payload, 'cookies') ?? []].flat() as Json[]).map((cookie) => ['set-cookie', String(cookie)] as const),
  ];
  const body = stringMember(payload, 'body') ?? '';
  return { status, headers, body: Buffer.from(body, member(payload, 'isBase64Encoded') === true ? 'base64' : 'utf8') };
}
