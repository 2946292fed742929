import { Duration, Size, Stack, Tags } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Json } from './view';
import * as cdkFastApi from '../../src';
import { pythonFunction } from '../../test/rest-api/body/everything';

/** One small API: properties of the SAM resource, and props of the construct beside its app. */
export type Case = { readonly sam: Record<string, Json> } & (
  | { readonly kind: 'rest'; readonly ours: (stack: Stack) => Partial<cdkFastApi.FastApiRestApiProps> }
  | { readonly kind: 'http'; readonly ours: (stack: Stack) => Partial<cdkFastApi.FastApiHttpApiProps> });

/** Method, path in the words of FastAPI and in those of API Gateway. */
export const ROUTES = [
  ['get', '/items', '/items'], ['put', '/items/{item_id}', '/items/{item_id}'], ['delete', '/items/{item_id}', '/items/{item_id}'], ['get', '/files/{path:path}', '/files/{path+}'],
  ['get', '/stream', '/stream'],
] as const;

/** The path of the operation that streams, where its API can. */
export const STREAM = '/stream';

const FUNCTION = { 'Fn::GetAtt': ['Authorizer', 'Arn'] };
const ISSUER = 'https://issuer.example';

/** What SAM has to be told to make the defaults of the library. */
const ALIKE: Record<Case['kind'], Record<string, Json>> = {
  rest: {
    Name: 'named',
    StageName: 'prod',
    OpenApiVersion: '3.0.1',
    EndpointConfiguration: { Type: 'REGIONAL' },
    BinaryMediaTypes: ['*~1*'],
    Cors: { AllowOrigin: "'https://a.example'", AllowHeaders: "'x-a'", MaxAge: "'60'" },
  },
  http: { Name: 'named', FailOnWarnings: true, CorsConfiguration: { AllowOrigins: ['https://a.example'], AllowMethods: ['*'], AllowHeaders: ['x-a'], MaxAge: 60, AllowCredentials: false } },
};

/** The same to the library, for both types. */
export const CORS: cdkFastApi.FastApiCorsOptions = { allowOrigins: ['https://a.example'], allowHeaders: ['x-a'], maxAge: Duration.minutes(1) };

const rest = (authorizer: Record<string, Json>): Record<string, Json> => ({ Auth: { DefaultAuthorizer: 'Mine', AddDefaultAuthorizerToCorsPreflight: false, Authorizers: { Mine: authorizer } } });
const http = (authorizer: Record<string, Json>): Record<string, Json> => ({ Auth: { DefaultAuthorizer: 'Mine', Authorizers: { Mine: authorizer } } });
const { IdentitySource } = apigateway;

/** Every API that is compared, by name. */
export const CASES: Readonly<Record<string, Case>> = {
  'REST, public, with settings': {
    kind: 'rest',
    sam: {
      Description: 'described', DisableExecuteApiEndpoint: true, BinaryMediaTypes: ['image~1png'], MinimumCompressionSize: 1024, ApiKeySourceType: 'HEADER',
    },
    ours: () => ({
      auth: cdkFastApi.RestApiAuth.none(), description: 'described', disableExecuteApiEndpoint: true, binaryMediaTypes: ['image~1png'], minCompressionSize: Size.kibibytes(1), apiKeySourceType: apigateway.ApiKeySourceType.HEADER,
    }),
  },
  'REST, signed': { kind: 'rest', sam: { Auth: { DefaultAuthorizer: 'AWS_IAM', AddDefaultAuthorizerToCorsPreflight: false } }, ours: () => ({ auth: cdkFastApi.RestApiAuth.iam() }) },
  'REST, user pool': {
    kind: 'rest',
    sam: rest({ UserPoolArn: { 'Fn::GetAtt': ['Pool', 'Arn'] }, AuthorizationScopes: ['items/read'] }),
    ours: (stack) => ({ auth: cdkFastApi.RestApiAuth.cognito({ userPools: [new cognito.UserPool(stack, 'Pool')], scopes: ['items/read'] }) }),
  },
  'REST, token': {
    kind: 'rest',
    sam: rest({ FunctionArn: FUNCTION, Identity: { Header: 'X-Token', ValidationExpression: '^Bearer ', ReauthorizeEvery: 60 } }),
    ours: (stack) => ({
      auth: cdkFastApi.RestApiAuth.custom(new apigateway.TokenAuthorizer(stack, 'Token', {
        handler: pythonFunction(stack, 'Authorizer'), identitySource: IdentitySource.header('X-Token'), validationRegex: '^Bearer ', resultsCacheTtl: Duration.minutes(1),
      })),
    }),
  },
  'REST, request': {
    kind: 'rest',
    sam: rest({ FunctionPayloadType: 'REQUEST', FunctionArn: FUNCTION, Identity: { Headers: ['X-A'], QueryStrings: ['b'], ReauthorizeEvery: 60 } }),
    ours: (stack) => ({
      auth: cdkFastApi.RestApiAuth.custom(new apigateway.RequestAuthorizer(stack, 'Request', {
        handler: pythonFunction(stack, 'Authorizer'), identitySources: [IdentitySource.header('X-A'), IdentitySource.queryString('b')], resultsCacheTtl: Duration.minutes(1),
      })),
    }),
  },
  'HTTP, public, with settings': {
    kind: 'http',
    sam: {
      Description: 'described',
      DisableExecuteApiEndpoint: true,
      Tags: { team: 'books' },
      CorsConfiguration: { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'], AllowHeaders: ['x-a'], ExposeHeaders: ['x-b'], MaxAge: 60, AllowCredentials: true },
    },
    ours: (stack) => {
      Tags.of(stack).add('team', 'books');
      return {
        auth: cdkFastApi.HttpApiAuth.none(),
        cors: undefined,
        description: 'described',
        disableExecuteApiEndpoint: true,
        corsPreflight: { allowOrigins: ['https://a.example'], allowMethods: [apigatewayv2.CorsHttpMethod.GET], allowHeaders: ['x-a'], exposeHeaders: ['x-b'], maxAge: Duration.minutes(1), allowCredentials: true },
      };
    },
  },
  'HTTP, signed': { kind: 'http', sam: { Auth: { EnableIamAuthorizer: true, DefaultAuthorizer: 'AWS_IAM' } }, ours: () => ({ auth: cdkFastApi.HttpApiAuth.iam() }) },
  'HTTP, tokens': {
    kind: 'http',
    sam: http({ IdentitySource: '$request.header.Authorization', JwtConfiguration: { issuer: ISSUER, audience: ['a', 'b'] }, AuthorizationScopes: ['read'] }),
    ours: () => ({ auth: cdkFastApi.HttpApiAuth.jwt({ issuer: ISSUER, audience: ['a', 'b'], scopes: ['read'] }) }),
  },
  'HTTP, user pool': {
    kind: 'http',
    sam: http({
      IdentitySource: '$request.header.Authorization',
      JwtConfiguration: {
        issuer: { 'Fn::Sub': 'https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}' }, audience: [{ Ref: 'Client' }],
      },
      AuthorizationScopes: ['items/read'],
    }),
    ours: (stack) => {
      const userPool = new cognito.UserPool(stack, 'Pool');
      return { auth: cdkFastApi.HttpApiAuth.cognito({ userPool, userPoolClients: [userPool.addClient('Client')], scopes: ['items/read'] }) };
    },
  },
  'HTTP, function': {
    kind: 'http',
    sam: http({ FunctionArn: FUNCTION, AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, Identity: { Headers: ['X-A'], QueryStrings: ['b'], ReauthorizeEvery: 60 } }),
    ours: (stack) => ({
      auth: cdkFastApi.HttpApiAuth.custom(new HttpLambdaAuthorizer('Mine', pythonFunction(stack, 'Authorizer'), {
        responseTypes: [HttpLambdaResponseType.SIMPLE], identitySource: ['$request.header.X-A', '$request.querystring.b'], resultsCacheTtl: Duration.minutes(1),
      })),
    }),
  },
};

/** An API's resources in the words of SAM. */
export function samTemplate({ kind, sam }: Case): Record<string, Json> {
  const code = { Runtime: 'python3.13', Handler: 'a.b', InlineCode: 'x' };
  const [type, property] = kind === 'rest' ? ['Api', 'RestApiId'] : ['HttpApi', 'ApiId'];
  const events = ROUTES.map(([method, , path], index) => [`Route${index}`, {
    Type: type,
    Properties: { [property]: { Ref: 'Mine' }, Method: method, Path: path, ...(kind === 'rest' && path === STREAM && { ResponseTransferMode: 'RESPONSE_STREAM' }) },
  }]);
  return {
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: {
      Pool: { Type: 'AWS::Cognito::UserPool' },
      Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' } } },
      Authorizer: { Type: 'AWS::Serverless::Function', Properties: code },
      Handler: { Type: 'AWS::Serverless::Function', Properties: { ...code, Events: Object.fromEntries(events) } },
      Mine: { Type: `AWS::Serverless::${type}`, Properties: { ...ALIKE[kind], ...sam } },
    },
  };
}
