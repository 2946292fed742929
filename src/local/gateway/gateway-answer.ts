import type { IncomingMessage } from 'node:http';
import type { LocalAnswer } from '../proxy-answer';

/** An answer whose head has come and whose body is still on its way. */
export interface StreamedAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly stream: IncomingMessage;
}

/** What a client gets. */
export type GatewayAnswer = LocalAnswer | StreamedAnswer;
