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

  /** Adds a method for each operation. What only the catch-all can serve is protected as the API is. */
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

  /** Adds every method on `/{proxy+}` and on `/`, served by one function. Routes of their own come first in API Gateway. */
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

  /** Has functions that serve several routes refuse the callers of one what they may only have by another. */
  public refuseAcrossRoutes(): void {
    refuseAcrossRoutes(this.shared, this.access);
  }

  /** Answers preflight requests wherever the app does not answer OPTIONS itself, and lets pages read API Gateway's errors. */
  public addCors(policy: CorsPolicy): void {
    for (const resource of this.preflightResources()) {
      const methods = this.methods.get(resource)!;
      addPreflight(resource, methods.includes(ANY) ? [...ROUTE_METHODS] : [...methods, 'OPTIONS'], policy);
    }
    addGatewayResponses(this.api, policy);
  }

  /**
   * `/` and every resource with methods; with a catch-all route `/` and that alone, since API Gateway looks there for
   * a method that a resource lacks. A preflight takes more of the template than a route: a large app has no room for many.
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

  /** What the deployed method of an operation asks its caller for. */
  public authorizationType(operation: Operation): apigateway.AuthorizationType {
    return this.types.get(operation)!;
  }

  /** What the catch-all route asks its caller for; undefined where there is none. */
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

  /** By a map and not by the CDK's `resourceForPath`, which finds members of every object: a part may be `constructor`. */
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

  /** The authorization of one method, said so that nothing of the API's default is left in it. */
  private explicit({ authorizationType, authorizer, authorizationScopes }: MethodAuthorization): apigateway.MethodOptions {
    return { authorizationType, authorizationScopes, authorizer: authorizer ?? { authorizerId: '', authorizationType } };
  }
}

/** What a deployed method asks its caller for. A key of a usage plan is part of it. */
function accessOf(method: apigateway.Method): RouteAccess {
  const { authorizationType = NONE, authorizerId, authorizationScopes, apiKeyRequired = false } = method.node.defaultChild as apigateway.CfnMethod;
  return {
    authorization: JSON.stringify([authorizationType, authorizerId, authorizationScopes, apiKeyRequired]),
    isPublic: authorizationType === NONE && apiKeyRequired === false,
  };
}

/** The id that the CDK gives a resource, but where the construct tree cannot hold it. */
function childId(pathPart: string): string {
  return pathPart in {} ? `part ${pathPart}` : pathPart;
}
