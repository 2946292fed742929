import { entries, member, stringMember, type Json } from '../../private/json';
import { LIMITS } from '../../private/limits';
import { evaluateText, type References } from '../assembly/intrinsics';
import { functionOf } from '../local-function';

/** What answers a route. */
export type Integration =
  | LambdaIntegration
  | MockIntegration
  | HttpIntegration
  | { readonly kind: 'other'; readonly name: string };

/** A Lambda proxy integration. */
export interface LambdaIntegration {
  readonly kind: 'lambda';
  readonly functionId: string;
  readonly streaming: boolean;
  readonly payload: '1.0' | '2.0';
  readonly timeoutMillis: number;
}

/** Mapping templates of an integration that is no proxy. */
export interface Templates {
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly responses: readonly TemplateResponse[];
}

/** Answers without a backend, by templates. */
export interface MockIntegration extends Templates {
  readonly kind: 'mock';
}

/** One answer of an integration that is no proxy. */
export interface TemplateResponse {
  /** Regular expression over the status code of the backend, or of a mock's request template; the default answer has none. */
  readonly pattern: string | undefined;
  readonly statusCode: number;
  /** Header → mapping expression, such as `'text'` in quotes. */
  readonly headers: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

/** Hands the request to another server. */
export interface HttpIntegration {
  readonly kind: 'http';
  /** May name path parameters as `{id}` and stage variables as `${stageVariables.name}`. */
  readonly uri: string;
  readonly method: string;
  readonly timeoutMillis: number;
  /** Parameter mapping: target → expression. */
  readonly parameters: Readonly<Record<string, string>>;
  /** By which templates bodies are made, where the integration is no proxy. */
  readonly templates?: Templates;
}

/** Milliseconds, where the integration says nothing. */
const TIMEOUT = { rest: LIMITS.restSeconds.aws * 1000, http: LIMITS.httpSeconds.aws * 1000 } as const;

/** Reads `x-amazon-apigateway-integration`. */
export function readIntegration(given: Json | undefined, kind: 'rest' | 'http', body: Json, known: References): Integration {
  const type = stringMember(given, 'type')?.toLowerCase() ?? 'none';
  const timeout = member(given, 'timeoutInMillis');
  const timeoutMillis = typeof timeout === 'number' ? timeout : TIMEOUT[kind];
  if (type === 'mock') return { kind: 'mock', ...templatesOf(given) };
  if (type === 'aws_proxy') {
    const functionId = functionOf(body, member(given, 'uri'));
    if (functionId === undefined) return { kind: 'other', name: stringMember(given, 'integrationSubtype') ?? 'a function outside of this assembly' };
    return {
      kind: 'lambda',
      functionId,
      streaming: stringMember(given, 'responseTransferMode') === 'STREAM',
      payload: kind === 'http' && stringMember(given, 'payloadFormatVersion') !== '1.0' ? '2.0' : '1.0',
      timeoutMillis,
    };
  }
  if ((type === 'http_proxy' || type === 'http') && stringMember(given, 'connectionType') !== 'VPC_LINK') {
    const uri = evaluateText(member(given, 'uri'), known);
    const parameters = textMembers(member(given, 'requestParameters'));
    const templates = type === 'http' ? templatesOf(given) : undefined;
    if (uri !== undefined) return { kind: 'http', uri, method: stringMember(given, 'httpMethod') ?? 'ANY', timeoutMillis, parameters, templates };
  }
  return { kind: 'other', name: `${type === 'none' ? 'no integration' : `an integration of type ${type}`}` };
}

function templatesOf(given: Json | undefined): Templates {
  const responses = entries(member(given, 'responses')).map(([key, response]): TemplateResponse => ({
    pattern: key === 'default' ? undefined : key,
    statusCode: Number(member(response, 'statusCode') ?? 200),
    headers: Object.fromEntries(entries(member(response, 'responseParameters')).flatMap(([name, value]) => {
      const header = /^method\.response\.header\.(.+)$/.exec(name)?.[1];
      return header === undefined || typeof value !== 'string' ? [] : [[header, value]];
    })),
    templates: textMembers(member(response, 'responseTemplates')),
  }));
  return { requestTemplates: textMembers(member(given, 'requestTemplates')), responses };
}

/** The members of an object that are text. */
export function textMembers(value: Json | undefined): Record<string, string> {
  return Object.fromEntries(entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
