import { describe } from './describe';
import { FastApiError } from '../private/errors';
import { isJsonObject, type JsonObject, member } from '../private/json';

/** The extension for facts about the running app that OpenAPI cannot express. */
export const FACTS_KEY = 'x-cdk-fastapi';

/** The app's facts about one operation. */
export interface OperationFacts {
  /** Name of the route: the function's, unless the app sets another. */
  readonly name: string;
  /** Module of the route function. */
  readonly module?: string;
  /** Path with its converters, for example `/files/{p:path}`. */
  readonly path?: string;
  /** Converter of each path parameter, by name. */
  readonly converters: ReadonlyMap<string, string>;
  /** Whether the route streams its response although the document does not show it. */
  readonly streaming: boolean;
  /** Position among all routes of the app, in the order in which its router tries them. */
  readonly order?: number;
  /** The requests that the app accepts; absent if they were not examined. */
  readonly accepts?: AcceptsFacts;
}

/** The requests that an operation accepts, by its pydantic schemas. */
export interface AcceptsFacts {
  /** A JSON schema that is never stricter than the app. */
  readonly body?: JsonObject;
  /** The reason why the body, or the whole request, is left to the app to check. */
  readonly left?: string;
  /** Required query parameters whose empty values the app refuses. */
  readonly query: readonly string[];
  /** Required headers whose empty values the app refuses. */
  readonly header: readonly string[];
}

/** A route that the app serves and the document does not contain. */
export interface HiddenRoute extends NamedPath {
  readonly methods: readonly string[];
}

/** A route that is never reached, because an earlier one matches all of its requests. */
export interface ShadowedRoute extends HiddenRoute {
  readonly by: NamedPath;
}

/** A path of the app: of a mounted application, a websocket or a route. */
export interface NamedPath {
  readonly path: string;
  readonly name?: string;
  /** Position among all routes of the app, in the order in which its router tries them. */
  readonly order?: number;
}

/** A directory of files that the app serves: `app.frontend`, or mounted `StaticFiles`. */
export interface SiteFacts {
  /** `/` or a prefix without a slash at its end. */
  readonly path: string;
  /** Relative to the project. */
  readonly directory: string;
  /** The page that is served for a missing file: one of the two, with `auto` `404.html` or else `index.html` if it exists, or none. */
  readonly fallback: 'index.html' | '404.html' | 'auto' | 'none';
  /** Whether a directory is served by its `index.html`. */
  readonly index: boolean;
  /** Whether dependencies of the app restrict access to it. */
  readonly guarded: boolean;
}

/** What the app's outermost `CORSMiddleware` allows. */
export interface CorsFacts {
  readonly allowOrigins: readonly string[];
  readonly allowOriginRegex?: string;
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly exposeHeaders: readonly string[];
  /** In seconds. */
  readonly maxAge: number;
  /** Whether its class is a subclass with code of its own. */
  readonly ownCode: boolean;
}

/** The app's facts about itself; empty for a document without the extension. */
export interface AppFacts {
  /** Version of FastAPI. */
  readonly fastapi?: string;
  /** Version of Python. */
  readonly python?: string;
  /** Entrypoint of the app: `package.module:attribute`. */
  readonly entrypoint?: string;
  /** Whether the module has a Lambda handler of its own. */
  readonly handler: boolean;
  /** The app's `root_path`: a prefix that a proxy removes before it forwards a request. */
  readonly rootPath?: string;
  /** Settings of the app's own CORS middleware. */
  readonly cors?: CorsFacts;
  /** Paths of mounted applications with a CORS middleware of their own. */
  readonly corsOfMounts: readonly string[];
  /** Whether buffered functions use the module's own handler instead of the bundle's. */
  readonly ownHandler: boolean;
  /** Routes that are served but not in the document, such as `/docs`. */
  readonly hidden: readonly HiddenRoute[];
  /** Mounted applications. */
  readonly mounts: readonly NamedPath[];
  /** Directories of files that it serves. */
  readonly sites: readonly SiteFacts[];
  /** Websocket routes. */
  readonly websockets: readonly NamedPath[];
  /** Names of wrappers that the module puts around the app, if the app is served without them. */
  readonly wrapped: readonly string[];
  /** Routes that are never reached because of an earlier one. */
  readonly shadowed: readonly ShadowedRoute[];
  /** Schemas that accepted bodies refer to, by name. */
  readonly accepted: JsonObject;
  /** Whether the app answers invalid requests in another form than FastAPI's default. */
  readonly ownValidationAnswer: boolean;
}

const FALLBACKS = ['index.html', '404.html', 'auto', 'none'] as const;

/** The facts of one operation object; `undefined` if it has none. */
export function operationFacts(operation: unknown, place: string): OperationFacts | undefined {
  const facts = member(operation, FACTS_KEY);
  if (facts === undefined) return undefined;
  const read = new FactReader(facts, place);
  const name = read.text('name');
  if (name === undefined) throw read.wrong('name', 'a string', undefined);
  return {
    name,
    module: read.text('module'),
    path: read.text('path'),
    converters: read.texts('converters'),
    streaming: read.flag('streaming'),
    order: read.number('order'),
    accepts: acceptsFacts(read.optional('accepts')),
  };
}

function acceptsFacts(accepts: FactReader | undefined): AcceptsFacts | undefined {
  return accepts && { body: accepts.object('body'), left: accepts.text('left'), query: accepts.list('query'), header: accepts.list('header') };
}

/** The facts of the whole document; empty if it has none. */
export function appFacts(content: unknown, source: string): AppFacts {
  const read = new FactReader(member(content, FACTS_KEY) ?? {}, source);
  return {
    fastapi: read.text('fastapi'),
    python: read.text('python'),
    entrypoint: read.text('entrypoint'),
    handler: read.flag('handler'),
    rootPath: read.text('root_path'),
    cors: corsFacts(read.optional('cors')),
    corsOfMounts: read.list('corsOfMounts'),
    ownHandler: read.flag('ownHandler'),
    hidden: read.routes('hidden').map(hidden),
    mounts: read.routes('mounts').map(named),
    sites: read.routes('sites').map(site),
    websockets: read.routes('websockets').map(named),
    wrapped: read.list('wrapped'),
    shadowed: read.routes('shadowed').map((route) => ({ ...hidden(route), by: named(route.child('by')) })),
    accepted: read.object('accepted') ?? {},
    ownValidationAnswer: read.flag('ownValidationAnswer'),
  };
}

function corsFacts(cors: FactReader | undefined): CorsFacts | undefined {
  return cors && {
    allowOrigins: cors.list('allow_origins'),
    allowOriginRegex: cors.text('allow_origin_regex'),
    // Starlette's default.
    allowMethods: cors.optionalList('allow_methods') ?? ['GET'],
    allowHeaders: cors.list('allow_headers'),
    allowCredentials: cors.flag('allow_credentials'),
    exposeHeaders: cors.list('expose_headers'),
    maxAge: cors.number('max_age') ?? 600,
    ownCode: cors.flag('own_code'),
  };
}

function named(route: FactReader): NamedPath {
  const path = route.text('path');
  if (path === undefined) throw route.wrong('path', 'a string', undefined);
  return { path, name: route.text('name'), order: route.number('order') };
}

function site(facts: FactReader): SiteFacts {
  const [path, directory, given] = [facts.text('path'), facts.text('directory'), facts.text('fallback')];
  const fallback = FALLBACKS.find((each) => each === given);
  if (path === undefined || directory === undefined || fallback === undefined) throw facts.wrong('sites', 'objects with path, directory and fallback', given);
  return { path, directory, fallback, index: facts.flag('index'), guarded: facts.flag('guarded') };
}

function hidden(route: FactReader): HiddenRoute {
  return { ...named(route), methods: route.list('methods') };
}

/** Reads one object of the extension and refuses values of types that `cdk-fastapi openapi` does not write. */
class FactReader {
  constructor(private readonly facts: unknown, private readonly place: string) {
    if (!isJsonObject(facts)) throw this.wrong('', 'an object', facts);
  }

  public text(name: string): string | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'string') throw this.wrong(name, 'a string', value);
    return value;
  }

  public flag(name: string): boolean {
    const value = this.value(name) ?? false;
    if (typeof value !== 'boolean') throw this.wrong(name, 'true or false', value);
    return value;
  }

  public number(name: string): number | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'number') throw this.wrong(name, 'a number', value);
    return value;
  }

  public list(name: string): string[] {
    const value = this.value(name) ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw this.wrong(name, 'a list of strings', value);
    return value;
  }

  public optionalList(name: string): string[] | undefined {
    return this.value(name) === undefined ? undefined : this.list(name);
  }

  public texts(name: string): Map<string, string> {
    const value = this.value(name) ?? {};
    if (!isJsonObject(value)) throw this.wrong(name, 'an object of strings', value);
    return new Map(Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw this.wrong(`${name}.${key}`, 'a string', text);
      return [key, text];
    }));
  }

  public routes(name: string): FactReader[] {
    const value = this.value(name) ?? [];
    if (!Array.isArray(value)) throw this.wrong(name, 'a list', value);
    return value.map((item) => new FactReader(item, this.place));
  }

  public object(name: string): JsonObject | undefined {
    const value = this.value(name);
    if (value !== undefined && !isJsonObject(value)) throw this.wrong(name, 'an object', value);
    return value;
  }

  public optional(name: string): FactReader | undefined {
    return this.value(name) === undefined ? undefined : this.child(name);
  }

  public child(name: string): FactReader {
    return new FactReader(this.value(name) ?? {}, this.place);
  }

  public wrong(name: string, wanted: string, value: unknown): FastApiError {
    const where = name ? `${FACTS_KEY}.${name}` : FACTS_KEY;
    return new FastApiError(
      `\`${where}\` must be ${wanted}, got: ${describe(value)} (${this.place}); write the document again with \`cdk-fastapi openapi\``,
    );
  }

  /** An absent fact may also be written as null. */
  private value(name: string): unknown {
    return member(this.facts, name) ?? undefined;
  }
}
