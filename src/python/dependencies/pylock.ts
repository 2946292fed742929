import * as fs from 'fs';
import * as path from 'path';
import type { LockFormat } from './lock-format';
import { fromPylock, localPath } from './locked-packages';
import { refuseSelection, tableRequirements } from './resolution';
import { parseToml, tables, text } from '../../private/toml';

/**
 * The lock of PEP 751.
 *
 * @see https://packaging.python.org/en/latest/specifications/pylock-toml/
 */
export const pylock: LockFormat = {
  name: 'pylock',
  detect: ({ directory }) => {
    const file = path.join(directory, 'pylock.toml');
    return fs.existsSync(file) ? file : undefined;
  },
  inputs: (file) => [file],
  localPackages: ({ directory, dependencies }) => tables(parseToml(fs.readFileSync(dependencies.file, 'utf8')).packages).flatMap((each) => localPath(each, directory) ?? []),
  requiresPython: ({ dependencies }) => text(parseToml(fs.readFileSync(dependencies.file, 'utf8'))['requires-python']),
  directNames: tableRequirements,
  check: () => undefined,
  resolve: (task) => {
    refuseSelection(task);
    return fromPylock(fs.readFileSync(task.project.dependencies.file, 'utf8'), task);
  },
};
