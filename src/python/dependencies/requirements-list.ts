import * as fs from 'fs';
import * as path from 'path';
import { compileRequirements } from './compilation';
import type { LockFormat } from './lock-format';
import { fromHashed, fromPylock } from './locked-packages';
import { readRequirements } from './requirements-file';
import { refuseSelection } from './resolution';

/**
 * A `requirements.txt`: a lock where every line has a hash, else wishes.
 *
 * @see https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
export const requirementsList: LockFormat = {
  name: 'requirements',
  detect: ({ directory }) => {
    const file = path.join(directory, 'requirements.txt');
    return fs.existsSync(file) ? file : undefined;
  },
  inputs: (file) => readRequirements(file).files,
  localPackages: ({ dependencies }) => readRequirements(dependencies.file).lines.flatMap((line) => line.local ?? []),
  requiresPython: () => undefined,
  directNames: ({ dependencies }) => {
    const { lines, hashed } = readRequirements(dependencies.file);
    return hashed ? [] : lines.map((line) => line.text);
  },
  check: () => undefined,
  resolve: (task) => {
    refuseSelection(task);
    const { lines, hashed } = readRequirements(task.project.dependencies.file);
    return hashed ? fromHashed(lines, task) : fromPylock(compileRequirements(lines, task), task);
  },
};
