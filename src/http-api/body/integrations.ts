import { compact, elements, PropertyReader, refOf, type ResourceDefinition } from '../../api/body/resource-definition';
import { entries, member, stringMember, type Json, type JsonObject } from '../../private/json';

/** The integrations of one HTTP API: inside the route if only one route uses the integration, else in the components. */
export class Integrations {
  private readonly rendered: ReadonlyMap<string, JsonObject>;
  private readonly uses = new Map<string, number>();

  constructor(integrations: readonly ResourceDefinition[], routes: readonly ResourceDefinition[], private readonly problems: string[]) {
    this.rendered = new Map(integrations.map((integration) => [integration.logicalId, renderIntegration(integration, problems)]));
    for (const route of routes) {
      const id = targetOf(member(route.properties, 'Target'));
      if (id !== undefined) this.uses.set(id, (this.uses.get(id) ?? 0) + 1);
    }
  }

  /** The integration that a route targets, or a reference to it. */
  public of(target: Json | undefined, owner: string): JsonObject | undefined {
    const id = targetOf(target);
    const integration = id === undefined ? undefined : this.rendered.get(id);
    if (id === undefined || integration === undefined) {
      this.problems.push(`\`target\` of ${owner} must be an integration of this API, got: ${JSON.stringify(target)}; one that was made elsewhere is lost when the body is imported`);
      return undefined;
    }
    return this.uses.get(id) === 1 ? integration : { $ref: `#/components/x-amazon-apigateway-integrations/${id}` };
  }

  /**
   * The integrations that several routes use, and those that no route uses.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-extensions-integrations.html
   */
  public shared(): JsonObject | undefined {
    return compact(Object.fromEntries([...this.rendered].filter(([id]) => this.uses.get(id) !== 1)));
  }
}

/** The logical id in `integrations/<id>`. */
function targetOf(target: Json | undefined): string | undefined {
  const [delimiter, parts] = elements(member(target, 'Fn::Join'));
  const [prefix, reference] = elements(parts);
  return delimiter === '' && prefix === 'integrations/' && elements(parts).length === 2 ? refOf(reference) : undefined;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html */
function renderIntegration(integration: ResourceDefinition, problems: string[]): JsonObject {
  const owner = `the integration ${integration.path}`;
  const read = new PropertyReader(integration.properties, owner);
  read.take('ApiId');
  const type = read.takeLowerCase('IntegrationType');
  const integrationSubtype = read.take('IntegrationSubtype');
  const rendered = compact({
    type,
    integrationSubtype,
    // The resource implies POST for a function; the document must specify it.
    httpMethod: read.take('IntegrationMethod') ?? (type === 'aws_proxy' && integrationSubtype === undefined ? 'POST' : undefined),
    uri: type === 'aws_proxy' && integrationSubtype === undefined ? invocationPath(read.take('IntegrationUri')) : read.take('IntegrationUri'),
    credentials: read.take('CredentialsArn'),
    connectionType: read.take('ConnectionType'),
    connectionId: read.take('ConnectionId'),
    payloadFormatVersion: read.take('PayloadFormatVersion'),
    requestParameters: read.take('RequestParameters'),
    responseParameters: renderResponseParameters(read.take('ResponseParameters'), owner, problems),
    timeoutInMillis: read.take('TimeoutInMillis'),
    tlsConfig: renderTls(read.take('TlsConfig'), owner, problems),
  });
  problems.push(...read.leftovers());
  return rendered ?? {};
}

/**
 * The invocation path of a function. The resource accepts the function's ARN as well, but exports of API Gateway, the documentation's
 * examples and AWS SAM have the path in every document.
 */
function invocationPath(uri: Json | undefined): Json | undefined {
  if (uri === undefined || JSON.stringify(uri).includes(':lambda:path/')) return uri;
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':apigateway:', { Ref: 'AWS::Region' }, ':lambda:path/2015-03-31/functions/', uri, '/invocations']] };
}

/** The changes of headers by status code: a list in the resource, an object in the document. */
function renderResponseParameters(parameters: Json | undefined, owner: string, problems: string[]): JsonObject | undefined {
  return compact(Object.fromEntries(entries(parameters).map(([statusCode, list]) => {
    const rendered = new Map<string, Json>();
    const read = new PropertyReader(list, `\`responseParameters\` of ${owner}`);
    for (const change of elements(read.take('ResponseParameters'))) {
      const destination = stringMember(change, 'Destination');
      if (destination === undefined) {
        problems.push(`\`responseParameters\` of ${owner} must have a \`destination\` that is known at synth, got: ${JSON.stringify(change)} for ${statusCode}`);
        continue;
      }
      // Names of headers are case-insensitive.
      if ([...rendered.keys()].some((other) => other.toLowerCase() === destination.toLowerCase())) {
        problems.push(`\`responseParameters\` of ${owner} must change a header once for each status code, got twice: ${destination} for ${statusCode}`);
      }
      rendered.set(destination, member(change, 'Source') ?? '');
    }
    problems.push(...read.leftovers());
    return [statusCode, Object.fromEntries(rendered)];
  })));
}

function renderTls(configuration: Json | undefined, owner: string, problems: string[]): JsonObject | undefined {
  const read = new PropertyReader(configuration, `\`tlsConfig\` of ${owner}`);
  const rendered = compact({ serverNameToVerify: read.take('ServerNameToVerify') });
  problems.push(...read.leftovers());
  return rendered;
}
