import { compact, elements, PropertyReader } from '../../api/body/resource-definition';
import type { Json, JsonObject } from '../../private/json';

/**
 * The `x-amazon-apigateway-integration` of a method.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
 */
export function renderIntegration(integration: Json | undefined, owner: string, problems: string[]): JsonObject | undefined {
  const read = new PropertyReader(integration, `the integration of ${owner}`);
  const rendered = compact({
    type: read.takeLowerCase('Type'),
    httpMethod: read.take('IntegrationHttpMethod'),
    uri: read.take('Uri'),
    credentials: read.take('Credentials'),
    connectionType: read.take('ConnectionType'),
    connectionId: read.take('ConnectionId'),
    integrationTarget: read.take('IntegrationTarget'),
    requestParameters: read.take('RequestParameters'),
    requestTemplates: read.take('RequestTemplates'),
    passthroughBehavior: read.takeLowerCase('PassthroughBehavior'),
    contentHandling: read.take('ContentHandling'),
    cacheNamespace: read.take('CacheNamespace'),
    cacheKeyParameters: read.take('CacheKeyParameters'),
    timeoutInMillis: read.take('TimeoutInMillis'),
    responseTransferMode: read.take('ResponseTransferMode'),
    responses: renderResponses(read.take('IntegrationResponses'), owner, problems),
  });
  problems.push(...read.leftovers());
  return rendered;
}

/**
 * Integration responses by selection pattern; a response without a pattern is the default one.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration-responses.html
 */
function renderResponses(responses: Json | undefined, owner: string, problems: string[]): JsonObject | undefined {
  const rendered = new Map<string, JsonObject | undefined>();
  for (const response of elements(responses)) {
    const read = new PropertyReader(response, `an integration response of ${owner}`);
    const pattern = read.take('SelectionPattern') ?? 'default';
    if (typeof pattern !== 'string') {
      problems.push(`\`selectionPattern\` of ${owner} must be known at synth, got: ${JSON.stringify(pattern)}`);
      continue;
    }
    if (rendered.has(pattern)) {
      problems.push(`\`selectionPattern\` must be different for each integration response of ${owner}, got twice: ${pattern}`);
    }
    rendered.set(pattern, compact({
      statusCode: read.take('StatusCode'),
      responseParameters: read.take('ResponseParameters'),
      responseTemplates: read.take('ResponseTemplates'),
      contentHandling: read.take('ContentHandling'),
    }));
    problems.push(...read.leftovers());
  }
  return compact(Object.fromEntries(rendered));
}
