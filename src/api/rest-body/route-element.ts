import { CfnResource, DefaultTokenResolver, Reference, StringConcat, Token, Tokenization, type IPostProcessor, type IResolvable, type IResolveContext } from 'aws-cdk-lib';
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';

const ROUTE_ELEMENTS = ['Method', 'Resource', 'Authorizer', 'Model', 'RequestValidator', 'GatewayResponse'];
const DOCUMENTATION = ['DocumentationPart', 'DocumentationVersion'];

/** A construct that the body replaces: a method, resource, authorizer, model, request validator or gateway response. */
export interface RouteElement extends CfnResource {
  readonly restApiId: string;
}

export function isRouteElement(node: IConstruct): node is RouteElement {
  return isOfType(node, ROUTE_ELEMENTS);
}

/** Documentation parts and versions, which belong to methods that an import makes anew. */
export function isDocumentation(node: IConstruct): node is RouteElement {
  return isOfType(node, DOCUMENTATION);
}

/** Whether an element says that it belongs to this API, also through a token that is resolved late. */
export function belongsTo(element: RouteElement, api: CfnRestApi): boolean {
  if (element.restApiId === api.ref) return true;
  return Token.isUnresolved(element.restApiId) && referencedBy(element, element.restApiId).includes(api);
}

function isOfType(node: IConstruct, types: readonly string[]): boolean {
  return CfnResource.isCfnResource(node) && 'restApiId' in node && types.some((type) => node.cfnResourceType === `AWS::ApiGateway::${type}`);
}

/** The constructs that a value with tokens refers to. */
function referencedBy(scope: IConstruct, value: unknown): IConstruct[] {
  const resolver = new ReferenceCollector(new StringConcat());
  Tokenization.resolve(value, { scope, resolver, preparing: true });
  return resolver.targets;
}

class ReferenceCollector extends DefaultTokenResolver {
  public readonly targets: IConstruct[] = [];

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) this.targets.push(token.target);
    return super.resolveToken(token, context, postProcessor);
  }
}
