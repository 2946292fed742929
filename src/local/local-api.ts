import { readDomains, type ApiDomain } from './assembly/api-domains';
import { ANY_KEY, readApiKeys, type ApiKeys } from './assembly/api-keys';
import { TemplateReferences } from './assembly/intrinsics';
import { bodyOfResources } from './assembly/rest-resources';
import { readAuthorizers } from './authorizers/authorizer';
import { PUBLIC, readAuthorization } from './authorizers/route-authorization';
import { corsOf, readCors, type CorsConfiguration } from './gateway/cors-configuration';
import { readGatewayResponses, type GatewayResponse } from './gateway/gateway-response';
import { readIntegration, textMembers } from './gateway/integration';
import { readRules } from './gateway/request-rules';
import { functionOf } from './local-function';
import type { Route } from './route';
import type { Template } from './template';
import { ANY_METHOD, ROUTE_METHODS } from '../private/http-methods';
import { entries, member, stringMember, type Json } from '../private/json';
import { mediaTypeOf } from '../private/media-type';
import { references } from '../private/references';

/** A synthesized API that this machine can serve. */
export interface LocalApi {
  readonly logicalId: string;
  readonly kind: 'rest' | 'http' | 'function-url';
  /** Stage name; `$default` has no path of its own. */
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly routes: readonly Route[];
  /** Media types whose bodies come to a REST API's functions in base64. */
  readonly binaryMediaTypes: readonly string[];
  /** Whether every body is binary to it: all types are among the binary media types of a REST API. */
  readonly allBinary: boolean;
  /** What HTTP APIs and function URLs carry out themselves. */
  readonly cors: CorsConfiguration | undefined;
  /** How a REST API words its own answers. */
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponse>;
  readonly apiKeys: ApiKeys;
  /** Custom domains by which it is reached beside. */
  readonly domains: readonly ApiDomain[];
}

const METHODS = new Set([...ROUTE_METHODS.map((method) => method.toLowerCase()), ANY_METHOD]);

/** The APIs of a template: REST and HTTP APIs with a body or with resources, and function URLs. */
export function readApis(template: Template): LocalApi[] {
  const resources = entries(member(template.body, 'Resources'));
  return resources.flatMap(([logicalId, resource]): LocalApi[] => {
    switch (stringMember(resource, 'Type')) {
      case 'AWS::ApiGateway::RestApi': return [gateway('rest', logicalId, resource, template, resources)];
      case 'AWS::ApiGatewayV2::Api':
        return stringMember(resource, 'Properties', 'ProtocolType') === 'WEBSOCKET' ? [] : [gateway('http', logicalId, resource, template, resources)];
      case 'AWS::Lambda::Url': return [functionUrl(logicalId, resource, template)];
      default: return [];
    }
  });
}

function gateway(kind: 'rest' | 'http', logicalId: string, resource: Json, template: Template, resources: [string, Json][]): LocalApi {
  const given = member(resource, 'Properties', 'Body');
  const body = given ?? bodyOfResources(kind, logicalId, resources);
  const stage = stageOf(resources, logicalId);
  const binary = member(resource, 'Properties', 'BinaryMediaTypes') ?? member(body, 'x-amazon-apigateway-binary-media-types');
  const binaryMediaTypes = (Array.isArray(binary) ? binary : []).map((type) => mediaTypeOf(String(type)));
  return {
    logicalId,
    kind,
    ...stage,
    routes: bodyRoutes(kind, body, template),
    binaryMediaTypes,
    allBinary: binaryMediaTypes.includes('*/*'),
    cors: kind === 'http' ? corsOf(resource, body) : undefined,
    gatewayResponses: readGatewayResponses(member(body, 'x-amazon-apigateway-gateway-responses')),
    apiKeys: readApiKeys(logicalId, resource, body, resources),
    domains: readDomains(logicalId, resources, new TemplateReferences(template.body)),
  };
}

function functionUrl(logicalId: string, resource: Json, template: Template): LocalApi {
  const functionId = functionOf(template.body, member(resource, 'Properties', 'TargetFunctionArn'));
  const streaming = stringMember(resource, 'Properties', 'InvokeMode') === 'RESPONSE_STREAM';
  const isIam = stringMember(resource, 'Properties', 'AuthType') === 'AWS_IAM';
  const route: Route = {
    method: 'ANY',
    path: '$default',
    functionId,
    streaming,
    integration: functionId === undefined
      ? { kind: 'other', name: 'a function outside of this assembly' }
      // The function's own limit is the only one.
      : { kind: 'lambda', functionId, streaming, payload: '2.0', timeoutMillis: 900_000 },
    authorization: isIam ? { ...PUBLIC, authorizer: { kind: 'iam' } } : PUBLIC,
  };
  return {
    logicalId,
    kind: 'function-url',
    stage: '$default',
    stageVariables: {},
    routes: [route],
    binaryMediaTypes: [],
    allBinary: false,
    cors: readCors(member(resource, 'Properties', 'Cors'), 'function-url'),
    gatewayResponses: new Map(),
    apiKeys: ANY_KEY,
    domains: [],
  };
}

function bodyRoutes(kind: 'rest' | 'http', body: Json, template: Template): Route[] {
  const known = new TemplateReferences(template.body);
  const shared = member(body, 'components', 'x-amazon-apigateway-integrations');
  const authorizers = readAuthorizers(member(body, 'components', 'securitySchemes'), template.body, kind, known);
  return entries(member(body, 'paths')).flatMap(([path, item]) =>
    entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]): Route => {
        const given = member(operation, 'x-amazon-apigateway-integration');
        const name = stringMember(given, '$ref')?.split('/').at(-1);
        const integration = readIntegration(name === undefined ? given : member(shared, name), kind, template.body, known);
        return {
          method: method === 'x-amazon-apigateway-any-method' ? 'ANY' : method.toUpperCase(),
          path: path === '/$default' ? '$default' : path,
          functionId: integration.kind === 'lambda' ? integration.functionId : undefined,
          streaming: integration.kind === 'lambda' && integration.streaming,
          integration,
          authorization: readAuthorization(operation, body, authorizers),
          rules: kind === 'rest' ? readRules(operation, body) : undefined,
        };
      }),
  );
}

function stageOf(resources: [string, Json][], apiId: string): Pick<LocalApi, 'stage' | 'stageVariables'> {
  for (const [, resource] of resources) {
    const properties = member(resource, 'Properties');
    const api = member(properties, 'RestApiId') ?? member(properties, 'ApiId');
    const name = stringMember(properties, 'StageName');
    if (/^AWS::ApiGateway(V2)?::Stage$/.test(stringMember(resource, 'Type') ?? '') && name !== undefined && references(api)[0] === apiId) {
      return { stage: name, stageVariables: textMembers(member(properties, 'Variables') ?? member(properties, 'StageVariables')) };
    }
  }
  return { stage: '$default', stageVariables: {} };
}
