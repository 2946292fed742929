import type * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import { notInThisVersion } from '../private/not-in-this-version';

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
    throw notInThisVersion('HttpApiAuth.iam');
  }

  /**
   * Callers send a token of a Cognito user pool.
   *
   * @param _options user pool, clients and scopes
   */
  public static cognito(_options: HttpApiCognitoAuthOptions): HttpApiAuth {
    throw notInThisVersion('HttpApiAuth.cognito');
  }

  /**
   * Callers send a JSON Web Token of an OpenID Connect issuer.
   *
   * @param _options issuer, audience and scopes
   */
  public static jwt(_options: HttpApiJwtAuthOptions): HttpApiAuth {
    throw notInThisVersion('HttpApiAuth.jwt');
  }

  /** Everybody may call. The public operations are listed at synth. */
  public static none(): HttpApiAuth {
    throw notInThisVersion('HttpApiAuth.none');
  }

  /**
   * An authorizer of yours decides, such as `HttpLambdaAuthorizer`.
   *
   * @param _authorizer any authorizer of `aws-cdk-lib/aws-apigatewayv2-authorizers`
   */
  public static custom(_authorizer: apigatewayv2.IHttpRouteAuthorizer): HttpApiAuth {
    throw notInThisVersion('HttpApiAuth.custom');
  }

  private constructor() {}
}
