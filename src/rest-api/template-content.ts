import { AspectPriority, Aspects, CfnResource, Stack, Stage, Token, Tokenization, type IAspect } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { entries, member, stringMember, type Json } from '../private/json';
import { mediaTypeOf } from '../private/media-type';
import { addWarning } from '../private/messages';

/** Types of integrations whose mapping templates API Gateway applies. */
const WITH_TEMPLATES = ['AWS', 'HTTP', 'MOCK'];

/**
 * Sets `contentHandling` to text where a mapping template reads a binary media type, on every method of an API, including
 * those that its user adds.
 *
 * API Gateway answers 500 if a template would be applied to the content of a binary media type, and this library makes all
 * media types binary by default. An integration's own `contentHandling` is kept.
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
    // An integration with its own `contentHandling` is left as it is; the preflight methods are such integrations.
    if (member(integration, 'contentHandling') !== undefined) return;
    if (this.isBinary(templates)) method.addPropertyOverride('Integration.ContentHandling', 'CONVERT_TO_TEXT');
    const responses = member(integration, 'integrationResponses');
    if (!Array.isArray(responses)) return;
    responses.forEach((response, index) => {
      if (member(response, 'contentHandling') !== undefined || !this.isBinary(member(response, 'responseTemplates'))) return;
      method.addPropertyOverride(`Integration.IntegrationResponses.${index}.ContentHandling`, 'CONVERT_TO_TEXT');
    });
  }

  /** Whether a media type that has a template is a binary one. */
  private isBinary(templates: Json | undefined): boolean {
    const { binaryMediaTypes = [] } = this.api.node.defaultChild as apigateway.CfnRestApi;
    return entries(templates).some(([mediaType]) => binaryMediaTypes.map(mediaTypeOf).some((binary) => (
      binary === '*/*' || binary === mediaType || (binary.endsWith('/*') && mediaType.startsWith(binary.slice(0, -1)))
    )));
  }
}

/** Whether the integration's type rules out templates. Checked before anything is resolved, because a large API has a thousand such integrations. */
function takesNoTemplates(integration: apigateway.CfnMethod['integration']): boolean {
  if (integration === undefined) return true;
  return !Tokenization.isResolvable(integration) && !Token.isUnresolved(integration.type) && !WITH_TEMPLATES.includes(integration.type);
}

/** Warns of a mock without a request template, because the template specifies the status code of the response. */
function warnOfMock(method: apigateway.CfnMethod): void {
  addWarning(
    method, 'mockWithoutTemplate',
    'a mock integration answers 500 without a request template that says the status code, got: none; '
    + 'give `requestTemplates: { "application/json": "{\\"statusCode\\": 200}" }` and `integrationResponses: [{ statusCode: "200" }]`',
  );
}
