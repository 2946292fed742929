import { createRemoteJWKSet, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { TokenAuthorizer } from './authorizer';
import { refused, type Decision } from './decision';
import { identityValue } from './identity-source';
import type { AuthorizedRequest } from './lambda-authorization';
import type { LocalIssuer } from './local-issuer';
import type { JsonObject } from '../../private/json';

/** Milliseconds that an issuer has to tell its keys. */
const PATIENCE = 5000;

/** Decides by tokens: of the issuer on this machine, or of the authorizer's own where it can be reached. */
export class TokenAuthorization {
  private readonly remote = new Map<string, Promise<JWTVerifyGetKey>>();

  public constructor(private readonly issuer: LocalIssuer) {}

  /** Checks signature, issuer, audience, time and scopes. */
  public async decide(authorizer: TokenAuthorizer, scopes: readonly string[], asked: AuthorizedRequest): Promise<Decision> {
    const given = identityValue(authorizer.identitySource, asked.request, { context: {}, stageVariables: asked.stageVariables });
    const token = given?.replace(/^Bearer\s+/i, '');
    if (token === undefined) return refused('UNAUTHORIZED', `the request lacks ${authorizer.identitySource}`);
    let claims: JWTPayload;
    try {
      claims = await this.verify(authorizer, token);
    } catch (error) {
      return refused('UNAUTHORIZED', `the token is not accepted: ${error instanceof Error ? error.message : String(error)}; mint one at ${this.issuer.url}/token`);
    }
    const problem = audienceProblem(authorizer, claims) ?? useProblem(authorizer, scopes, claims);
    if (problem !== undefined) return refused('UNAUTHORIZED', problem);
    const granted = [claims.scope, claims.scp].flatMap((each) => (typeof each === 'string' ? each.split(' ') : Array.isArray(each) ? each.map(String) : []));
    if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
      return refused(authorizer.kind === 'cognito' ? 'UNAUTHORIZED' : 'ACCESS_DENIED', `the token must have one of the scopes ${scopes.join(', ')}, got: ${granted.join(' ') || 'none'}`);
    }
    return { allowed: true, authorizer: told(authorizer, scopes, claims, asked) };
  }

  private async verify(authorizer: TokenAuthorizer, token: string): Promise<JWTPayload> {
    try {
      const claims = await this.issuer.verify(token);
      const expected = [authorizer.issuer, this.issuer.url];
      if (!expected.includes(claims.iss)) throw new Error(`its issuer must be ${expected.filter(Boolean).join(' or ')}, got: ${claims.iss}`);
      return claims;
    } catch (error) {
      if (authorizer.issuer === undefined || !isForeign(error)) throw error;
      const keys = this.remote.get(authorizer.issuer) ?? remoteKeys(authorizer.issuer);
      this.remote.set(authorizer.issuer, keys);
      keys.catch(() => this.remote.delete(authorizer.issuer ?? ''));
      return (await jwtVerify(token, await keys, { issuer: authorizer.issuer })).payload;
    }
  }
}

/** Whether the signature is not of the key on this machine. */
function isForeign(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' || code === 'ERR_JOSE_ALG_NOT_ALLOWED';
}

async function remoteKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let answer: Response;
  try {
    answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Error(`it is not of this machine's issuer, and ${issuer} cannot be reached`);
  }
  const document = await answer.json() as { jwks_uri?: unknown };
  return createRemoteJWKSet(new URL(String(document.jwks_uri)), { timeoutDuration: PATIENCE });
}

function audienceProblem(authorizer: TokenAuthorizer, claims: JWTPayload): string | undefined {
  if (authorizer.audience.length === 0) return undefined;
  // Access tokens of user pools have no audience but a client.
  const named = [claims.aud ?? claims.client_id].flat().map(String);
  if (named.some((each) => authorizer.audience.includes(each))) return undefined;
  return `the token's \`aud\` or \`client_id\` must be one of ${authorizer.audience.join(', ')}, got: ${named.join(', ')}`;
}

/** With scopes a user pool's authorizer takes access tokens, without them identity tokens. */
function useProblem(authorizer: TokenAuthorizer, scopes: readonly string[], claims: JWTPayload): string | undefined {
  if (authorizer.kind !== 'cognito') return undefined;
  const expected = scopes.length > 0 ? 'access' : 'id';
  return claims.token_use === expected ? undefined : `the token's \`token_use\` must be ${expected}, got: ${String(claims.token_use)}`;
}

/** `requestContext.authorizer`, in which claims are texts. */
function told(authorizer: TokenAuthorizer, scopes: readonly string[], claims: JWTPayload, asked: AuthorizedRequest): JsonObject {
  const texts = (list: (items: unknown[]) => string): JsonObject =>
    Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, Array.isArray(value) ? list(value) : typeof value === 'object' ? JSON.stringify(value) : String(value)]));
  if (authorizer.kind === 'cognito') return { claims: texts((items) => items.join(',')), scopes: scopes.length > 0 ? [...scopes] : null };
  const jwt = { claims: texts((items) => `[${items.join(' ')}]`), scopes: scopes.length > 0 ? [...scopes] : null };
  return asked.payload === '2.0' ? { jwt } : jwt;
}
