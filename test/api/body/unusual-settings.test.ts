import { Aws, CfnResource, Duration, SecretValue, Size, Stack, Tags } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer, HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as integrationsv2 from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { HttpApiAuth } from '../../../src/http-api/auth';
import { FastApiHttpApi } from '../../../src/http-api/fast-api-http-api';
import { RestApiAuth } from '../../../src/rest-api/auth';
import { FastApiRestApi } from '../../../src/rest-api/fast-api-rest-api';
import { type HttpProps, renderedHttp } from '../../http-api/fixture';
import { fastApiApp, messageOf, stack as newStack } from '../../integrations/fixture';
import { pythonFunction } from '../../rest-api/body/everything';
import type { Value } from '../../rest-api/body/native-view';
import { ITEMS, type Props, rendered } from '../fixture';
import { LINTS, lintErrors } from '../lint';

jest.setTimeout(240_000);

const certificate = (stack: Stack): acm.ICertificate => acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-central-1:111111111111:certificate/a');

function rest(props: (stack: Stack) => Props, more: (api: FastApiRestApi, stack: Stack) => void = () => {}): Value {
  const stack = newStack();
  const api = new FastApiRestApi(stack, 'MyApi', { app: fastApiApp(ITEMS), ...props(stack) });
  more(api, stack);
  const { restApi, body, template } = rendered(stack);
  return { restApi, body, template: template.toJSON() };
}

function http(props: (stack: Stack) => HttpProps, more: (api: FastApiHttpApi, stack: Stack) => void = () => {}): Value {
  const stack = newStack();
  const api = new FastApiHttpApi(stack, 'MyApi', { app: fastApiApp(ITEMS), ...props(stack) });
  more(api, stack);
  const { httpApi, body, template } = renderedHttp(stack);
  return { httpApi, body, template: template.toJSON() };
}

const REST: [string, () => Value, (made: Value) => void][] = [
  ['a private API with an endpoint, a policy and no address of its own', () => rest((stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
    const endpoint = vpc.addInterfaceEndpoint('Endpoint', { service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY });
    return {
      endpointConfiguration: { types: [apigateway.EndpointType.PRIVATE], vpcEndpoints: [endpoint] },
      disableExecuteApiEndpoint: true,
      policy: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] })] }),
    };
  }), ({ body }) => {
    expect(body.servers[0]['x-amazon-apigateway-endpoint-configuration']).toEqual({ disableExecuteApiEndpoint: true, vpcEndpointIds: [{ Ref: expect.stringMatching(/^VpcEndpoint/) }] });
    expect(body['x-amazon-apigateway-policy'].Statement[0].Resource).toBe('execute-api:/*');
  }],
  ['a domain with mutual TLS, a base path, usage plan, key and firewall', () => rest((stack) => ({
    disableExecuteApiEndpoint: true,
    domainName: { domainName: 'api.example.com', certificate: certificate(stack), basePath: 'v1', mtls: { bucket: new s3.Bucket(stack, 'Trust'), key: 'trust.pem' }, securityPolicy: apigateway.SecurityPolicy.TLS_1_2 },
    defaultMethodOptions: { apiKeyRequired: true },
  }), (api, stack) => {
    const plan = api.api.addUsagePlan('Plan', { throttle: { rateLimit: 1, burstLimit: 1 }, apiStages: [{ api: api.api, stage: api.api.deploymentStage }] });
    plan.addApiKey(api.api.addApiKey('Key'));
    const acl = new wafv2.CfnWebACL(stack, 'Acl', { defaultAction: { allow: {} }, scope: 'REGIONAL', visibilityConfig: { cloudWatchMetricsEnabled: false, metricName: 'a', sampledRequestsEnabled: false } });
    new wafv2.CfnWebACLAssociation(stack, 'Association', { resourceArn: api.api.deploymentStage.stageArn, webAclArn: acl.attrArn });
  }), ({ body }) => {
    expect(body.paths['/items'].get.security).toEqual([{ sigv4: [] }, { api_key: [] }]);
    expect(body.paths['/items'].options.security).toBeUndefined();
  }],
  ['an authorizer with sources of every place and no cache', () => rest((stack) => ({
    auth: RestApiAuth.custom(new apigateway.RequestAuthorizer(stack, 'My Request authorizer', {
      handler: pythonFunction(stack, 'Handler'),
      resultsCacheTtl: Duration.seconds(0),
      identitySources: [
        apigateway.IdentitySource.header('X-Key.a_b'), apigateway.IdentitySource.queryString('a.b_c'), apigateway.IdentitySource.context('identity.sourceIp'),
        apigateway.IdentitySource.stageVariable('tenant'),
      ],
    })),
  })), ({ body }) => {
    const [[name, scheme]] = Object.entries<Value>(body.components.securitySchemes);
    expect(name).toMatch(/^[\w.-]+$/);
    expect(scheme['x-amazon-apigateway-authorizer']).toMatchObject({
      authorizerResultTtlInSeconds: 0, identitySource: 'method.request.header.X-Key.a_b,method.request.querystring.a.b_c,context.identity.sourceIp,stageVariables.tenant',
    });
  }],
  ['several user pools, scopes with slashes', () => rest((stack) => ({
    auth: RestApiAuth.cognito({ userPools: [new cognito.UserPool(stack, 'One'), new cognito.UserPool(stack, 'Two')], scopes: ['https://api.example.com/items.read', 'a/b'] }),
  })), ({ body }) => {
    const [[name, scheme]] = Object.entries<Value>(body.components.securitySchemes);
    expect(scheme['x-amazon-apigateway-authorizer'].providerARNs).toHaveLength(2);
    expect(body.paths['/items'].get.security).toEqual([{ [name]: ['https://api.example.com/items.read', 'a/b'] }]);
  }],
  ['private and public proxies, with stage variables and TLS', () => rest(() => ({ deployOptions: { variables: { host: 'a.example', link: 'b' } } }), (api, stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
    const balancer = new elbv2.NetworkLoadBalancer(stack, 'Balancer', { vpc });
    const vpcLink = new apigateway.VpcLink(stack, 'Link', { targets: [balancer] });
    const proxy = api.api.root.addResource('proxy').addResource('{proxy+}');
    proxy.addMethod('ANY', new apigateway.Integration({
      type: apigateway.IntegrationType.HTTP_PROXY,
      integrationHttpMethod: 'ANY',
      uri: 'https://${stageVariables.host}/{proxy}',
      options: { vpcLink, requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy', 'integration.request.header.x-stage': 'context.stage' } },
    }), { requestParameters: { 'method.request.path.proxy': true } });
    api.api.root.addResource('public').addMethod('GET', new apigateway.HttpIntegration('https://${stageVariables.host}/a?b=${stageVariables.link}'));
  }), ({ body }) => {
    expect(body.paths['/proxy/{proxy+}']['x-amazon-apigateway-any-method']['x-amazon-apigateway-integration']).toMatchObject({
      uri: 'https://${stageVariables.host}/{proxy}', connectionType: 'VPC_LINK', connectionId: { Ref: expect.any(String) },
    });
    expect(body.paths['/public'].get['x-amazon-apigateway-integration'].uri).toBe('https://${stageVariables.host}/a?b=${stageVariables.link}');
  }],
  ['names and descriptions that hold tokens, compression, keys of an authorizer, tags', () => rest((stack) => {
    Tags.of(stack).add('team', 'a b');
    return {
      restApiName: `items-${Aws.REGION}`, description: `in ${Aws.REGION} of ${Aws.ACCOUNT_ID}, with \${braces}`, minCompressionSize: Size.bytes(0), apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER, binaryMediaTypes: [],
    };
  }), ({ body, restApi }) => {
    expect(body.info.title).toEqual({ 'Fn::Sub': 'items-${AWS::Region}' });
    expect(body.info.description).toEqual({ 'Fn::Sub': 'in ${AWS::Region} of ${AWS::AccountId}, with ${!braces}' });
    expect(body['x-amazon-apigateway-minimum-compression-size']).toBe(0);
    expect(restApi.MinimumCompressionSize).toBe(0);
    expect(body['x-amazon-apigateway-api-key-source']).toBe('AUTHORIZER');
  }],
  ['origins by a pattern and with credentials', () => rest(() => ({ cors: { allowOrigins: ['https://a.example', 'https://b.example'], allowCredentials: true } })), ({ body }) => {
    expect(body.paths['/items'].options['x-amazon-apigateway-integration'].responses.default.responseParameters['method.response.header.Access-Control-Allow-Credentials']).toBe("'true'");
  }],
  ['properties by an escape hatch', () => rest(() => ({}), ({ api }) => {
    const resource = api.node.defaultChild as apigateway.CfnRestApi;
    resource.addPropertyOverride('EndpointConfiguration.IpAddressType', 'dualstack');
    resource.addPropertyOverride('Body.info.contact', { name: 'a' });
    resource.addPropertyDeletionOverride('Body.info.version');
    (api.node.findAll().find((node) => node instanceof apigateway.CfnMethod) as CfnResource).addPropertyOverride('OperationName', 'named');
  }), ({ body, restApi }) => {
    expect(restApi.EndpointConfiguration.IpAddressType).toBe('dualstack');
    expect(body.info.contact).toEqual({ name: 'a' });
    expect(Object.values<Value>(body.paths).flatMap((item) => Object.values<Value>(item)).filter(({ operationId }) => operationId === 'named')).toHaveLength(1);
  }],
];

const HTTP: [string, () => Value, (made: Value) => void][] = [
  ['a domain with mutual TLS and a path, no address of its own, dual stack', () => http((stack) => {
    const domainName = new apigatewayv2.DomainName(stack, 'Domain', {
      domainName: 'api.example.com', certificate: certificate(stack), mtls: { bucket: new s3.Bucket(stack, 'Trust'), key: 'trust.pem' },
    });
    return { disableExecuteApiEndpoint: true, defaultDomainMapping: { domainName, mappingKey: 'v1' }, ipAddressType: apigatewayv2.IpAddressType.DUAL_STACK };
  }), ({ body, httpApi }) => {
    expect(body.servers[0]['x-amazon-apigateway-endpoint-configuration']).toEqual({ disableExecuteApiEndpoint: true, ipAddressType: 'dualstack' });
    expect(Object.keys(httpApi).sort()).toEqual(['Body', 'FailOnWarnings']);
  }],
  ['an authorizer with sources of every place and no cache', () => http((stack) => ({
    auth: HttpApiAuth.custom(new HttpLambdaAuthorizer('Lambda', pythonFunction(stack, 'Handler'), {
      authorizerName: 'an authorizer', resultsCacheTtl: Duration.seconds(0), responseTypes: [HttpLambdaResponseType.IAM, HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.X-Key', '$request.querystring.a', '$context.identity.sourceIp', '$stageVariables.tenant'],
    })),
  })), ({ body }) => {
    expect(body.components.securitySchemes['an-authorizer']['x-amazon-apigateway-authorizer']).toMatchObject({
      authorizerResultTtlInSeconds: 0, identitySource: '$request.header.X-Key, $request.querystring.a, $context.identity.sourceIp, $stageVariables.tenant',
    });
  }],
  ['tokens of an issuer that only the deployment knows, scopes with slashes', () => http((stack) => ({
    auth: HttpApiAuth.jwt({ issuer: `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${new cognito.UserPool(stack, 'Pool').userPoolId}`, audience: ['a'], scopes: ['https://a.example/b.c', 'd/e'] }),
  })), ({ body }) => {
    const [[name, scheme]] = Object.entries<Value>(body.components.securitySchemes);
    expect(scheme['x-amazon-apigateway-authorizer'].jwtConfiguration.issuer['Fn::Sub']).toMatch(/^https:\/\/cognito-idp\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}\/\$\{Pool\w+\}$/);
    expect(body.paths['/items'].get.security).toEqual([{ [name]: ['https://a.example/b.c', 'd/e'] }]);
  }],
  ['private integrations, with changed headers and another host of TLS', () => http(() => ({}), ({ api }, stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 1, maxAzs: 2 });
    const balancer = new elbv2.ApplicationLoadBalancer(stack, 'Balancer', { vpc });
    const listener = balancer.addListener('Listener', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(200) });
    api.addRoutes({
      path: '/private/{proxy+}',
      methods: [apigatewayv2.HttpMethod.ANY],
      integration: new integrationsv2.HttpAlbIntegration('Private', listener, {
        secureServerName: 'a.example',
        parameterMapping: new apigatewayv2.ParameterMapping().overwritePath(apigatewayv2.MappingValue.requestPathParam('proxy')).appendHeader('x-stage', apigatewayv2.MappingValue.stageVariable('tenant')),
      }),
    });
  }), ({ body }) => {
    expect(body.paths['/private/{proxy+}']['x-amazon-apigateway-any-method']['x-amazon-apigateway-integration']).toMatchObject({
      connectionType: 'VPC_LINK', tlsConfig: { serverNameToVerify: 'a.example' }, requestParameters: { 'overwrite:path': '$request.path.proxy', 'append:header.x-stage': '$stageVariables.tenant' },
    });
  }],
  ['names and descriptions that hold tokens, and tags', () => http((stack) => {
    Tags.of(stack).add('team', 'a b');
    return { apiName: `items-${Aws.REGION}`, description: `in ${Aws.REGION} with \${braces}` };
  }), ({ body }) => {
    expect(body.info).toMatchObject({ title: { 'Fn::Sub': 'items-${AWS::Region}' }, description: { 'Fn::Sub': 'in ${AWS::Region} with ${!braces}' } });
    expect(body.tags).toEqual([{ 'name': 'team', 'x-amazon-apigateway-tag-value': 'a b' }]);
  }],
];

const templates: object[] = [];

describe.each([['a REST API', REST], ['an HTTP API', HTTP]])('%s is deployed with', (_kind, cases) => {
  test.each(cases)('%s', (_name, build, look) => {
    const made = build();
    look(made);
    templates.push(made.template);
  });
});

(LINTS ? test : test.skip)('cfn-lint finds no error in any of them (where it is installed)', () => expect(lintErrors(templates)).toEqual([]));

const messageOfRest = (more: (api: FastApiRestApi, stack: Stack) => void, props: (stack: Stack) => Props = () => ({})): string => messageOf(() => rest(props, more));
const messageOfHttp = (more: (api: FastApiHttpApi, stack: Stack) => void, props: (stack: Stack) => HttpProps = () => ({})): string => messageOf(() => http(props, more));

describe('what a body cannot say is an error that names it', () => {
  test('two authorizers of one name', () => {
    expect(messageOfRest(({ api }, stack) => ['A', 'B'].forEach((id) => {
      const authorizer = new apigateway.TokenAuthorizer(stack, id, { handler: pythonFunction(stack, `Handler${id}`), authorizerName: 'mine' });
      api.root.addResource(id).addMethod('GET', new apigateway.HttpIntegration('https://example.com'), {
        authorizer, authorizationType: apigateway.AuthorizationType.CUSTOM,
      });
    }))).toMatch(/`authorizerName` must be different for each authorizer of the API, .* got twice: mine/);
    expect(messageOfHttp(({ api }) => ['A', 'B'].forEach((id) => api.addRoutes({
      path: `/${id}`, integration: new integrationsv2.HttpUrlIntegration(id, 'https://example.com'), authorizer: new HttpJwtAuthorizer(id, 'https://issuer.example', { authorizerName: 'my own', jwtAudience: [id] }),
    })))).toMatch(/`authorizerName` must be different for each authorizer of the API, .* got twice: my-own/);
  });

  test('a property that has no place', () => {
    expect(messageOfRest(({ api }) => (api.node.defaultChild as CfnResource).addPropertyOverride('FutureSetting', true))).toMatch(/`FutureSetting` of the API Stack\/MyApi\/Api\/Resource has no place in an OpenAPI body/);
    expect(messageOfRest(({ api }) => (api.node.findAll().find((node) => node instanceof apigateway.CfnMethod) as CfnResource).addPropertyOverride('Integration.FutureSetting', true)))
      .toMatch(/`FutureSetting` of the integration of the method .* has no place in an OpenAPI body/);
    expect(messageOfHttp(({ api }) => (api.node.defaultChild as CfnResource).addPropertyOverride('FutureSetting', true))).toMatch(/`FutureSetting` of the API Stack\/MyApi\/Api\/Resource has no place in an OpenAPI body/);
    expect(messageOfHttp(({ api }) => (api.node.findAll().find((node) => node instanceof apigatewayv2.CfnRoute) as CfnResource).addPropertyOverride('FutureSetting', true)))
      .toMatch(/`FutureSetting` of the route .* has no place in an OpenAPI body/);
  });

  test('a header that is changed twice', () => {
    expect(messageOfHttp(({ api }) => {
      const [route] = api.addRoutes({ path: '/twice', integration: new integrationsv2.HttpUrlIntegration('Twice', 'https://example.com') });
      const integration = route.node.findAll().concat(api.node.findAll()).find((node): node is apigatewayv2.CfnIntegration => node instanceof apigatewayv2.CfnIntegration && node.node.path.includes('twice'))!;
      integration.addPropertyOverride('ResponseParameters', { 200: { ResponseParameters: [{ Destination: 'overwrite:header.X-A', Source: 'a' }, { Destination: 'overwrite:header.x-a', Source: 'b' }] } });
    })).toMatch(/must change a header once for each status code, got twice: overwrite:header.x-a for 200/);
  });

  test('an authorizer of another API', () => {
    expect(messageOfRest(({ api }, stack) => {
      const other = new apigateway.RestApi(stack, 'Other');
      const authorizer = new apigateway.TokenAuthorizer(stack, 'Theirs', { handler: pythonFunction(stack, 'Handler') });
      other.root.addMethod('GET', new apigateway.MockIntegration(), { authorizer });
      api.root.addResource('a').addMethod('GET', new apigateway.HttpIntegration('https://example.com'), {
        authorizationType: apigateway.AuthorizationType.CUSTOM, authorizer: { authorizerId: authorizer.authorizerId, authorizationType: apigateway.AuthorizationType.CUSTOM },
      });
    })).toMatch(/`authorizer` of the method .* must be an authorizer of this API/);
  });
});

test('an issuer with a typo is found by nobody before the deployment', () => {
  const { body } = http(() => ({ auth: HttpApiAuth.jwt({ issuer: 'https://isuer.example', audience: ['a'] }) }));
  expect(JSON.stringify(body)).toContain('https://isuer.example');
});

test('a secret in a header of an integration stays a reference', () => {
  const { body } = rest(() => ({}), ({ api }) => {
    api.root.addResource('secret').addMethod('GET', new apigateway.HttpIntegration('https://example.com', {
      options: { requestParameters: { 'integration.request.header.X-Key': `'${SecretValue.secretsManager('key').unsafeUnwrap()}'` } },
    }));
  });
  expect(body.paths['/secret'].get['x-amazon-apigateway-integration'].requestParameters['integration.request.header.X-Key']).toBe("'{{resolve:secretsmanager:key:SecretString:::}}'");
});
