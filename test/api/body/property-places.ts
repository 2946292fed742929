/**
 * Where a property goes when routes are deployed as one body: into the document, beside it as a property, to both; `error`
 * where a body cannot say it and synth refuses it; `identity` where it says which resource is meant, and the document has
 * that by its own form; `resource` where the resource stays one.
 */
export type Place = 'document' | 'property' | 'both' | 'error' | 'identity' | 'resource';

/** Place, and a value that shows it. */
export type PropertyPlace = readonly [place: Place, sample?: unknown];

/** The properties of one type, as CloudFormation spells them. */
export type PropertyPlaces = Record<string, PropertyPlace>;

const resource = (...names: string[]): PropertyPlaces => Object.fromEntries(names.map((name) => [name, ['resource']]));

/**
 * Every property of the types of REST APIs in the CDK, by the name of its L1 construct; with a dot, of a struct in it.
 * Several ones under one name belong to one struct.
 */
export const REST_PLACES: Record<string, PropertyPlaces> = {
  'CfnRestApi': {
    ApiKeySourceType: ['both', 'AUTHORIZER'],
    BinaryMediaTypes: ['both', ['image/png']],
    Body: ['document', { info: { 'x-mine': true } }],
    BodyS3Location: ['error', { Bucket: 'b', Key: 'k' }],
    CloneFrom: ['error', 'abc'],
    Description: ['both', 'described'],
    DisableExecuteApiEndpoint: ['both', true],
    EndpointAccessMode: ['both', 'STRICT'],
    EndpointConfiguration: ['both', { VpcEndpointIds: ['vpce-1'] }],
    FailOnWarnings: ['property', true],
    MinimumCompressionSize: ['both', 1024],
    Mode: ['property', 'merge'],
    Name: ['both', 'named'],
    Parameters: ['property', { ignore: 'documentation' }],
    Policy: ['both', { Statement: [] }],
    SecurityPolicy: ['both', 'SecurityPolicy_TLS13_1_3_2025_09'],
    Tags: ['property', [{ Key: 'team', Value: 'books' }]],
    Version: ['both', '7'],
  },
  'CfnRestApi.EndpointConfigurationProperty': {
    // Its list stands in `Parameters` as well, which a document has no word for.
    Types: ['property', ['PRIVATE']],
    IpAddressType: ['property', 'dualstack'],
    VpcEndpointIds: ['both', ['vpce-1']],
  },
  'CfnMethod': {
    ApiKeyRequired: ['document', true],
    AuthorizationScopes: ['document', ['other']],
    AuthorizationType: ['document', 'AWS_IAM'],
    AuthorizerId: ['error', 'made-elsewhere'],
    HttpMethod: ['document', 'PATCH'],
    Integration: ['document', { Type: 'MOCK' }],
    MethodResponses: ['document', [{ StatusCode: '201' }]],
    OperationName: ['document', 'named'],
    RequestModels: ['document', { 'application/json': 'Empty' }],
    RequestParameters: ['document', { 'method.request.header.X-A': true }],
    RequestValidatorId: ['error', 'made-elsewhere'],
    ResourceId: ['error', 'made-elsewhere'],
    RestApiId: ['identity'],
  },
  'CfnMethod.IntegrationProperty': {
    CacheKeyParameters: ['document', ['method.request.path.id']],
    CacheNamespace: ['document', 'space'],
    ConnectionId: ['document', 'link'],
    ConnectionType: ['document', 'VPC_LINK'],
    ContentHandling: ['document', 'CONVERT_TO_BINARY'],
    Credentials: ['document', 'arn:aws:iam::111111111111:role/other'],
    IntegrationHttpMethod: ['document', 'PATCH'],
    IntegrationResponses: ['document', [{ StatusCode: '201' }]],
    IntegrationTarget: ['document', 'arn:aws:elasticloadbalancing:eu-central-1:111111111111:loadbalancer/x'],
    PassthroughBehavior: ['document', 'NEVER'],
    RequestParameters: ['document', { 'integration.request.header.X-A': '\'a\'' }],
    RequestTemplates: ['document', { 'application/json': '{}' }],
    ResponseTransferMode: ['document', 'STREAM'],
    TimeoutInMillis: ['document', 1234],
    Type: ['document', 'HTTP'],
    Uri: ['document', 'https://other.example'],
  },
  'CfnMethod.IntegrationResponseProperty': {
    ContentHandling: ['document', 'CONVERT_TO_BINARY'],
    ResponseParameters: ['document', { 'method.response.header.X-A': '\'a\'' }],
    ResponseTemplates: ['document', { 'application/json': '{}' }],
    SelectionPattern: ['document', '4..'],
    StatusCode: ['document', '204'],
  },
  'CfnMethod.MethodResponseProperty': {
    ResponseModels: ['document', { 'application/json': 'Empty' }],
    ResponseParameters: ['document', { 'method.response.header.X-A': true }],
    StatusCode: ['document', '204'],
  },
  'CfnResource': { ParentId: ['error', 'made-elsewhere'], PathPart: ['document', 'others'], RestApiId: ['identity'] },
  'CfnAuthorizer': {
    AuthType: ['document', 'mine'],
    AuthorizerCredentials: ['document', 'arn:aws:iam::111111111111:role/other'],
    AuthorizerResultTtlInSeconds: ['document', 7],
    AuthorizerUri: ['document', 'arn:aws:apigateway:eu-central-1:lambda:path/x'],
    IdentitySource: ['document', 'method.request.header.X-Other'],
    IdentityValidationExpression: ['document', '.+'],
    Name: ['document', 'renamed'],
    ProviderARNs: ['document', ['arn:aws:cognito-idp:eu-central-1:111111111111:userpool/x']],
    RestApiId: ['identity'],
    Type: ['document', 'REQUEST'],
  },
  'CfnModel': {
    // An OpenAPI document names the media type where a model is used.
    ContentType: ['identity', 'application/xml'],
    Description: ['document', 'described'],
    Name: ['document', 'Renamed'],
    RestApiId: ['identity'],
    Schema: ['document', { type: 'array' }],
  },
  'CfnRequestValidator': {
    Name: ['document', 'renamed'], RestApiId: ['identity'], ValidateRequestBody: ['document', true], ValidateRequestParameters: ['document', true],
  },
  'CfnGatewayResponse': {
    ResponseParameters: ['document', { 'gatewayresponse.header.X-A': '\'a\'' }],
    ResponseTemplates: ['document', { 'application/json': '{}' }],
    ResponseType: ['document', 'THROTTLED'],
    RestApiId: ['identity'],
    StatusCode: ['document', '418'],
  },
  'CfnStage': resource(
    'AccessLogSetting', 'CacheClusterEnabled', 'CacheClusterSize', 'CanarySetting', 'ClientCertificateId', 'DeploymentId', 'Description',
    'DocumentationVersion', 'MethodSettings', 'RestApiId', 'StageName', 'Tags', 'TracingEnabled', 'Variables',
  ),
};

/** The same of HTTP APIs. */
export const HTTP_PLACES: Record<string, PropertyPlaces> = {
  'CfnApi': {
    ApiKeySelectionExpression: ['error', '$request.header.x-api-key'],
    BasePath: ['property', 'ignore'],
    Body: ['document', { info: { 'x-mine': true } }],
    BodyS3Location: ['error', { Bucket: 'b', Key: 'k' }],
    CorsConfiguration: ['document', { AllowOrigins: ['https://a.example'] }],
    CredentialsArn: ['error', 'arn:aws:iam::111111111111:role/other'],
    Description: ['document', 'described'],
    DisableExecuteApiEndpoint: ['document', true],
    DisableSchemaValidation: ['error', true],
    FailOnWarnings: ['property', false],
    IpAddressType: ['document', 'dualstack'],
    Name: ['document', 'named'],
    ProtocolType: ['error', 'WEBSOCKET'],
    RouteKey: ['error', 'GET /quick'],
    RouteSelectionExpression: ['error', '$request.body.action'],
    Tags: ['document', { team: 'books' }],
    Target: ['error', 'https://quick.example'],
    Version: ['document', '7'],
  },
  'CfnApi.CorsProperty': {
    AllowCredentials: ['document', true],
    AllowHeaders: ['document', ['x-a']],
    AllowMethods: ['document', ['GET']],
    AllowOrigins: ['document', ['https://a.example']],
    ExposeHeaders: ['document', ['x-b']],
    MaxAge: ['document', 7],
  },
  'CfnRoute': {
    ApiId: ['identity'],
    ApiKeyRequired: ['error', true],
    AuthorizationScopes: ['document', ['other']],
    AuthorizationType: ['document', 'AWS_IAM'],
    AuthorizerId: ['error', 'made-elsewhere'],
    ModelSelectionExpression: ['error', '$request.body.a'],
    OperationName: ['document', 'named'],
    RequestModels: ['error', { a: 'b' }],
    RequestParameters: ['error', { a: { Required: true } }],
    RouteKey: ['document', 'PATCH /others'],
    RouteResponseSelectionExpression: ['error', '$default'],
    Target: ['error', 'integrations/made-elsewhere'],
  },
  'CfnIntegration': {
    ApiId: ['identity'],
    ConnectionId: ['document', 'link'],
    ConnectionType: ['document', 'VPC_LINK'],
    ContentHandlingStrategy: ['error', 'CONVERT_TO_TEXT'],
    CredentialsArn: ['document', 'arn:aws:iam::111111111111:role/other'],
    Description: ['error', 'described'],
    IntegrationMethod: ['document', 'PATCH'],
    IntegrationSubtype: ['document', 'SQS-SendMessage'],
    IntegrationType: ['document', 'AWS_PROXY'],
    IntegrationUri: ['document', 'https://other.example'],
    PassthroughBehavior: ['error', 'NEVER'],
    PayloadFormatVersion: ['document', '2.0'],
    RequestParameters: ['document', { 'append:header.x-a': 'a' }],
    RequestTemplates: ['error', { 'application/json': '{}' }],
    ResponseParameters: ['document', { 200: { ResponseParameters: [{ Destination: 'append:header.x-a', Source: 'a' }] } }],
    TemplateSelectionExpression: ['error', '$request.body.a'],
    TimeoutInMillis: ['document', 1234],
    TlsConfig: ['document', { ServerNameToVerify: 'inside.example' }],
  },
  'CfnIntegration.TlsConfigProperty': { ServerNameToVerify: ['document', 'inside.example'] },
  'CfnAuthorizer': {
    ApiId: ['identity'],
    AuthorizerCredentialsArn: ['document', 'arn:aws:iam::111111111111:role/other'],
    AuthorizerPayloadFormatVersion: ['document', '1.0'],
    AuthorizerResultTtlInSeconds: ['document', 7],
    AuthorizerType: ['document', 'REQUEST'],
    AuthorizerUri: ['document', 'arn:aws:apigateway:eu-central-1:lambda:path/x'],
    EnableSimpleResponses: ['document', true],
    IdentitySource: ['document', ['$request.header.X-Other']],
    IdentityValidationExpression: ['error', '.+'],
    JwtConfiguration: ['document', { Issuer: 'https://other.example' }],
    Name: ['document', 'renamed'],
  },
  'CfnAuthorizer.JWTConfigurationProperty': { Audience: ['document', ['other']], Issuer: ['document', 'https://other.example'] },
  'CfnStage': resource(
    'AccessLogSettings', 'AccessPolicyId', 'ApiId', 'AutoDeploy', 'ClientCertificateId', 'DefaultRouteSettings', 'DeploymentId', 'Description',
    'RouteSettings', 'StageName', 'StageVariables', 'Tags',
  ),
};

/** How a property is spelled in every place: the CDK writes `providerArns`, CloudFormation `ProviderARNs`. */
export function spelling(name: string): string {
  return name.toLowerCase();
}

/**
 * The properties of an L1 construct or of a struct in it, as the declarations of an aws-cdk-lib have them.
 *
 * @param declarations text of a module's `.generated.d.ts`
 * @param name such as `CfnApi` or `CfnApi.CorsProperty`
 */
export function declaredProperties(declarations: string, name: string): string[] {
  const [construct, struct] = name.split('.');
  const text = declarations.replace(/\/\*\*[^]*?\*\//g, '');
  const from = struct === undefined ? 0 : text.indexOf(`namespace ${construct} {`);
  const declaration = new RegExp(`export interface ${construct}Props [^]*?\\n\\}`).exec(text)?.[0];
  const inner = struct === undefined || from < 0 ? undefined : new RegExp(`interface ${struct} \\{[^]*?\\n    \\}`).exec(text.slice(from))?.[0];
  const found = struct === undefined ? declaration : inner;
  return [...(found ?? '').matchAll(/readonly (\w+)\??:/g)].map(([, property]) => property);
}
