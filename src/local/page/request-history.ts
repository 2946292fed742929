import type { RequestRecord } from '../gateway/request-record';

/** Requests that are kept. */
const KEPT = 100;

/** Is told of each request when it has ended. */
export type RequestSubscriber = (record: RequestRecord) => void;

/** The last requests of a session. */
export class RequestHistory {
  private readonly kept: RequestRecord[] = [];
  private readonly subscribers = new Set<RequestSubscriber>();

  /** The last requests, the oldest first. */
  public get records(): readonly RequestRecord[] {
    return this.kept;
  }

  /** Adds a request that has ended. */
  public add(record: RequestRecord): void {
    this.kept.push(record);
    if (this.kept.length > KEPT) this.kept.shift();
    for (const subscriber of this.subscribers) subscriber(record);
  }

  /** One of the kept requests. */
  public find(id: string): RequestRecord | undefined {
    return this.kept.find((record) => record.id === id);
  }

  /** Tells of each request from now on; the answer ends that. */
  public subscribe(subscriber: RequestSubscriber): () => void {
    this.subscribers.add(subscriber);
    return () => void this.subscribers.delete(subscriber);
  }
}
