/** The one error class of this library: a problem that its user can solve, said with the way out. */
export class FastApiError extends Error {
  /** True for every error of this class, also for one that another copy of this library made. */
  public static isFastApiError(error: unknown): error is FastApiError {
    return error instanceof Error && error.name === 'FastApiError';
  }

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FastApiError';
  }
}
