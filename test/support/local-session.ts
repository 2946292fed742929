import type { RequestRecord } from '../../src/local/gateway/request-record';
import { LocalSession, type SessionListener, type SessionOptions } from '../../src/local/local-session';

/** Hears nothing. */
export const QUIET: SessionListener = { began: () => undefined, ended: () => undefined, printed: () => undefined, notice: () => undefined, outdated: () => undefined };

/** `fetch`, whose JSON is of any type. */
export const call = fetch as (input: string | URL, init?: RequestInit) => Promise<{ json(): Promise<any> } & Response>;

/** What was heard of a session. */
export interface Heard {
  readonly requests: RequestRecord[];
  readonly notices: string[];
  readonly printed: string[];
  /** URL of the page. */
  page: string;
}

/**
 * Serves an assembly while the work is done.
 *
 * @param work gets the URL of an API by its key
 */
export async function serving(options: SessionOptions, work: (url: (key: string) => string, heard: Heard) => Promise<void>): Promise<void> {
  const heard: Heard = { requests: [], notices: [], printed: [], page: '' };
  const session = await LocalSession.start(options, {
    began: () => undefined,
    ended: (record) => heard.requests.push(record),
    printed: (_stack, _definition, text) => heard.printed.push(text),
    notice: (text) => heard.notices.push(text),
    outdated: (text) => heard.notices.push(text),
  });
  heard.page = session.pageUrl;
  try {
    await work((key) => session.served.find((each) => each.key === key)!.url, heard);
  } finally {
    await session.close();
  }
}

/** Waits until something is so, for half a minute at most; the test says what it is then. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600 && !await done(); attempt++) await new Promise((resolve) => setTimeout(resolve, 50));
}
