import { failure, isAbort } from './errors';

/** What is used here of a client of the generator. */
export interface Connectable {
  readonly interceptors: { readonly error: { exists(interceptor: typeof explain): boolean; use(interceptor: typeof explain): unknown } };
  setConfig(config: { baseUrl: string; fetch: typeof fetch }): unknown;
}

/** What `runtime-config.json` holds. */
export interface RuntimeConfig {
  /** URLs of APIs, by key. */
  readonly apis: Readonly<Record<string, string>>;
}

/** Gives a request what the API lets it in for: see `bearer`, and `iam` in its own file. */
export type Authorize = (request: Request) => Request | Promise<Request>;

export interface ConnectOptions {
  /** URL of the API, stage included. Default: that of `api` in the runtime configuration. */
  readonly url?: string;
  /** Key of the API in the runtime configuration: the id of its construct unless that says otherwise. */
  readonly api?: string;
  /** The runtime configuration, or where it is served. Default: `/runtime-config.json`, which needs a browser. */
  readonly runtimeConfig?: string | URL | RuntimeConfig;
  /** Default: requests are sent as they are. */
  readonly authorize?: Authorize;
  /** Sends the requests. Default: that of the platform. */
  readonly fetch?: typeof fetch;
}

/**
 * Connects a client with a deployed API. Errors that are thrown, by streams or with `throwOnError`, are from then on those of
 * `errors`; an `error` that is returned stays what the document declares, and is a `NetworkError` where no answer came.
 */
export async function connectClient<C extends Connectable>(client: C, options: ConnectOptions): Promise<C> {
  const { authorize } = options;
  const send = options.fetch ?? ((...request: Parameters<typeof fetch>) => globalThis.fetch(...request));
  client.setConfig({
    baseUrl: (await urlOf(options)).replace(/\/+$/, ''),
    fetch: authorize === undefined ? send : async (request, init) => send(await authorize(new Request(request, init))),
  });
  if (!client.interceptors.error.exists(explain)) client.interceptors.error.use(explain);
  return client;
}

/** A token of Cognito or another issuer: sent with every request that has no `Authorization` of its own. */
export function bearer(token: string | (() => string | Promise<string>)): Authorize {
  return async (request) => {
    if (request.headers.has('authorization')) return request;
    const authorized = new Request(request);
    authorized.headers.set('authorization', `Bearer ${typeof token === 'string' ? token : await token()}`);
    return authorized;
  };
}

/** The URL of an API in a runtime configuration. */
export function apiUrl(config: RuntimeConfig, api: string): string {
  const url: unknown = Object.hasOwn(config.apis, api) ? config.apis[api] : undefined;
  if (typeof url === 'string' && URL.canParse(url)) return url;
  const known = Object.keys(config.apis).join(', ') || 'none';
  throw new Error(`the runtime configuration must have a URL of ${api} in \`apis\`, got: ${JSON.stringify(url) ?? 'no such key'}; it has ${known}`);
}

async function urlOf({ url, api, runtimeConfig = '/runtime-config.json' }: ConnectOptions): Promise<string> {
  if ((url === undefined) === (api === undefined)) throw new Error(`either \`url\` or \`api\` must be given, got: ${url === undefined ? 'neither' : 'both'}`);
  if (api === undefined) return url ?? '';
  return apiUrl(typeof runtimeConfig === 'string' || runtimeConfig instanceof URL ? await load(runtimeConfig) : runtimeConfig, api);
}

async function load(where: string | URL): Promise<RuntimeConfig> {
  let config: unknown;
  try {
    const response = await fetch(where);
    if (!response.ok) throw new Error(`the answer is ${response.status}`);
    config = await response.json();
  } catch (error) {
    throw new Error(`the runtime configuration ${where} could not be read (${error instanceof Error ? error.message : error}); give \`runtimeConfig\`, or \`url\``, { cause: error });
  }
  const { apis } = (config ?? {}) as Partial<RuntimeConfig>;
  if (typeof apis !== 'object' || apis === null) throw new Error(`the runtime configuration ${where} must have an object \`apis\`, got: ${JSON.stringify(apis)}`);
  return { apis };
}

/** Runs for every error; see `connect`. */
function explain(error: unknown, response: Response | undefined, request: Request | undefined, options: { throwOnError?: boolean }): unknown {
  return isAbort(error) || (response !== undefined && !options.throwOnError) ? error : failure(error, response, request);
}
