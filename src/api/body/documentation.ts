import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RenderedDocument } from './body-format';
import type { OpenApiDocument } from '../../openapi/document';
import { GatewayConverter } from '../../openapi/gateway/gateway-document';
import type { Loss } from '../../openapi/gateway/loss';
import type { Operation } from '../../operations/operation';
import type { Operations } from '../../operations/operations';
import { entries, isJsonObject, member, stringMember, type Json, type JsonObject } from '../../private/json';
import { addInfo } from '../../private/messages';
import { printable } from '../../private/printable';

/** Which parts of the app's document a type of API can hold. */
export type DocumentedParts = 'all' | 'names';

/** Keywords whose text is for readers only. */
const PROSE = new Set(['summary', 'description', 'title', 'example', 'examples', 'externalDocs']);

/** Keywords with values of the app, in which nothing is a keyword. */
const VALUES = new Set(['default', 'enum', 'const', 'mapping']);

/** Keywords whose members have names of the app's own: a property may be called `title`. */
const NAMED = new Set(['properties', 'patternProperties', 'responses', 'headers', 'content', 'encoding', 'links', 'callbacks', 'variables']);

/** Adds the descriptions, parameters and schemas of the app's document to the body of an API. */
export class BodyDocumentation {
  private lost?: readonly Loss[];
  private sizes: [string, number][] = [];

  /**
   * @param document the app's document
   * @param operations the deployed operations
   */
  public constructor(private readonly document: OpenApiDocument, private readonly operations: Operations, private readonly parts: DocumentedParts) {}

  /** The parts of the app's document that the body cannot express. */
  public get losses(): readonly Loss[] {
    if (this.parts === 'names') return [];
    if (this.lost === undefined) {
      const converter = new GatewayConverter(this.document);
      converter.operations();
      this.lost = converter.lost;
    }
    return this.lost;
  }

  /** The schemas of the last body with their bytes, the largest first. */
  public get schemas(): readonly (readonly [name: string, bytes: number])[] {
    return [...this.sizes].sort(([, a], [, b]) => b - a);
  }

  /**
   * Merges the app's document into a rendered body. Members of the rendered body take precedence.
   *
   * @param prose whether to include summaries, descriptions and other text for readers
   */
  public add(rendered: RenderedDocument, prose: boolean): RenderedDocument {
    const { document } = rendered;
    if (!isJsonObject(document)) return rendered;
    const models = member(document, 'components', 'schemas');
    const converter = new GatewayConverter(this.document, [...entries(models).map(([name]) => name), 'Empty', 'Error']);
    const declared = new Map(converter.operations().map(({ method, path, operation }) => [`${method} ${path}`, literal(operation) as JsonObject]));
    const deployed = new Map(this.operations.all.filter(({ catchAll }) => !catchAll).map((operation) => [`${operation.method} ${operation.routePath}`, operation]));
    const paths = Object.fromEntries(entries(member(document, 'paths')).map(([path, item]) => [path, Object.fromEntries(entries(item).map(([method, own]) => {
      const operation = deployed.get(`${method.toUpperCase()} ${path}`);
      const said = operation && declared.get(operation.guard);
      return [method, operation && said && isJsonObject(own) ? this.merge(own, renamed(said, operation), prose, checksOf(own, document)) : own];
    }))]));
    this.lost = converter.lost;
    const schemas = this.parts === 'all' ? withoutProse(literal(converter.schemas), prose, true) : {};
    this.sizes = entries(schemas).map(([name, schema]) => [name, JSON.stringify(schema).length]);
    const components = { ...entriesOf(member(document, 'components')), ...Object.keys(schemas as object).length > 0 ? { schemas: { ...schemas as JsonObject, ...entriesOf(models) } } : {} };
    return { ...rendered, document: { ...document, paths, ...Object.keys(components).length > 0 ? { components } : {} } };
  }

  private merge(own: JsonObject, said: JsonObject, prose: boolean, checks: Checks): JsonObject {
    const { operationId, summary, description, tags, deprecated, parameters, requestBody, responses } = withoutProse(said, prose) as JsonObject;
    const named = { operationId, summary, description, tags, deprecated };
    if (this.parts === 'names') return compacted({ ...named, ...own });
    // The documentation must not make an existing validator check more than before.
    const told = checks.parameters && Array.isArray(parameters) ? parameters.filter(isJsonObject).map(unlessInPath) : parameters;
    return compacted({
      ...named,
      ...own,
      parameters: parametersOf(own.parameters, told),
      requestBody: own.requestBody ?? (checks.body ? undefined : requestBody),
      responses: { ...entriesOf(responses), ...entriesOf(own.responses) },
    });
  }
}

/** The parts of a request that an operation's validator checks. */
interface Checks {
  readonly body: boolean;
  readonly parameters: boolean;
}

function checksOf(operation: JsonObject, document: JsonObject): Checks {
  const validator = member(document, 'x-amazon-apigateway-request-validators', stringMember(operation, 'x-amazon-apigateway-request-validator') ?? '');
  return { body: member(validator, 'validateRequestBody') !== false && validator !== undefined, parameters: member(validator, 'validateRequestParameters') !== false && validator !== undefined };
}

/** The parameter as an optional one. Path parameters stay required, as API Gateway and OpenAPI demand. */
function unlessInPath({ required, ...parameter }: JsonObject): JsonObject {
  return parameter.in === 'path' ? { ...parameter, required } : parameter;
}

/** The remedy for a body that is too large because of its schemas. */
export function largestSchema(documentation: BodyDocumentation | undefined): string | undefined {
  const [name, bytes] = documentation?.schemas[0] ?? [];
  return name === undefined ? undefined : `leave \`documentation\` out, whose largest schema is ${name} with ${bytes} bytes`;
}

/** Adds one info annotation that lists the parts of the app's document that the deployed API cannot express. */
export function sayLosses(scope: Construct, { losses }: BodyDocumentation): void {
  const counts = new Map<string, number>();
  for (const { loss } of losses) {
    const kind = loss.replace(/(, got)?: .*$/, '');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  const kinds = [...counts].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} (${count})`);
  const places = losses.length === 1 ? 'one place' : `${losses.length} places`;
  const text = `\`documentation\` says less than the app's document in ${places}: ${kinds.join('; ')}; \`cdk-fastapi openapi --for api-gateway\` names each`;
  addInfo(scope, 'documentationLosses', printable(text, 1000));
}

/** The operation with its path parameters named as in the route, and without cookies, which API Gateway does not support as parameters. */
function renamed(said: JsonObject, operation: Operation): JsonObject {
  if (!Array.isArray(said.parameters)) return said;
  const parameters = said.parameters.filter(isJsonObject).flatMap((parameter) => {
    if (parameter.in === 'cookie') return [];
    if (parameter.in !== 'path') return [parameter];
    const name = operation.parameterNames.get(String(parameter.name));
    return name === undefined ? [] : [{ ...parameter, name: name.replace(/\+$/, '') }];
  });
  return { ...said, parameters: parameters.length > 0 ? parameters : undefined };
}

function parametersOf(own: Json | undefined, said: Json | undefined): Json | undefined {
  const key = (parameter: Json): string => `${stringMember(parameter, 'in')} ${stringMember(parameter, 'name')}`;
  const merged = new Map([...Array.isArray(said) ? said : [], ...Array.isArray(own) ? own : []].map((parameter) => [key(parameter), parameter]));
  return merged.size > 0 ? [...merged.values()] : undefined;
}

/** Without `prose`, removes text for readers. With `named`, the keys of the value are names of the app's own instead of keywords. */
function withoutProse(value: Json | undefined, prose: boolean, named = false): Json {
  if (prose) return value ?? {};
  if (Array.isArray(value)) return value.map((each) => withoutProse(each, prose));
  if (!isJsonObject(value)) return value ?? null;
  if (named) return Object.fromEntries(entries(value).map(([name, inner]) => [name, withoutProse(inner, prose)]));
  const kept = entries(value).filter(([key]) => !PROSE.has(key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, VALUES.has(key) ? inner : withoutProse(inner, prose, NAMED.has(key))]));
}

/** Removes everything that CloudFormation would read as an intrinsic function or the CDK as a token, because the document is not trusted. */
function literal(value: Json | undefined): Json {
  if (typeof value === 'string') return Token.isUnresolved(value) ? '' : value;
  if (Array.isArray(value)) return value.map(literal);
  if (!isJsonObject(value)) return value ?? null;
  const kept = entries(value).filter(([key]) => !key.startsWith('Fn::') && !Token.isUnresolved(key));
  return Object.fromEntries(kept.filter(([key]) => key !== 'Ref' || kept.length > 1).map(([key, inner]) => [key, literal(inner)]));
}

function entriesOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function compacted(draft: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
}
