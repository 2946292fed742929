/** The request did not reach the API, or no answer came back: no connection, a name that is not known, an answer that CORS withholds. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';

  public constructor(request: Request | undefined, cause: unknown) {
    super(`${request === undefined ? 'the request' : `${request.method} ${withoutQuery(request.url)}`} was not answered: ${text(cause)}`, { cause });
  }
}

/**
 * The API answered, and not with success. Has the fields of a JSON body as its own, as the generated error types declare
 * them, but for those that every error has.
 */
export class HttpError extends Error {
  override readonly name: string = 'HttpError';

  /** The answer; its body is read. */
  public readonly response: Response;
  /** The body: a JSON value, or text. */
  public readonly body: unknown;

  public constructor(response: Response, body: unknown, request: Request, advice = '') {
    super(`${request.method} ${withoutQuery(request.url)} was answered with ${response.status}${reason(body)}${advice}`);
    this.response = response;
    this.body = body;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return;
    for (const [key, value] of Object.entries(body)) if (!(key in this)) Object.defineProperty(this, key, { value, enumerable: true });
  }
}

/** 401: there are no credentials, or they are not accepted. */
export class UnauthorizedError extends HttpError {
  override readonly name = 'UnauthorizedError';
}

/** 403: the credentials do not allow this. API Gateway also answers so to unsigned requests and unknown routes. */
export class ForbiddenError extends HttpError {
  override readonly name = 'ForbiddenError';
}

/** A stream began and cannot be read on: it ends inside an item, an item is not what was declared, or the connection broke. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
}

/** What a request failed with, as one of the errors above; an aborted request stays what it is. */
export function failure(error: unknown, response: Response | undefined, request: Request | undefined): unknown {
  if (error instanceof HttpError || error instanceof NetworkError || request?.signal.aborted || isAbort(error)) return error;
  // `fetch` fails with a TypeError, and with nothing else where nobody aborts.
  if (response === undefined || request === undefined) return nameOf(error) === 'TypeError' ? new NetworkError(request, error) : error;
  if (response.status === 401) return new UnauthorizedError(response, error, request, '; the credentials are missing, out of date or not accepted');
  if (response.status === 403) {
    return new ForbiddenError(response, error, request, '; the credentials do not allow this, the request is not signed, or there is no such route');
  }
  return new HttpError(response, error, request);
}

/** Whether an error says that somebody aborted. */
export function isAbort(error: unknown): boolean {
  return nameOf(error) === 'AbortError';
}

/** Errors of another realm, such as a frame, are instances of no class of this one. */
function nameOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
}

/** Queries may hold secrets, and messages go to logs. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function reason(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const { message, detail } = body as { message?: unknown; detail?: unknown };
  const said = message ?? detail;
  return typeof said === 'string' ? ` (${said})` : '';
}

/** `fetch` says why in the cause of its error. */
function text(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? `${error.message} (${error.cause.message})` : error.message;
}
