import { refused, type Decision } from './decision';
import { decideIam, type SigningKeys } from './iam-authorization';
import { LambdaAuthorization, type AuthorizedRequest, type InvokeFunction } from './lambda-authorization';
import type { LocalIssuer } from './local-issuer';
import type { RouteAuthorization } from './route-authorization';
import { TokenAuthorization } from './token-authorization';
import type { ApiKeys } from '../assembly/api-keys';
import { headerValues } from '../local-request';

/** How authorization is done on this machine. */
export interface AuthorizationOptions {
  /** Whether every request is let through. */
  readonly off: boolean;
  /** Keys by which signatures are verified; without them a signature must be there and may be any. */
  readonly keys: SigningKeys;
  readonly issuer: LocalIssuer;
}

/** Decides about the requests of one API. */
export class Authorization {
  private readonly lambdas: LambdaAuthorization;
  private readonly tokens: TokenAuthorization;

  /**
   * @param invoke runs a function
   */
  public constructor(private readonly options: AuthorizationOptions, private readonly apiKeys: ApiKeys, invoke: InvokeFunction) {
    this.lambdas = new LambdaAuthorization(invoke);
    this.tokens = new TokenAuthorization(options.issuer);
  }

  /** @param originalPath path of the request with its stage, as it was sent */
  public async decide(route: RouteAuthorization, asked: AuthorizedRequest, originalPath: string): Promise<Decision> {
    if (this.options.off) return { allowed: true };
    const decision = await this.byAuthorizer(route, asked, originalPath);
    if (!decision.allowed || !route.apiKeyRequired) return decision;
    const { source, values, open } = this.apiKeys;
    const key = source === 'header' ? headerValues(asked.request).get('x-api-key')?.[0] : decision.usageIdentifierKey;
    if (key === undefined) return refused('INVALID_API_KEY', source === 'header' ? 'the request lacks x-api-key' : 'the authorizer gave no `usageIdentifierKey`');
    if (!open && !values.includes(key)) return refused('INVALID_API_KEY', 'the API key is in none of the usage plans of the API');
    return { ...decision, identity: { ...decision.identity, apiKey: key, apiKeyId: 'local' } };
  }

  private async byAuthorizer(route: RouteAuthorization, asked: AuthorizedRequest, originalPath: string): Promise<Decision> {
    const { authorizer, scopes } = route;
    switch (authorizer.kind) {
      case 'none': return { allowed: true };
      case 'iam': return decideIam(asked, this.options.keys, originalPath);
      case 'lambda': return this.lambdas.decide(authorizer, asked);
      case 'other': return refused('NOT_IMPLEMENTED', `${authorizer.name} cannot be run on this machine`, `${authorizer.name} cannot be run on this machine; --no-auth lets requests through`);
      default: return this.tokens.decide(authorizer, scopes, asked);
    }
  }
}
