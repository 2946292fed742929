import * as fs from 'fs';
import * as path from 'path';
import { resolvePackages, type Resolution } from './dependencies/resolution';
import { buildingSources } from './dependencies/source-builds';
import { configuredInterpreter, findInterpreters, interpreterAt, type Interpreter } from './interpreters';
import type { PythonProject } from './python-project';
import { targetVersion } from './python-version';
import { findUv, runUv, type Uv } from './uv';
import { explainUvFailure } from './uv-failure';
import { cacheEntry } from '../cache/cache';
import { codeHash } from '../cache/code-hash';
import { FastApiError } from '../private/errors';
import { hashParts } from '../private/hash';
import { progress } from '../private/progress';

/** What a private environment is made with, where the defaults do not do. */
export interface HostEnvironmentOptions {
  /** Interpreter to make it of. */
  readonly python?: string;
  /** Minor version that is taken where it is found, as `3.13`: the functions' own. */
  readonly preferred?: string;
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
}

/**
 * A private environment of this machine with the dependencies of a project, in the cache: it reads the app where
 * the project has no environment of its own. Nothing is written beside the project.
 *
 * @returns absolute path of its interpreter
 */
export function hostEnvironment(project: PythonProject, options: HostEnvironmentOptions = {}): string {
  project.dependencies.format.check(project);
  const python = chooseInterpreter(project, options);
  const uv = findUv();
  const extras = options.extras ?? [];
  const groups = options.groups ?? [];
  const key = hashParts({
    code: codeHash('python'),
    dependencies: project.dependencyHash(),
    python: `${fs.realpathSync(python.path)} ${python.version}`,
    uv: uv.version,
    selection: JSON.stringify([extras, groups]),
  });
  const entry = cacheEntry({
    kind: 'environments',
    key,
    what: 'installing the packages that the app is read with',
    // An interpreter may add compiled files to its environment.
    verification: 'presence',
    build: (directory) => {
      const scratch = fs.mkdtempSync(path.join(path.dirname(directory), 'work-'));
      runUv(uv, ['venv', '--quiet', '--no-project', '--relocatable', '--python', python.path, '--allow-existing', directory], { cwd: directory, what: 'make an environment' });
      const resolution = resolvePackages({ project, uv, python, extras, groups, scratch });
      install({ project, uv, python, resolution, directory });
      fs.rmSync(scratch, { recursive: true, force: true });
    },
  });
  return environmentPython(entry.directory);
}

interface Installation {
  readonly project: PythonProject;
  readonly uv: Uv;
  /** What the environment was made of. */
  readonly python: Interpreter;
  readonly resolution: Resolution;
  readonly directory: string;
}

function install({ project, uv, python, resolution, directory }: Installation): void {
  const { file, hashed, whole, locals, names, sources } = resolution;
  progress(`installing ${names.size} packages to read the app with, Python ${python.minor}`);
  // Every marker of a lock may name the one patch that the project allows, where another is at hand.
  const wanted = targetVersion(project, python.minor);
  const exact = project.requiresPython?.includes(wanted) === true ? ['--python-version', wanted] : [];
  const run = (args: readonly string[]): void => {
    const argv = ['pip', 'install', '--quiet', '--python', environmentPython(directory), '--no-compile-bytecode', ...exact, ...args];
    runUv(uv, argv, { cwd: project.directory, what: 'install the packages that the app is read with' });
  };
  const target = `Python ${python.minor}`;
  const remote = (args: readonly string[]) => buildingSources(project, new Set(sources), (allowed) => run([...args, ...allowed]), target);
  if (hashed) remote([...(whole ? ['--no-deps'] : []), '--require-hashes', '-r', file]);
  else if (names.size > locals.length) remote(['--no-deps', '-r', file]);
  const wheels = locals.map((local) => resolution.wheels.build(local).file);
  if (wheels.length > 0) explainUvFailure(project, () => run(['--no-deps', ...wheels]), target);
}

/** The interpreter that builds and reads what belongs to a project. */
export function chooseInterpreter(project: PythonProject, options: HostEnvironmentOptions): Interpreter {
  if (options.python !== undefined) return interpreterAt(options.python, 'python');
  const configured = configuredInterpreter();
  if (configured !== undefined) return configured;
  const allowed = findInterpreters().filter((each) => project.allowsPython(each.minor));
  const chosen = allowed.find((each) => each.minor === options.preferred) ?? allowed[0];
  if (chosen !== undefined) return chosen;
  const allows = project.requiresPython === undefined ? 'from 3.11 on' : `that \`requires-python\` = ${project.requiresPython} allows`;
  throw new FastApiError(
    `reading the app needs a Python ${allows}, and none was found on this machine; ` +
    'install one, name it with `CDK_FASTAPI_PYTHON`, or use `OpenApiSource.fromFile()`',
  );
}

/** The interpreter of a virtual environment. */
export function environmentPython(directory: string): string {
  return process.platform === 'win32' ? path.join(directory, 'Scripts', 'python.exe') : path.join(directory, 'bin', 'python');
}
