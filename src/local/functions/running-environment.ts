import { PATIENCE } from './debugging';
import type { Environment, Invocation, InvocationAnswer } from './environment';
import type { EnvironmentProcess } from './environment-process';
import { InvocationError } from './invocation-error';
import type { LocalFunction } from '../local-function';

/** What every execution environment has in common: a process that ends by itself, is ended, or takes too long. */
export abstract class RunningEnvironment implements Environment {
  public isGone = false;
  public abstract readonly initialized: Promise<void>;
  /** Why it has ended, where that is known. */
  protected reason: InvocationError | undefined;

  /** @param patient whether an invocation may take as long as it likes: somebody looks at it in a debugger */
  protected constructor(
    protected readonly definition: LocalFunction, protected readonly process: EnvironmentProcess, private readonly patient: boolean,
  ) {
    void process.ended.then((how) => {
      this.isGone = true;
      this.reason ??= new InvocationError('error', `Runtime exited with error: ${how}`);
      this.gone(this.reason);
    });
  }

  public get memory(): number | undefined {
    return this.process.memory;
  }

  /** Milliseconds that an invocation may take. */
  protected get milliseconds(): number {
    return this.patient ? PATIENCE : this.definition.timeoutSeconds * 1000;
  }

  public abstract invoke(invocation: Invocation): Promise<InvocationAnswer>;

  public kill(reason: string): void {
    this.end(new InvocationError('error', reason));
  }

  public async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Is told once that there is no process any more, or none that counts. */
  protected abstract gone(reason: InvocationError): void;

  /** Ends it when the time of an invocation is over; the caller clears the timer. */
  protected timeout(): NodeJS.Timeout {
    const said = `Task timed out after ${this.definition.timeoutSeconds.toFixed(2)} seconds`;
    return setTimeout(() => this.end(new InvocationError('timeout', said)), this.milliseconds);
  }

  private end(error: InvocationError): void {
    this.reason = error;
    this.isGone = true;
    this.gone(error);
    this.process.kill();
  }
}
