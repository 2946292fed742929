import * as fs from 'fs';
import * as path from 'path';
import { readRequirements } from './requirements-file';
import { isTable, table, text, type TomlTable } from '../../private/toml';

/** The file that rules the dependencies of a project. */
export interface DependencySource {
  /** `none` where there is no such file at all. */
  readonly kind: 'uv-lock' | 'pylock' | 'requirements' | 'poetry' | 'pdm' | 'pyproject' | 'none';
  /** Absolute path; of the place where one is missed for `none`. */
  readonly file: string;
  /** All files that are read with it. */
  readonly inputs: readonly string[];
  /** For `requirements`: whether every line has a hash. */
  readonly hashed: boolean;
}

/** What is asked about a project here. */
interface Project {
  readonly directory: string;
  readonly pyproject: TomlTable;
  readonly dependencies: DependencySource;
}

/** The first file of this order that is there rules. */
export function findDependencies(directory: string, pyproject: TomlTable): DependencySource {
  const at = (name: string): string => path.join(directory, name);
  const present = (name: string): boolean => fs.existsSync(at(name));
  const source = (kind: DependencySource['kind'], file: string, inputs: readonly string[] = [file]): DependencySource => ({ kind, file, inputs, hashed: false });

  if (present('uv.lock')) return source('uv-lock', at('uv.lock'));
  const workspace = workspaceLock(directory);
  if (workspace !== undefined) {
    const members = localSources(workspace).map((local) => path.join(local, 'pyproject.toml'));
    return source('uv-lock', workspace, [workspace, path.join(path.dirname(workspace), 'pyproject.toml'), ...members]);
  }
  if (present('pylock.toml')) return source('pylock', at('pylock.toml'));
  if (present('requirements.txt')) {
    const requirements = readRequirements(at('requirements.txt'));
    return { kind: 'requirements', file: at('requirements.txt'), inputs: requirements.files, hashed: requirements.hashed };
  }
  if (present('poetry.lock')) return source('poetry', at('poetry.lock'));
  if (present('pdm.lock')) return source('pdm', at('pdm.lock'));
  if (isTable(pyproject.project)) return source('pyproject', at('pyproject.toml'));
  if (isTable(table(pyproject, 'tool').poetry)) return source('poetry', at('pyproject.toml'));
  return source('none', at('requirements.txt'), []);
}

/** Directories and archives of this machine that are installed as packages, without the project itself. */
export function localDirectories(project: Project): string[] {
  const { kind, file } = project.dependencies;
  const found = kind === 'uv-lock' ? localSources(file)
    : kind === 'requirements' ? readRequirements(file).lines.flatMap((line) => line.local ?? [])
      : kind === 'pyproject' ? sourcesOf(project)
        : kind === 'poetry' || kind === 'pdm' ? foreignSources(project.directory, file, kind)
          : [];
  return [...new Set(found)].filter((local) => local !== project.directory && fs.existsSync(local) && !contains(local, project.directory)).sort();
}

/** The lock of a uv workspace that the directory is a member of. */
function workspaceLock(directory: string): string | undefined {
  for (let above = path.dirname(directory); ; above = path.dirname(above)) {
    const lock = path.join(above, 'uv.lock');
    if (fs.existsSync(lock) && localSources(lock).includes(directory)) return lock;
    if (path.dirname(above) === above) return undefined;
  }
}

/** Local packages of a `uv.lock`, told by its text: the lock of a large project takes long to parse, and this is asked at each synth. */
function localSources(lock: string): string[] {
  const found = fs.readFileSync(lock, 'utf8').matchAll(/^source = \{ (?:editable|directory|virtual|path) = "((?:[^"\\]|\\.)*)"/gm);
  return [...found].map((match) => path.resolve(path.dirname(lock), String(JSON.parse(`"${match[1]}"`))));
}

/** Local packages of a `poetry.lock` or `pdm.lock`. */
function foreignSources(directory: string, lock: string, kind: 'poetry' | 'pdm'): string[] {
  const pattern = kind === 'poetry' ? /^type = "(?:directory|file)"\r?\nurl = "((?:[^"\\]|\\.)*)"/gm : /^path = "((?:[^"\\]|\\.)*)"/gm;
  return [...fs.readFileSync(lock, 'utf8').matchAll(pattern)].map((match) => path.resolve(directory, String(JSON.parse(`"${match[1]}"`))));
}

function sourcesOf(project: Project): string[] {
  return Object.values(table(project.pyproject, 'tool', 'uv', 'sources')).flatMap((source) => {
    const relative = isTable(source) ? text(source.path) : undefined;
    return relative === undefined ? [] : [path.resolve(project.directory, relative)];
  });
}

/** A local package around the project is the root of its workspace: the project's own files are in it. */
function contains(directory: string, inner: string): boolean {
  const relative = path.relative(directory, inner);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}
