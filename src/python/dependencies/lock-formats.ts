import type { DependencySource, LockFormat, ProjectTables } from './lock-format';
import { missedFile, noFile } from './no-file';
import { pdmLock } from './pdm-lock';
import { poetryLock } from './poetry-lock';
import { pylock } from './pylock';
import { pyprojectTable } from './pyproject-table';
import { requirementsList } from './requirements-list';
import { uvLock } from './uv-lock';

/** The first that a project has rules; where it has none, the last. */
const FORMATS: readonly LockFormat[] = [
  uvLock,
  pylock,
  requirementsList,
  poetryLock,
  pdmLock,
  pyprojectTable,
];

/** The file that rules the dependencies of a project. */
export function findDependencies(project: ProjectTables): DependencySource {
  for (const format of FORMATS) {
    const file = format.detect(project);
    if (file !== undefined) return { format, file, inputs: format.inputs(file, project) };
  }
  return { format: noFile, file: missedFile(project), inputs: [] };
}
