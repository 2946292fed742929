import { render } from 'velocityjs';
import type { MockIntegration } from './integration';
import { FastApiError } from '../../private/errors';
import { member, type Json } from '../../private/json';
import { headerValues, queryValues, type LocalRequest } from '../local-request';
import type { LocalAnswer } from '../proxy-answer';
import type { RouteMatch } from '../route';

/** What templates see beside the request. */
export interface MockContext {
  readonly requestId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
}

interface Overrides {
  status?: unknown;
  readonly header: Record<string, unknown>;
}

/**
 * The answer of a mock integration: its request template gives a status code, which chooses the response.
 *
 * @throws FastApiError where the templates give no answer
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export function mockAnswer(integration: MockIntegration, request: LocalRequest, match: Pick<RouteMatch, 'parameters'>, context: MockContext): LocalAnswer {
  const overrides: Overrides = { header: {} };
  const asked = templateOf(integration.requestTemplates, request);
  const status = statusOf(render(asked ?? '{"statusCode": 200}', variables(request, match, context, request.body.toString('utf8'), overrides)));
  const response = integration.responses.find(({ pattern }) => pattern !== undefined && new RegExp(`^(${pattern})$`).test(String(status)))
    ?? integration.responses.find(({ pattern }) => pattern === undefined);
  if (response === undefined) throw new FastApiError(`a mock integration must have a response for its status code, got: ${status}`);
  const template = response.templates['application/json'] ?? Object.values(response.templates)[0] ?? '';
  const body = render(template, variables(request, match, context, '', overrides)).trim();
  const headers = new Map<string, string>();
  if (body !== '') headers.set('content-type', Object.keys(response.templates)[0] ?? 'application/json');
  for (const [name, expression] of Object.entries(response.headers)) {
    const value = /^'(.*)'$/s.exec(expression)?.[1];
    if (value !== undefined) headers.set(name.toLowerCase(), value);
  }
  for (const [name, value] of Object.entries(overrides.header)) headers.set(name.toLowerCase(), String(value));
  return { status: overrides.status === undefined ? response.statusCode : Number(overrides.status), headers: [...headers], body: Buffer.from(body) };
}

function templateOf(templates: Readonly<Record<string, string>>, request: LocalRequest): string | undefined {
  const type = headerValues(request).get('content-type')?.[0]?.split(';')[0].trim() ?? 'application/json';
  return templates[type] ?? templates['application/json'];
}

function statusOf(text: string): number {
  let given: Json | undefined;
  try {
    given = member(JSON.parse(text), 'statusCode');
  } catch {
    given = undefined;
  }
  const status = Number(given);
  if (!Number.isInteger(status)) throw new FastApiError(`the request template of a mock integration must give a \`statusCode\`, got: ${text.slice(0, 200)}`);
  return status;
}

/** The names of mapping templates that need no backend: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
function variables(request: LocalRequest, match: Pick<RouteMatch, 'parameters'>, context: MockContext, body: string, overrides: Overrides): Record<string, unknown> {
  // Names keep the spelling that came, as API Gateway has it.
  const header = Object.fromEntries(request.headers);
  const querystring = Object.fromEntries([...queryValues(request)].map(([name, all]) => [name, all.at(-1)]));
  const path = { ...match.parameters };
  const all: Record<string, Record<string, string | undefined>> = { path, querystring, header };
  return {
    input: {
      body,
      json: () => body || '{}',
      params: (name?: string) => (name === undefined ? all : path[name] ?? querystring[name] ?? header[name] ?? ''),
    },
    context: { requestId: context.requestId, stage: context.stage, httpMethod: request.method, responseOverride: overrides },
    stageVariables: context.stageVariables,
    util: {
      escapeJavaScript: (text: unknown) => JSON.stringify(String(text)).slice(1, -1),
      urlEncode: (text: unknown) => encodeURIComponent(String(text)),
      urlDecode: (text: unknown) => decodeURIComponent(String(text)),
      base64Encode: (text: unknown) => Buffer.from(String(text)).toString('base64'),
      base64Decode: (text: unknown) => Buffer.from(String(text), 'base64').toString(),
    },
  };
}
