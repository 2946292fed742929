import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '../../private/json';
import type { LocalRequest } from '../local-request';

/** One invocation of a function: its event, and the request that it was made of where there is one. */
export interface Invocation {
  readonly id: string;
  readonly event: JsonObject;
  readonly request?: LocalRequest;
}

/** What a function answers: the payload of a buffered one, or the answer of a server whose head has come. */
export type InvocationAnswer =
  | { readonly payload: Buffer }
  | { readonly stream: IncomingMessage };

/** One execution environment: it has one invocation at a time. */
export interface Environment {
  /** Whether it has ended. */
  readonly isGone: boolean;
  /** Bytes of memory in use, where the machine tells. */
  readonly memory: number | undefined;
  /** Settled when it is ready for its first invocation, rejected with an `InvocationError` where it cannot start. */
  readonly initialized: Promise<void>;
  /**
   * Runs an invocation. A streamed answer keeps the environment busy to its end.
   *
   * @throws InvocationError
   */
  invoke(invocation: Invocation): Promise<InvocationAnswer>;
  /** Ends it at once; `reason` is what a running invocation fails with. */
  kill(reason: string): void;
  /** Ends it. */
  stop(): Promise<void>;
}
