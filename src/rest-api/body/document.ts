import { Models } from './models';
import { renderOperation, type OperationContext } from './operation';
import { resourcePaths } from './paths';
import { renderAuthorizer } from './security';
import type { RenderedDocument } from '../../api/body/body-format';
import { selfReferences, unsupportedAttributes } from '../../api/body/document-checks';
import { compact, PropertyReader, type ResourceDefinition } from '../../api/body/resource-definition';
import { authorizerNames, type Schemes } from '../../api/body/security-schemes';
import { shortSubstitutions } from '../../api/body/short-substitutions';
import { member, stringMember, type Json, type JsonObject } from '../../private/json';
import { mediaTypeOf } from '../../private/media-type';

/** Properties that configure the import, or that no import changes. `Body` is here because an escape hatch may have overridden a part of the body. */
const PROPERTIES_ALONE = ['Body', 'FailOnWarnings', 'Mode', 'Parameters', 'Tags'];

/**
 * The resources of one REST API as one OpenAPI document.
 *
 * @param api the REST API itself, without a body
 * @param resources its methods, resources, authorizers, models, validators and gateway responses
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
export function renderDocument(api: ResourceDefinition, resources: readonly ResourceDefinition[]): RenderedDocument {
  const problems: string[] = [];
  const ofType = (type: string) => resources.filter((resource) => resource.type === `AWS::ApiGateway::${type}`);
  for (const resource of resources) problems.push(...unsupportedAttributes(resource));

  const schemes: Schemes = new Map();
  const authorizers = ofType('Authorizer');
  const context: OperationContext = {
    authorizers: authorizerNames(authorizers, problems),
    validators: new Map(ofType('RequestValidator').map((validator) => [validator.logicalId, stringMember(validator.properties, 'Name') ?? validator.logicalId])),
    models: new Models(ofType('Model'), problems),
    schemes,
    problems,
  };
  const paths = renderPaths(ofType('Method'), resourcePaths(api.logicalId, ofType('Resource'), problems), context);
  for (const authorizer of authorizers) schemes.set(context.authorizers.get(authorizer.logicalId)!, renderAuthorizer(authorizer, problems));
  const schemas = context.models.render();

  const document = shortSubstitutions({
    'openapi': '3.0.1',
    ...renderSettings(api, problems),
    paths,
    'components': compact({ schemas, securitySchemes: schemes.size === 0 ? undefined : Object.fromEntries(schemes) }),
    'x-amazon-apigateway-request-validators': renderValidators(ofType('RequestValidator'), context),
    'x-amazon-apigateway-gateway-responses': renderGatewayResponses(ofType('GatewayResponse'), problems),
  });
  problems.push(...selfReferences(document, api, 'in a resource policy write `execute-api:/*`'));
  return { document, problems };
}

/**
 * Settings of the API, repeated in the document because an import in the mode `overwrite` resets them otherwise. A document cannot
 * express tags and the IP address type; `Parameters` holds the endpoint type.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_PutRestApi.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/openapi-extensions-security-policy.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/openapi-extensions-endpoint-access-mode.html
 */
function renderSettings(api: ResourceDefinition, problems: string[]): JsonObject {
  const read = new PropertyReader(api.properties, `the API ${api.path}`);
  for (const name of PROPERTIES_ALONE) read.take(name);
  const endpointConfiguration = new PropertyReader(read.take('EndpointConfiguration'), `\`EndpointConfiguration\` of the API ${api.path}`);
  for (const name of ['Types', 'IpAddressType']) endpointConfiguration.take(name);
  const endpoint = compact({
    disableExecuteApiEndpoint: read.take('DisableExecuteApiEndpoint'),
    vpcEndpointIds: endpointConfiguration.take('VpcEndpointIds'),
  });
  const settings = {
    'info': compact({ title: read.take('Name'), version: read.take('Version') ?? '1.0', description: read.take('Description') }),
    'servers': endpoint === undefined ? undefined : [{ 'url': '/', 'x-amazon-apigateway-endpoint-configuration': endpoint }],
    'x-amazon-apigateway-policy': read.take('Policy'),
    'x-amazon-apigateway-api-key-source': read.take('ApiKeySourceType'),
    'x-amazon-apigateway-binary-media-types': renderMediaTypes(read.take('BinaryMediaTypes')),
    'x-amazon-apigateway-minimum-compression-size': read.take('MinimumCompressionSize'),
    'x-amazon-apigateway-security-policy': read.take('SecurityPolicy'),
    'x-amazon-apigateway-endpoint-access-mode': read.take('EndpointAccessMode'),
  };
  problems.push(...read.leftovers(), ...endpointConfiguration.leftovers());
  return settings;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-binary-media-types.html */
function renderMediaTypes(types: Json | undefined): Json | undefined {
  return Array.isArray(types) ? types.map((type) => (typeof type === 'string' ? mediaTypeOf(type) : type)) : types;
}

function renderPaths(
  methods: readonly ResourceDefinition[], pathOf: (resource: Json | undefined) => string | undefined, context: OperationContext,
): JsonObject {
  const paths = new Map<string, Map<string, JsonObject>>();
  for (const method of methods) {
    const path = pathOf(member(method.properties, 'ResourceId'));
    const verb = stringMember(method.properties, 'HttpMethod');
    if (path === undefined || verb === undefined) {
      context.problems.push(`the method ${method.path} must belong to a resource of this API, got: ${JSON.stringify(member(method.properties, 'ResourceId'))}`);
      continue;
    }
    const item = paths.get(path) ?? new Map<string, JsonObject>();
    item.set(verb === 'ANY' ? 'x-amazon-apigateway-any-method' : verb.toLowerCase(), renderOperation(method, context));
    paths.set(path, item);
  }
  return Object.fromEntries([...paths].map(([path, item]) => [path, Object.fromEntries(item)]));
}

function renderValidators(validators: readonly ResourceDefinition[], context: OperationContext): JsonObject | undefined {
  return compact(Object.fromEntries(validators.map((validator) => {
    const read = new PropertyReader(validator.properties, `the request validator ${validator.path}`);
    for (const name of ['RestApiId', 'Name']) read.take(name);
    const rendered = {
      validateRequestBody: read.take('ValidateRequestBody') ?? false,
      validateRequestParameters: read.take('ValidateRequestParameters') ?? false,
    };
    context.problems.push(...read.leftovers());
    return [context.validators.get(validator.logicalId)!, rendered];
  })));
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.html */
function renderGatewayResponses(responses: readonly ResourceDefinition[], problems: string[]): JsonObject | undefined {
  const types = new Map<string, string>();
  return compact(Object.fromEntries(responses.map((response) => {
    const read = new PropertyReader(response.properties, `the gateway response ${response.path}`);
    read.take('RestApiId');
    const type = String(read.take('ResponseType'));
    const other = types.get(type);
    if (other !== undefined) {
      problems.push(`${response.path} must be the only gateway response of its type, got: a second one of ${type} beside ${other}; change that one, or turn off what makes it, as \`cors\` does`);
    }
    types.set(type, response.path);
    const rendered = compact({
      statusCode: read.take('StatusCode'),
      responseParameters: read.take('ResponseParameters'),
      responseTemplates: read.take('ResponseTemplates'),
    });
    problems.push(...read.leftovers());
    return [type, rendered ?? {}];
  })));
}
