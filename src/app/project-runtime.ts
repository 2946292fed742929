import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiError } from '../private/errors';
import { LAMBDA_PYTHONS } from '../python/lambda-pythons';
import type { PythonProject } from '../python/python-project';
import { checkPython, defaultPython } from '../python/python-version';

/**
 * The Python runtime of a project's functions: the user's, else the project's own choice.
 *
 * @throws FastApiError where it is no Python or the project does not allow it
 */
export function projectRuntime(project: PythonProject, wanted: lambda.Runtime | undefined): lambda.Runtime {
  if (wanted !== undefined) {
    checkPython(project, minorVersion(wanted));
    return wanted;
  }
  const name = `python${defaultPython(project, knownPythons())}`;
  return lambda.Runtime.ALL.find((runtime) => runtime.name === name)
    ?? new lambda.Runtime(name, lambda.RuntimeFamily.PYTHON, { supportsInlineCode: true, supportsSnapStart: true });
}

/**
 * What is tested here, and what the installed aws-cdk-lib has besides: a newer one is taken where the project or its user
 * says so, and never chosen where an older one will do.
 */
function knownPythons(): readonly string[] {
  const named = lambda.Runtime.ALL.map(({ name }) => /^python3\.(\d+)$/.exec(name)?.[1]).filter((minor) => minor !== undefined);
  const newest = Number(LAMBDA_PYTHONS[LAMBDA_PYTHONS.length - 1].slice(2));
  return [...LAMBDA_PYTHONS, ...named.map(Number).filter((minor) => minor > newest).sort((a, b) => a - b).map((minor) => `3.${minor}`)];
}

/** `3.13` of `python3.13`. */
export function minorVersion(runtime: lambda.Runtime): string {
  const minor = /^python(\d+\.\d+)$/.exec(runtime.name)?.[1];
  if (minor === undefined || !knownPythons().includes(minor)) {
    const names = knownPythons().map((version) => `python${version}`).join(', ');
    throw new FastApiError(`\`runtime\` of FastApiApp.fromDirectory must be one of ${names}, got: ${runtime.name}`);
  }
  return minor;
}
