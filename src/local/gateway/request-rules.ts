import Ajv, { type ValidateFunction } from 'ajv-draft-04';
import { entries, member, stringMember, type Json } from '../../private/json';
import { headerValues, queryValues, type LocalRequest } from '../local-request';

/** What a REST API checks before the integration sees a request. */
export interface RequestRules {
  /** Names that must be there and not empty. */
  readonly headers: readonly string[];
  readonly query: readonly string[];
  /** Whether a body matches, by media type; `undefined` where bodies are not checked. */
  readonly bodies: ReadonlyMap<string, ValidateFunction> | undefined;
}

/** What is wrong with a request. */
export type Refusal = { readonly type: 'BAD_REQUEST_PARAMETERS'; readonly message: string } | { readonly type: 'BAD_REQUEST_BODY' };

/**
 * Reads the validator of an operation; nothing where requests are not checked.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function readRules(operation: Json, document: Json): RequestRules | undefined {
  const name = stringMember(operation, 'x-amazon-apigateway-request-validator') ?? stringMember(document, 'x-amazon-apigateway-request-validator');
  if (name === undefined) return undefined;
  const validator = member(document, 'x-amazon-apigateway-request-validators', name);
  const parameters = member(validator, 'validateRequestParameters') === true ? member(operation, 'parameters') : undefined;
  const required = (place: string): string[] => (Array.isArray(parameters) ? parameters : [])
    .filter((parameter) => stringMember(parameter, 'in') === place && member(parameter, 'required') === true)
    .map((parameter) => stringMember(parameter, 'name') ?? '');
  const checksBody = member(validator, 'validateRequestBody') === true;
  return { headers: required('header'), query: required('query'), bodies: checksBody ? bodyChecks(operation, document) : undefined };
}

/** What is wrong with a request, or nothing. */
export function checkRequest(rules: RequestRules, request: LocalRequest): Refusal | undefined {
  const headers = headerValues(request);
  const query = queryValues(request);
  const missing = [
    ...rules.headers.filter((name) => (headers.get(name.toLowerCase())?.at(-1) ?? '') === ''),
    ...rules.query.filter((name) => (query.get(name)?.at(-1) ?? '') === ''),
  ];
  if (missing.length > 0) return { type: 'BAD_REQUEST_PARAMETERS', message: `Missing required request parameters: [${missing.join(', ')}]` };
  if (rules.bodies === undefined) return undefined;
  const type = headers.get('content-type')?.[0]?.split(';')[0].trim().toLowerCase() ?? 'application/json';
  const check = rules.bodies.get(type);
  return check === undefined || matches(check, request.body) ? undefined : { type: 'BAD_REQUEST_BODY' };
}

function matches(check: ValidateFunction, body: Buffer): boolean {
  try {
    // An empty body passes for an empty object.
    return check(JSON.parse(body.length === 0 ? '{}' : body.toString('utf8')));
  } catch {
    return false;
  }
}

function bodyChecks(operation: Json, document: Json): Map<string, ValidateFunction> {
  // Models refer to one another by their place in the document.
  const ajv = new Ajv({ strict: false, validateFormats: false, logger: false });
  const checks = new Map<string, ValidateFunction>();
  for (const [type, content] of entries(member(operation, 'requestBody', 'content'))) {
    const schema = member(content, 'schema');
    if (schema === undefined) continue;
    checks.set(type.toLowerCase(), ajv.compile({ ...(schema as object), components: member(document, 'components') ?? {} }));
  }
  return checks;
}
