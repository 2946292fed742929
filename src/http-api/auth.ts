import { Token } from 'aws-cdk-lib';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as authorizers from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { checkRouteAuthorizer, type RouteAuthorization } from './authorization';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';

/** The authorizer's id under the CDK's API, chosen so that it is unlikely to collide with a user's own authorizer. */
const AUTHORIZER_ID = 'ApiAuthorizer';

/** How a Cognito user pool protects an HTTP API. */
export interface HttpApiCognitoAuthOptions {
  /** The user pool whose tokens are accepted. */
  readonly userPool: cognito.IUserPool;

  /**
   * The clients of the user pool whose tokens are accepted.
   *
   * @default - a new client of the user pool
   */
  readonly userPoolClients?: cognito.IUserPoolClient[];

  /**
   * The scopes that a caller's access token needs, one of which is enough.
   *
   * @default - none
   */
  readonly scopes?: string[];
}

/** How JSON Web Tokens protect an HTTP API. */
export interface HttpApiJwtAuthOptions {
  /** The issuer's URL, as in the token's `iss` claim; its keys are found through OpenID Connect discovery. */
  readonly issuer: string;

  /** Accepted values of the token's `aud` claim, or of `client_id` where there is none. */
  readonly audience: string[];

  /**
   * The scopes that a caller's token needs, one of which is enough.
   *
   * @default - none
   */
  readonly scopes?: string[];
}

/** Who may call an HTTP API. */
export class HttpApiAuth {
  /** Callers sign their requests with AWS credentials (SigV4); `grantInvokeAccess` lets them in. */
  public static iam(): HttpApiAuth {
    return new HttpApiAuth(() => ({ authorizer: new authorizers.HttpIamAuthorizer() }));
  }

  /**
   * Callers send a token of a Cognito user pool.
   *
   * @param options user pool, clients and scopes
   */
  public static cognito(options: HttpApiCognitoAuthOptions): HttpApiAuth {
    checkStruct(options, { subject: '`HttpApiAuth.cognito`', sources: [{ file: 'http-api/auth', name: 'HttpApiCognitoAuthOptions' }] });
    if (options.userPoolClients?.length === 0) {
      throw new FastApiError('`userPoolClients` of `HttpApiAuth.cognito` needs at least one client, got: []; leave it out for a new client');
    }
    return new HttpApiAuth((scope) => ({
      authorizer: new authorizers.HttpUserPoolAuthorizer(AUTHORIZER_ID, options.userPool, {
        // The CDK's own default client is a child of the user pool, where the client of a second API would collide.
        userPoolClients: options.userPoolClients ?? [new cognito.UserPoolClient(scope, 'UserPoolClient', { userPool: options.userPool })],
        userPoolRegion: options.userPool.env.region,
      }),
      authorizationScopes: options.scopes?.length ? options.scopes : undefined,
    }));
  }

  /**
   * Callers send a JSON Web Token of an OpenID Connect issuer.
   *
   * @param options issuer, audience and scopes
   */
  public static jwt(options: HttpApiJwtAuthOptions): HttpApiAuth {
    checkStruct(options, { subject: '`HttpApiAuth.jwt`', sources: [{ file: 'http-api/auth', name: 'HttpApiJwtAuthOptions' }] });
    if (!Token.isUnresolved(options.issuer) && !/^https:\/\/[^\s/]/.test(options.issuer)) {
      throw new FastApiError(`\`issuer\` of \`HttpApiAuth.jwt\` must be an https:// URL, got: ${JSON.stringify(options.issuer)}`);
    }
    if (options.audience.length === 0) {
      throw new FastApiError('`audience` of `HttpApiAuth.jwt` needs at least one value, got: []');
    }
    return new HttpApiAuth(() => ({
      authorizer: new authorizers.HttpJwtAuthorizer(AUTHORIZER_ID, options.issuer, { jwtAudience: options.audience }),
      authorizationScopes: options.scopes?.length ? options.scopes : undefined,
    }));
  }

  /** Everybody may call. The public operations are listed at synth. */
  public static none(): HttpApiAuth {
    return new HttpApiAuth(() => ({ authorizer: new apigatewayv2.HttpNoneAuthorizer() }), true);
  }

  /**
   * An authorizer of yours decides, such as `HttpLambdaAuthorizer`. API Gateway ties an authorizer to
   * one API, so that each API needs its own.
   *
   * @param authorizer any authorizer of `aws-cdk-lib/aws-apigatewayv2-authorizers`
   */
  public static custom(authorizer: apigatewayv2.IHttpRouteAuthorizer): HttpApiAuth {
    checkRouteAuthorizer(authorizer, '`authorizer` of `HttpApiAuth.custom`');
    let owner: Construct | undefined;
    return new HttpApiAuth((scope) => {
      if (owner) {
        // The CDK's JWT authorizers would hand the second API the authorizer of the first.
        throw new FastApiError(
          `\`authorizer\` of \`HttpApiAuth.custom\` belongs to one HTTP API, got: two, ${owner.node.path} and ${scope.node.path}; make one authorizer for each`,
        );
      }
      owner = scope;
      return { authorizer };
    }, authorizer instanceof apigatewayv2.HttpNoneAuthorizer);
  }

  /**
   * Whether everybody may call.
   *
   * @internal
   */
  public readonly _public: boolean;

  private readonly make: (scope: Construct) => RouteAuthorization;
  private readonly made = new WeakMap<Construct, RouteAuthorization>();

  private constructor(make: (scope: Construct) => RouteAuthorization, isPublic = false) {
    this.make = make;
    this._public = isPublic;
  }

  /**
   * The authorization of one API's routes. Each API that this object is given to gets its own authorizer.
   *
   * @internal
   */
  public _bind(scope: Construct): RouteAuthorization {
    const made = this.made.get(scope) ?? this.make(scope);
    this.made.set(scope, made);
    return made;
  }
}
