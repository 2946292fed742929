import { normalizedName } from './dependencies/requirements-file';
import type { PythonProject } from './python-project';
import { FastApiError } from '../private/errors';

/**
 * Runs a step of uv and says the known failures in the user's terms, with the remedy.
 *
 * @param target what the packages are for, as "arm64 and Python 3.13"
 */
export function explainUvFailure<T>(project: PythonProject, step: () => T, target: string): T {
  try {
    return step();
  } catch (error) {
    throw explainedUvFailure(project, error, target);
  }
}

/** The error of a step of uv in the user's terms, where it is a known one; any other as it is. */
export function explainedUvFailure(project: PythonProject, error: unknown, target: string): unknown {
  return FastApiError.isFastApiError(error) ? new FastApiError(`${explain(error.message, project, target)}${error.message}`) : error;
}

function explain(message: string, project: PythonProject, target: string): string {
  if (/needs to be updated, but `--locked`/.test(message)) {
    return `\`uv.lock\` must be up to date with \`pyproject.toml\`, got: ${project.dependencies.file}, which is not; run \`uv lock\` in ${project.directory}\n`;
  }
  if (/incompatible with the project's Python requirement|No interpreter found for/.test(message)) {
    return `uv needs an interpreter that the project allows (\`requires-python\` = ${project.requiresPython}) to check \`uv.lock\`, and found none; ` +
      'install one or name it with `CDK_FASTAPI_PYTHON`\n';
  }
  const unbuilt = [...message.matchAll(/Failed to (?:download and )?build `([^`]+)`/g)].map((match) => match[1]);
  const foreign = [...message.matchAll(/A path \(([^)]+)\) dependency is incompatible with the current platform/g)].map((match) => match[1]);
  const lacking = unbuilt.length > 0 ? unbuilt : [...withoutWheel(message), ...foreign];
  if (lacking.length === 0) return '';
  return `every package must have a wheel for ${target}, or be built from source here, got: ${lacking.join(', ')}, which ${unbuilt.length > 0 ? 'is not' : 'cannot be'}; ` +
    'choose a version that has a wheel, another Python by `.python-version` or `runtime`, or build it on Lambda\'s own platform with `PythonBundling.docker()`\n';
}

/** Normalized names of the packages that uv says it could not use without building them. */
export function withoutWheel(message: string): string[] {
  const patterns = [
    /Wheels are required for `([^`]+)`/g,
    /(?:Because|and) (\S+) has no (?:usable wheels|wheels with a matching)/g,
    /(?:distribution|Distribution) `([^`]+)` can't be installed because (?:it is marked as `--no-build`|it doesn't have a)/g,
    /Failed to (?:build|prepare|download and build) `([^`]+)`[\s\S]*?[Bb]uilding source distributions/g,
    /Building source distributions for `?([^`\s]+?)`? is disabled/g,
    /Package `([^`]+)` (?:can't be installed because|does not have|doesn't have)/g,
  ];
  return [...new Set(patterns.flatMap((pattern) => [...message.matchAll(pattern)].map((match) => normalizedName(match[1].replace(/[=<>!~@].*$/, '')))))].sort();
}
