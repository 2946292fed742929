/**
 * The documented form of each extension of OpenAPI that API Gateway reads, from AWS's developer guide and not from the code
 * that writes them. A member that a page does not have is an error, because the import leaves it out without a word.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */

/** A JSON Schema. */
export type Schema = Record<string, unknown>;

/** Where in a document an extension may stand. */
export type Place = 'document' | 'server' | 'tag' | 'components' | 'securityScheme' | 'pathItem' | 'operation';

/** Forms of one extension. */
export interface Extension {
  readonly place: Place;
  /** The form that REST APIs import; none where they do not know the extension. */
  readonly rest?: Schema;
  /** The form that HTTP APIs import; none where they do not know the extension. */
  readonly http?: Schema;
  /** The page that documents it. */
  readonly see: string;
}

const GUIDE = 'https://docs.aws.amazon.com/apigateway/latest/developerguide';

/** What only the deployment knows, in the place of a text or a list. */
const INTRINSIC: Schema = { type: 'object', minProperties: 1, maxProperties: 1, patternProperties: { '^(Ref|Fn::[A-Za-z]+)$': {} }, additionalProperties: false };

const orIntrinsic = (schema: Schema): Schema => ({ if: { type: 'object' }, then: INTRINSIC, else: schema });
const object = (properties: Record<string, Schema>, ...required: string[]): Schema => ({ type: 'object', properties, required, additionalProperties: false });
const mapOf = (schema: Schema, names: Schema = {}): Schema => ({ type: 'object', propertyNames: names, additionalProperties: schema });
const oneOf = (...values: string[]): Schema => ({ enum: values });

const TEXT = orIntrinsic({ type: 'string', minLength: 1 });
const TEXTS = orIntrinsic({ type: 'array', items: TEXT });
const FLAG: Schema = { type: 'boolean' };
/** A template may be empty, and a value that removes a header is. */
const TEMPLATES = mapOf(orIntrinsic({ type: 'string' }));

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration-response.html */
const INTEGRATION_RESPONSE = object({
  statusCode: { type: 'string', pattern: '^[1-5]\\d\\d$' },
  responseParameters: mapOf(TEXT, { pattern: '^method\\.response\\.header\\.[^\\s]+$' }),
  responseTemplates: TEMPLATES,
  contentHandling: oneOf('CONVERT_TO_TEXT', 'CONVERT_TO_BINARY'),
}, 'statusCode');

/** What both kinds of integrations know. */
const INTEGRATION_MEMBERS = {
  uri: TEXT,
  httpMethod: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'ANY'),
  credentials: TEXT,
  connectionType: oneOf('INTERNET', 'VPC_LINK'),
  connectionId: TEXT,
};

/** A private integration names its link. */
const LINKED: Schema = { if: { properties: { connectionType: { const: 'VPC_LINK' } }, required: ['connectionType'] }, then: { required: ['connectionId'] } };

/**
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html for `integrationTarget`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-http.html for `responseTransferMode`
 */
const REST_INTEGRATION: Schema = {
  ...object({
    ...INTEGRATION_MEMBERS,
    type: oneOf('http', 'http_proxy', 'aws', 'aws_proxy', 'mock'),
    integrationTarget: TEXT,
    requestParameters: mapOf(TEXT, { pattern: '^integration\\.request\\.(path|querystring|header)\\.[^\\s]+$' }),
    requestTemplates: TEMPLATES,
    passthroughBehavior: oneOf('when_no_match', 'when_no_templates', 'never'),
    contentHandling: oneOf('CONVERT_TO_TEXT', 'CONVERT_TO_BINARY'),
    cacheNamespace: TEXT,
    cacheKeyParameters: { type: 'array', items: { type: 'string', pattern: '^(method|integration)\\.request\\.' } },
    // More than 29 seconds need a higher quota, and up to a quarter of an hour a response that is a stream.
    timeoutInMillis: { type: 'integer', minimum: 50, maximum: 900_000 },
    responseTransferMode: oneOf('BUFFERED', 'STREAM'),
    responses: mapOf(INTEGRATION_RESPONSE),
    tlsConfig: object({ insecureSkipVerification: FLAG }),
  }, 'type'),
  allOf: [
    LINKED,
    { if: { properties: { type: { const: 'mock' } } }, else: { required: ['uri', 'httpMethod'] } },
    { if: { properties: { type: { const: 'aws_proxy' } } }, then: { properties: { httpMethod: { const: 'POST' } } } },
    { if: { properties: { responseTransferMode: { const: 'STREAM' } }, required: ['responseTransferMode'] }, then: { properties: { type: oneOf('aws_proxy', 'http_proxy') } } },
  ],
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html */
const REQUEST_CHANGE = { pattern: '^((append|overwrite|remove):(header|querystring)\\.[^\\s]+|overwrite:path)$' };
const RESPONSE_CHANGE = { pattern: '^((append|overwrite|remove):header\\.[^\\s]+|overwrite:statuscode)$' };

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html for `integrationSubtype` */
const HTTP_INTEGRATION: Schema = {
  ...object({
    ...INTEGRATION_MEMBERS,
    type: oneOf('aws_proxy', 'http_proxy'),
    integrationSubtype: { type: 'string', pattern: '^[A-Za-z]+-[A-Za-z]+$' },
    payloadFormatVersion: oneOf('1.0', '2.0'),
    requestParameters: mapOf(orIntrinsic({ type: 'string' })),
    responseParameters: mapOf(mapOf(orIntrinsic({ type: 'string' }), RESPONSE_CHANGE), { pattern: '^[2-5]\\d\\d$' }),
    timeoutInMillis: { type: 'integer', minimum: 50, maximum: 30_000 },
    tlsConfig: object({ serverNameToVerify: TEXT }),
  }, 'type', 'payloadFormatVersion'),
  allOf: [
    LINKED,
    {
      if: { required: ['integrationSubtype'] },
      then: { required: ['requestParameters', 'credentials'], properties: { type: { const: 'aws_proxy' }, payloadFormatVersion: { const: '1.0' }, uri: false, httpMethod: false } },
      else: { required: ['uri', 'httpMethod'], properties: { requestParameters: { propertyNames: REQUEST_CHANGE } } },
    },
    { if: { properties: { type: { const: 'http_proxy' } } }, then: { properties: { payloadFormatVersion: { const: '1.0' } } } },
  ],
};

/** An authorizer's answer is kept for an hour at most. */
const SECONDS: Schema = { type: 'integer', minimum: 0, maximum: 3600 };

/**
 * `identitySource` of a token or a user pool is from the page of the resource, which demands it there.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html
 */
const REST_AUTHORIZERS = {
  token: object({
    type: {}, authorizerUri: TEXT, authorizerCredentials: TEXT, authorizerResultTtlInSeconds: SECONDS, identitySource: TEXT, identityValidationExpression: TEXT,
  }, 'authorizerUri'),
  request: object({ type: {}, authorizerUri: TEXT, authorizerCredentials: TEXT, authorizerResultTtlInSeconds: SECONDS, identitySource: TEXT }, 'authorizerUri'),
  cognito_user_pools: object({ type: {}, providerARNs: { ...TEXTS, minItems: 1 }, authorizerResultTtlInSeconds: SECONDS, identitySource: TEXT }, 'providerARNs'),
};

const HTTP_AUTHORIZERS = {
  jwt: object({ type: {}, identitySource: TEXT, jwtConfiguration: object({ issuer: TEXT, audience: TEXTS }, 'issuer', 'audience') }, 'identitySource', 'jwtConfiguration'),
  request: {
    ...object({
      type: {}, authorizerUri: TEXT, authorizerCredentials: TEXT, authorizerResultTtlInSeconds: SECONDS, identitySource: TEXT, authorizerPayloadFormatVersion: oneOf('1.0', '2.0'), enableSimpleResponses: FLAG,
    }, 'authorizerUri', 'authorizerPayloadFormatVersion'),
    if: { properties: { enableSimpleResponses: { const: true } }, required: ['enableSimpleResponses'] },
    then: { properties: { authorizerPayloadFormatVersion: { const: '2.0' } } },
  },
};

const byType = (schemas: Record<string, Schema>): Schema => ({
  type: 'object',
  required: ['type'],
  properties: { type: oneOf(...Object.keys(schemas)) },
  allOf: Object.entries(schemas).map(([type, schema]) => ({ if: { properties: { type: { const: type } } }, then: schema })),
});

/** @see https://docs.aws.amazon.com/apigateway/latest/api/API_GatewayResponse.html for the types */
const RESPONSE_TYPES = oneOf(
  'DEFAULT_4XX', 'DEFAULT_5XX', 'RESOURCE_NOT_FOUND', 'UNAUTHORIZED', 'INVALID_API_KEY', 'ACCESS_DENIED', 'AUTHORIZER_FAILURE', 'AUTHORIZER_CONFIGURATION_ERROR',
  'INVALID_SIGNATURE', 'EXPIRED_TOKEN', 'MISSING_AUTHENTICATION_TOKEN', 'INTEGRATION_FAILURE', 'INTEGRATION_TIMEOUT', 'API_CONFIGURATION_ERROR', 'UNSUPPORTED_MEDIA_TYPE',
  'BAD_REQUEST_PARAMETERS', 'BAD_REQUEST_BODY', 'REQUEST_TOO_LARGE', 'THROTTLED', 'QUOTA_EXCEEDED', 'WAF_FILTERED',
);

/** Every extension by its name without `x-amazon-apigateway-`. */
export const EXTENSIONS: Readonly<Record<string, Extension>> = {
  'any-method': { place: 'pathItem', rest: { type: 'object' }, http: { type: 'object' }, see: `${GUIDE}/api-gateway-swagger-extensions-any-method.html` },
  'api-key-source': { place: 'document', rest: oneOf('HEADER', 'AUTHORIZER'), see: `${GUIDE}/api-gateway-swagger-extensions-api-key-source.html` },
  'auth': { place: 'operation', rest: object({ type: oneOf('NONE', 'AWS_IAM') }, 'type'), http: object({ type: oneOf('NONE', 'AWS_IAM') }, 'type'), see: `${GUIDE}/api-gateway-swagger-extensions-auth.html` },
  'authorizer': { place: 'securityScheme', rest: byType(REST_AUTHORIZERS), http: byType(HTTP_AUTHORIZERS), see: `${GUIDE}/api-gateway-swagger-extensions-authorizer.html` },
  'authtype': { place: 'securityScheme', rest: TEXT, http: { const: 'awsSigv4' }, see: `${GUIDE}/api-gateway-swagger-extensions-authtype.html` },
  'binary-media-types': { place: 'document', rest: TEXTS, see: `${GUIDE}/api-gateway-swagger-extensions-binary-media-types.html` },
  'cors': {
    place: 'document',
    http: object({ allowOrigins: TEXTS, allowCredentials: FLAG, exposeHeaders: TEXTS, maxAge: { type: 'integer' }, allowMethods: TEXTS, allowHeaders: TEXTS }),
    see: `${GUIDE}/api-gateway-swagger-extensions-cors-configuration.html`,
  },
  'endpoint-access-mode': { place: 'document', rest: oneOf('BASIC', 'STRICT'), see: `${GUIDE}/openapi-extensions-endpoint-access-mode.html` },
  'endpoint-configuration': {
    place: 'server',
    rest: object({ disableExecuteApiEndpoint: FLAG, vpcEndpointIds: TEXTS }),
    http: object({ disableExecuteApiEndpoint: FLAG, ipAddressType: oneOf('ipv4', 'dualstack') }),
    see: `${GUIDE}/api-gateway-swagger-extensions-endpoint-configuration.html`,
  },
  'gateway-responses': {
    place: 'document',
    rest: mapOf(object({
      statusCode: { type: 'string', pattern: '^[1-5]\\d\\d$' }, responseParameters: mapOf(TEXT, { pattern: '^gatewayresponse\\.(header|querystring|path)\\.' }), responseTemplates: TEMPLATES,
    }), RESPONSE_TYPES),
    see: `${GUIDE}/api-gateway-swagger-extensions-gateway-responses.gatewayResponse.html`,
  },
  'importexport-version': { place: 'document', http: { const: '1.0' }, see: `${GUIDE}/api-gateway-extensions-importexport-version.html` },
  'integration': {
    place: 'operation',
    rest: REST_INTEGRATION,
    http: {
      if: { required: ['$ref'] },
      then: object({ $ref: { type: 'string', pattern: '^#/components/x-amazon-apigateway-integrations/[\\w.-]+$' } }),
      else: HTTP_INTEGRATION,
    },
    see: `${GUIDE}/api-gateway-swagger-extensions-integration.html`,
  },
  'integrations': { place: 'components', http: mapOf(HTTP_INTEGRATION), see: `${GUIDE}/api-gateway-extensions-integrations.html` },
  'minimum-compression-size': { place: 'document', rest: { type: 'integer', minimum: 0, maximum: 10_485_760 }, see: `${GUIDE}/api-gateway-openapi-minimum-compression-size.html` },
  'policy': { place: 'document', rest: { type: 'object', required: ['Statement'], properties: { Version: {}, Id: {}, Statement: { type: 'array' } }, additionalProperties: false }, see: `${GUIDE}/openapi-extensions-policy.html` },
  'request-validator': { place: 'operation', rest: { type: 'string', minLength: 1 }, see: `${GUIDE}/api-gateway-swagger-extensions-request-validator.html` },
  'request-validators': { place: 'document', rest: mapOf(object({ validateRequestBody: FLAG, validateRequestParameters: FLAG })), see: `${GUIDE}/api-gateway-swagger-extensions-request-validators.requestValidator.html` },
  'security-policy': { place: 'document', rest: { type: 'string', pattern: '^(TLS_1_[02]|SecurityPolicy_\\w+)$' }, see: `${GUIDE}/openapi-extensions-security-policy.html` },
  'tag-value': { place: 'tag', http: orIntrinsic({ type: 'string' }), see: `${GUIDE}/api-gateway-openapi-extensions-x-amazon-apigateway-tag-value.html` },
};
