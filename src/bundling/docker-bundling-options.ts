/** How `PythonBundling.docker()` makes a bundle: the options of `PythonFunction` that matter to a FastAPI project. */
export interface DockerBundlingOptions {
  /**
   * The image that the bundle is made in.
   *
   * @default - the AWS SAM build image of the function's runtime
   */
  readonly image?: string;

  /**
   * Patterns of files to leave out, in the syntax of `.gitignore`.
   *
   * @default - none
   */
  readonly assetExcludes?: string[];

  /**
   * Variables of the environment in which the packages are installed.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * The network that the container joins.
   *
   * @default - Docker's own default
   */
  readonly network?: string;

  /**
   * Whether to include the hashes of a Poetry lock in the exported requirements.
   *
   * @default false
   */
  readonly poetryIncludeHashes?: boolean;
}
