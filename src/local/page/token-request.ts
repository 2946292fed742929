import { entries, member, stringMember, type Json } from '../../private/json';
import type { TokenAuthorizer } from '../authorizers/authorizer';
import type { TokenClaims } from '../authorizers/local-issuer';

/**
 * The claims of a token that is asked for: issuer and audience are those that its authorizer wants, and what the
 * asker names wins.
 *
 * @param form `authorizer`, `scope`, `claims`
 * @param issuer in place of one that only a deployment knows
 */
export function tokenClaims(form: Json, authorizers: readonly TokenAuthorizer[], issuer: string): TokenClaims {
  const name = stringMember(form, 'authorizer');
  const authorizer = name === undefined || name === '' ? authorizers[0] : authorizers.find((each) => each.name === name);
  if (authorizer === undefined && name !== undefined && name !== '') {
    throw new Error(`\`authorizer\` must be one of ${authorizers.map((each) => each.name).join(', ') || 'none'}, got: ${name}`);
  }
  const scope = stringMember(form, 'scope') ?? '';
  const [audience] = authorizer?.audience ?? [];
  return {
    iss: authorizer?.issuer ?? issuer,
    ...(authorizer?.kind === 'cognito' ? { token_use: scope === '' ? 'id' : 'access' } : {}),
    ...(scope === '' ? {} : { scope }),
    ...(audience === undefined ? {} : { aud: audience, client_id: audience }),
    ...Object.fromEntries(entries(member(form, 'claims'))),
  };
}
