import * as fs from 'fs';
import * as path from 'path';
import { localPathsIn } from './local-packages';
import type { LockFormat } from './lock-format';
import { fromPylock } from './locked-packages';
import { describeTask, selectionArguments, tableRequirements, type ResolutionTask } from './resolution';
import { runUv } from '../uv';
import { explainUvFailure } from '../uv-failure';
import { buildVariables } from '../wheel-build';

/**
 * The lock of uv, of the project or of the workspace that it is a member of.
 *
 * @see https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile
 */
export const uvLock: LockFormat = {
  name: 'uv-lock',
  detect: ({ directory }) => {
    const own = path.join(directory, 'uv.lock');
    return fs.existsSync(own) ? own : workspaceLock(directory);
  },
  inputs: (file, { directory }) => {
    if (path.dirname(file) === directory) return [file];
    return [file, path.join(path.dirname(file), 'pyproject.toml'), ...localSources(file).map((local) => path.join(local, 'pyproject.toml'))];
  },
  localPackages: ({ dependencies }) => localSources(dependencies.file),
  requiresPython: () => undefined,
  directNames: tableRequirements,
  check: () => undefined,
  resolve: (task) => fromPylock(exportLock(task), task),
};

/** The lock of a uv workspace that the directory is a member of. */
function workspaceLock(directory: string): string | undefined {
  for (let above = path.dirname(directory); ; above = path.dirname(above)) {
    const lock = path.join(above, 'uv.lock');
    if (fs.existsSync(lock) && localSources(lock).includes(directory)) return lock;
    if (path.dirname(above) === above) return undefined;
  }
}

function localSources(lock: string): string[] {
  return localPathsIn(lock, /^source = \{ (?:editable|directory|virtual|path) = "((?:[^"\\]|\\.)*)"/gm, path.dirname(lock));
}

function exportLock(task: ResolutionTask): string {
  const { project, uv, python } = task;
  const args = [
    'export', '--quiet', '--locked', '--no-default-groups', '--no-editable', '--no-emit-project', '--no-header', '--format', 'pylock.toml',
    '--python', python.path, ...selectionArguments(task),
  ];
  const variables = buildVariables(task.scratch);
  return explainUvFailure(project, () => runUv(uv, args, { cwd: project.directory, what: 'read the lock of the project', variables }), describeTask(task));
}
