import { cacheEntry } from '../cache/cache';
import { FastApiError } from '../private/errors';
import { sha256 } from '../private/hash';
import { environmentPython } from '../python/environment';
import { findInterpreter } from '../python/interpreters';
import { findUv, runUv } from '../python/uv';

/** Version of Lambda's runtime interface client for Python. */
const RUNTIME_CLIENT = 'awslambdaric>=4,<5';

/**
 * The interpreter of an environment that stands for a Python runtime of Lambda: the interpreter and Lambda's client, and
 * the AWS SDK that the runtime brings.
 *
 * @param minor as `3.13`
 * @throws FastApiError where this machine has no such Python
 */
export function lambdaPython(minor: string): string {
  const python = findInterpreter(minor);
  if (python === undefined) {
    throw new FastApiError(`running a function of Python ${minor} needs that version on this machine, and none was found; install it, or give \`FastApiApp\` a \`runtime\` that is here`);
  }
  const entry = cacheEntry({
    kind: 'lambda-python',
    key: sha256(`${python.path}\n${python.version}\n${RUNTIME_CLIENT}`),
    what: `installing Lambda's client for Python ${minor}`,
    verification: 'presence',
    build: (directory) => {
      const uv = findUv();
      runUv(uv, ['venv', '--quiet', '--no-project', '--relocatable', '--python', python.path, '--allow-existing', directory], { cwd: directory, what: 'make an environment' });
      runUv(uv, ['pip', 'install', '--quiet', '--python', environmentPython(directory), RUNTIME_CLIENT, 'boto3'], { cwd: directory, what: 'install Lambda\'s client' });
    },
  });
  return environmentPython(entry.directory);
}
