import { App, CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as fc from 'fast-check';
import type { FastApiCorsOptions } from '../../src/access/cors-options';
import { CorsPolicy } from '../../src/access/cors-policy';
import { functionUrlCors } from '../../src/function-url/cors';
import { httpApiCors } from '../../src/http-api/cors';
import { addGatewayResponses, addPreflight } from '../../src/rest-api/cors';

const [A, B] = ['https://a.example', 'https://b.example:8443'];

interface Deployed {
  readonly stack: Stack;
  readonly policy: CorsPolicy;
}

/** A REST API, an HTTP API and a function URL with one policy. */
function deploy(options?: FastApiCorsOptions): Deployed {
  const stack = new Stack(new App(), 'S');
  const policy = CorsPolicy.of(stack, options)!;
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.PYTHON_3_13, handler: 'a.b', code: lambda.Code.fromInline('pass'), environment: policy.environment(),
  });
  const api = new apigateway.RestApi(stack, 'Rest');
  api.root.addMethod('GET', new apigateway.LambdaIntegration(fn));
  addPreflight(api.root, ['GET'], policy);
  addGatewayResponses(api, policy);
  new apigatewayv2.HttpApi(stack, 'Http', { corsPreflight: httpApiCors(policy) });
  fn.addFunctionUrl({ cors: functionUrlCors(policy) });
  return { stack, policy };
}

function properties(stack: Stack, type: string, where: object = {}): any[] { // templates are untyped
  return Object.values(Template.fromStack(stack).findResources(type, { Properties: where })).map((resource) => resource.Properties);
}

function preflight(stack: Stack): { headers: Record<string, unknown>; template: unknown; method: any } {
  const [method] = properties(stack, 'AWS::ApiGateway::Method', { HttpMethod: 'OPTIONS' });
  const [response] = method.Integration.IntegrationResponses;
  return { headers: response.ResponseParameters, template: response.ResponseTemplates['application/json'], method };
}

function environment(stack: Stack): Record<string, unknown> {
  return properties(stack, 'AWS::Lambda::Function')[0].Environment.Variables;
}

function httpCors(stack: Stack): any {
  return properties(stack, 'AWS::ApiGatewayV2::Api')[0].CorsConfiguration;
}

describe('by default', () => {
  const { stack } = deploy();

  test('a preflight request is answered by a mock for every origin, without authorization', () => {
    const { headers, template, method } = preflight(stack);
    expect(method).toMatchObject({
      AuthorizationType: 'NONE',
      ApiKeyRequired: false,
      Integration: { Type: 'MOCK', ContentHandling: 'CONVERT_TO_TEXT', RequestTemplates: { 'application/json': '{"statusCode": 204}' } },
    });
    expect(headers).toEqual({
      'method.response.header.Access-Control-Allow-Origin': '\'*\'',
      'method.response.header.Access-Control-Allow-Methods': '\'GET\'',
      'method.response.header.Access-Control-Allow-Headers': '\'authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token\'',
      'method.response.header.Access-Control-Max-Age': '\'600\'',
      'method.response.header.Vary': '\'Origin\'',
    });
    expect(method.MethodResponses).toEqual([{ StatusCode: '204', ResponseParameters: Object.fromEntries(Object.keys(headers).map((name) => [name, true])) }]);
    expect(template).toBe('');
  });

  test.each(['DEFAULT_4XX', 'DEFAULT_5XX'])('%s of API Gateway allows every origin', (ResponseType) => {
    expect(properties(stack, 'AWS::ApiGateway::GatewayResponse', { ResponseType })).toEqual([expect.objectContaining({
      ResponseParameters: {
        'gatewayresponse.header.Access-Control-Allow-Origin': '\'*\'',
        'gatewayresponse.header.Vary': '\'Origin\'',
      },
    })]);
  });

  test('the functions, HTTP APIs and function URLs allow every origin', () => {
    expect(environment(stack)).toEqual({ CDK_FASTAPI_CORS_ALLOW_ORIGINS: '*' });
    expect(httpCors(stack)).toEqual({
      AllowOrigins: ['*'],
      AllowMethods: ['*'],
      AllowHeaders: ['authorization', 'content-type', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'],
      AllowCredentials: false,
      MaxAge: 600,
    });
    expect(properties(stack, 'AWS::Lambda::Url')[0].Cors).toEqual(httpCors(stack));
  });
});

test('an empty list of origins turns CORS off', () => {
  expect(CorsPolicy.of(new Stack(), { allowOrigins: [] })).toBeUndefined();
});

test('every option reaches the templates', () => {
  const { stack } = deploy({
    allowOrigins: [A], allowHeaders: ['x-one', 'x-two'], allowMethods: ['get', 'OPTIONS'], exposeHeaders: ['x-three'], allowCredentials: true, maxAge: Duration.hours(1),
  });
  expect(preflight(stack).headers).toEqual({
    'method.response.header.Access-Control-Allow-Origin': `'${A}'`,
    'method.response.header.Access-Control-Allow-Methods': '\'GET,OPTIONS\'',
    'method.response.header.Access-Control-Allow-Headers': '\'x-one,x-two\'',
    'method.response.header.Access-Control-Max-Age': '\'3600\'',
    'method.response.header.Access-Control-Allow-Credentials': '\'true\'',
    'method.response.header.Access-Control-Expose-Headers': '\'x-three\'',
    'method.response.header.Vary': '\'Origin\'',
  });
  expect(properties(stack, 'AWS::ApiGateway::GatewayResponse')[0].ResponseParameters).toEqual({
    'gatewayresponse.header.Access-Control-Allow-Origin': `'${A}'`,
    'gatewayresponse.header.Access-Control-Allow-Credentials': '\'true\'',
    'gatewayresponse.header.Access-Control-Expose-Headers': '\'x-three\'',
    'gatewayresponse.header.Vary': '\'Origin\'',
  });
  expect(environment(stack)).toEqual({
    CDK_FASTAPI_CORS_ALLOW_ORIGINS: A, CDK_FASTAPI_CORS_EXPOSE_HEADERS: 'x-three', CDK_FASTAPI_CORS_ALLOW_CREDENTIALS: 'true',
  });
  expect(httpCors(stack)).toEqual({
    AllowOrigins: [A], AllowHeaders: ['x-one', 'x-two'], AllowMethods: ['GET', 'OPTIONS'], ExposeHeaders: ['x-three'], AllowCredentials: true, MaxAge: 3600,
  });
  // A function URL takes no method of more than six letters.
  expect(properties(stack, 'AWS::Lambda::Url')[0].Cors).toEqual({ ...httpCors(stack), AllowMethods: ['GET'] });
});

test('with credentials every method is named, because browsers take `*` for a method then', () => {
  const { stack } = deploy({ allowOrigins: [A], allowCredentials: true });
  expect(httpCors(stack).AllowMethods).toEqual(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
  expect(properties(stack, 'AWS::Lambda::Url')[0].Cors.AllowMethods).toEqual(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
});

describe('several origins', () => {
  test('a preflight answer names the caller\'s origin where it is listed, else the first', () => {
    const { stack } = deploy({ allowOrigins: [A, B] });
    const { headers, template } = preflight(stack);
    expect(headers['method.response.header.Access-Control-Allow-Origin']).toBe(`'${A}'`);
    expect(template).toBe([
      '#set($origin = $input.params().header.get("origin"))',
      '#if(!$origin || $origin == "")#set($origin = $input.params().header.get("Origin"))#end',
      `#if($origin == "${B}")#set($context.responseOverride.header.Access-Control-Allow-Origin = "${B}")#end`,
    ].join('\n'));
    expect(environment(stack).CDK_FASTAPI_CORS_ALLOW_ORIGINS).toBe(`${A},${B}`);
    expect(httpCors(stack).AllowOrigins).toEqual([A, B]);
  });

  test('errors of API Gateway name the first, never an unlisted one, and the synth says so once', () => {
    const { stack } = deploy({ allowOrigins: [A, B] });
    for (const { ResponseParameters } of properties(stack, 'AWS::ApiGateway::GatewayResponse')) {
      expect(ResponseParameters['gatewayresponse.header.Access-Control-Allow-Origin']).toBe(`'${A}'`);
    }
    const infos = Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('corsOfGatewayErrors'));
    expect(infos.map(({ entry }) => entry.data)).toEqual([expect.stringContaining(`name the first: ${A}; pages of the others (${B})`)]);
  });

  test('one origin needs no word about it', () => {
    const { stack } = deploy({ allowOrigins: [A] });
    expect(Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('corsOfGatewayErrors'))).toEqual([]);
  });
});

describe('restrictTo', () => {
  test('replaces what was allowed, in everything that was made before, and adds up', () => {
    const { stack, policy } = deploy();
    policy.restrictTo([A]);
    policy.restrictTo([B, A]);
    expect(preflight(stack).headers['method.response.header.Access-Control-Allow-Origin']).toBe(`'${A}'`);
    expect(preflight(stack).template).toContain(`"${B}"`);
    expect(environment(stack).CDK_FASTAPI_CORS_ALLOW_ORIGINS).toBe(`${A},${B}`);
    expect(httpCors(stack).AllowOrigins).toEqual([A, B]);
    expect(properties(stack, 'AWS::Lambda::Url')[0].Cors.AllowOrigins).toEqual([A, B]);
    for (const { ResponseParameters } of properties(stack, 'AWS::ApiGateway::GatewayResponse')) {
      expect(ResponseParameters['gatewayresponse.header.Access-Control-Allow-Origin']).toBe(`'${A}'`);
    }
  });

  test('takes a distribution of this app: its aliases, then its own domain', () => {
    const { stack, policy } = deploy();
    const distribution = new cloudfront.Distribution(stack, 'Cdn', {
      defaultBehavior: { origin: new HttpOrigin('website.example') },
      domainNames: ['WWW.a.example', '*.a.example'],
      certificate: acm.Certificate.fromCertificateArn(stack, 'Cert', 'arn:aws:acm:us-east-1:111111111111:certificate/abc'),
    });
    policy.restrictTo([distribution]);
    const domain = { 'Fn::GetAtt': [stack.getLogicalId(distribution.node.defaultChild as cloudfront.CfnDistribution), 'DomainName'] };
    expect(environment(stack).CDK_FASTAPI_CORS_ALLOW_ORIGINS).toEqual({ 'Fn::Join': ['', ['https://www.a.example,https://', domain]] });
    expect(httpCors(stack).AllowOrigins).toEqual(['https://www.a.example', { 'Fn::Join': ['', ['https://', domain]] }]);
    expect(preflight(stack).headers['method.response.header.Access-Control-Allow-Origin']).toBe('\'https://www.a.example\'');
    expect(JSON.stringify(preflight(stack).template)).toContain(JSON.stringify(domain));
  });

  test('takes an imported distribution by its domain', () => {
    const { stack, policy } = deploy();
    policy.restrictTo([cloudfront.Distribution.fromDistributionAttributes(stack, 'Cdn', { distributionId: 'E1', domainName: 'd1.cloudfront.net' })]);
    expect(environment(stack).CDK_FASTAPI_CORS_ALLOW_ORIGINS).toBe('https://d1.cloudfront.net');
  });

  test('needs named origins', () => {
    const { policy } = deploy();
    expect(() => policy.restrictTo([])).toThrow(/`restrictCorsTo` needs at least one origin, got: none/);
    expect(() => policy.restrictTo(['*'])).toThrow(/`restrictCorsTo` must name origins, got: "\*"/);
    expect(() => policy.restrictTo([A, '*'])).toThrow(/`restrictCorsTo` must be `\*` alone or named origins/);
    expect(policy.origins()).toEqual(['*']);
  });
});

describe('credentials', () => {
  test('with `*` are an error', () => {
    expect(() => deploy({ allowOrigins: ['*'], allowCredentials: true })).toThrow(/`allowCredentials` needs named origins, got: "\*"/);
  });

  test('without origins need a restriction before the synth', () => {
    const left = deploy({ allowCredentials: true });
    expect(() => Template.fromStack(left.stack)).toThrow(/`allowCredentials` needs named origins/);
    const named = deploy({ allowCredentials: true });
    named.policy.restrictTo([A]);
    expect(httpCors(named.stack)).toMatchObject({ AllowOrigins: [A], AllowCredentials: true });
  });

  test.each(['allowHeaders', 'exposeHeaders'])('with every header in `%s` are an error', (property) => {
    expect(() => deploy({ allowOrigins: [A], allowCredentials: true, [property]: ['*'] })).toThrow(`\`${property}\` must be names of headers, and with \`allowCredentials\` not \`*\`, got: "*"`);
  });
});

describe('an origin', () => {
  test.each([
    'http://localhost:5173', 'https://a.example', 'https://a-b.example:1', 'https://a.example:65535', 'http://[::1]:8000', 'capacitor://localhost', 'chrome-extension://abcdef', 'http://my_host',
  ])('%s is taken as it is', (origin) => {
    expect(CorsPolicy.of(new Stack(), { allowOrigins: [origin] })!.origins()).toEqual([origin]);
  });

  test.each([
    ['https://a.example/', 'https://a.example'],
    ['https://A.example', 'https://a.example'],
    ['https://a.example:443', 'https://a.example'],
    ['http://a.example:80/path?x', 'http://a.example'],
  ])('%s is an error that says %s', (origin, better) => {
    expect(() => CorsPolicy.of(new Stack(), { allowOrigins: [origin] })).toThrow(`got: ${JSON.stringify(origin)}; write ${JSON.stringify(better)}`);
  });

  test.each([
    '', 'null', 'a.example', '//a.example', 'https://', 'https://*.a.example', 'https://a.example,https://b.example', 'https://a.example b', 'https://a.example:123456', 'https://a.example:65536',
    'https://a"b.example', '\'https://a.example', 'https://$context.example', 'https://a.example#end', 'https://a.example\n', '${x}',
  ])('%j is refused', (origin) => {
    expect(() => CorsPolicy.of(new Stack(), { allowOrigins: [origin] })).toThrow('`allowOrigins` must be `scheme://host` or `scheme://host:port` as browsers send it');
  });

  test('that is accepted holds nothing that a template, a header or a list could take for its own', () => {
    const text = fc.oneof(fc.string(), fc.webUrl(), fc.tuple(fc.constantFrom('https://', 'http://'), fc.string()).map((parts) => parts.join('')));
    fc.assert(fc.property(text, (origin) => {
      try {
        CorsPolicy.of(new Stack(), { allowOrigins: [origin] });
      } catch {
        return true;
      }
      return origin === '*' || /^[a-z0-9+.:/_[\]-]+$/.test(origin);
    }), { numRuns: 300 });
  });

  test('may be known at deployment only; what stands around the value is checked', () => {
    const stack = new Stack(new App(), 'S');
    const host = new CfnParameter(stack, 'Host').valueAsString;
    const policy = CorsPolicy.of(stack, { allowOrigins: [`https://${host}:8443`, Token.asString({ Ref: 'Origin' })] })!;
    expect(stack.resolve(policy.origins())).toEqual([{ 'Fn::Join': ['', ['https://', { Ref: 'Host' }, ':8443']] }, { Ref: 'Origin' }]);
    expect(() => CorsPolicy.of(stack, { allowOrigins: [`https://${host}"#set($x = 1)`] })).toThrow(/`allowOrigins` must be/);
  });

  test('`*` beside another one is an error', () => {
    expect(() => CorsPolicy.of(new Stack(), { allowOrigins: ['*', A] })).toThrow(`\`allowOrigins\` must be \`*\` alone or named origins, got: ["*","${A}"]`);
  });
});

describe('other options', () => {
  test.each([['x y'], ['x\'y'], ['x,y'], [''], ['x:']])('header %j is refused', (name) => {
    for (const property of ['allowHeaders', 'exposeHeaders']) {
      expect(() => CorsPolicy.of(new Stack(), { [property]: [name] })).toThrow(`\`${property}\` must be names of headers or \`*\`, got: ${JSON.stringify(name)}`);
    }
  });

  test.each([[['TRACE'], '"TRACE"'], [[], '[]'], [['GET\'']], [['']]])('methods %j are refused', (allowMethods: string[], got = JSON.stringify(allowMethods[0])) => {
    expect(() => CorsPolicy.of(new Stack(), { allowMethods })).toThrow(`\`allowMethods\` must be of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS or \`*\`, got: ${got}`);
  });

  test('`maxAge` is one day at most', () => {
    expect(CorsPolicy.of(new Stack(), { maxAge: Duration.seconds(86400) })!.maxAge.toSeconds()).toBe(86400);
    expect(() => CorsPolicy.of(new Stack(), { maxAge: Duration.seconds(86401) })).toThrow(/`maxAge` of `cors` must be one day at most, got: 1 day 1 second/);
  });
});
