import { FastApiError } from '../private/errors';
import { entries, isJsonObject, member, stringMember, type Json } from '../private/json';

/** An HTTP answer as a client sees it. */
export interface LocalAnswer {
  readonly status: number;
  /** Lower-case names, in order; a name may come more than once. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** Where an answer goes. */
export interface AnswerContext {
  readonly kind: 'rest' | 'http' | 'function-url';
  readonly payload: '1.0' | '2.0';
  /** Whether a body in base64 reaches the client as bytes. */
  readonly binary: boolean;
  readonly requestId: string;
}

/**
 * What API Gateway makes of a Lambda proxy answer.
 *
 * @param payload what the function returned
 * @param context where it goes; left out, a body in base64 is bytes
 * @throws FastApiError where API Gateway would answer 502
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyAnswer(payload: Json, context?: AnswerContext): LocalAnswer {
  const inferred = inferredAnswer(payload, context);
  if (inferred !== undefined) return inferred;
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
  const isBytes = member(payload, 'isBase64Encoded') === true && (context?.binary ?? true);
  return { status, headers: [...headers, ...requestIdHeader(context)], body: Buffer.from(body, isBytes ? 'base64' : 'utf8') };
}

/** Payload format 2.0 takes what has no status code for the body of a good answer. */
function inferredAnswer(payload: Json, context: AnswerContext | undefined): LocalAnswer | undefined {
  if (context?.payload !== '2.0' || (isJsonObject(payload) && Object.hasOwn(payload, 'statusCode')) || payload === null) return undefined;
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return { status: 200, headers: [['content-type', 'application/json'], ...requestIdHeader(context)], body: Buffer.from(body) };
}

function requestIdHeader(context: AnswerContext | undefined): [string, string][] {
  if (context === undefined) return [];
  return [[context.kind === 'http' ? 'apigw-requestid' : 'x-amzn-requestid', context.requestId]];
}
