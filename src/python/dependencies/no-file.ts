import * as fs from 'fs';
import * as path from 'path';
import type { LockFormat, ProjectTables } from './lock-format';
import { fromPylock } from './locked-packages';
import { tableRequirements } from './resolution';
import { FastApiError } from '../../private/errors';

/** The file that a project without any should have. */
export function missedFile({ directory }: ProjectTables): string {
  return path.join(directory, 'requirements.txt');
}

/** A project that has no such file: it has FastAPI in its own directory, or it is refused. */
export const noFile: LockFormat = {
  name: 'none',
  detect: () => undefined,
  inputs: () => [],
  localPackages: () => [],
  requiresPython: () => undefined,
  directNames: tableRequirements,
  check: ({ directory, dependencies }) => {
    if (fs.existsSync(path.join(directory, 'fastapi'))) return;
    throw new FastApiError(
      `the project must say what it depends on, got: ${directory} without \`uv.lock\`, \`pylock.toml\`, \`requirements.txt\` or a \`pyproject.toml\` ` +
      `with \`[project]\`; write at least \`fastapi\` into ${dependencies.file}`,
    );
  },
  resolve: (task) => fromPylock('lock-version = "1.0"\ncreated-by = "cdk-fastapi"\n', task),
};
