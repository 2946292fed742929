import { CfnResource, DefaultTokenResolver, Reference, StringConcat, Token, Tokenization, type IPostProcessor, type IResolvable, type IResolveContext } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { BodyFormat } from './body-format';

/** Whether a construct is one that the body of this API replaces. */
export function isElementOf(api: CfnResource, format: BodyFormat, node: IConstruct): boolean {
  return CfnResource.isCfnResource(node) && isOfType(node, format, format.elements) && belongsTo(api, format, node);
}

/** Whether a construct documents this API. */
export function isDocumentationOf(api: CfnResource, format: BodyFormat, node: CfnResource): boolean {
  return isOfType(node, format, format.documentation) && belongsTo(api, format, node);
}

function isOfType(node: CfnResource, { service }: BodyFormat, types: readonly string[]): boolean {
  return types.some((type) => node.cfnResourceType === `${service}${type}`);
}

/** Whether a resource's API id refers to this API, directly or through a token that is resolved late. */
export function belongsTo(api: CfnResource, { apiId }: BodyFormat, element: CfnResource): boolean {
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
