import type { LocalFunction } from '../local-function';

/** A debugger for one function of a session: the first that is used. */
export class Debugging {
  private chosen: LocalFunction | undefined;

  /** @param port at which the debugger may attach */
  public constructor(private readonly port: number, private readonly notice: (text: string) => void) {}

  /** Arguments of the interpreter by which a function runs under debugpy; nothing where another function does. */
  public argumentsFor(definition: LocalFunction): string[] | undefined {
    if (definition.runtime.language !== 'python' || (this.chosen ?? definition) !== definition) return undefined;
    const listening = ['-m', 'debugpy', '--listen', `127.0.0.1:${this.port}`];
    // After an edit it goes on by itself, and a debugger may attach again.
    if (this.chosen !== undefined) return listening;
    this.chosen = definition;
    this.notice(`\`${definition.logicalId}\` waits for a debugger on 127.0.0.1:${this.port}`);
    return [...listening, '--wait-for-client'];
  }
}

/** Milliseconds that a request may take while somebody may stand at a breakpoint. */
export const PATIENCE = 24 * 3600 * 1000;
