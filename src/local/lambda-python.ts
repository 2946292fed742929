import { RUNTIME_REQUIREMENTS } from '../bundling/packages/runtime-requirements';
import { cacheEntry } from '../cache/cache';
import { FastApiError } from '../private/errors';
import { sha256 } from '../private/hash';
import { environmentPython } from '../python/environment';
import { findInterpreter, findInterpreters, type Interpreter } from '../python/interpreters';
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
  if (python === undefined) throw new FastApiError(`running a function of ${missingPython(minor)}`);
  const entry = cacheEntry({
    kind: 'lambda-python',
    key: sha256(`${python.path}\n${python.version}\n${RUNTIME_CLIENT}`),
    what: `installing Lambda's client for Python ${minor}`,
    verification: 'presence',
    build: (directory) => {
      const uv = findUv();
      const environment = ['venv', '--quiet', '--no-project', '--relocatable', '--python', python.path, '--allow-existing', directory];
      runUv(uv, environment, { cwd: directory, what: 'make an environment' });
      const packages = ['pip', 'install', '--quiet', '--python', environmentPython(directory), RUNTIME_CLIENT, 'boto3'];
      runUv(uv, packages, { cwd: directory, what: 'install Lambda\'s client' });
    },
  });
  return environmentPython(entry.directory);
}

/** `Python 3.14 needs that version on this machine, …`: which versions were found, and how to get the one that is missing. */
export function missingPython(minor: string): string {
  const found = findInterpreters().map(({ version }) => version).join(', ');
  return `Python ${minor} needs that version on this machine, got: ${found || 'none'}; ` +
    `install it, for example with \`uv python install ${minor}\`, name it with \`CDK_FASTAPI_PYTHON\`, or give \`FastApiApp\` a \`runtime\` that is here`;
}

/**
 * A directory of modules that an environment gets beside its own: Lambda's client, and what the constructs put into a
 * bundle.
 *
 * @param python of the environment
 */
export function lambdaModules(python: Interpreter): string {
  const packages = [RUNTIME_CLIENT, 'boto3', ...RUNTIME_REQUIREMENTS.map(({ name, version }) => `${name}==${version}`)];
  return modules(python, packages, 'installing what Lambda and the constructs bring');
}

/** A directory with the modules of a debugger. */
export function debuggerModules(python: Interpreter): string {
  return modules(python, ['debugpy'], 'installing debugpy');
}

function modules(python: Interpreter, packages: readonly string[], what: string): string {
  return cacheEntry({
    kind: 'lambda-modules',
    key: sha256(`${python.path}\n${python.version}\n${packages.join('\n')}`),
    what,
    verification: 'presence',
    build: (directory) => {
      runUv(findUv(), ['pip', 'install', '--quiet', '--python', python.path, '--target', directory, ...packages], { cwd: directory, what });
    },
  }).directory;
}
