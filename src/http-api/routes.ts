import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { type RouteAuthorization, routeAuthorization } from './authorization';
import type { BoundHttpIntegrations } from './bind-integrations';
import { validateRouteParameters } from './path-parameters';
import { refuseAcrossRoutes, type RouteAccess, type SharedRoute } from '../api/route-refusals';
import { IntegrationPattern } from '../functions/integration-pattern';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { boundIntegration } from '../private/cdk-internals';
import { FastApiError } from '../private/errors';

const NONE = 'NONE';

/** The routes of one API, made from its operations. */
export class HttpRoutes {
  private readonly types = new Map<Operation, string>();
  private catchAllType?: string;
  private readonly access = new Map<Operation, RouteAccess>();
  private readonly shared: SharedRoute[] = [];

  constructor(private readonly api: apigatewayv2.HttpApi, private readonly authorization: RouteAuthorization) {}

  /** Adds a route for each operation that can have one. */
  public addOperations(operations: Operations, integrations: BoundHttpIntegrations): void {
    for (const operation of operations.all) {
      if (operation.catchAll) continue;
      const { integration: bound, options } = integrations.byOperation.get(operation)!;
      const { integration } = bound;
      requireFree(integration, this.api, operation);
      const key = apigatewayv2.HttpRouteKey.with(operation.routePath, httpMethod(operation.method));
      const route = this.add(operation.constructId, key, integration, routeAuthorization(this.authorization, options, describeOperation(operation)));
      const deployed = boundIntegration(integration)?.node.defaultChild;
      if (deployed) validateRouteParameters(operation, deployed as apigatewayv2.CfnIntegration);
      this.types.set(operation, typeOf(route));
      this.access.set(operation, accessOf(route));
      this.share(route, bound.pattern === IntegrationPattern.ISOLATED ? undefined : integrations.madeFromApp(bound.handler), operation.guards);
    }
  }

  /** Adds the route `$default` for requests that match no other route. The operations that only it serves have the API's authorization. */
  public addCatchAll(operations: Operations, integrations: BoundHttpIntegrations): void {
    const { integration, handler } = integrations.catchAll!;
    const route = this.add('CatchAll', apigatewayv2.HttpRouteKey.DEFAULT, integration, this.authorization);
    this.catchAllType = typeOf(route);
    this.share(route, integrations.madeFromApp(handler));
    for (const operation of operations.all.filter(({ catchAll }) => catchAll)) {
      this.types.set(operation, this.catchAllType);
      this.access.set(operation, accessOf(route));
    }
  }

  /**
   * Adds public `OPTIONS` routes on paths that only the default route would serve, because a browser sends no credentials with a
   * preflight request. The app's own `OPTIONS` routes take precedence.
   *
   * @param integration the integration of the default route
   * @param handler its function, if that was made from the app
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
   */
  public addPreflight(operations: Operations, integration: apigatewayv2.HttpRouteIntegration, handler?: lambda.Function): void {
    if (this.authorization.authorizer instanceof apigatewayv2.HttpNoneAuthorizer) return;
    const options = operations.all.filter(({ method }) => method === 'OPTIONS');
    const taken = options.filter(({ catchAll }) => !catchAll).map(({ routePath }) => routePath.replace(/^\/\{[^/]+\+\}$/, '/{proxy+}'));
    const authorizer = new apigatewayv2.HttpNoneAuthorizer();
    for (const [id, path] of [['Preflight root', '/'], ['Preflight', '/{proxy+}']]) {
      if (taken.includes(path)) continue;
      const route = this.add(id, apigatewayv2.HttpRouteKey.with(path, apigatewayv2.HttpMethod.OPTIONS), integration, { authorizer });
      this.share(route, handler);
      for (const operation of options.filter(({ catchAll }) => catchAll)) {
        this.types.set(operation, NONE);
        this.access.set(operation, accessOf(route));
      }
    }
  }

  /** Makes shared functions refuse a request that arrives by one route for an operation with another authorization. */
  public refuseAcrossRoutes(): void {
    refuseAcrossRoutes(this.shared, this.access);
  }

  /** The authorization type of an operation's deployed route. */
  public authorizationType(operation: Operation): string {
    return this.types.get(operation)!;
  }

  /** The authorization type of the catch-all route; `undefined` if there is none. */
  public get catchAllAuthorizationType(): string | undefined {
    return this.catchAllType;
  }

  private share(route: apigatewayv2.HttpRoute, handler: lambda.Function | undefined, guards: readonly string[] = []): void {
    if (handler === undefined) return;
    const { routeKey } = deployedRoute(route);
    const [method, path] = routeKey.includes(' ') ? routeKey.split(' ') : ['ANY', routeKey];
    this.shared.push({ method, path, access: accessOf(route), handler, guards });
  }

  /** Adds a route with explicit scopes, an empty list if there are none, because the CDK applies the API's scopes to a route without. */
  private add(
    id: string, routeKey: apigatewayv2.HttpRouteKey, integration: apigatewayv2.HttpRouteIntegration, authorization: RouteAuthorization,
  ): apigatewayv2.HttpRoute {
    const { authorizer, authorizationScopes = [] } = authorization;
    return new apigatewayv2.HttpRoute(this.api, id, { httpApi: this.api, routeKey, integration, authorizer, authorizationScopes });
  }
}

/** Names and values of the CDK's methods are the same; what API Gateway does not know was refused before. */
function httpMethod(method: string): apigatewayv2.HttpMethod {
  return apigatewayv2.HttpMethod[method as keyof typeof apigatewayv2.HttpMethod];
}

function deployedRoute(route: apigatewayv2.HttpRoute): apigatewayv2.CfnRoute {
  return route.node.defaultChild as apigatewayv2.CfnRoute;
}

function typeOf(route: apigatewayv2.HttpRoute): string {
  return deployedRoute(route).authorizationType ?? NONE;
}

function accessOf(route: apigatewayv2.HttpRoute): RouteAccess {
  const { authorizerId, authorizationScopes } = deployedRoute(route);
  const type = typeOf(route);
  return { authorization: JSON.stringify([type, authorizerId, type === 'JWT' ? authorizationScopes : []]), isPublic: type === NONE };
}

/** Refuses an integration that another API uses: the CDK ties an integration of HTTP APIs to the first API that uses it. */
function requireFree(integration: apigatewayv2.HttpRouteIntegration, api: apigatewayv2.HttpApi, operation: Operation): void {
  const owner = boundIntegration(integration)?.httpApi;
  if (owner === undefined || owner === api) return;
  throw new FastApiError(
    `\`integration\` of ${describeOperation(operation)} belongs to one HTTP API, got: two, ${owner.node.path} and ${api.node.path}; `
    + 'make one integration for each, or give the builder a `factory`',
  );
}
