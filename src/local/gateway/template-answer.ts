import { render } from 'velocityjs';
import type { TemplateResponse, Templates } from './integration';
import { FastApiError } from '../../private/errors';
import { member, type Json } from '../../private/json';
import { headerValues, queryValues, type LocalRequest } from '../local-request';
import type { LocalAnswer } from '../proxy-answer';
import type { RouteMatch } from '../route';

/** What templates see beside the request. */
export interface TemplateContext {
  readonly requestId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
}

interface Overrides {
  status?: unknown;
  readonly header: Record<string, unknown>;
}

/** Templates with the request that they are rendered for. */
export class TemplateAnswer {
  private readonly overrides: Overrides = { header: {} };

  public constructor(
    private readonly templates: Templates, private readonly request: LocalRequest, private readonly match: Pick<RouteMatch, 'parameters'>, private readonly context: TemplateContext,
  ) {}

  /**
   * The answer of a mock integration: its request template gives a status code, which chooses the response.
   *
   * @throws FastApiError where the templates give no answer
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
   */
  public ofMock(): LocalAnswer {
    return this.answer(statusOf(this.requestBody() ?? '{"statusCode": 200}'));
  }

  /** The body for a backend; nothing where it is the caller's own. */
  public requestBody(): string | undefined {
    const type = headerValues(this.request).get('content-type')?.[0]?.split(';')[0].trim() ?? 'application/json';
    const template = this.templates.requestTemplates[type] ?? this.templates.requestTemplates['application/json'];
    return template === undefined ? undefined : render(template, this.variables(this.request.body.toString('utf8')));
  }

  /**
   * The answer to the caller.
   *
   * @param status that chooses the response
   * @param backend what the backend answered; left out, there is none
   * @throws FastApiError where no response is for that status
   */
  public answer(status: number, backend?: LocalAnswer): LocalAnswer {
    const response = chosen(this.templates.responses, status);
    const type = Object.hasOwn(response.templates, 'application/json') ? 'application/json' : Object.keys(response.templates)[0];
    const body = type === undefined ? backend?.body ?? Buffer.alloc(0) : Buffer.from(render(response.templates[type], this.variables(backend?.body.toString('utf8') ?? '')).trim());
    const headers = new Map<string, string>();
    if (body.length > 0) headers.set('content-type', type ?? 'application/json');
    for (const [name, expression] of Object.entries(response.headers)) {
      const value = headerValue(expression, backend);
      if (value !== undefined) headers.set(name.toLowerCase(), value);
    }
    for (const [name, value] of Object.entries(this.overrides.header)) headers.set(name.toLowerCase(), String(value));
    return { status: this.overrides.status === undefined ? response.statusCode : Number(this.overrides.status), headers: [...headers], body };
  }

  /** The names of mapping templates: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
  private variables(body: string): Record<string, unknown> {
    const { request, match, context } = this;
    // Names keep the spelling that came, as API Gateway has it.
    const header = Object.fromEntries(request.headers);
    const querystring = Object.fromEntries([...queryValues(request)].map(([name, all]) => [name, all.at(-1)]));
    const path = { ...match.parameters };
    const all: Record<string, Record<string, string | undefined>> = { path, querystring, header };
    const json = (expression?: string): string => jsonOf(body, expression);
    return {
      input: {
        body,
        json,
        path: (expression?: string) => parsedPath(body, expression),
        params: (name?: string) => (name === undefined ? all : path[name] ?? querystring[name] ?? header[name] ?? ''),
      },
      context: { requestId: context.requestId, stage: context.stage, httpMethod: request.method, responseOverride: this.overrides },
      stageVariables: context.stageVariables,
      util: {
        escapeJavaScript: (text: unknown) => JSON.stringify(String(text)).slice(1, -1),
        parseJson: (text: unknown) => JSON.parse(String(text)) as unknown,
        urlEncode: (text: unknown) => encodeURIComponent(String(text)),
        urlDecode: (text: unknown) => decodeURIComponent(String(text)),
        base64Encode: (text: unknown) => Buffer.from(String(text)).toString('base64'),
        base64Decode: (text: unknown) => Buffer.from(String(text), 'base64').toString(),
      },
    };
  }
}

function chosen(responses: readonly TemplateResponse[], status: number): TemplateResponse {
  const found = responses.find(({ pattern }) => pattern !== undefined && new RegExp(`^(${pattern})$`).test(String(status)))
    ?? responses.find(({ pattern }) => pattern === undefined);
  if (found === undefined) throw new FastApiError(`an integration must have a response for its status code, got: ${status}`);
  return found;
}

function headerValue(expression: string, backend: LocalAnswer | undefined): string | undefined {
  const from = /^integration\.response\.header\.(.+)$/.exec(expression)?.[1].toLowerCase();
  return from === undefined ? /^'(.*)'$/s.exec(expression)?.[1] : backend?.headers.filter(([name]) => name === from).at(-1)?.[1];
}

/** A member of a body by a path such as `$.a.b[0]`. */
function parsedPath(body: string, expression = '$'): Json | undefined {
  const parts = expression.replace(/^\$/, '').split(/[.[\]'"]+/).filter((part) => part !== '');
  const whole: Json = body === '' ? {} : JSON.parse(body);
  return parts.reduce<Json | undefined>((value, part) => (Array.isArray(value) ? value[Number(part)] : member(value, part)), whole);
}

function jsonOf(body: string, expression = '$'): string {
  return expression === '$' ? body || '{}' : JSON.stringify(parsedPath(body, expression) ?? '');
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
