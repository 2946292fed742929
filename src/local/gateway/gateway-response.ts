import { ERRORS, responseType, type ErrorType } from './error-type';
import { textMembers } from './integration';
import { entries, member, type Json } from '../../private/json';
import { headerValues, type LocalRequest } from '../local-request';
import type { LocalAnswer } from '../proxy-answer';

/** How a REST API words one kind of its own answers. */
export interface GatewayResponse {
  readonly statusCode: number | undefined;
  /** Header → mapping expression. */
  readonly headers: Readonly<Record<string, string>>;
  /** By media type. */
  readonly templates: Readonly<Record<string, string>>;
}

/** Reads `x-amazon-apigateway-gateway-responses`, by response type. */
export function readGatewayResponses(given: Json | undefined): Map<string, GatewayResponse> {
  return new Map(entries(given).map(([type, response]) => {
    const status = Number(member(response, 'statusCode'));
    const headers = Object.entries(textMembers(member(response, 'responseParameters'))).flatMap(([name, value]) => {
      const header = /^gatewayresponse\.header\.(.+)$/.exec(name)?.[1];
      return header === undefined ? [] : [[header, value] as const];
    });
    return [type, { statusCode: Number.isInteger(status) ? status : undefined, headers: Object.fromEntries(headers), templates: textMembers(member(response, 'responseTemplates')) }];
  }));
}

/** What of a request and its API the expressions of a gateway response may speak of. */
export interface GatewayContext {
  readonly request: LocalRequest;
  readonly requestId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/**
 * The answer that a REST API gives itself.
 *
 * @param message in place of the usual one
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function gatewayAnswer(
  responses: ReadonlyMap<string, GatewayResponse>, type: ErrorType, context: GatewayContext, message?: string,
): LocalAnswer {
  const { status, message: usual, error } = ERRORS[type];
  const own = responses.get(responseType(type));
  const general = responses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const text = message ?? usual;
  const values = (expression: string): string | undefined => mapped(expression, context, responseType(type), text);
  const headers: [string, string][] = [['x-amzn-requestid', context.requestId]];
  if (error !== undefined) headers.push(['x-amzn-errortype', error]);
  for (const [name, expression] of Object.entries((own ?? general)?.headers ?? {})) {
    const value = values(expression);
    if (value !== undefined) headers.push([name.toLowerCase(), value]);
  }
  const template = (own ?? general)?.templates['application/json'];
  const body = template === undefined
    ? JSON.stringify({ message: text })
    : template.replace(/\$!?\{?(context\.[\w.]+|stageVariables\.\w+)\}?/g, (_whole, name: string) => values(name) ?? '');
  return { status: (own ?? general)?.statusCode ?? status, headers: [['content-type', 'application/json'], ...headers], body: Buffer.from(body) };
}

function mapped(expression: string, context: GatewayContext, type: string, message: string): string | undefined {
  const quoted = /^'(.*)'$/s.exec(expression);
  if (quoted !== null) return quoted[1];
  const [, place, name] = /^method\.request\.(header|querystring)\.(.+)$/.exec(expression) ?? [];
  if (place === 'header') return headerValues(context.request).get(name.toLowerCase())?.at(-1);
  if (place === 'querystring') return new URLSearchParams(context.request.rawQuery).get(name) ?? undefined;
  const known: Record<string, string> = {
    'context.error.message': message,
    'context.error.messageString': JSON.stringify(message),
    'context.error.responseType': type,
    'context.requestId': context.requestId,
    'context.extendedRequestId': context.requestId,
    'context.stage': context.stage,
    'context.httpMethod': context.request.method,
    'context.path': `/${context.stage}${context.request.rawPath}`,
    'context.identity.sourceIp': context.request.sourceIp,
  };
  const variable = /^stageVariables\.(\w+)$/.exec(expression)?.[1];
  return variable === undefined ? known[expression] : context.stageVariables[variable];
}
