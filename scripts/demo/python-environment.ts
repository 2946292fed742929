import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../src/cache/cache-directory';
import { FastApiError } from '../../src/private/errors';
import { environmentPython } from '../../src/python/environment';
import { findInterpreters, type Interpreter } from '../../src/python/interpreters';
import { LAMBDA_PYTHONS } from '../../src/python/lambda-pythons';
import { findUv, runUv } from '../../src/python/uv';

/** The newest interpreter of this machine that Lambda has a runtime for. */
export function newestLambdaPython(allowed: readonly string[] = LAMBDA_PYTHONS): Interpreter {
  const found = findInterpreters()
    .filter((python) => allowed.includes(python.minor))
    .sort((a, b) => Number(b.minor.split('.')[1]) - Number(a.minor.split('.')[1]))[0];
  if (found === undefined) throw new FastApiError(`one of Python ${allowed.join(', ')} must be on this machine to run the bundle, got: none`);
  return found;
}

/**
 * The interpreter of an environment with Lambda's runtime interface client, uvicorn and a project's own dependencies.
 *
 * @param python the interpreter to make it from
 * @param project directory with `pyproject.toml`
 */
export function demoEnvironment(python: Interpreter, project: string): string {
  const pyproject = join(project, 'pyproject.toml');
  const key = createHash('sha256').update(`${python.path}\n${python.version}\n${readFileSync(pyproject, 'utf8')}`).digest('hex').slice(0, 16);
  const environment = join(cacheDirectory(), 'demo', key);
  const program = environmentPython(environment);
  const stamp = join(environment, '.installed');
  if (!existsSync(stamp)) {
    const uv = findUv();
    mkdirSync(join(environment, '..'), { recursive: true });
    runUv(uv, ['venv', '--clear', '--no-project', '--python', python.path, environment], { cwd: project, what: 'make the environment of the demo' });
    runUv(uv, ['pip', 'install', '--python', program, '-r', pyproject, 'awslambdaric', 'uvicorn'], { cwd: project, what: 'install the environment of the demo' });
    writeFileSync(stamp, '');
  }
  return program;
}
