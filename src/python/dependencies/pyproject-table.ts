import * as path from 'path';
import { compile } from './compilation';
import type { LockFormat } from './lock-format';
import { fromPylock } from './locked-packages';
import { selectionArguments, tableRequirements } from './resolution';
import { isTable, table, text } from '../../private/toml';

/**
 * The table `[project]` of a project without a lock.
 *
 * @see https://packaging.python.org/en/latest/specifications/pyproject-toml/
 */
export const pyprojectTable: LockFormat = {
  name: 'pyproject',
  detect: ({ directory, pyproject }) => (isTable(pyproject.project) ? path.join(directory, 'pyproject.toml') : undefined),
  inputs: (file) => [file],
  localPackages: ({ directory, pyproject }) => Object.values(table(pyproject, 'tool', 'uv', 'sources')).flatMap((source) => {
    const relative = isTable(source) ? text(source.path) : undefined;
    return relative === undefined ? [] : [path.resolve(directory, relative)];
  }),
  requiresPython: () => undefined,
  directNames: tableRequirements,
  check: () => undefined,
  resolve: (task) => {
    const sources = Object.entries(table(task.project.pyproject, 'tool', 'uv', 'sources'));
    const local = sources.filter(([, source]) => isTable(source) && (text(source.path) ?? text(source.git)) !== undefined).map(([name]) => name);
    return fromPylock(compile(['pyproject.toml', ...selectionArguments(task)], local, task), task);
  },
};
