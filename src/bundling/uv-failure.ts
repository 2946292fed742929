import type { PythonProject } from './python-project';
import { FastApiError } from '../private/errors';

/** Runs a step of uv and says the known failures in the user's terms, with the way out. */
export function explainUvFailure<T>(project: PythonProject, step: () => T, target?: string): T {
  try {
    return step();
  } catch (error) {
    if (!FastApiError.isFastApiError(error)) throw error;
    throw new FastApiError(`${explain(error.message, project, target)}${error.message}`);
  }
}

function explain(message: string, project: PythonProject, target: string | undefined): string {
  if (/needs to be updated, but `--locked`/.test(message)) {
    return `\`uv.lock\` must be up to date with \`pyproject.toml\`, got: ${project.dependencies.file}, which is not; run \`uv lock\` in ${project.directory}\n`;
  }
  if (/incompatible with the project's Python requirement|No interpreter found for/.test(message)) {
    return `uv needs an interpreter that the project allows (\`requires-python\` = ${project.requiresPython}) to check \`uv.lock\`, and found none; ` +
      'install one or name it with `CDK_FASTAPI_PYTHON`\n';
  }
  const lacking = withoutWheel(message);
  if (lacking.length > 0) {
    return `every package must have a wheel${target === undefined ? '' : ` for ${target}`}, got: ${lacking.join(', ')} without one; ` +
      'choose a version that has one, another architecture or runtime, or build it on Lambda\'s own platform with `PythonBundling.docker()`\n';
  }
  return '';
}

/** Names that uv says it could not use without building them. */
function withoutWheel(message: string): string[] {
  const patterns = [
    /Wheels are required for `([^`]+)`/g,
    /(?:Because|and) (\S+) has no usable wheels/g,
    /(?:distribution|Distribution) `([^`]+)` can't be installed because (?:it is marked as `--no-build`|it doesn't have a)/g,
    /Failed to (?:build|prepare|download and build) `([^`]+)`[\s\S]*?[Bb]uilding source distributions/g,
    /Building source distributions for `?([^`\s]+?)`? is disabled/g,
    /Package `([^`]+)` (?:can't be installed because|does not have|doesn't have)/g,
  ];
  return [...new Set(patterns.flatMap((pattern) => [...message.matchAll(pattern)].map((match) => match[1])))].sort();
}
