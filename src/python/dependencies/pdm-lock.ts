import * as fs from 'fs';
import * as path from 'path';
import { localPathsIn } from './local-packages';
import type { LockFormat } from './lock-format';
import { tableRequirements } from './resolution';
import { checkTool, fromTool, type LockTool } from './tool-export';

const PDM: LockTool = {
  name: 'PDM',
  program: 'pdm',
  lock: 'pdm.lock',
  writesBeside: true,
  command: 'pdm export --format requirements --prod --output requirements.txt',
  export: (extras, groups, local) => [
    '--non-interactive', 'export', '--format', 'requirements', '--prod', ...[...extras, ...groups].flatMap((group) => ['--group', group]),
    ...local ? ['--no-hashes'] : [],
  ],
};

/**
 * The lock of PDM.
 *
 * @see https://pdm-project.org/en/latest/usage/lockfile/
 */
export const pdmLock: LockFormat = {
  name: 'pdm',
  detect: ({ directory }) => {
    const lock = path.join(directory, PDM.lock);
    return fs.existsSync(lock) ? lock : undefined;
  },
  inputs: (file) => [file],
  localPackages: ({ directory, dependencies }) => localPathsIn(dependencies.file, /^path = "((?:[^"\\]|\\.)*)"/gm, directory),
  requiresPython: () => undefined,
  directNames: tableRequirements,
  check: (project) => void checkTool(project, PDM),
  resolve: (task) => fromTool(task, PDM),
};
