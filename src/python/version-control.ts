import * as fs from 'fs';
import * as path from 'path';
import { listFiles, sha256 } from '../private/hash';

/** Tools that take the version of a package from version control. */
const TOOLS = new RegExp([
  'hatch-vcs', 'setuptools[-_]scm', 'flit[-_]scm', 'setuptools-git-versioning', 'setuptools-git-ver', 'setupmeta', 'versioningit', 'versioneer', 'dynamic-versioning', 'dunamai',
  'git-version', 'vcs[-_]versioning', 'git (?:describe|rev-parse|rev-list)', 'source\\s*=\\s*["\'](?:vcs|scm)["\']', '\\bpbr\\b',
].join('|'), 'i');
/** A program of a build that runs git or asks a library for it. */
const PROGRAMS = /["']git["']\s*,|import git\b|from git\b/;
/** Files in which a package says how it is versioned. */
const BUILD_FILES = ['pyproject.toml', 'setup.py', 'setup.cfg', 'hatch.toml', 'hatch_build.py', 'pdm_build.py', 'build.py', 'meson.build', 'CMakeLists.txt'];
const VARIABLES = /PRETEND_VERSION|^PBR_VERSION$|^POETRY_DYNAMIC_VERSIONING|^UV_DYNAMIC_VERSIONING|^SETUPTOOLS_SCM_/;

/**
 * What the version of a package in a directory depends on beside its files: commit and tags where it comes from version control, and
 * the variables that say it instead. Empty for all other packages. No process is started.
 */
export function versionIdentity(directory: string): string {
  const told = BUILD_FILES.some((name) => {
    const text = read(path.join(directory, name));
    return TOOLS.test(text) || (name.endsWith('.py') && PROGRAMS.test(text));
  });
  if (!told) return '';
  const variables = Object.entries(process.env).filter(([name]) => VARIABLES.test(name)).sort();
  return JSON.stringify([state(directory), variables]);
}

/** The directory with the repository that a directory is in; undefined where it is in none. */
export function versionControlRoot(directory: string): string | undefined {
  for (let above = directory; ; above = path.dirname(above)) {
    if (['.git', '.hg'].some((name) => fs.existsSync(path.join(above, name)))) return above;
    if (path.dirname(above) === above) return undefined;
  }
}

function state(directory: string): string {
  const root = versionControlRoot(directory);
  if (root === undefined) return '';
  const git = path.join(root, '.git');
  const stat = fs.statSync(git, { throwIfNoEntry: false });
  if (stat === undefined) return mercurialState(root);
  return gitState(stat.isDirectory() ? git : path.resolve(root, /^gitdir:\s*(.+)$/m.exec(read(git))?.[1] ?? ''));
}

/** The parent of the working directory, with which its state begins, and the tags. */
function mercurialState(root: string): string {
  const dirstate = path.join(root, '.hg', 'dirstate');
  const parent = fs.existsSync(dirstate) ? fs.readFileSync(dirstate).toString('latin1', 0, 20) : '';
  return sha256([parent, read(path.join(root, '.hgtags')), read(path.join(root, '.hg', 'localtags'))].join('\n'));
}

/** @see https://git-scm.com/docs/gitrepository-layout */
function gitState(git: string): string {
  const common = path.resolve(git, read(path.join(git, 'commondir')).trim());
  const head = read(path.join(git, 'HEAD')).trim();
  const name = /^ref:\s*(.+)$/.exec(head)?.[1];
  const tags = path.join(common, 'refs', 'tags');
  const loose = fs.existsSync(tags) ? listFiles(tags).map((tag) => `${tag} ${read(path.join(tags, tag)).trim()}`) : [];
  return sha256([head, name === undefined ? '' : read(path.join(common, name)).trim(), read(path.join(common, 'packed-refs')), read(path.join(common, 'reftable', 'tables.list')), ...loose].join('\n'));
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
