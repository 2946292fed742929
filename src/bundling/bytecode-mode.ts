/** Whether a bundle carries compiled Python, which about halves the import time of a cold start. */
export enum BytecodeMode {
  /**
   * Compile where an interpreter of the function's minor version is found on this machine;
   * ship source otherwise, and say so once.
   */
  AUTO = 'AUTO',
  /** Compile, and fail where no interpreter of the function's minor version is found. */
  REQUIRED = 'REQUIRED',
  /** Ship source only. */
  OFF = 'OFF',
}
