import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RestApiAuth } from '../../src/rest-api/auth';
import { attachAuthorizer, methodAuthorization } from '../../src/rest-api/authorization';

test('a function is no authorizer, and is told once', () => {
  const handler = authorizerFunction(new Stack());
  expect(() => RestApiAuth.custom(handler as never)).toThrow(
    /^`authorizer` of `RestApiAuth\.custom` is not an authorizer: give a `TokenAuthorizer`, .*, got: what has no `authorizerId`; for a function `new TokenAuthorizer\(/,
  );
});

function authorizerFunction(stack: Stack): lambda.Function {
  return new lambda.Function(stack, 'Decide', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('pass') });
}

/** An API of one method, wired as the constructs do it. */
function deploy(stack: Stack, id: string, auth: RestApiAuth, override: apigateway.MethodOptions = {}): apigateway.Method {
  const api = new apigateway.RestApi(stack, id, { cloudWatchRole: false });
  const authorization = auth._bind(api);
  attachAuthorizer(api, authorization);
  return api.root.addMethod('GET', undefined, { ...override, ...methodAuthorization(authorization, override, '`root` (GET /)') });
}

function method(stack: Stack): Record<string, unknown> {
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::Method'));
  return resource.Properties;
}

test.each([
  ['iam', RestApiAuth.iam(), 'AWS_IAM', false],
  ['none', RestApiAuth.none(), 'NONE', true],
])('%s needs no authorizer', (_, auth, type, isPublic) => {
  const stack = new Stack(new App(), 'S');
  deploy(stack, 'Api', auth);
  expect(method(stack)).toMatchObject({ AuthorizationType: type });
  expect(method(stack)).not.toHaveProperty('AuthorizerId');
  expect(auth._public).toBe(isPublic);
  Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::Authorizer', 0);
});

describe('cognito', () => {
  test('makes an authorizer for the user pools, and asks for scopes', () => {
    const stack = new Stack(new App(), 'S');
    const userPools = ['One', 'Two'].map((id) => new cognito.UserPool(stack, id));
    deploy(stack, 'Api', RestApiAuth.cognito({ userPools, scopes: ['items/read'] }));
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'COGNITO_USER_POOLS',
      ProviderARNs: userPools.map((pool) => stack.resolve(pool.userPoolArn)),
    });
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizerId: { Ref: Object.keys(template.findResources('AWS::ApiGateway::Authorizer'))[0] },
      AuthorizationScopes: ['items/read'],
    });
  });

  test.each([undefined, []])('scopes %j ask for none', (scopes) => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', RestApiAuth.cognito({ userPools: [new cognito.UserPool(stack, 'Pool')], scopes }));
    expect(method(stack)).not.toHaveProperty('AuthorizationScopes');
  });

  test('one auth object for two APIs makes one authorizer for each', () => {
    const stack = new Stack(new App(), 'S');
    const auth = RestApiAuth.cognito({ userPools: [new cognito.UserPool(stack, 'Pool')] });
    const apis = ['A', 'B'].map((id) => deploy(stack, id, auth).api);
    expect(auth._bind(apis[0])).toBe(auth._bind(apis[0]));
    const authorizers = Template.fromStack(stack).findResources('AWS::ApiGateway::Authorizer');
    expect(Object.values(authorizers).map(({ Properties }) => Properties.RestApiId)).toEqual(apis.map((api) => stack.resolve(api.restApiId)));
  });

  test('without a user pool is an error', () => {
    expect(() => RestApiAuth.cognito({ userPools: [] })).toThrow('`userPools` of `RestApiAuth.cognito` needs at least one user pool, got: []');
  });
});

describe('custom', () => {
  test.each([
    ['TOKEN', (stack: Stack) => new apigateway.TokenAuthorizer(stack, 'Mine', { handler: authorizerFunction(stack) })],
    ['REQUEST', (stack: Stack) => new apigateway.RequestAuthorizer(stack, 'Mine', { handler: authorizerFunction(stack), identitySources: ['method.request.header.X'] })],
  ])('takes an authorizer of type %s', (type, make) => {
    const stack = new Stack(new App(), 'S');
    const auth = RestApiAuth.custom(make(stack));
    deploy(stack, 'Api', auth);
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::Authorizer', { Type: type });
    expect(method(stack)).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: expect.any(String) } });
    expect(auth._public).toBe(false);
  });

  test('an authorizer that does not name its type is no public API', () => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', RestApiAuth.custom({ authorizerId: 'abc123' }));
    expect(method(stack)).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: 'abc123' });
  });

  test('an authorizer of type NONE is a public API', () => {
    expect(RestApiAuth.custom({ authorizerId: '', authorizationType: apigateway.AuthorizationType.NONE })._public).toBe(true);
  });

  test('one authorizer for two APIs is an error that names both', () => {
    const stack = new Stack(new App(), 'S');
    const auth = RestApiAuth.custom(new apigateway.TokenAuthorizer(stack, 'Mine', { handler: authorizerFunction(stack) }));
    deploy(stack, 'A', auth);
    expect(() => deploy(stack, 'B', auth)).toThrow(/`authorizer` of `RestApiAuth.custom` belongs to one REST API, got: two, S\/A and S\/B/);
  });

  test('an authorizer of HTTP APIs is refused', () => {
    const stack = new Stack(new App(), 'S');
    const foreign = new HttpLambdaAuthorizer('Http', authorizerFunction(stack)) as unknown as apigateway.IAuthorizer;
    expect(() => RestApiAuth.custom(foreign)).toThrow(/`authorizer` of `RestApiAuth.custom` is an authorizer of HTTP APIs: give a `TokenAuthorizer`/);
  });
});

describe('an override', () => {
  const cognitoAuth = (stack: Stack) => RestApiAuth.cognito({ userPools: [new cognito.UserPool(stack, 'Pool')], scopes: ['a'] });

  test.each([
    ['AWS_IAM', apigateway.AuthorizationType.IAM],
    ['NONE', apigateway.AuthorizationType.NONE],
  ])('of type %s drops the authorizer and scopes of the API', (type, authorizationType) => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', cognitoAuth(stack), { authorizationType });
    expect(method(stack)).toMatchObject({ AuthorizationType: type });
    expect(method(stack)).not.toHaveProperty('AuthorizerId');
    expect(method(stack)).not.toHaveProperty('AuthorizationScopes');
  });

  test('with an authorizer takes its place, type and scopes with it', () => {
    const stack = new Stack(new App(), 'S');
    const authorizer = new apigateway.TokenAuthorizer(stack, 'Mine', { handler: authorizerFunction(stack) });
    deploy(stack, 'Api', cognitoAuth(stack), { authorizer });
    expect(method(stack)).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: stack.resolve(authorizer.authorizerId) });
    expect(method(stack)).not.toHaveProperty('AuthorizationScopes');
  });

  test('with an authorizer of HTTP APIs is refused', () => {
    const stack = new Stack(new App(), 'S');
    const authorizer = new HttpLambdaAuthorizer('Http', authorizerFunction(stack)) as unknown as apigateway.IAuthorizer;
    expect(() => deploy(stack, 'Api', RestApiAuth.iam(), { authorizer })).toThrow(/^`authorizer` of `root` \(GET \/\) is an authorizer of HTTP APIs: give a `TokenAuthorizer`/);
  });

  test('with an authorizer works over IAM', () => {
    const stack = new Stack(new App(), 'S');
    const authorizer = new apigateway.CognitoUserPoolsAuthorizer(stack, 'Mine', { cognitoUserPools: [new cognito.UserPool(stack, 'Pool')] });
    deploy(stack, 'Api', RestApiAuth.iam(), { authorizer, authorizationScopes: ['b'] });
    expect(method(stack)).toMatchObject({ AuthorizationType: 'COGNITO_USER_POOLS', AuthorizationScopes: ['b'] });
  });

  test('an authorizer that does not name its type makes no public operation', () => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', RestApiAuth.iam(), { authorizer: { authorizerId: 'abc123' } });
    expect(method(stack)).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: 'abc123' });
  });

  test.each([[['b'], ['b']], [[], undefined]])('of scopes %j alone keeps the authorizer', (authorizationScopes, rendered) => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', cognitoAuth(stack), { authorizationScopes });
    expect(method(stack)).toMatchObject({ AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: { Ref: expect.any(String) } });
    expect(method(stack).AuthorizationScopes).toEqual(rendered);
  });

  test.each([apigateway.AuthorizationType.COGNITO, apigateway.AuthorizationType.CUSTOM])('of type %s without an authorizer is an error', (authorizationType) => {
    const stack = new Stack(new App(), 'S');
    expect(() => deploy(stack, 'Api', RestApiAuth.iam(), { authorizationType })).toThrow(
      `\`authorizationType\` ${authorizationType} needs an \`authorizer\`, got: none; operation \`root\` (GET /)`,
    );
  });

  test('without any authorization keeps the API\'s', () => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', RestApiAuth.iam(), { apiKeyRequired: true });
    expect(method(stack)).toMatchObject({ AuthorizationType: 'AWS_IAM', ApiKeyRequired: true });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::Method', { AuthorizerId: Match.absent() });
  });
});
