/** Why a function gave no answer that can be passed on; API Gateway says no more than that it failed. */
export class InvocationError extends Error {
  /**
   * @param kind `error`: it raised, ended or could not start; `timeout`: it took too long; `size`: its answer is too
   * large; `malformed`: its answer is none of HTTP
   * @param message for the log
   * @param payload Lambda's error object, where the function made one
   */
  public constructor(public readonly kind: 'error' | 'timeout' | 'size' | 'malformed', message: string, public readonly payload?: unknown) {
    super(message);
  }
}
