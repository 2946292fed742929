import * as fs from 'fs';
import * as path from 'path';
import { listFiles, sha256 } from '../private/hash';

/** Tools that take the version of a package from version control. */
const TOOLS = /hatch-vcs|setuptools[-_]scm|setuptools-git-versioning|versioningit|versioneer|dynamic-versioning|dunamai|vcs-versioning|source\s*=\s*["'](?:vcs|scm)["']|\bpbr\b/;
const VARIABLES = /PRETEND_VERSION|^PBR_VERSION$|^POETRY_DYNAMIC_VERSIONING/;

/**
 * What the version of a package in a directory depends on beside its files: commit and tags where it comes from version control, and
 * the variables that say it instead. Empty for all other packages. No process is started.
 */
export function versionIdentity(directory: string): string {
  const told = ['pyproject.toml', 'setup.py', 'setup.cfg'].some((name) => TOOLS.test(read(path.join(directory, name))));
  if (!told) return '';
  const variables = Object.entries(process.env).filter(([name]) => VARIABLES.test(name)).sort();
  return JSON.stringify([gitState(directory), variables]);
}

function gitState(directory: string): string {
  for (let above = directory; ; above = path.dirname(above)) {
    const entry = path.join(above, '.git');
    const stat = fs.statSync(entry, { throwIfNoEntry: false });
    if (stat !== undefined) return stateOf(stat.isDirectory() ? entry : path.resolve(above, /^gitdir:\s*(.+)$/m.exec(read(entry))?.[1] ?? ''));
    if (path.dirname(above) === above) return '';
  }
}

/** @see https://git-scm.com/docs/gitrepository-layout */
function stateOf(git: string): string {
  const common = path.resolve(git, read(path.join(git, 'commondir')).trim());
  const head = read(path.join(git, 'HEAD')).trim();
  const name = /^ref:\s*(.+)$/.exec(head)?.[1];
  const tags = path.join(common, 'refs', 'tags');
  const loose = fs.existsSync(tags) ? listFiles(tags).map((tag) => `${tag} ${read(path.join(tags, tag)).trim()}`) : [];
  return sha256([head, name === undefined ? '' : read(path.join(common, name)).trim(), read(path.join(common, 'packed-refs')), ...loose].join('\n'));
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
