import * as fs from 'fs';
import * as path from 'path';
import { buildInputs, packageFiles } from './build-inputs';
import { localDirectories } from './dependencies/local-packages';
import type { DependencySource } from './dependencies/lock-format';
import { findDependencies } from './dependencies/lock-formats';
import { applicationFiles, type FilePatterns } from './project-files';
import { allowsPython } from './python-specifier';
import { reasonOf } from '../cache/cache-directory';
import { FastApiError } from '../private/errors';
import { kindOfFile } from '../private/file-kind';
import { hashFile, hashParts, hashTree, sha256 } from '../private/hash';
import { isTable, parseToml, text, type TomlTable } from '../private/toml';

/** A Python project on this machine, as far as its files tell. Reading it starts no process and writes nothing. */
export class PythonProject {
  /**
   * Looks at a directory.
   *
   * @throws FastApiError where it is missing, or its `pyproject.toml` is not TOML
   */
  public static inspect(entry: string): PythonProject {
    const directory = path.resolve(entry);
    const stat = fs.statSync(directory, { throwIfNoEntry: false });
    if (stat === undefined) throw new FastApiError(`the directory of the FastAPI project must exist, got: ${directory}`);
    if (!stat.isDirectory()) throw new FastApiError(`the FastAPI project must be a directory, got: ${directory}, which is a file`);
    refuseOtherThanFiles(directory);
    return new PythonProject(directory, readPyproject(directory));
  }

  /** Which file rules the dependencies. */
  public readonly dependencies: DependencySource;
  private hashed: string | undefined;

  private constructor(
    /** Absolute path. */
    public readonly directory: string,
    /** `pyproject.toml`, or an empty table. */
    public readonly pyproject: TomlTable,
  ) {
    this.dependencies = findDependencies({ directory, pyproject });
  }

  /** The table `[project]`. */
  public get metadata(): TomlTable | undefined {
    return isTable(this.pyproject.project) ? this.pyproject.project : undefined;
  }

  /** Its own name, else that of its directory. */
  public get name(): string {
    return text(this.metadata?.name) ?? path.basename(this.directory);
  }

  public get requiresPython(): string | undefined {
    return text(this.metadata?.['requires-python']) ?? this.dependencies.format.requiresPython(this);
  }

  /** Whether the project runs on the newest patch of a minor version. */
  public allowsPython(minor: string): boolean {
    return this.requiresPython === undefined || allowsPython(this.requiresPython, minor);
  }

  /** The minor version in `.python-version`, of the project or of the workspace around it. */
  public get pinnedPython(): string | undefined {
    for (const directory of new Set([this.directory, path.dirname(this.dependencies.file)])) {
      const file = path.join(directory, '.python-version');
      if (!fs.existsSync(file)) continue;
      const line = fs.readFileSync(file, 'utf8').split(/\r?\n/).map((each) => each.trim()).find((each) => each !== '' && !each.startsWith('#'));
      const version = /^(?:cpython[@-])?(\d+\.\d+)/.exec(line ?? '');
      if (version !== null) return version[1];
    }
    return undefined;
  }

  /** Files of the application, relative to the project. */
  public applicationFiles(patterns?: FilePatterns): string[] {
    return applicationFiles(this.directory, patterns);
  }

  /** Hash of everything that the installed packages depend on: lock, project tables, local packages. */
  public dependencyHash(): string {
    this.hashed ??= this.computeDependencyHash();
    return this.hashed;
  }

  private computeDependencyHash(): string {
    const parts: Record<string, string> = { kind: this.dependencies.format.name };
    const inputs = [...this.dependencies.inputs, path.join(this.directory, 'pyproject.toml'), path.join(this.directory, 'uv.toml')];
    for (const file of new Set(inputs)) {
      if (fs.existsSync(file)) parts[`file ${path.relative(this.directory, file)}`] = sha256(fs.readFileSync(file));
    }
    for (const local of localDirectories(this)) {
      const files = fs.statSync(local).isDirectory()
        ? packageFiles(local)
        : [hashFile(path.dirname(local), path.basename(local))];
      parts[`local ${path.relative(this.directory, local)}`] = hashTree(files) + buildInputs(local);
    }
    return hashParts(parts);
  }
}

/** What is read of a project by its name. */
const READ_BY_NAME = /^(pyproject\.toml|uv\.toml|requirements[^/]*\.(txt|in)|[^/]+\.lock|pylock(\.[^/]+)?\.toml|\.python-version|setup\.(py|cfg))$/;

/** A directory of such a name is a mistake, and a named pipe is waited for without end. */
function refuseOtherThanFiles(directory: string): void {
  for (const name of fs.readdirSync(directory).filter((each) => READ_BY_NAME.test(each))) {
    const kind = kindOfFile(path.join(directory, name));
    if (kind === 'a file') continue;
    throw new FastApiError(`\`${name}\` of a FastAPI project must be a file, got: ${kind} (${path.join(directory, name)}); remove it`);
  }
}

function readPyproject(directory: string): TomlTable {
  const file = path.join(directory, 'pyproject.toml');
  if (!fs.existsSync(file)) return {};
  try {
    return parseToml(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new FastApiError(`\`pyproject.toml\` must be valid TOML, got: ${file}: ${reasonOf(error).split('\n')[0]}`, { cause: error });
  }
}
