import * as fs from 'fs';
import * as path from 'path';
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
  localPackages: ({ directory, dependencies }) => {
    const found = fs.readFileSync(dependencies.file, 'utf8').matchAll(/^type = "(?:directory|file)"\r?\nurl = "((?:[^"\\]|\\.)*)"/gm);
    return [...found].map((match) => path.resolve(directory, String(JSON.parse(`"${match[1]}"`))));
  },
  requiresPython: ({ pyproject }) => poetryPython(text(table(pyproject, 'tool', 'poetry', 'dependencies').python)),
  directNames: tableRequirements,
  check: (project) => void checkTool(project, POETRY),
  resolve: (task) => fromTool(task, POETRY),
};
