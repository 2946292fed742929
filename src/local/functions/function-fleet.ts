import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CodeStore } from './code-store';
import { PATIENCE, type Debugging } from './debugging';
import type { Environment, Invocation, InvocationAnswer } from './environment';
import { EnvironmentPool } from './environment-pool';
import type { EnvironmentSetting } from './function-variables';
import type { Guardian } from './guardian';
import { InvocationError } from './invocation-error';
import { LambdaEnvironment } from './lambda-environment';
import { isServer, ServerEnvironment } from './server-environment';
import { RUNTIME_DIRECTORY } from '../../private/assets';
import type { ProjectSource } from '../assembly/project-source';
import type { LocalFunction } from '../local-function';

/** How functions are run. */
export interface FleetOptions {
  /** Variables on top of the functions' own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the AWS settings of this process reach the functions. */
  readonly aws: boolean;
  /** Environments of one function at most. */
  readonly limit?: number;
  /** Default: no debugger is waited for. */
  readonly debugging?: Debugging;
}

/** What is heard of functions. */
export interface FleetListener {
  /** A line that a function printed. */
  printed(definition: LocalFunction, text: string): void;
  /** Something to be said once. */
  notice(text: string): void;
}

const LIMIT = 10;
const NODE_CLIENT = join(RUNTIME_DIRECTORY, 'lambda_runtime_api', 'node-client.mjs');
const MEGABYTE = 1024 * 1024;

/** The functions of one assembly: each with its environments, started with its first request. */
export class FunctionFleet {
  private readonly pools = new Map<string, EnvironmentPool>();

  public constructor(
    private readonly functions: ReadonlyMap<string, LocalFunction>,
    private readonly options: FleetOptions,
    private readonly code: CodeStore,
    private readonly guardian: Guardian,
    private readonly listener: FleetListener,
  ) {}

  /** Why a function cannot be run, where it cannot. */
  public problem(functionId: string): string | undefined {
    const definition = this.functions.get(functionId);
    return definition === undefined ? `there is no function \`${functionId}\`` : definition.problem;
  }

  /** The function of an id. */
  public get(functionId: string): LocalFunction | undefined {
    return this.functions.get(functionId);
  }

  /** All functions. */
  public get definitions(): LocalFunction[] {
    return [...this.functions.values()];
  }

  /**
   * Runs a function.
   *
   * @param began is told that an environment has the invocation, and whether it is the first of that one
   * @throws InvocationError
   */
  public async invoke(functionId: string, invocation: Invocation, began?: (cold: boolean) => void): Promise<InvocationAnswer> {
    return this.pool(functionId).invoke(invocation, began);
  }

  /** Milliseconds that an API waits for a function, at most. */
  public patience(milliseconds: number): number {
    return this.options.debugging === undefined ? milliseconds : PATIENCE;
  }

  /** Starts an environment of a function, so that its first request finds one. */
  public warm(functionId: string): void {
    if (this.problem(functionId) === undefined) this.pool(functionId).warm();
  }

  /**
   * Has the functions of a project served from its newest code: the one that was used last is started with it, and
   * where that succeeds the others start with their next request.
   *
   * @throws InvocationError where the new code does not start; the old code keeps answering then
   */
  public async reload(source: ProjectSource): Promise<void> {
    const [last, ...others] = [...this.pools]
      .filter(([id]) => this.functions.get(id)?.source?.entry === source.entry)
      .map(([, pool]) => pool)
      .sort((a, b) => b.used - a.used);
    // Of two environments at one time only one could listen for a debugger.
    if (this.options.debugging === undefined) await last?.replace();
    else await last?.renew();
    for (const pool of others) void pool.renew();
  }

  /** Ends all of them. */
  public async stop(): Promise<void> {
    await Promise.all([...this.pools.values()].map(async (pool) => pool.stop()));
    this.pools.clear();
  }

  private pool(functionId: string): EnvironmentPool {
    const existing = this.pools.get(functionId);
    if (existing !== undefined) return existing;
    const definition = this.functions.get(functionId);
    if (definition?.problem !== undefined || definition === undefined) throw new InvocationError('error', this.problem(functionId) ?? '');
    const missing = definition.unresolved.filter((name) => !Object.hasOwn(this.options.environment, name));
    for (const layer of definition.missingLayers ?? []) this.listener.notice(`\`${functionId}\` is run without its layer ${layer}, which is not in the assembly`);
    if (missing.length > 0) {
      this.listener.notice(`\`${functionId}\` is run without ${missing.join(', ')}, whose values a deployment makes; give them with --env or --env-file`);
    }
    const pool = new EnvironmentPool({
      start: this.starter(definition),
      limit: this.options.debugging === undefined ? this.options.limit ?? Math.max(LIMIT, availableParallelism()) : 1,
      memory: definition.memory * MEGABYTE,
    });
    this.pools.set(functionId, pool);
    return pool;
  }

  private starter(definition: LocalFunction): () => Promise<Environment> {
    return async () => {
      const setting: EnvironmentSetting = { ...this.code.prepare(definition), environment: this.options.environment, aws: this.options.aws };
      const line = (text: string): void => this.listener.printed(definition, text);
      const start = { definition, setting, guardian: this.guardian, listener: { line }, debug: this.options.debugging?.argumentsFor(definition) };
      if (isServer(definition)) return ServerEnvironment.start(start);
      return LambdaEnvironment.start(start, clientOf(definition, setting.directory));
    };
  }
}

/** What asks the Runtime API for events and calls the handler. */
function clientOf({ runtime, handler }: LocalFunction, directory: string): string[] {
  return runtime.language === 'python' ? ['-m', 'awslambdaric', handler] : [process.execPath, NODE_CLIENT, directory, handler];
}
