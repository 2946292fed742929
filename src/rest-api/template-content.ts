import { AspectPriority, Aspects, CfnResource, Stack, Stage, Token, Tokenization, type IAspect } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { entries, member, stringMember, type Json } from '../private/json';
import { mediaTypeOf } from '../private/media-type';
import { addWarning } from '../private/messages';

/** Types of integrations whose mapping templates API Gateway applies. */
const WITH_TEMPLATES = ['AWS', 'HTTP', 'MOCK'];

/**
 * Has API Gateway take for text what a mapping template reads, on every method of an API, those that its user adds too.
 *
 * The content of a binary media type is bytes, no template is applied to bytes, and the caller gets 500: every request, where
 * all media types are binary, as they are by default here. Where an integration says `contentHandling` itself, it stays.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function readTemplatesAsText(api: apigateway.RestApi): void {
  Aspects.of(Stage.of(api) ?? api.node.root).add(new TemplateContent(api), { priority: AspectPriority.MUTATING });
}

class TemplateContent implements IAspect {
  private readonly seen = new Set<IConstruct>();

  constructor(private readonly api: apigateway.RestApi) {}

  public visit(node: IConstruct): void {
    if (!CfnResource.isCfnResource(node) || node.cfnResourceType !== apigateway.CfnMethod.CFN_RESOURCE_TYPE_NAME || this.seen.has(node)) return;
    const method = node as apigateway.CfnMethod;
    if (method.restApiId !== this.api.restApiId) return;
    this.seen.add(method);
    if (takesNoTemplates(method.integration)) return;
    const integration = Stack.of(method).resolve(method.integration) as Json | undefined;
    const type = stringMember(integration, 'type');
    if (type === undefined || !WITH_TEMPLATES.includes(type)) return;
    const templates = member(integration, 'requestTemplates');
    if (type === 'MOCK' && entries(templates).length === 0) warnOfMock(method);
    // An integration that says how to read a request says the rest as well, as the preflight routes do.
    if (member(integration, 'contentHandling') !== undefined) return;
    if (this.isBinary(templates)) method.addPropertyOverride('Integration.ContentHandling', 'CONVERT_TO_TEXT');
    const responses = member(integration, 'integrationResponses');
    if (!Array.isArray(responses)) return;
    responses.forEach((response, index) => {
      if (member(response, 'contentHandling') !== undefined || !this.isBinary(member(response, 'responseTemplates'))) return;
      method.addPropertyOverride(`Integration.IntegrationResponses.${index}.ContentHandling`, 'CONVERT_TO_TEXT');
    });
  }

  /** Whether the API takes the content of a templated media type for bytes. */
  private isBinary(templates: Json | undefined): boolean {
    const { binaryMediaTypes = [] } = this.api.node.defaultChild as apigateway.CfnRestApi;
    return entries(templates).some(([mediaType]) => binaryMediaTypes.map(mediaTypeOf).some((binary) => (
      binary === '*/*' || binary === mediaType || (binary.endsWith('/*') && mediaType.startsWith(binary.slice(0, -1)))
    )));
  }
}

/** Whether the type says so before anything is resolved: most integrations are those of functions, and a large API has a thousand. */
function takesNoTemplates(integration: apigateway.CfnMethod['integration']): boolean {
  if (integration === undefined) return true;
  return !Tokenization.isResolvable(integration) && !Token.isUnresolved(integration.type) && !WITH_TEMPLATES.includes(integration.type);
}

/** What a mock answers is the status code that its request template says. */
function warnOfMock(method: apigateway.CfnMethod): void {
  addWarning(
    method, 'mockWithoutTemplate',
    'a mock integration answers 500 without a request template that says the status code, got: none; '
    + 'give `requestTemplates: { "application/json": "{\\"statusCode\\": 200}" }` and `integrationResponses: [{ statusCode: "200" }]`',
  );
}
