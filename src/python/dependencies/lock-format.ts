import type { Resolution, ResolutionTask } from './resolution';
import type { TomlTable } from '../../private/toml';

/** The files of a project, as far as a format looks at them. */
export interface ProjectTables {
  /** Absolute path. */
  readonly directory: string;
  /** `pyproject.toml`, or an empty table. */
  readonly pyproject: TomlTable;
}

/** The file that rules the dependencies of a project. */
export interface DependencySource {
  readonly format: LockFormat;
  /** Absolute path; where no such file exists, of the one that is missed. */
  readonly file: string;
  /** All files that are read with it. */
  readonly inputs: readonly string[];
}

/** A project whose dependencies are told. */
export interface LockedProject extends ProjectTables {
  readonly dependencies: DependencySource;
}

/** What is wanted of a project beside its dependencies. */
export interface DependencySelection {
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
}

/**
 * A kind of file that names the packages of a project. One file of this directory is one format, and one line in the list of
 * `lock-formats.ts` says when it is asked.
 */
export interface LockFormat {
  /** Part of keys. */
  readonly name: string;
  /** Absolute path of the file of this format that a project has. */
  detect(project: ProjectTables): string | undefined;
  /** Absolute paths of all files that are read with the one that was detected, itself among them. */
  inputs(file: string, project: ProjectTables): readonly string[];
  /** Directories and archives of this machine that are installed as packages; the project itself may be among them. */
  localPackages(project: LockedProject): readonly string[];
  /** The Pythons that it allows, as version specifiers, where `[project]` does not say. */
  requiresPython(project: LockedProject): string | undefined;
  /** Requirements that the project asks for itself, as far as the format tells them from those of its packages. */
  directNames(project: LockedProject, selection: DependencySelection): readonly string[];
  /**
   * Whether packages can be installed from it on this machine. No process is started.
   *
   * @throws FastApiError that says what to do instead
   */
  check(project: LockedProject): void;
  /** The exact packages, with the working files in the scratch directory. */
  resolve(task: ResolutionTask): Resolution;
}
