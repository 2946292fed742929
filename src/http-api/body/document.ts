import { Integrations } from './integrations';
import { parseRouteKey } from './route-key';
import { renderAuthorizer, renderSecurity } from './security';
import type { RenderedDocument } from '../../api/body/body-format';
import { selfReferences, unsupportedAttributes } from '../../api/body/document-checks';
import { compact, PropertyReader, type ResourceDefinition } from '../../api/body/resource-definition';
import { authorizerNames, type Schemes } from '../../api/body/security-schemes';
import { shortSubstitutions } from '../../api/body/short-substitutions';
import { entries, stringMember, type Json, type JsonObject } from '../../private/json';

/** Properties that configure the import of a body: the only ones that CloudFormation accepts beside it. */
export const IMPORT_OPTIONS = ['FailOnWarnings', 'BasePath'];

/** The rendered parts that all routes of one API refer to. */
interface RouteContext {
  readonly integrations: Integrations;
  readonly authorizers: ReadonlyMap<string, string>;
  readonly schemes: Schemes;
  readonly problems: string[];
}

/**
 * The resources of one HTTP API as one OpenAPI document.
 *
 * @param api the HTTP API itself, without a body
 * @param resources its routes, integrations and authorizers
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 */
export function renderHttpDocument(api: ResourceDefinition, resources: readonly ResourceDefinition[]): RenderedDocument {
  const problems: string[] = [];
  const ofType = (type: string) => resources.filter((resource) => resource.type === `AWS::ApiGatewayV2::${type}`);
  for (const resource of resources) problems.push(...unsupportedAttributes(resource));

  const schemes: Schemes = new Map();
  const routes = ofType('Route');
  const authorizers = ofType('Authorizer');
  const context: RouteContext = {
    integrations: new Integrations(ofType('Integration'), routes, problems), authorizers: authorizerNames(authorizers, problems), schemes, problems,
  };
  const paths = renderPaths(routes, context);
  for (const authorizer of authorizers) schemes.set(context.authorizers.get(authorizer.logicalId)!, renderAuthorizer(authorizer, problems));

  const document = shortSubstitutions({
    openapi: '3.0.1',
    ...renderSettings(api, problems),
    paths,
    components: compact({
      'securitySchemes': schemes.size === 0 ? undefined : Object.fromEntries(schemes),
      'x-amazon-apigateway-integrations': context.integrations.shared(),
    }),
  });
  problems.push(...selfReferences(document, api, 'a function finds it in `requestContext.apiId` of its event'));
  return { document, problems };
}

/** Properties with one possible value in an HTTP API, which a document cannot express. */
const ONLY_VALUES = new Map([['ProtocolType', 'HTTP'], ['RouteSelectionExpression', '${request.method} ${request.path}']]);

/**
 * Settings of the API, in the document because CloudFormation refuses them beside the body.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html
 */
function renderSettings(api: ResourceDefinition, problems: string[]): JsonObject {
  const read = new PropertyReader(api.properties, `the API ${api.path}`);
  // `Body` is set here only if an escape hatch overrides a part of the body.
  for (const name of ['Body', ...IMPORT_OPTIONS]) read.take(name);
  for (const [name, expected] of ONLY_VALUES) {
    const value = read.take(name) ?? expected;
    if (value !== expected) problems.push(`\`${name}\` of the API ${api.path} must be ${expected}, as every HTTP API has it, got: ${JSON.stringify(value)}`);
  }
  const endpoint = compact({ disableExecuteApiEndpoint: read.take('DisableExecuteApiEndpoint'), ipAddressType: read.take('IpAddressType') });
  const tags = entries(read.take('Tags')).map(([name, value]): JsonObject => ({ name, 'x-amazon-apigateway-tag-value': value }));
  const settings = {
    'info': compact({ title: read.take('Name'), version: read.take('Version') ?? '1.0', description: read.take('Description') }),
    'servers': endpoint === undefined ? undefined : [{ 'url': '/', 'x-amazon-apigateway-endpoint-configuration': endpoint }],
    'tags': tags.length === 0 ? undefined : tags,
    'x-amazon-apigateway-cors': renderCors(read.take('CorsConfiguration')),
  };
  problems.push(...read.leftovers());
  return settings;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-cors-configuration.html */
function renderCors(configuration: Json | undefined): JsonObject | undefined {
  return compact(Object.fromEntries(entries(configuration).map(([name, value]) => [name[0].toLowerCase() + name.slice(1), value])));
}

function renderPaths(routes: readonly ResourceDefinition[], context: RouteContext): JsonObject {
  const paths = new Map<string, Map<string, Json>>();
  for (const route of routes) {
    const key = stringMember(route.properties, 'RouteKey');
    const parsed = parseRouteKey(key);
    if (parsed === undefined) {
      context.problems.push(`the route key of ${route.path} must be \`METHOD /path\` or \`$default\`, got: ${key}; \`HttpRouteKey.with\` needs the method as well`);
      continue;
    }
    const { path, method, parameters, isDefault } = parsed;
    const item = paths.get(path) ?? new Map<string, Json>(parameters.length === 0 ? [] : [['parameters', parameters.map(renderParameter)]]);
    if (item.has(method)) {
      context.problems.push(`${route.path} must be the only route of its key, got: a second one of ${key}; remove one of the two`);
    }
    item.set(method, { ...renderRoute(route, context), ...(isDefault && { isDefaultRoute: true }) });
    paths.set(path, item);
  }
  return Object.fromEntries([...paths].map(([path, item]) => [path, Object.fromEntries(item)]));
}

function renderRoute(route: ResourceDefinition, context: RouteContext): JsonObject {
  const owner = `the route ${route.path}`;
  const read = new PropertyReader(route.properties, owner);
  for (const name of ['ApiId', 'RouteKey']) read.take(name);
  const rendered = compact({
    'operationId': read.take('OperationName'),
    'responses': {},
    'security': renderSecurity(read, owner, context.authorizers, context.schemes, context.problems),
    'x-amazon-apigateway-integration': context.integrations.of(read.take('Target'), owner),
  });
  context.problems.push(...read.leftovers());
  return rendered ?? {};
}

/** A path parameter, which an HTTP API requires to be declared; once for all methods of a path. */
function renderParameter(name: string): JsonObject {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}
