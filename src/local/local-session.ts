import { randomUUID } from 'node:crypto';
import type { LocalFrontEnd } from './assembly/local-front-end';
import type { ProjectSource } from './assembly/project-source';
import { Authorization } from './authorizers/authorization';
import type { Authorizer, TokenAuthorizer } from './authorizers/authorizer';
import type { SigningKeys } from './authorizers/iam-authorization';
import { LocalIssuer } from './authorizers/local-issuer';
import { CodeStore } from './functions/code-store';
import { Debugging } from './functions/debugging';
import { FunctionFleet } from './functions/function-fleet';
import { Guardian } from './functions/guardian';
import { Gateway } from './gateway/gateway';
import { readApis, type LocalApi } from './local-api';
import { readFunctions, type LocalFunction } from './local-function';
import { LocalServer, type RequestListener, type SideFiles } from './local-server';
import { PageServer } from './page/page-server';
import { RequestHistory } from './page/request-history';
import { ProjectWatcher } from './project-watcher';
import { outdatedRoutes } from './route-check';
import { runtimeConfig, runtimeConfigKey } from './runtime-config';
import { summaryOf, type ServedApi } from './served-api';
import { siteFiles } from './site-files';
import { readTemplates, type Template } from './template';
import { FastApiError } from '../private/errors';
import type { Json } from '../private/json';
import { configuredInterpreter, findInterpreters } from '../python/interpreters';

/** What is served, and how. */
export interface SessionOptions {
  /** Cloud assembly. */
  readonly assembly: string;
  /** Names of stacks. Default: all. */
  readonly stacks?: readonly string[];
  /** Names of APIs: logical id, `stack/logical id` or key of the runtime configuration. Default: all. */
  readonly apis?: readonly string[];
  /** Port of the first API, the next ones follow; 0, the default, takes free ones. */
  readonly port?: number;
  /** Variables on top of the functions' own. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether the AWS settings of this process reach the functions. Default: no. */
  readonly aws?: boolean;
  /** Whether requests are let through without authorization. Default: no. */
  readonly noAuth?: boolean;
  /** Keys by which signatures are checked. Default: a signature must be there, and is not checked. */
  readonly keys?: SigningKeys;
  /** Port at which a debugger may attach. Default: none is waited for. */
  readonly debugPort?: number;
  /** Port of the page; 0, the default, takes a free one. */
  readonly pagePort?: number;
  /** Environments of one function at most. Default: 10. */
  readonly concurrency?: number;
}

/** What is heard of a session. */
export interface SessionListener extends RequestListener {
  /** A line that a function printed. */
  printed(stack: string, definition: LocalFunction, text: string): void;
  /** Something that the user should know. */
  notice(text: string): void;
  /** What was synthesized is no longer what the project is. */
  outdated(reason: string): void;
}

/** The APIs of a cloud assembly, served on this machine. */
export class LocalSession {
  /**
   * Serves what the options choose.
   *
   * @throws FastApiError where nothing can be served
   */
  public static async start(options: SessionOptions, listener: SessionListener): Promise<LocalSession> {
    const chosen = choose(readTemplates(options.assembly), options);
    const [python] = [configuredInterpreter() ?? findInterpreters()[0]];
    if (python === undefined) {
      throw new FastApiError('running functions needs a CPython from 3.11 on, and none was found on this machine; install one, for example with `uv python install 3.13`, or name it with `CDK_FASTAPI_PYTHON`');
    }
    const session = new LocalSession(options, listener, new Guardian(python.path), await LocalIssuer.create());
    try {
      await session.serve(chosen);
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** The APIs that are served. */
  public readonly served: ServedApi[] = [];
  /** The front ends that are served. */
  public readonly frontEnds: { readonly api: string; readonly url: string }[] = [];
  private readonly servers: LocalServer[] = [];
  private readonly fleets: FunctionFleet[] = [];
  private readonly watchers: ProjectWatcher[] = [];
  private readonly history = new RequestHistory();
  private readonly said = new Set<string>();
  private readonly code: CodeStore;
  private readonly debugging: Debugging | undefined;
  private page: { readonly server: PageServer; readonly url: string } | undefined;

  private constructor(
    private readonly options: SessionOptions,
    private readonly listener: SessionListener,
    private readonly guardian: Guardian,
    /** Whose tokens are accepted. */
    public readonly issuer: LocalIssuer,
  ) {
    if (options.debugPort !== undefined) this.debugging = new Debugging(options.debugPort, (text) => this.notice(text));
    this.code = new CodeStore(guardian, (text) => this.notice(text), options.debugPort !== undefined);
  }

  /** URL of the page. */
  public get pageUrl(): string {
    return this.page?.url ?? '';
  }

  /** Directories of the projects that are served. */
  public get projects(): string[] {
    return [...new Set(this.fleets.flatMap((fleet) => fleet.definitions.flatMap(({ source }) => source?.entry ?? [])))];
  }

  /** Ends all servers and functions, and removes their files. */
  public async close(): Promise<void> {
    for (const watcher of this.watchers) watcher.stop();
    await Promise.all([...this.servers, ...(this.page === undefined ? [] : [this.page.server])].map(async (server) => server.close()));
    await Promise.all(this.fleets.map(async (fleet) => fleet.stop()));
    this.code.remove();
    await this.guardian.stop();
  }

  private async serve(chosen: readonly ChosenApi[]): Promise<void> {
    const page = new PageServer(() => ({ apis: this.served.map(summaryOf), authorizers: this.tokenAuthorizers() }), this.history, this.issuer);
    this.page = { server: page, url: await page.listen(this.options.pagePort ?? 0) };
    const fleets = new Map<Template, FunctionFleet>();
    for (const { template, api } of chosen) {
      const name = `${template.name}/${api.logicalId}`;
      const fleet = fleets.get(template) ?? this.fleetOf(template);
      fleets.set(template, fleet);
      const problem = whyNotServed(api, fleet);
      if (problem !== undefined) {
        this.notice(`\`${name}\` is not served: ${problem}`);
        continue;
      }
      await this.serveOne(name, template, api, fleet);
    }
    if (this.served.length === 0) throw new FastApiError('no API of the assembly can be served, for the reasons above');
    this.watch();
  }

  /** Serves what changes in the projects. */
  private watch(): void {
    const sources = new Map<string, ProjectSource>();
    for (const { source } of this.fleets.flatMap((fleet) => fleet.definitions)) if (source !== undefined) sources.set(`${source.entry} ${source.entrypoint}`, source);
    for (const source of sources.values()) {
      this.watchers.push(new ProjectWatcher(source, (change) => {
        if (change === 'dependencies') this.listener.outdated(`the dependencies of ${source.entry} have changed`);
        else void this.reload(source);
      }));
    }
  }

  private async reload(source: ProjectSource): Promise<void> {
    try {
      if (!this.code.refresh(source)) return;
      for (const fleet of this.fleets) await fleet.reload(source);
      this.listener.notice(`${source.entrypoint} has changed, and is served as it is now`);
      const reason = await outdatedRoutes(source, this.served);
      if (reason !== undefined) this.listener.outdated(reason);
    } catch (error) {
      this.listener.notice(`${source.entrypoint} has changed and does not start; the code before it keeps answering: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private notice(text: string): void {
    if (!this.said.has(text)) this.listener.notice(text);
    this.said.add(text);
  }

  private tokenAuthorizers(): TokenAuthorizer[] {
    const all = this.served.flatMap(({ api }) => api.routes.map(({ authorization }) => authorization.authorizer));
    return [...new Map(all.filter(isTokenAuthorizer).map((authorizer) => [authorizer.name, authorizer])).values()];
  }

  private fleetOf(template: Template): FunctionFleet {
    const { environment, aws, concurrency } = this.options;
    const functions = readFunctions(template);
    const options = { environment: environment ?? {}, aws: aws ?? false, limit: concurrency, debugging: this.debugging };
    const fleet = new FunctionFleet(functions, options, this.code, this.guardian, {
      printed: (definition, text) => this.listener.printed(template.name, definition, text),
      notice: (text) => this.notice(text),
    });
    this.fleets.push(fleet);
    return fleet;
  }

  /** The files of a front end and its API at one port, as the distribution has them. */
  private async serveFrontEnd(frontEnd: LocalFrontEnd, name: string, api: LocalApi, gateway: Gateway, listener: RequestListener): Promise<void> {
    const sites = siteFiles(frontEnd);
    const isSigned = api.routes.some(({ authorization }) => authorization.authorizer.kind === 'iam');
    let url = '';
    const files: SideFiles = (path, incoming) => {
      if (path !== '/runtime-config.json') return sites(path, incoming);
      return runtimeConfig(this.served.map((each) => (each.name === name && !isSigned ? { ...each, url } : each)), incoming);
    };
    const server = new LocalServer(`the front end of ${name}`, { ...api, ...UNSTAGED }, gateway, listener, files);
    const { port: first = 0 } = this.options;
    const port = first === 0 ? 0 : first + this.servers.length;
    this.servers.push(server);
    url = await server.listen(port);
    this.frontEnds.push({ api: name, url });
  }

  private async serveOne(name: string, template: Template, api: LocalApi, fleet: FunctionFleet): Promise<void> {
    const invoke = async (functionId: string, event: Readonly<Record<string, Json | undefined>>): Promise<Json> => {
      const answer = await fleet.invoke(functionId, { id: randomUUID(), event });
      return 'payload' in answer ? JSON.parse(answer.payload.toString('utf8')) : null;
    };
    const authorization = new Authorization({ off: this.options.noAuth ?? false, keys: this.options.keys, issuer: this.issuer }, api.apiKeys, invoke);
    const gateway = new Gateway(api, fleet, authorization);
    const files: SideFiles = (path, incoming) => (path === '/runtime-config.json' ? runtimeConfig(this.served, incoming) : undefined);
    const listener: RequestListener = {
      began: (record) => this.listener.began(record),
      ended: (record) => {
        this.history.add(record);
        this.listener.ended(record);
      },
    };
    const server = new LocalServer(name, api, gateway, listener, files);
    const { port: first = 0 } = this.options;
    const port = first === 0 ? 0 : first + this.servers.length;
    this.servers.push(server);
    const url = await server.listen(port);
    this.served.push({ name, stack: template.name, key: runtimeConfigKey(template, api), api, url, fleet });
    const frontEnds = template.frontEnds.filter((each) => each.api === api.logicalId);
    for (const frontEnd of frontEnds) await this.serveFrontEnd(frontEnd, name, api, gateway, listener);
  }
}

// Of its server no stage is to be seen, as of the distribution.
const UNSTAGED = { stage: '$default', domains: [] } as const;

function isTokenAuthorizer(authorizer: Authorizer): authorizer is TokenAuthorizer {
  return authorizer.kind === 'jwt' || authorizer.kind === 'cognito';
}

/** The options choose what the assembly does not have. */
export class ChoiceError extends FastApiError {}

interface ChosenApi {
  readonly template: Template;
  readonly api: LocalApi;
}

function choose(templates: readonly Template[], options: SessionOptions): ChosenApi[] {
  const { stacks = [], apis = [] } = options;
  const unknown = stacks.find((name) => !templates.some((template) => template.name === name));
  if (unknown !== undefined) {
    throw new ChoiceError(`\`--stack\` must name a stack of the assembly, got: ${unknown}; it has ${templates.map(({ name }) => name).join(', ') || 'none'}`);
  }
  const all = templates.filter(({ name }) => stacks.length === 0 || stacks.includes(name))
    .flatMap((template) => readApis(template).map((api) => ({ template, api })));
  if (all.length === 0) throw new FastApiError(`\`--cdk-out\` must hold an API, got: ${options.assembly}`);
  const names = ({ template, api }: ChosenApi): string[] => [api.logicalId, `${template.name}/${api.logicalId}`, runtimeConfigKey(template, api)];
  const missing = apis.find((name) => !all.some((each) => names(each).includes(name)));
  if (missing !== undefined) {
    throw new ChoiceError(`\`--api\` must name an API, got: ${missing}; there are ${all.map((each) => `${names(each)[1]} (${names(each)[2]})`).join(', ')}`);
  }
  return apis.length === 0 ? all : all.filter((each) => names(each).some((name) => apis.includes(name)));
}

/** An API none of whose functions can be run. */
function whyNotServed(api: LocalApi, fleet: FunctionFleet): string | undefined {
  const ids = [...new Set(api.routes.flatMap(({ functionId }) => functionId ?? []))];
  if (ids.length === 0) {
    const others = api.routes.find(({ integration }) => integration.kind === 'http' || integration.kind === 'other');
    return others?.integration.kind === 'http' ? undefined : `it must have a function of this assembly, got: ${others?.integration.kind === 'other' ? others.integration.name : 'no route'}`;
  }
  const problems = ids.map((id) => fleet.problem(id));
  return problems.every((problem) => problem !== undefined) ? problems[0] : undefined;
}
