import type { RequestRecord } from '../gateway/request-record';

/** Requests that are kept. */
const KEPT = 100;

/** The last requests of a session. */
export class RequestHistory {
  private readonly kept: RequestRecord[] = [];
  private count = 0;

  /** Adds a request that has ended. */
  public add(record: RequestRecord): void {
    this.count++;
    this.kept.push(record);
    if (this.kept.length > KEPT) this.kept.shift();
  }

  /**
   * The kept requests that came after so many, the oldest first, and how many there have been.
   *
   * @param count what this answered as `count` before; 0 for all
   */
  public after(count: number): { readonly count: number; readonly requests: readonly RequestRecord[] } {
    const fresh = Math.min(this.kept.length, Math.max(0, this.count - count));
    return { count: this.count, requests: fresh === 0 ? [] : this.kept.slice(-fresh) };
  }

  /** One of the kept requests. */
  public find(id: string): RequestRecord | undefined {
    return this.kept.find((record) => record.id === id);
  }
}
