import { LAMBDA_PYTHONS } from './lambda-pythons';
import type { PythonProject } from './python-project';
import { FastApiError } from '../private/errors';

/**
 * The minor version an app gets when its user names none: `.python-version`, else the newest tested one that
 * `requires-python` allows, else the oldest of the others that it allows.
 *
 * @param known what Lambda runs as far as the CDK knows: `LAMBDA_PYTHONS`, which are tested, and newer ones
 */
export function defaultPython(project: PythonProject, known: readonly string[] = LAMBDA_PYTHONS): string {
  const pinned = project.pinnedPython;
  if (pinned !== undefined && known.includes(pinned)) {
    checkPython(project, pinned);
    return pinned;
  }
  if (pinned !== undefined) {
    throw new FastApiError(
      `\`.python-version\` of the project must name a Python that Lambda runs (${known.join(', ')}), got: ${pinned}; ` +
      'change it or set `runtime`',
    );
  }
  const allowed = [...LAMBDA_PYTHONS].reverse().find((minor) => project.allowsPython(minor))
    ?? known.filter((minor) => !LAMBDA_PYTHONS.includes(minor)).find((minor) => project.allowsPython(minor));
  if (allowed !== undefined) return allowed;
  throw new FastApiError(
    `\`requires-python\` of the project allows none of the Pythons that Lambda runs (${known.join(', ')}), got: ${project.requiresPython}`,
  );
}

/** Lambda runs the newest patch of a minor version: this one is newer than any. */
const NEWEST_PATCH = 99;

/**
 * The version of Python that markers of dependencies are compared with: that of Lambda, or the one patch that the project allows,
 * since its lock then says so in every marker.
 */
export function targetVersion(project: PythonProject, minor: string): string {
  const exact = /(?:^|,)\s*===?\s*(3\.\d+\.\d+)\s*(?:,|$)/.exec(project.requiresPython ?? '')?.[1];
  return exact?.startsWith(`${minor}.`) === true ? exact : `${minor}.${NEWEST_PATCH}`;
}

/** @throws FastApiError where the project does not allow the version */
export function checkPython(project: PythonProject, minor: string): void {
  if (project.allowsPython(minor)) return;
  throw new FastApiError(
    `\`runtime\` must be a Python that the project allows (\`requires-python\` = ${project.requiresPython}), got: ${minor}; ` +
    'choose another `runtime` or change `requires-python`',
  );
}
