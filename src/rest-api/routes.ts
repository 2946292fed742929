import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { methodAuthorization, type MethodAuthorization } from './authorization';
import type { BoundRestIntegrations } from './bind-integrations';
import { addCacheKeys, isCached } from './caching';
import { addGatewayResponses, addPreflight } from './cors';
import { validateMethodParameters } from './path-parameters';
import type { ValidatedRequests } from './validated-requests';
import type { CorsPolicy } from '../access/cors-policy';
import { refuseAcrossRoutes, type RouteAccess, type SharedRoute } from '../api/route-refusals';
import { IntegrationPattern } from '../functions/integration-pattern';
import type { Operation } from '../operations/operation';
import { describeOperation } from '../operations/operation-keys';
import type { Operations } from '../operations/operations';
import { ROUTE_METHODS } from '../private/http-methods';

const ANY = 'ANY';
const NONE = 'NONE';

/** The path of the catch-all route. */
const CATCH_ALL = '/{proxy+}';

/** The resources and methods of one API, made from its operations. */
export class RestRoutes {
  private readonly resources = new Map<string, apigateway.IResource>();
  private readonly methods = new Map<apigateway.IResource, string[]>();
  private readonly types = new Map<Operation, apigateway.AuthorizationType>();
  private readonly access = new Map<Operation, RouteAccess>();
  private readonly shared: SharedRoute[] = [];

  constructor(private readonly api: apigateway.RestApi, private readonly authorization: MethodAuthorization) {
    this.resources.set('', api.root);
    this.methods.set(api.root, []);
  }

  /** Adds a method for each operation with a route of its own. The others are served by the catch-all route, with the API's authorization. */
  public addOperations(
    operations: Operations, integrations: BoundRestIntegrations, stage: apigateway.StageOptions = {}, validated?: ValidatedRequests,
  ): void {
    for (const operation of operations.all) {
      const { integration: bound, options: stated = {} } = integrations.byOperation.get(operation)!;
      if (operation.catchAll) {
        this.types.set(operation, this.authorization.authorizationType);
        continue;
      }
      const options = validated?.options(operation, bound.pattern !== undefined, stated) ?? stated;
      const authorization = methodAuthorization(this.authorization, options, describeOperation(operation));
      const method = this.addMethod(operation.parts, operation.method, bound.integration, { ...options, ...this.explicit(authorization) });
      validateMethodParameters(operation, method);
      if (isCached(stage, operation)) addCacheKeys(operation, method, authorization.authorizer);
      this.types.set(operation, authorization.authorizationType);
      this.access.set(operation, accessOf(method));
      const handler = bound.pattern === IntegrationPattern.ISOLATED ? undefined : integrations.madeFromApp(bound.handler);
      if (handler) {
        const { routePath: path, guards } = operation;
        this.shared.push({ path, method: operation.method, access: accessOf(method), handler, guards });
      }
    }
  }

  /** Adds `ANY` on `/{proxy+}` and on `/`, served by one function. API Gateway prefers a more specific route. */
  public addCatchAll(operations: Operations, integrations: BoundRestIntegrations): void {
    const { integration, handler: serving } = integrations.catchAll!;
    const handler = integrations.madeFromApp(serving);
    for (const parts of [[], ['{proxy+}']]) {
      const method = this.addMethod(parts, ANY, integration, this.explicit(this.authorization));
      const access = accessOf(method);
      for (const operation of operations.all) if (operation.catchAll) this.access.set(operation, access);
      if (handler) this.shared.push({ path: `/${parts.join('')}`, method: ANY, access, handler, guards: [] });
    }
  }

  /** Makes shared functions refuse a request that arrives by one route for an operation with another authorization. */
  public refuseAcrossRoutes(): void {
    refuseAcrossRoutes(this.shared, this.access);
  }

  /** Answers preflight requests on resources where the app has no OPTIONS operation, and lets pages read API Gateway's errors. */
  public addCors(policy: CorsPolicy): void {
    for (const resource of this.preflightResources()) {
      const methods = this.methods.get(resource)!;
      addPreflight(resource, methods.includes(ANY) ? [...ROUTE_METHODS] : [...methods, 'OPTIONS'], policy);
    }
    addGatewayResponses(this.api, policy);
  }

  /**
   * The resources that get a preflight method: `/` and every resource with methods. With a catch-all route, only `/` and
   * `/{proxy+}`, because API Gateway falls back to them for a method that a resource lacks, and because a preflight method
   * takes more of the template's size limit than a route.
   *
   * @see https://github.com/ministackorg/ministack/pull/1423 for what was measured
   */
  private preflightResources(): apigateway.IResource[] {
    const catchAll = this.resources.get(CATCH_ALL);
    const candidates = catchAll ? [this.api.root, catchAll] : [...this.methods.keys()];
    return candidates.filter((resource) => {
      const methods = this.methods.get(resource)!;
      return !methods.includes('OPTIONS') && (methods.length > 0 || resource === this.api.root);
    });
  }

  /** The authorization type of an operation's deployed method. */
  public authorizationType(operation: Operation): apigateway.AuthorizationType {
    return this.types.get(operation)!;
  }

  /** The authorization type of the catch-all route; `undefined` if there is none. */
  public get catchAllAuthorizationType(): apigateway.AuthorizationType | undefined {
    return this.resources.has(CATCH_ALL) ? this.authorization.authorizationType : undefined;
  }

  private addMethod(
    parts: readonly string[], httpMethod: string, integration: apigateway.Integration, options: apigateway.MethodOptions,
  ): apigateway.Method {
    const resource = this.resource(parts);
    this.methods.get(resource)!.push(httpMethod);
    return resource.addMethod(httpMethod, integration, options);
  }

  /** Uses a map instead of the CDK's `resourceForPath`, which fails for a path part such as `constructor`, a member of every object. */
  private resource(parts: readonly string[]): apigateway.IResource {
    const path = parts.map((part) => `/${part}`).join('');
    let resource = this.resources.get(path);
    if (resource === undefined) {
      const parent = this.resource(parts.slice(0, -1));
      const pathPart = parts[parts.length - 1];
      resource = new apigateway.Resource(parent as apigateway.IResource & Construct, childId(pathPart), { parent, pathPart });
      this.resources.set(path, resource);
      this.methods.set(resource, []);
    }
    return resource;
  }

  /** The authorization of one method, with an empty authorizer if it has none, so that CDK does not apply the API's default. */
  private explicit({ authorizationType, authorizer, authorizationScopes }: MethodAuthorization): apigateway.MethodOptions {
    return { authorizationType, authorizationScopes, authorizer: authorizer ?? { authorizerId: '', authorizationType } };
  }
}

/** The authorization of a deployed method, including whether it needs an API key. */
function accessOf(method: apigateway.Method): RouteAccess {
  const { authorizationType = NONE, authorizerId, authorizationScopes, apiKeyRequired = false } = method.node.defaultChild as apigateway.CfnMethod;
  return {
    authorization: JSON.stringify([authorizationType, authorizerId, authorizationScopes, apiKeyRequired]),
    isPublic: authorizationType === NONE && apiKeyRequired === false,
  };
}

/** The id that the CDK would use, the path part, unless it is a member of every object, which the construct tree cannot hold. */
function childId(pathPart: string): string {
  return pathPart in {} ? `part ${pathPart}` : pathPart;
}
