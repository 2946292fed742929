import type { Json, JsonObject } from '../../private/json';
import type { LocalRequest } from '../local-request';

/** What happened to one request: a line of the log, and an entry of the page. */
export interface RequestRecord {
  readonly id: string;
  /** Name of the API. */
  readonly api: string;
  readonly method: string;
  /** Path with stage and query, as it was sent. */
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Where it was sent. */
  readonly url: string;
  /** What was sent, once it has come. */
  request?: LocalRequest;
  status?: number;
  milliseconds?: number;
  /** The route that took it. */
  route?: string;
  functionId?: string;
  /** Whether an environment was started for it. */
  cold?: boolean;
  preflight?: boolean;
  event?: JsonObject;
  /** What the function answered, where it was not streamed. */
  response?: Json;
  /** Why it was refused, or what failed. */
  note?: string;
  /** Lines that the function printed meanwhile. */
  readonly log: string[];
}
