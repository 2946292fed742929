import { Models } from './models';
import { renderOperation, type OperationContext } from './operation';
import { resourcePaths } from './paths';
import { renderAuthorizer } from './security';
import type { RenderedDocument } from '../../api/body/body-kind';
import { selfReferences, unsupportedAttributes } from '../../api/body/document-checks';
import { compact, PropertyReader, type ResourceDefinition } from '../../api/body/resource-definition';
import { authorizerNames, type Schemes } from '../../api/body/security-schemes';
import { shortSubstitutions } from '../../api/body/short-substitutions';
import { member, stringMember, type Json, type JsonObject } from '../../private/json';

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
    ...renderSettings(api.properties),
    paths,
    'components': compact({ schemas, securitySchemes: schemes.size === 0 ? undefined : Object.fromEntries(schemes) }),
    'x-amazon-apigateway-request-validators': renderValidators(ofType('RequestValidator'), context),
    'x-amazon-apigateway-gateway-responses': renderGatewayResponses(ofType('GatewayResponse'), problems),
  });
  problems.push(...selfReferences(document, api, 'in a resource policy write `execute-api:/*`'));
  return { document, problems };
}

/**
 * Settings of the API that an import in the mode `overwrite` would take away, said once more.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_PutRestApi.html
 */
function renderSettings(properties: JsonObject): JsonObject {
  const endpoint = compact({
    disableExecuteApiEndpoint: member(properties, 'DisableExecuteApiEndpoint'),
    vpcEndpointIds: member(properties, 'EndpointConfiguration', 'VpcEndpointIds'),
  });
  return {
    'info': compact({ title: member(properties, 'Name'), version: '1.0', description: member(properties, 'Description') }),
    'servers': endpoint === undefined ? undefined : [{ 'url': '/', 'x-amazon-apigateway-endpoint-configuration': endpoint }],
    'x-amazon-apigateway-policy': member(properties, 'Policy'),
    'x-amazon-apigateway-api-key-source': member(properties, 'ApiKeySourceType'),
    'x-amazon-apigateway-binary-media-types': member(properties, 'BinaryMediaTypes'),
    'x-amazon-apigateway-minimum-compression-size': member(properties, 'MinimumCompressionSize'),
  };
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
  const types = new Set<string>();
  return compact(Object.fromEntries(responses.map((response) => {
    const read = new PropertyReader(response.properties, `the gateway response ${response.path}`);
    read.take('RestApiId');
    const type = String(read.take('ResponseType'));
    if (types.has(type)) {
      problems.push(`${response.path} must be the only gateway response of its type, got: a second one of ${type}; change the other one, or turn off what makes it, as \`cors\` does`);
    }
    types.add(type);
    const rendered = compact({
      statusCode: read.take('StatusCode'),
      responseParameters: read.take('ResponseParameters'),
      responseTemplates: read.take('ResponseTemplates'),
    });
    problems.push(...read.leftovers());
    return [type, rendered ?? {}];
  })));
}
