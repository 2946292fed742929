import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import { notInThisVersion } from '../private/not-in-this-version';

/** How Cognito user pools protect a REST API. */
export interface RestApiCognitoAuthOptions {
  /** The user pools whose tokens are accepted. */
  readonly userPools: cognito.IUserPool[];

  /**
   * The scopes that a caller's access token needs, one of which is enough. With scopes callers send
   * access tokens, without them identity tokens.
   *
   * @default - none: an identity token of the user pools is enough
   */
  readonly scopes?: string[];
}

/** Who may call a REST API. */
export class RestApiAuth {
  /** Callers sign their requests with AWS credentials (SigV4); `grantInvokeAccess` lets them in. */
  public static iam(): RestApiAuth {
    return new RestApiAuth();
  }

  /**
   * Callers send a token of a Cognito user pool.
   *
   * @param _options user pools and scopes
   */
  public static cognito(_options: RestApiCognitoAuthOptions): RestApiAuth {
    throw notInThisVersion('RestApiAuth.cognito');
  }

  /** Everybody may call. The public operations are listed at synth. */
  public static none(): RestApiAuth {
    throw notInThisVersion('RestApiAuth.none');
  }

  /**
   * A Lambda function of yours decides: `TokenAuthorizer` or `RequestAuthorizer`.
   *
   * @param _authorizer any authorizer of `aws-cdk-lib/aws-apigateway`
   */
  public static custom(_authorizer: apigateway.IAuthorizer): RestApiAuth {
    throw notInThisVersion('RestApiAuth.custom');
  }

  private constructor() {}
}
