import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, jwtVerify, SignJWT, type JWK, type JWTPayload, type KeyLike } from 'jose';

/** What a token is to say. */
export interface TokenClaims {
  readonly iss: string;
  readonly [name: string]: unknown;
}

/** Seconds for which a token is good. */
const LIFETIME = 3600;

/** Issues tokens on this machine, in place of a user pool or of an issuer that cannot be reached: with a key of its own. */
export class LocalIssuer {
  /** Makes the key. */
  public static async create(): Promise<LocalIssuer> {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    return new LocalIssuer(privateKey, publicKey, { ...jwk, kid, alg: 'RS256', use: 'sig' });
  }

  /** Where it is reached, such as `http://127.0.0.1:4000`; known when it listens. */
  public url = '';

  private constructor(private readonly privateKey: KeyLike, private readonly publicKey: KeyLike, private readonly jwk: JWK) {}

  /** The document by which clients find the keys. */
  public get discovery(): object {
    return {
      issuer: this.url,
      jwks_uri: `${this.url}/.well-known/jwks.json`,
      token_endpoint: `${this.url}/token`,
      authorization_endpoint: `${this.url}/token`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  /** Its public keys. */
  public get keys(): object {
    return { keys: [this.jwk] };
  }

  /** A signed token; what the claims leave out is filled in. */
  public async mint(claims: TokenClaims): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ sub: 'local-user', jti: randomUUID(), iat: now, exp: now + LIFETIME, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: this.jwk.kid })
      .sign(this.privateKey);
  }

  /**
   * The claims of a token of this issuer.
   *
   * @throws where it is none, or has expired
   */
  public async verify(token: string): Promise<JWTPayload> {
    return (await jwtVerify(token, this.publicKey, { clockTolerance: 1 })).payload;
  }
}
