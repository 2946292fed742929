import { type Loss, Losses } from './loss';
import { modelNames } from './model-names';
import { SchemaConverter } from './schema';
import { entries, isJsonObject, member, stringMember, type Json, type JsonObject } from '../../private/json';
import type { OpenApiDocument } from '../document';
import { pointerTokens } from '../json-pointer';
import { pathOperations } from '../path-operations';

/** An OpenAPI 3.0.1 document, and the parts of the original document that it cannot express. */
export interface GatewayDocument {
  readonly content: JsonObject;
  readonly losses: readonly Loss[];
}

/** One operation as API Gateway can import it. */
export interface GatewayOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: JsonObject;
}

const VERSION = '3.0.1';
const SCHEMAS = '#/components/schemas/';

/** An object under construction, whose undefined members are removed at the end. */
type Draft = Record<string, Json | undefined>;

/**
 * Converts a document of OpenAPI 3.0, 3.1 or 3.2 to one that API Gateway can import: version 3.0.1, names of schemas in letters
 * and digits, no schema that refers to itself. Extensions are left out, because the document describes the app and not its routing.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export class GatewayConverter {
  private readonly losses = new Losses();
  private readonly names: Map<string, string>;
  private readonly converter: SchemaConverter;
  private readonly converted = new Map<string, JsonObject>();
  /** Schemas that are being converted, to detect references to themselves. */
  private readonly open = new Set<string>();

  /** @param reserved names that must not be used for schemas */
  public constructor(private readonly document: OpenApiDocument, reserved: readonly string[] = []) {
    this.names = modelNames(entries(member(document.content, 'components', 'schemas')).map(([name]) => name), reserved);
    this.converter = new SchemaConverter(this.losses, (target, tokens) => this.schemaReference(target, tokens));
  }

  /** Every operation whose method API Gateway supports, without its security. */
  public operations(): GatewayOperation[] {
    const taken = new Set<string>();
    return this.declared().map(({ operation, ...rest }) => ({ ...rest, operation: withOwnId(operation, rest.method, taken) }));
  }

  private declared(): GatewayOperation[] {
    return pathOperations(this.document).flatMap(({ method, path, operation, parameters }) => {
      const place = ['paths', path, method.toLowerCase()];
      if (!METHODS.has(method)) {
        this.losses.add(place, `OpenAPI 3.0 has no method ${method}`);
        return [];
      }
      return [{ method, path, operation: this.operation(operation, parameters, place) }];
    });
  }

  /** The schemas that were referred to so far, by their new names. */
  public get schemas(): JsonObject {
    return Object.fromEntries([...this.converted].map(([name, schema]) => [this.names.get(name)!, schema]));
  }

  /** The losses so far. */
  public get lost(): readonly Loss[] {
    return this.losses.all;
  }

  private operation(operation: JsonObject, parameters: readonly JsonObject[], place: readonly string[]): JsonObject {
    if (operation.callbacks !== undefined) this.losses.add([...place, 'callbacks'], 'API Gateway calls nobody back');
    const tags = Array.isArray(operation.tags) ? operation.tags.filter((tag) => typeof tag === 'string') : [];
    return defined({
      operationId: stringMember(operation, 'operationId'),
      summary: stringMember(operation, 'summary'),
      description: stringMember(operation, 'description'),
      tags: tags.length > 0 ? tags : undefined,
      deprecated: operation.deprecated === true ? true : undefined,
      parameters: this.parameters(parameters, place),
      requestBody: this.requestBody(operation.requestBody, [...place, 'requestBody']),
      responses: this.responses(operation.responses, [...place, 'responses']),
    });
  }

  private parameters(parameters: readonly JsonObject[], place: readonly string[]): JsonObject[] | undefined {
    const written = parameters.flatMap((parameter) => {
      const name = String(parameter.name);
      const where = String(parameter.in);
      if (!['path', 'query', 'header', 'cookie'].includes(where)) {
        this.losses.add([...place, 'parameters'], `OpenAPI 3.0 has no parameter in ${where}: ${name}`);
        return [];
      }
      const content = entries(parameter.content)[0]?.[1];
      return [defined({
        name,
        in: where,
        description: stringMember(parameter, 'description'),
        required: where === 'path' ? true : parameter.required === true ? true : undefined,
        deprecated: parameter.deprecated === true ? true : undefined,
        style: content === undefined ? stringMember(parameter, 'style') : undefined,
        explode: content === undefined && typeof parameter.explode === 'boolean' ? parameter.explode : undefined,
        schema: this.converter.convert(parameter.schema ?? member(content, 'schema') ?? {}, [...place, 'parameters', name, 'schema']),
      })];
    });
    return written.length > 0 ? written : undefined;
  }

  private requestBody(given: Json | undefined, place: readonly string[]): JsonObject | undefined {
    const body = this.followed(given);
    if (!isJsonObject(body)) return undefined;
    return defined({
      description: stringMember(body, 'description'),
      content: this.content(body.content, [...place, 'content']) ?? {},
      required: body.required === true ? true : undefined,
    });
  }

  private responses(given: Json | undefined, place: readonly string[]): JsonObject {
    const written = entries(given).filter(([status]) => /^([1-5](\d\d|XX)|default)$/.test(status)).map(([status, response]) => {
      const followed = this.followed(response);
      return [status, defined({
        description: stringMember(followed, 'description') ?? '',
        content: this.content(member(followed, 'content'), [...place, status, 'content']),
      })] as const;
    });
    return Object.fromEntries(written.length > 0 ? written : [['default', { description: '' }]]);
  }

  private content(given: Json | undefined, place: readonly string[]): JsonObject | undefined {
    const types = entries(given).map(([type, media]) => {
      if (member(media, 'itemSchema') !== undefined) this.losses.add([...place, type, 'itemSchema'], 'OpenAPI 3.0 cannot say what the items of a stream are');
      const schema = member(media, 'schema');
      return [type, schema === undefined ? {} : { schema: this.converter.convert(schema, [...place, type, 'schema']) }] as const;
    });
    return types.length > 0 ? Object.fromEntries(types) : undefined;
  }

  private schemaReference(target: string, tokens: readonly string[]): string | undefined {
    const name = target.startsWith(SCHEMAS) ? pointerTokens(decoded(target).slice(1))[2] : undefined;
    const renamed = name === undefined || pointerTokens(decoded(target).slice(1)).length !== 3 ? undefined : this.names.get(name);
    if (name === undefined || renamed === undefined) {
      this.losses.add(tokens, `a reference to something else than a schema of \`components\` is not followed, got: ${target}`);
      return undefined;
    }
    if (this.open.has(name)) {
      this.losses.add(tokens, `API Gateway takes no model that refers to itself, got: ${name}`);
      return undefined;
    }
    this.convertSchema(name);
    return SCHEMAS + renamed;
  }

  private convertSchema(name: string): void {
    if (this.converted.has(name)) return;
    this.open.add(name);
    const converted = this.converter.convert(member(this.document.content, 'components', 'schemas', name), ['components', 'schemas', name]);
    this.open.delete(name);
    this.converted.set(name, converted);
  }

  private followed(value: Json | undefined): Json | undefined {
    const seen = new Set<string>();
    let found = value;
    for (let reference = stringMember(found, '$ref'); reference !== undefined && !seen.has(reference); reference = stringMember(found, '$ref')) {
      seen.add(reference);
      found = reference.startsWith('#') ? member(this.document.content, ...pointerTokens(decoded(reference).slice(1))) : undefined;
    }
    return found;
  }
}

/** Methods that OpenAPI 3.0 and API Gateway both have. */
const METHODS = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH']);

/**
 * Converts a whole document, for imports into other tools.
 *
 * @param url URL of the API, written as the only server; the document's own servers where it is left out
 */
export function gatewayDocument(document: OpenApiDocument, url?: string): GatewayDocument {
  const converter = new GatewayConverter(document);
  const { content } = document;
  const paths: Record<string, Draft> = {};
  const secured = securitySchemes(content as unknown as JsonObject);
  const all = member(content, 'security');
  for (const { method, path, operation } of converter.operations()) {
    const own = member(content, 'paths', path, method.toLowerCase(), 'security');
    const security = requirements(own ?? all, secured);
    (paths[path] ??= {})[method.toLowerCase()] = security === undefined ? operation : { ...operation, security };
  }
  const servers = url === undefined ? serversOf(member(content, 'servers')) : [{ url }];
  const components = defined({
    schemas: nonEmpty(converter.schemas),
    securitySchemes: nonEmpty(secured),
  });
  const info = member(content, 'info');
  return {
    content: defined({
      openapi: VERSION,
      info: defined({
        title: stringMember(info, 'title') ?? '', version: stringMember(info, 'version') ?? '', description: stringMember(info, 'description'),
      }),
      servers: nonEmptyList(servers),
      tags: nonEmptyList(tagsOf(content as unknown as JsonObject)),
      paths,
      components: nonEmpty(components),
    }),
    losses: [...converter.lost, ...lostParts(content as unknown as JsonObject)],
  };
}

function lostParts(content: JsonObject): Loss[] {
  return entries(content.webhooks).map(([name]) => ({ place: `#/webhooks/${name}`, loss: 'OpenAPI 3.0 has no webhooks' }));
}

/**
 * The servers with the members that OpenAPI 3.0 has, which lacks the `name` of 3.2. Variables stay, because API Gateway reads its base path from one.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-basePath.html
 */
function serversOf(given: Json | undefined): JsonObject[] {
  return (Array.isArray(given) ? given : []).filter((server) => stringMember(server, 'url') !== undefined).map((server) => defined({
    url: stringMember(server, 'url'),
    description: stringMember(server, 'description'),
    variables: nonEmpty(Object.fromEntries(entries(member(server, 'variables')).map(([name, variable]) => {
      const allowed = member(variable, 'enum');
      return [name, defined({
        default: stringMember(variable, 'default') ?? '',
        enum: Array.isArray(allowed) ? allowed.filter((value) => typeof value === 'string') : undefined,
        description: stringMember(variable, 'description'),
      })];
    }))),
  }));
}

function tagsOf(content: JsonObject): JsonObject[] {
  return (Array.isArray(content.tags) ? content.tags : []).filter(isJsonObject).filter(({ name }, index, all) => typeof name === 'string' && all.findIndex((other) => other.name === name) === index)
    .map(({ name, description }) => defined({ name, description: typeof description === 'string' ? description : undefined }));
}

/** The security schemes of types that OpenAPI 3.0 has. It lacks `mutualTLS`, which 3.1 has added. */
function securitySchemes(content: JsonObject): JsonObject {
  const schemes = entries(member(content, 'components', 'securitySchemes')).filter(([, scheme]) => ['apiKey', 'http', 'oauth2', 'openIdConnect'].includes(stringMember(scheme, 'type') ?? ''));
  return Object.fromEntries(schemes.map(([name, scheme]) => {
    const known = Object.fromEntries(entries(scheme).filter(([key]) => !key.startsWith('x-')));
    // In lower case, because names of HTTP schemes are case-insensitive and the schema of OpenAPI 3.0 expects lower case.
    return [name, typeof known.scheme === 'string' ? { ...known, scheme: known.scheme.toLowerCase() } : known];
  }));
}

function requirements(given: Json | undefined, schemes: JsonObject): JsonObject[] | undefined {
  if (!Array.isArray(given)) return undefined;
  // OpenAPI 3.0 allows scopes for these two types only; 3.1 allows a list of roles for every scheme.
  const scoped = (name: string): boolean => ['oauth2', 'openIdConnect'].includes(stringMember(schemes[name], 'type') ?? '');
  return given.filter(isJsonObject).map((requirement) => {
    const known = entries(requirement).filter(([name]) => Object.hasOwn(schemes, name));
    return Object.fromEntries(known.map(([name, scopes]) => [name, scoped(name) ? scopes : []]));
  });
}

/** Makes the operationId unique, because FastAPI uses one id for all methods of `api_route`, and importers refuse duplicates. */
function withOwnId(operation: JsonObject, method: string, taken: Set<string>): JsonObject {
  const id = stringMember(operation, 'operationId');
  if (id === undefined) return operation;
  let own = id;
  for (let number = 1; taken.has(own); number++) own = number === 1 ? `${id}_${method.toLowerCase()}` : `${id}_${method.toLowerCase()}_${number}`;
  taken.add(own);
  return own === id ? operation : { ...operation, operationId: own };
}

function defined(draft: Draft): JsonObject {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
}

function nonEmpty(value: JsonObject): JsonObject | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function nonEmptyList(value: JsonObject[]): JsonObject[] | undefined {
  return value.length > 0 ? value : undefined;
}

/** A fragment may be percent-encoded. */
function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}
