import type { Environment, Invocation, InvocationAnswer } from './environment';
import { InvocationError } from './invocation-error';

/** What a pool needs to know of its function. */
export interface PoolOptions {
  /** Starts an environment. */
  readonly start: () => Promise<Environment>;
  /** Environments at most. */
  readonly limit: number;
  /** Bytes of memory that one may take. */
  readonly memory: number;
}

interface Waiter {
  readonly take: (environment: Environment) => void;
  readonly fail: (error: unknown) => void;
}

/** Environments that start at one time: more would only slow one another down. */
const STARTS = 2;
/** Milliseconds after which an idle environment beyond the first is ended. */
const IDLE = 5 * 60_000;
const CHECK = 1000;

/**
 * The environments of one function: one for each concurrent request up to a limit, kept for the next requests, replaced
 * when they end.
 */
export class EnvironmentPool {
  private readonly all = new Set<Environment>();
  private readonly initializing = new Set<Environment>();
  private readonly idle: { environment: Environment; since: number }[] = [];
  private readonly warmed = new WeakSet<Environment>();
  private readonly waiting: Waiter[] = [];
  private readonly check: NodeJS.Timeout;
  private starting = 0;
  private stopped = false;
  private generation = 0;
  private lastUse = 0;
  private readonly generations = new WeakMap<Environment, number>();

  public constructor(private readonly options: PoolOptions) {
    this.check = setInterval(() => this.inspect(), CHECK).unref();
  }

  /**
   * Runs an invocation in an environment that is free, or that is started for it.
   *
   * @param began is told that an environment has it, and whether it is the first of that one
   * @throws InvocationError
   */
  public async invoke(invocation: Invocation, began: (cold: boolean) => void = () => undefined): Promise<InvocationAnswer> {
    this.lastUse = Date.now();
    const environment = await this.acquire();
    began(!this.warmed.has(environment));
    this.warmed.add(environment);
    let free = true;
    try {
      const answer = await environment.invoke(invocation);
      if ('stream' in answer) {
        free = false;
        answer.stream.once('close', () => this.release(environment));
      }
      return answer;
    } finally {
      if (free) this.release(environment);
    }
  }

  /** Milliseconds since the epoch of the last request. */
  public get used(): number {
    return this.lastUse;
  }

  /** Starts an environment where there is none, so that the first request finds it. */
  public warm(): void {
    if (this.all.size === 0 && this.starting === 0) void this.startOne();
  }

  /**
   * Has later requests served by environments of new code, one of which is tried first: the old code keeps answering
   * where it does not start.
   *
   * @throws InvocationError where it does not start
   */
  public async replace(): Promise<void> {
    if (this.all.size === 0) return this.renew();
    const first = await this.options.start();
    this.initializing.add(first);
    try {
      await first.initialized;
    } catch (error) {
      await first.stop();
      throw error;
    } finally {
      this.initializing.delete(first);
    }
    void this.renew();
    this.adopt(first);
  }

  /** Has later requests served by environments that start from now on; running requests end in their own. */
  public async renew(): Promise<void> {
    this.generation++;
    await Promise.all(this.idle.splice(0).map(async ({ environment }) => this.end(environment)));
  }

  /** Ends all of them. */
  public async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.check);
    for (const waiter of this.waiting.splice(0)) waiter.fail(new InvocationError('error', 'the server is stopping'));
    await Promise.all([...this.all, ...this.initializing].map(async (environment) => environment.stop()));
  }

  private async acquire(): Promise<Environment> {
    for (let entry = this.idle.pop(); entry !== undefined; entry = this.idle.pop()) {
      if (!entry.environment.isGone) return entry.environment;
      this.all.delete(entry.environment);
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ take: resolve, fail: reject });
      this.startAsNeeded();
    });
  }

  private startAsNeeded(): void {
    const { limit } = this.options;
    while (!this.stopped && this.starting < Math.min(STARTS, this.waiting.length) && this.all.size + this.starting < limit) void this.startOne();
  }

  private async startOne(): Promise<void> {
    this.starting++;
    const generation = this.generation;
    let environment: Environment | undefined;
    let failure: unknown;
    try {
      environment = await this.options.start();
      this.initializing.add(environment);
      await environment.initialized;
    } catch (error) {
      failure = error;
    }
    this.starting--;
    if (environment !== undefined) this.initializing.delete(environment);
    if (failure !== undefined) {
      // Where others answer, they answer these too; the next request may start another one.
      if (this.all.size === 0) for (const waiter of this.waiting.splice(0)) waiter.fail(failure);
    } else if (environment !== undefined) {
      if (this.stopped || generation !== this.generation) void this.end(environment);
      else this.adopt(environment);
    }
    this.startAsNeeded();
  }

  private adopt(environment: Environment): void {
    this.all.add(environment);
    this.generations.set(environment, this.generation);
    this.release(environment);
  }

  private release(environment: Environment): void {
    if (environment.isGone || this.generations.get(environment) !== this.generation) {
      void this.end(environment);
      return this.startAsNeeded();
    }
    const waiter = this.waiting.shift();
    if (waiter === undefined) this.idle.push({ environment, since: Date.now() });
    else waiter.take(environment);
  }

  private async end(environment: Environment): Promise<void> {
    this.all.delete(environment);
    await environment.stop();
  }

  /** Ends what is idle for long, and what takes more memory than it may. */
  private inspect(): void {
    for (const environment of [...this.all, ...this.initializing]) {
      if ((environment.memory ?? 0) > this.options.memory) environment.kill('Runtime exited with error: signal: killed (Runtime.OutOfMemory)');
    }
    const old = this.idle.filter(({ since }) => Date.now() - since > IDLE).slice(1);
    for (const entry of old) {
      this.idle.splice(this.idle.indexOf(entry), 1);
      void this.end(entry.environment);
    }
  }
}
