import { CfnResource, DefaultTokenResolver, Reference, StringConcat, Token, Tokenization, type IPostProcessor, type IResolvable, type IResolveContext } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { BodyKind } from './body-kind';

/** Whether a construct is one that the body of this API replaces. */
export function isElementOf(api: CfnResource, kind: BodyKind, node: IConstruct): boolean {
  return CfnResource.isCfnResource(node) && isOfType(node, kind, kind.elements) && belongsTo(api, kind, node);
}

/** Whether a construct documents this API. */
export function isDocumentationOf(api: CfnResource, kind: BodyKind, node: CfnResource): boolean {
  return isOfType(node, kind, kind.documentation) && belongsTo(api, kind, node);
}

function isOfType(node: CfnResource, { service }: BodyKind, types: readonly string[]): boolean {
  return types.some((type) => node.cfnResourceType === `${service}${type}`);
}

/** Whether an element says that it belongs to this API, also through a token that is resolved late. */
function belongsTo(api: CfnResource, { apiId }: BodyKind, element: CfnResource): boolean {
  const id: unknown = Reflect.get(element, apiId);
  if (id === api.ref) return true;
  return Token.isUnresolved(id) && referencedBy(element, id).includes(api);
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
