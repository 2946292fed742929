import type { Boto3Mode } from './boto3-mode';
import type { BytecodeMode } from './bytecode-mode';

/** Which files and packages uv puts together, and with what: the same for a zip file and for an image. */
export interface PackageOptions {
  /**
   * The `uv` program.
   *
   * @default - the variable `CDK_FASTAPI_UV`, then `uv` on the `PATH` or beside an interpreter,
   * then a pinned version installed from PyPI into the cache
   */
  readonly uvPath?: string;

  /**
   * The Python interpreter that compiles bytecode and builds local packages. Its minor version
   * has to be the function's for bytecode.
   *
   * @default - the variable `CDK_FASTAPI_PYTHON` where its version fits, then one found on this machine
   */
  readonly pythonPath?: string;

  /**
   * Extras of the project to install, as in `pip install project[extra]`.
   *
   * @default - none
   */
  readonly extras?: string[];

  /**
   * Dependency groups of the project to install beside its dependencies (PEP 735).
   *
   * @default - none; the group `dev` is never installed unless it is named here
   */
  readonly groups?: string[];

  /**
   * Application files to leave out, as patterns in the syntax of `.gitignore` relative to the project,
   * beside those that are always left out: environments, caches, version control, secrets, the project's tests and its
   * infrastructure (a directory with a `cdk.json`, `Dockerfile`, compose files). What was left out is said when a bundle is made.
   *
   * @default - none
   */
  readonly exclude?: string[];

  /**
   * Application files to bring back, as patterns in the syntax of `.gitignore` relative to the project.
   * They win over what is left out by default and over `exclude`. A pattern that matches nothing is an error.
   *
   * @default - none
   */
  readonly include?: string[];

  /**
   * Whether the bundle carries compiled Python.
   *
   * @default BytecodeMode.AUTO
   */
  readonly bytecode?: BytecodeMode;

  /**
   * What happens to `boto3` and `botocore`, which the Lambda runtime has too.
   *
   * @default Boto3Mode.AUTO
   */
  readonly boto3?: Boto3Mode;

  /**
   * Whether to drop type stubs, and tests that no code of their package reads, from the installed packages. Scripts and the
   * installer's records are always dropped; the metadata of each package stays.
   *
   * @default true
   */
  readonly prune?: boolean;

  /**
   * Whether a finished bundle is started once, where this machine can: the handler is imported as Lambda imports it, with nothing
   * but the bundle and the variables of the function. A bundle that does not start is an error at synth. What has started is remembered.
   *
   * @default true
   */
  readonly verify?: boolean;
}
