import { renderIntegration } from './integration';
import type { Models } from './models';
import { renderSecurity } from './security';
import { compact, elements, PropertyReader, refOf, type ResourceDefinition } from '../../api/body/resource-definition';
import type { Schemes } from '../../api/body/security-schemes';
import { entries, type Json, type JsonObject } from '../../private/json';

/** The rendered parts that all methods of one API refer to. */
export interface OperationContext {
  readonly authorizers: ReadonlyMap<string, string>;
  readonly validators: ReadonlyMap<string, string>;
  readonly models: Models;
  readonly schemes: Schemes;
  readonly problems: string[];
}

/** The value of OpenAPI's `in` for each location in `method.request.<location>.<name>`. */
const LOCATIONS = new Map([['path', 'path'], ['querystring', 'query'], ['header', 'header']]);

/**
 * One method as an OpenAPI operation.
 *
 * Path parameters are declared only if the method's `requestParameters` name them. The CDK does the same, and the app
 * parses the path itself.
 */
export function renderOperation(method: ResourceDefinition, context: OperationContext): JsonObject {
  const owner = `the method ${method.path}`;
  const read = new PropertyReader(method.properties, owner);
  for (const name of ['RestApiId', 'ResourceId', 'HttpMethod']) read.take(name);
  const operation = compact({
    'operationId': read.take('OperationName'),
    'parameters': renderParameters(read.take('RequestParameters'), owner, context.problems),
    'requestBody': renderRequestBody(context.models.content(read.take('RequestModels'), owner)),
    'responses': renderResponses(read.take('MethodResponses'), owner, context),
    'security': renderSecurity(read, owner, context.authorizers, context.schemes, context.problems),
    'x-amazon-apigateway-request-validator': renderValidator(read.take('RequestValidatorId'), owner, context),
    'x-amazon-apigateway-integration': renderIntegration(read.take('Integration'), owner, context.problems),
  });
  context.problems.push(...read.leftovers());
  return operation ?? {};
}

function renderRequestBody(content: JsonObject | undefined): JsonObject | undefined {
  return content === undefined ? undefined : { content, required: true };
}

function renderParameters(parameters: Json | undefined, owner: string, problems: string[]): JsonObject[] | undefined {
  const rendered = entries(parameters).flatMap(([key, required]) => {
    const [, location, name] = /^method\.request\.(path|querystring|header)\.(.+)$/.exec(key) ?? [];
    if (location === undefined) {
      problems.push(`\`requestParameters\` of ${owner} must be \`method.request.path|querystring|header.NAME\`, got: ${key}`);
      return [];
    }
    // OpenAPI demands `required: true` for path parameters.
    return [{ name, in: LOCATIONS.get(location), required: location === 'path' ? true : required, schema: { type: 'string' } }];
  });
  return rendered.length === 0 ? undefined : rendered;
}

function renderResponses(responses: Json | undefined, owner: string, context: OperationContext): JsonObject {
  return Object.fromEntries(elements(responses).map((response): [string, JsonObject] => {
    const read = new PropertyReader(response, `a method response of ${owner}`);
    const statusCode = String(read.take('StatusCode'));
    const headers = renderHeaders(read.take('ResponseParameters'), owner, context.problems);
    const content = context.models.content(read.take('ResponseModels'), owner);
    context.problems.push(...read.leftovers());
    return [statusCode, { description: `${statusCode} response`, ...compact({ headers, content }) }];
  }));
}

function renderHeaders(parameters: Json | undefined, owner: string, problems: string[]): JsonObject | undefined {
  const headers = entries(parameters).flatMap(([key]): [string, JsonObject][] => {
    const [, name] = /^method\.response\.header\.(.+)$/.exec(key) ?? [];
    if (name !== undefined) return [[name, { schema: { type: 'string' } }]];
    problems.push(`\`responseParameters\` of ${owner} must be \`method.response.header.NAME\`, got: ${key}`);
    return [];
  });
  return headers.length === 0 ? undefined : Object.fromEntries(headers);
}

function renderValidator(validator: Json | undefined, owner: string, context: OperationContext): string | undefined {
  if (validator === undefined) return undefined;
  const name = context.validators.get(refOf(validator) ?? '');
  if (name === undefined) {
    context.problems.push(`\`requestValidator\` of ${owner} must be a validator of this API, got: ${JSON.stringify(validator)}`);
  }
  return name;
}
