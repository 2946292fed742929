import type { Route } from './route';
import type { Template } from './template';
import { entries, member, stringMember, type Json } from '../private/json';
import { references } from '../private/references';

/** A synthesized API that this machine can serve. */
export interface LocalApi {
  readonly logicalId: string;
  readonly kind: 'rest' | 'http' | 'function-url';
  /** Stage name; `$default` has no path of its own. */
  readonly stage: string;
  readonly routes: readonly Route[];
  /** Whether every body is binary to it: all types are among the binary media types of a REST API. */
  readonly allBinary: boolean;
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'x-amazon-apigateway-any-method']);

/** The APIs of a template: REST and HTTP APIs with a body or with resources, and function URLs. */
export function readApis(template: Template): LocalApi[] {
  const resources = entries(member(template.body, 'Resources'));
  const isFunction = (id: string) => stringMember(template.body, 'Resources', id, 'Type') === 'AWS::Lambda::Function';
  const apis: LocalApi[] = [];
  for (const [logicalId, resource] of resources) {
    const type = stringMember(resource, 'Type');
    if (type === 'AWS::ApiGateway::RestApi' || type === 'AWS::ApiGatewayV2::Api') {
      const kind = type === 'AWS::ApiGateway::RestApi' ? 'rest' : 'http';
      const body = member(resource, 'Properties', 'Body');
      const routes = body === undefined ? resourceRoutes(kind, logicalId, resources, isFunction) : bodyRoutes(body, isFunction);
      const binary = member(resource, 'Properties', 'BinaryMediaTypes');
      const allBinary = Array.isArray(binary) && binary.includes('*/*');
      apis.push({ logicalId, kind, stage: stageOf(resources, logicalId), routes, allBinary });
    }
    if (type === 'AWS::Lambda::Url') {
      const functionId = references(member(resource, 'Properties', 'TargetFunctionArn')).find(isFunction);
      const streaming = stringMember(resource, 'Properties', 'InvokeMode') === 'RESPONSE_STREAM';
      const routes = [{ method: 'ANY', path: '$default', functionId, streaming }];
      apis.push({ logicalId, kind: 'function-url', stage: '$default', routes, allBinary: false });
    }
  }
  return apis;
}

function bodyRoutes(body: Json, isFunction: (id: string) => boolean): Route[] {
  const shared = member(body, 'components', 'x-amazon-apigateway-integrations');
  return entries(member(body, 'paths')).flatMap(([path, item]) =>
    entries(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) => {
        const given = member(operation, 'x-amazon-apigateway-integration');
        const name = stringMember(given, '$ref')?.split('/').at(-1);
        const integration = name === undefined ? given : member(shared, name);
        return {
          method: method === 'x-amazon-apigateway-any-method' ? 'ANY' : method.toUpperCase(),
          path: path === '/$default' ? '$default' : path,
          functionId: references(member(integration, 'uri')).find(isFunction),
          streaming: stringMember(integration, 'responseTransferMode') === 'STREAM',
        };
      }),
  );
}

function resourceRoutes(kind: 'rest' | 'http', apiId: string, resources: [string, Json][], isFunction: (id: string) => boolean): Route[] {
  const byId = new Map(resources);
  const pathOf = (reference: Json | undefined): string => {
    const id = references(reference)[0];
    if (id === undefined || id === apiId) return '';
    const resource = byId.get(id);
    return `${pathOf(member(resource, 'Properties', 'ParentId'))}/${stringMember(resource, 'Properties', 'PathPart') ?? ''}`;
  };
  return resources.flatMap(([, resource]): Route[] => {
    const properties = member(resource, 'Properties');
    const type = stringMember(resource, 'Type');
    if (kind === 'rest' && type === 'AWS::ApiGateway::Method' && references(member(properties, 'RestApiId'))[0] === apiId) {
      return [{
        method: stringMember(properties, 'HttpMethod') ?? 'ANY',
        path: pathOf(member(properties, 'ResourceId')) || '/',
        functionId: references(member(properties, 'Integration', 'Uri')).find(isFunction),
        streaming: stringMember(properties, 'Integration', 'ResponseTransferMode') === 'STREAM',
      }];
    }
    if (kind === 'http' && type === 'AWS::ApiGatewayV2::Route' && references(member(properties, 'ApiId'))[0] === apiId) {
      const [method, path] = (stringMember(properties, 'RouteKey') ?? '$default').split(' ');
      const integration = byId.get(references(member(properties, 'Target')).at(-1) ?? '');
      return [{
        method: path === undefined ? 'ANY' : method,
        path: path ?? '$default',
        functionId: references(member(integration, 'Properties', 'IntegrationUri')).find(isFunction),
        streaming: false,
      }];
    }
    return [];
  });
}

function stageOf(resources: [string, Json][], apiId: string): string {
  for (const [, resource] of resources) {
    const api = member(resource, 'Properties', 'RestApiId') ?? member(resource, 'Properties', 'ApiId');
    const name = stringMember(resource, 'Properties', 'StageName');
    if (/^AWS::ApiGateway(V2)?::Stage$/.test(stringMember(resource, 'Type') ?? '') && name !== undefined && references(api)[0] === apiId) return name;
  }
  return '$default';
}
