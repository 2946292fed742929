import * as fs from 'fs';
import * as path from 'path';
import { localPathsIn } from './local-packages';
import type { LockFormat } from './lock-format';
import { tableRequirements } from './resolution';
import { checkTool, fromTool, type LockTool } from './tool-export';
import { isTable, table, text } from '../../private/toml';
import { poetryPython } from '../python-specifier';

/** `export` is a plugin of Poetry: where it is missing, Poetry says so. */
const POETRY: LockTool = {
  name: 'Poetry',
  program: 'poetry',
  lock: 'poetry.lock',
  writesBeside: false,
  command: 'poetry export --format requirements.txt --output requirements.txt',
  export: (extras, groups) => [
    '--no-interaction', '--no-ansi', 'export', '--format', 'requirements.txt', ...extras.flatMap((extra) => ['--extras', extra]),
    ...groups.flatMap((group) => ['--with', group]),
  ],
};

/**
 * The lock of Poetry, or a project of Poetry's own that has none.
 *
 * @see https://python-poetry.org/docs/basic-usage/#installing-dependencies
 */
export const poetryLock: LockFormat = {
  name: 'poetry',
  detect: ({ directory, pyproject }) => {
    const lock = path.join(directory, POETRY.lock);
    if (fs.existsSync(lock)) return lock;
    return !isTable(pyproject.project) && isTable(table(pyproject, 'tool').poetry) ? path.join(directory, 'pyproject.toml') : undefined;
  },
  inputs: (file) => [file],
  localPackages: ({ directory, dependencies }) => localPathsIn(dependencies.file, /^type = "(?:directory|file)"\r?\nurl = "((?:[^"\\]|\\.)*)"/gm, directory),
  requiresPython: ({ pyproject }) => poetryPython(text(table(pyproject, 'tool', 'poetry', 'dependencies').python)),
  directNames: tableRequirements,
  check: (project) => void checkTool(project, POETRY),
  resolve: (task) => fromTool(task, POETRY),
};
