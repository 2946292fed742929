/** Where the installed packages of an app lie. */
export enum DependencyPlacement {
  /** In the package of each function, beside the application. */
  PACKAGE = 'PACKAGE',
  /**
   * In one layer version that all functions of the app in a stack share, its nested stacks included: the package of a
   * function is the application alone, and an edit of it uploads no dependency.
   */
  LAYER = 'LAYER',
}
