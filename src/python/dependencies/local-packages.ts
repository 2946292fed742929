import * as fs from 'fs';
import * as path from 'path';
import type { LockedProject } from './lock-format';

/** Directories and archives of this machine that are installed as packages, without the project itself. */
export function localDirectories(project: LockedProject): string[] {
  const found = new Set(project.dependencies.format.localPackages(project));
  return [...found].filter((local) => local !== project.directory && fs.existsSync(local) && !contains(local, project.directory)).sort();
}

/**
 * Absolute paths of local packages that the text of a lock file names. Its text is read instead of its tables, because the lock of a large
 * project takes long to parse, and this is asked at each synth.
 *
 * @param pattern global and by lines; its first group is the inside of a TOML string
 * @param base directory that the paths are relative to
 */
export function localPathsIn(lock: string, pattern: RegExp, base: string): string[] {
  const found = fs.readFileSync(lock, 'utf8').matchAll(pattern);
  return [...found].map((match) => path.resolve(base, String(JSON.parse(`"${match[1]}"`))));
}

/** A local package around the project is the root of its workspace: the project's own files are in it. */
function contains(directory: string, inner: string): boolean {
  const relative = path.relative(directory, inner);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}
