import * as fs from 'fs';
import * as path from 'path';
import type { LockedProject } from './lock-format';

/** Directories and archives of this machine that are installed as packages, without the project itself. */
export function localDirectories(project: LockedProject): string[] {
  const found = new Set(project.dependencies.format.localPackages(project));
  return [...found].filter((local) => local !== project.directory && fs.existsSync(local) && !contains(local, project.directory)).sort();
}

/** A local package around the project is the root of its workspace: the project's own files are in it. */
function contains(directory: string, inner: string): boolean {
  const relative = path.relative(directory, inner);
  return relative === '' || !(relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative));
}
