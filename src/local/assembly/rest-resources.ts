import { entries, isJsonObject, member, stringMember, type Json, type JsonObject } from '../../private/json';
import { references } from '../../private/references';

/**
 * The OpenAPI body of an API that a template defines resource by resource, with the extensions by which API Gateway
 * knows a body: so both ways of definition are read by one reader.
 */
export function bodyOfResources(kind: 'rest' | 'http', apiId: string, resources: readonly (readonly [string, Json])[]): JsonObject {
  return kind === 'rest' ? restBody(apiId, resources) : httpBody(apiId, resources);
}

function restBody(apiId: string, resources: readonly (readonly [string, Json])[]): JsonObject {
  const byId = new Map(resources);
  const pathOf = (reference: Json | undefined): string => {
    const id = references(reference)[0];
    if (id === undefined || id === apiId) return '';
    const resource = byId.get(id);
    return `${pathOf(member(resource, 'Properties', 'ParentId'))}/${stringMember(resource, 'Properties', 'PathPart') ?? ''}`;
  };
  const ofApi = (type: string) => resources.filter(([, resource]) => stringMember(resource, 'Type') === type && references(member(resource, 'Properties', 'RestApiId'))[0] === apiId);
  const paths: Record<string, Record<string, Json>> = {};
  for (const [, resource] of ofApi('AWS::ApiGateway::Method')) {
    const properties = member(resource, 'Properties');
    const path = pathOf(member(properties, 'ResourceId')) || '/';
    const method = stringMember(properties, 'HttpMethod') ?? 'ANY';
    const authorizer = references(member(properties, 'AuthorizerId'))[0];
    const scopes = member(properties, 'AuthorizationScopes') ?? [];
    const isIam = stringMember(properties, 'AuthorizationType') === 'AWS_IAM';
    const validator = references(member(properties, 'RequestValidatorId'))[0];
    const security: Json[] = [
      ...(isIam ? [{ sigv4: [] }] : []), ...(authorizer === undefined ? [] : [{ [authorizer]: scopes }]), ...(member(properties, 'ApiKeyRequired') === true ? [{ api_key: [] }] : []),
    ];
    paths[path] ??= {};
    paths[path][method === 'ANY' ? 'x-amazon-apigateway-any-method' : method.toLowerCase()] = {
      'security': security,
      ...(validator === undefined ? {} : { 'x-amazon-apigateway-request-validator': validator }),
      ...requestOf(properties),
      'x-amazon-apigateway-integration': integrationOf(member(properties, 'Integration')),
    };
  }
  const schemes = Object.fromEntries(ofApi('AWS::ApiGateway::Authorizer').map(([id, resource]) => [id, authorizerOf(member(resource, 'Properties'))]));
  const models = ofApi('AWS::ApiGateway::Model').map(([id, resource]): [string, Json] => [id, member(resource, 'Properties', 'Schema') ?? {}]);
  return {
    paths,
    'components': { securitySchemes: { ...schemes, ...SCHEMES }, schemas: Object.fromEntries(models) },
    'x-amazon-apigateway-request-validators': Object.fromEntries(ofApi('AWS::ApiGateway::RequestValidator').map(([id, resource]) => [id, {
      validateRequestBody: member(resource, 'Properties', 'ValidateRequestBody') ?? false,
      validateRequestParameters: member(resource, 'Properties', 'ValidateRequestParameters') ?? false,
    }])),
    'x-amazon-apigateway-gateway-responses': Object.fromEntries(ofApi('AWS::ApiGateway::GatewayResponse').map(([, resource]) => {
      const properties = member(resource, 'Properties');
      return [stringMember(properties, 'ResponseType') ?? '', camelCased(properties)];
    })),
  };
}

const SCHEMES: JsonObject = {
  sigv4: { 'type': 'apiKey', 'name': 'Authorization', 'in': 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
  api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
};

/** Parameters and models as an OpenAPI operation has them. */
function requestOf(properties: Json | undefined): JsonObject {
  const parameters = entries(member(properties, 'RequestParameters')).flatMap(([name, required]): Json[] => {
    const [, place, key] = /^method\.request\.(querystring|header|path)\.(.+)$/.exec(name) ?? [];
    return place === undefined || required !== true ? [] : [{ name: key, in: place === 'querystring' ? 'query' : place, required: true }];
  });
  const models = entries(member(properties, 'RequestModels')).map(([type, model]) => [type, { schema: { $ref: `#/components/schemas/${references(model)[0] ?? String(model)}` } }]);
  return { parameters, ...(models.length === 0 ? {} : { requestBody: { content: Object.fromEntries(models) } }) };
}

function integrationOf(given: Json | undefined): Json {
  const { integrationHttpMethod, integrationResponses, ...integration } = camelCased(given) as Record<string, Json>;
  const responses = (Array.isArray(integrationResponses) ? integrationResponses : []).map((response): [string, Json] => {
    const { selectionPattern, ...rest } = camelCased(response) as Record<string, Json>;
    return [typeof selectionPattern === 'string' && selectionPattern !== '' ? selectionPattern : 'default', rest];
  });
  return { ...integration, httpMethod: integrationHttpMethod, responses: Object.fromEntries(responses) };
}

function authorizerOf(given: Json | undefined): Json {
  const properties = camelCased(given) as Record<string, Json>;
  return {
    'type': 'apiKey',
    'name': 'Authorization',
    'in': 'header',
    'x-amazon-apigateway-authtype': String(properties.type).toLowerCase() === 'cognito_user_pools' ? 'cognito_user_pools' : 'custom',
    'x-amazon-apigateway-authorizer': { ...properties, type: String(properties.type).toLowerCase() },
  };
}

function httpBody(apiId: string, resources: readonly (readonly [string, Json])[]): JsonObject {
  const byId = new Map(resources);
  const ofApi = (type: string) => resources.filter(([, resource]) => stringMember(resource, 'Type') === type && references(member(resource, 'Properties', 'ApiId'))[0] === apiId);
  const paths: Record<string, Record<string, Json>> = {};
  for (const [, resource] of ofApi('AWS::ApiGatewayV2::Route')) {
    const properties = member(resource, 'Properties');
    const [method, path] = (stringMember(properties, 'RouteKey') ?? '$default').split(' ');
    const integration = camelCased(member(byId.get(references(member(properties, 'Target')).at(-1) ?? ''), 'Properties')) as Record<string, Json>;
    const authorizer = references(member(properties, 'AuthorizerId'))[0];
    const isIam = stringMember(properties, 'AuthorizationType') === 'AWS_IAM';
    const key = path === undefined || method === 'ANY' ? 'x-amazon-apigateway-any-method' : method.toLowerCase();
    paths[path ?? '/$default'] ??= {};
    paths[path ?? '/$default'][key] = {
      'security': [...(isIam ? [{ sigv4: [] }] : []), ...(authorizer === undefined ? [] : [{ [authorizer]: member(properties, 'AuthorizationScopes') ?? [] }])],
      'x-amazon-apigateway-integration': {
        ...integration, type: integration.integrationType, uri: integration.integrationUri, httpMethod: integration.integrationMethod,
      },
    };
  }
  const schemes = ofApi('AWS::ApiGatewayV2::Authorizer').map(([id, resource]): [string, Json] => {
    const properties = camelCased(member(resource, 'Properties')) as Record<string, Json>;
    const sources = Array.isArray(properties.identitySource) ? properties.identitySource.join(',') : properties.identitySource;
    return [id, {
      'type': 'apiKey',
      'x-amazon-apigateway-authorizer': {
        ...properties,
        type: String(properties.authorizerType).toLowerCase(),
        identitySource: sources,
        ...(isJsonObject(properties.jwtConfiguration) ? { jwtConfiguration: camelCased(properties.jwtConfiguration) } : {}),
      },
    }];
  });
  return { paths, components: { securitySchemes: { ...Object.fromEntries(schemes), ...SCHEMES } } };
}

/** The members of an object under the names that the extensions of OpenAPI have for them. */
function camelCased(value: Json | undefined): JsonObject {
  return Object.fromEntries(entries(value).map(([name, each]) => [name.charAt(0).toLowerCase() + name.slice(1), each]));
}
