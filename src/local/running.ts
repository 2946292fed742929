import type { LocalFunction } from './local-function';

/** The processes of functions, each started with its first request and again after a failed start. */
export class Running<P extends { stop(): Promise<void> }> {
  private readonly processes = new Map<string, Promise<P>>();

  /** @param start starts a function */
  public constructor(private readonly start: (definition: LocalFunction) => Promise<P>) {}

  /** The process of a function. */
  public async get(definition: LocalFunction): Promise<P> {
    let started = this.processes.get(definition.logicalId);
    if (started === undefined) {
      started = this.start(definition);
      this.processes.set(definition.logicalId, started);
      started.catch(() => this.processes.delete(definition.logicalId));
    }
    return started;
  }

  /** Ends all of them. */
  public async stop(): Promise<void> {
    for (const started of this.processes.values()) await (await started).stop();
    this.processes.clear();
  }
}
