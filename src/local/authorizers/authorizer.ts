import { entries, member, stringMember, type Json } from '../../private/json';
import { references } from '../../private/references';
import { evaluateText, type References } from '../assembly/intrinsics';
import { functionOf } from '../local-function';

/** Who decides about a request, as the template has it. */
export type Authorizer =
  | { readonly kind: 'none' }
  | { readonly kind: 'iam' }
  | LambdaAuthorizer
  | TokenAuthorizer
  | { readonly kind: 'other'; readonly name: string };

/** A function that decides. */
export interface LambdaAuthorizer {
  readonly kind: 'lambda';
  readonly name: string;
  readonly type: 'token' | 'request';
  readonly functionId: string;
  readonly payload: '1.0' | '2.0';
  /** Whether the function answers `isAuthorized` and no policy. */
  readonly simple: boolean;
  /** Where the identity is, such as `method.request.header.Authorization` or `$request.header.Authorization`. */
  readonly identitySources: readonly string[];
  /** Regular expression that a token must match. */
  readonly validation: string | undefined;
  readonly cacheSeconds: number;
}

/** A user pool or an issuer whose tokens are accepted. */
export interface TokenAuthorizer {
  readonly kind: 'jwt' | 'cognito';
  readonly name: string;
  /** Where it is known before a deployment. */
  readonly issuer: string | undefined;
  /** Empty: any. */
  readonly audience: readonly string[];
  readonly identitySource: string;
}

/** Seconds for which a decision is kept, where the template says nothing: REST APIs keep it, HTTP APIs do not. */
const CACHE = { rest: 300, http: 0 } as const;

/** Reads one of `securitySchemes`. */
function readAuthorizer(name: string, scheme: Json, body: Json, kind: 'rest' | 'http', known: References): Authorizer {
  const given = member(scheme, 'x-amazon-apigateway-authorizer');
  const authtype = stringMember(scheme, 'x-amazon-apigateway-authtype');
  const type = (stringMember(given, 'type') ?? authtype ?? '').toLowerCase();
  if (given === undefined && type === 'awssigv4') return { kind: 'iam' };
  const sources = stringMember(given, 'identitySource')?.split(',').map((source) => source.trim()).filter((source) => source !== '');
  if (type === 'token' || type === 'request') {
    const functionId = functionOf(body, member(given, 'authorizerUri'));
    if (functionId === undefined) return { kind: 'other', name: `the authorizer ${name}, a function outside of this assembly` };
    const ttl = member(given, 'authorizerResultTtlInSeconds');
    const header = stringMember(scheme, 'name') ?? 'Authorization';
    return {
      kind: 'lambda',
      name,
      type,
      functionId,
      payload: kind === 'http' && stringMember(given, 'authorizerPayloadFormatVersion') !== '1.0' ? '2.0' : '1.0',
      simple: member(given, 'enableSimpleResponses') === true,
      identitySources: sources ?? (type === 'token' ? [`method.request.header.${header}`] : []),
      validation: stringMember(given, 'identityValidationExpression'),
      cacheSeconds: ttl === undefined ? CACHE[kind] : Number(ttl),
    };
  }
  if (type === 'jwt') {
    const audience = member(given, 'jwtConfiguration', 'audience');
    return {
      kind: 'jwt',
      name,
      issuer: evaluateText(member(given, 'jwtConfiguration', 'issuer'), known),
      audience: (Array.isArray(audience) ? audience : []).map((each) => evaluateText(each, known) ?? references(each)[0] ?? ''),
      identitySource: sources?.[0] ?? '$request.header.Authorization',
    };
  }
  if (type === 'cognito_user_pools') {
    return { kind: 'cognito', name, issuer: undefined, audience: [], identitySource: sources?.[0] ?? 'method.request.header.Authorization' };
  }
  return { kind: 'other', name: `the authorizer ${name} of type ${type || 'unknown'}` };
}

/** Reads `securitySchemes`, by name. */
export function readAuthorizers(schemes: Json | undefined, body: Json, kind: 'rest' | 'http', known: References): Map<string, Authorizer> {
  return new Map(entries(schemes).map(([name, scheme]) => [name, readAuthorizer(name, scheme, body, kind, known)]));
}

/** Its name in the table of routes. */
export function describeAuthorizer(authorizer: Authorizer): string {
  switch (authorizer.kind) {
    case 'none': return 'public';
    case 'iam': return 'IAM';
    case 'lambda': return `${authorizer.type} ${authorizer.functionId}`;
    case 'other': return authorizer.name;
    default: return `${authorizer.kind} ${authorizer.name}`;
  }
}
