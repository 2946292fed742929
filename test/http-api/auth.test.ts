import { App, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as authorizers from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { HttpApiAuth } from '../../src/http-api/auth';
import { type RouteAuthorization, routeAuthorization } from '../../src/http-api/authorization';

const JWT = { issuer: 'https://issuer.example/', audience: ['one', 'two'] };

function authorizerFunction(stack: Stack): lambda.Function {
  return new lambda.Function(stack, 'Decide', { runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('pass') });
}

/** An API of two routes, wired as the constructs do it. */
function deploy(stack: Stack, id: string, auth: HttpApiAuth, override: Partial<RouteAuthorization> = {}): apigatewayv2.HttpApi {
  const api = new apigatewayv2.HttpApi(stack, id);
  for (const path of ['/a', '/b']) {
    api.addRoutes({
      path,
      methods: [apigatewayv2.HttpMethod.GET],
      integration: new HttpUrlIntegration(`To${path.slice(1)}`, 'https://example.com'),
      ...routeAuthorization(auth._bind(api), override),
    });
  }
  return api;
}

function routes(stack: Stack): Record<string, unknown>[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);
}

test.each([
  ['iam', HttpApiAuth.iam(), 'AWS_IAM', false],
  ['none', HttpApiAuth.none(), 'NONE', true],
  ['custom with the authorizer for nobody', HttpApiAuth.custom(new apigatewayv2.HttpNoneAuthorizer()), 'NONE', true],
])('%s needs no authorizer', (_, auth, type, isPublic) => {
  const stack = new Stack(new App(), 'S');
  deploy(stack, 'Api', auth);
  for (const route of routes(stack)) {
    expect(route).toMatchObject({ AuthorizationType: type });
    expect(route).not.toHaveProperty('AuthorizerId');
  }
  expect(auth._public).toBe(isPublic);
  Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Authorizer', 0);
});

describe('cognito', () => {
  test('makes one authorizer and one client for all routes', () => {
    const stack = new Stack(new App(), 'S');
    const userPool = new cognito.UserPool(stack, 'Pool');
    deploy(stack, 'Api', HttpApiAuth.cognito({ userPool }));
    const template = Template.fromStack(stack);
    const [client] = Object.keys(template.findResources('AWS::Cognito::UserPoolClient'));
    const [authorizer, ...others] = Object.entries(template.findResources('AWS::ApiGatewayV2::Authorizer'));
    expect(others).toEqual([]);
    expect(authorizer[1].Properties).toMatchObject({
      AuthorizerType: 'JWT',
      JwtConfiguration: {
        Audience: [{ Ref: client }],
        Issuer: { 'Fn::Join': ['', ['https://cognito-idp.', { Ref: 'AWS::Region' }, '.amazonaws.com/', { Ref: expect.stringMatching(/^Pool/) }]] },
      },
    });
    for (const route of routes(stack)) {
      expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: authorizer[0] } });
      expect(route).not.toHaveProperty('AuthorizationScopes');
    }
  });

  test('takes clients and scopes', () => {
    const stack = new Stack(new App(), 'S');
    const userPool = new cognito.UserPool(stack, 'Pool');
    const userPoolClients = ['One', 'Two'].map((id) => userPool.addClient(id));
    deploy(stack, 'Api', HttpApiAuth.cognito({ userPool, userPoolClients, scopes: ['items/read'] }));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Cognito::UserPoolClient', 2);
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Audience: userPoolClients.map((client) => stack.resolve(client.userPoolClientId)) },
    });
    for (const route of routes(stack)) expect(route).toMatchObject({ AuthorizationScopes: ['items/read'] });
  });

  test('one auth object for two APIs makes an authorizer and a client for each', () => {
    const stack = new Stack(new App(), 'S');
    const auth = HttpApiAuth.cognito({ userPool: new cognito.UserPool(stack, 'Pool') });
    const apis = ['A', 'B'].map((id) => deploy(stack, id, auth));
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Cognito::UserPoolClient', 2);
    expect(Object.values(template.findResources('AWS::ApiGatewayV2::Authorizer')).map(({ Properties }) => Properties.ApiId))
      .toEqual(apis.map((api) => stack.resolve(api.apiId)));
  });

  test('a user pool of another region keeps its issuer', () => {
    const stack = new Stack(new App(), 'S', { env: { region: 'eu-west-1', account: '111111111111' } });
    const userPool = cognito.UserPool.fromUserPoolArn(stack, 'Pool', 'arn:aws:cognito-idp:us-east-1:111111111111:userpool/us-east-1_abc');
    deploy(stack, 'Api', HttpApiAuth.cognito({ userPool }));
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: { Issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc' },
    });
  });

  test('an empty list of clients is an error', () => {
    const userPool = new cognito.UserPool(new Stack(new App(), 'S'), 'Pool');
    expect(() => HttpApiAuth.cognito({ userPool, userPoolClients: [] })).toThrow(/`userPoolClients` .* needs at least one client, got: \[\]/);
  });
});

describe('jwt', () => {
  test('makes one authorizer for each API, with issuer, audience and scopes', () => {
    const stack = new Stack(new App(), 'S');
    const auth = HttpApiAuth.jwt({ ...JWT, scopes: ['read'] });
    for (const id of ['A', 'B']) deploy(stack, id, auth);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 2);
    template.allResourcesProperties('AWS::ApiGatewayV2::Authorizer', { JwtConfiguration: { Audience: JWT.audience, Issuer: JWT.issuer } });
    for (const route of routes(stack)) expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['read'] });
  });

  test.each(['http://issuer.example', 'issuer.example', 'https://', ''])('issuer %j is refused', (issuer) => {
    expect(() => HttpApiAuth.jwt({ ...JWT, issuer })).toThrow(`\`issuer\` of \`HttpApiAuth.jwt\` must be an https:// URL, got: ${JSON.stringify(issuer)}`);
  });

  test('an issuer may be known at deployment only, an audience may not be empty', () => {
    expect(() => HttpApiAuth.jwt({ ...JWT, issuer: Token.asString({ Ref: 'Issuer' }) })).not.toThrow();
    expect(() => HttpApiAuth.jwt({ ...JWT, audience: [] })).toThrow('`audience` of `HttpApiAuth.jwt` needs at least one value, got: []');
  });
});

describe('custom', () => {
  test('takes a Lambda authorizer', () => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', HttpApiAuth.custom(new authorizers.HttpLambdaAuthorizer('Mine', authorizerFunction(stack))));
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'REQUEST' });
    for (const route of routes(stack)) expect(route).toMatchObject({ AuthorizationType: 'CUSTOM' });
  });

  test('one authorizer for two APIs is an error that names both', () => {
    const stack = new Stack(new App(), 'S');
    const auth = HttpApiAuth.custom(new authorizers.HttpJwtAuthorizer('Mine', JWT.issuer, { jwtAudience: JWT.audience }));
    deploy(stack, 'A', auth);
    expect(() => deploy(stack, 'B', auth)).toThrow(/`authorizer` of `HttpApiAuth.custom` belongs to one HTTP API, got: two, S\/A and S\/B/);
  });

  test('an authorizer of REST APIs is refused', () => {
    const stack = new Stack(new App(), 'S');
    const foreign = new TokenAuthorizer(stack, 'Rest', { handler: authorizerFunction(stack) }) as unknown as apigatewayv2.IHttpRouteAuthorizer;
    expect(() => HttpApiAuth.custom(foreign)).toThrow(/`authorizer` of `HttpApiAuth.custom` is not an authorizer of HTTP APIs: give one of/);
  });
});

describe('an override', () => {
  test('with an authorizer drops the scopes of the API', () => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', HttpApiAuth.jwt({ ...JWT, scopes: ['read'] }), { authorizer: new authorizers.HttpIamAuthorizer() });
    for (const route of routes(stack)) {
      expect(route).toMatchObject({ AuthorizationType: 'AWS_IAM' });
      expect(route).not.toHaveProperty('AuthorizationScopes');
    }
  });

  test('of scopes alone keeps the authorizer', () => {
    const stack = new Stack(new App(), 'S');
    deploy(stack, 'Api', HttpApiAuth.jwt({ ...JWT, scopes: ['read'] }), { authorizationScopes: ['write'] });
    for (const route of routes(stack)) expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['write'] });
  });
});
