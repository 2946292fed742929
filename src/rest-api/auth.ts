import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { authorizerType, checkMethodAuthorizer, type MethodAuthorization } from './authorization';
import { checkStruct } from '../private/check-struct';
import { FastApiError } from '../private/errors';

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
    return RestApiAuth.withoutAuthorizer(apigateway.AuthorizationType.IAM);
  }

  /**
   * Callers send a token of a Cognito user pool.
   *
   * @param options user pools and scopes
   */
  public static cognito(options: RestApiCognitoAuthOptions): RestApiAuth {
    checkStruct(options, { subject: '`RestApiAuth.cognito`', sources: [{ file: 'rest-api/auth', name: 'RestApiCognitoAuthOptions' }] });
    if (options.userPools.length === 0) {
      throw new FastApiError('`userPools` of `RestApiAuth.cognito` needs at least one user pool, got: []');
    }
    return new RestApiAuth(apigateway.AuthorizationType.COGNITO, (scope) => ({
      authorizationType: apigateway.AuthorizationType.COGNITO,
      authorizer: new apigateway.CognitoUserPoolsAuthorizer(scope, 'Authorizer', { cognitoUserPools: options.userPools }),
      authorizationScopes: options.scopes?.length ? options.scopes : undefined,
    }));
  }

  /** Everybody may call. The public operations are listed at synth. */
  public static none(): RestApiAuth {
    return RestApiAuth.withoutAuthorizer(apigateway.AuthorizationType.NONE);
  }

  /**
   * A Lambda function of yours decides: `TokenAuthorizer` or `RequestAuthorizer`.
   *
   * The two send different events: a `TokenAuthorizer` sends one with `authorizationToken` and
   * `methodArn`, a `RequestAuthorizer` the whole request. API Gateway ties an authorizer to one API, so
   * that each API needs its own.
   *
   * @param authorizer any authorizer of `aws-cdk-lib/aws-apigateway`
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
   */
  public static custom(authorizer: apigateway.IAuthorizer): RestApiAuth {
    checkMethodAuthorizer(authorizer, '`authorizer` of `RestApiAuth.custom`');
    const authorizationType = authorizerType(authorizer);
    let owner: Construct | undefined;
    return new RestApiAuth(authorizationType, (scope) => {
      if (owner) {
        throw new FastApiError(
          `\`authorizer\` of \`RestApiAuth.custom\` belongs to one REST API, got: two, ${owner.node.path} and ${scope.node.path}; make one authorizer for each`,
        );
      }
      owner = scope;
      return { authorizationType, authorizer };
    });
  }

  private static withoutAuthorizer(authorizationType: apigateway.AuthorizationType): RestApiAuth {
    return new RestApiAuth(authorizationType, () => ({ authorizationType }));
  }

  /**
   * Whether everybody may call.
   *
   * @internal
   */
  public readonly _public: boolean;

  private readonly make: (scope: Construct) => MethodAuthorization;
  private readonly made = new WeakMap<Construct, MethodAuthorization>();

  private constructor(authorizationType: apigateway.AuthorizationType, make: (scope: Construct) => MethodAuthorization) {
    this._public = authorizationType === apigateway.AuthorizationType.NONE;
    this.make = make;
  }

  /**
   * The authorization of one API's methods. Each API gets its own authorizer, created once under its scope: CDK ties
   * an authorizer to one API, and one auth object may be given to several APIs.
   *
   * @internal
   */
  public _bind(scope: Construct): MethodAuthorization {
    const made = this.made.get(scope) ?? this.make(scope);
    this.made.set(scope, made);
    return made;
  }
}
