import * as fs from 'fs';
import * as path from 'path';
import { compileRequirements } from './compilation';
import { localDirectories } from './local-packages';
import type { LockedProject } from './lock-format';
import { fromHashed, fromPylock } from './locked-packages';
import { readRequirements } from './requirements-file';
import type { Resolution, ResolutionTask } from './resolution';
import { FastApiError } from '../../private/errors';
import { runTool, toolEnvironment } from '../../private/process';
import { programOnPath } from '../../private/search-path';

/** A tool whose lock uv does not read, and which writes it as requirements itself. */
export interface LockTool {
  readonly name: string;
  readonly program: string;
  readonly lock: string;
  /** Whether it leaves files in the project that it reads, so that it is given a copy of the two files. */
  readonly writesBeside: boolean;
  /** What a person runs where the tool is not found here. */
  readonly command: string;
  /**
   * Arguments with which it writes the requirements to standard output.
   *
   * @param local whether packages of this machine are among them, which have no hash
   */
  export(extras: readonly string[], groups: readonly string[], local: boolean): string[];
}

/**
 * The program that reads the lock of a project.
 *
 * @throws FastApiError where there is none, or no lock
 */
export function checkTool(project: LockedProject, { name, command, program, lock }: LockTool): string {
  const found = programOnPath(program);
  if (found !== undefined && fs.existsSync(path.join(project.directory, lock))) return found;
  throw new FastApiError(
    `the dependencies of the project must be in a file that uv reads, got: ${project.dependencies.file}, which is ${name}'s own; ` +
    `run \`${command}\` in ${project.directory}, put \`${program}\` on the \`PATH\` beside a \`${lock}\`, or use \`PythonBundling.docker()\``,
  );
}

/**
 * The packages of a lock that its own tool writes as requirements.
 *
 * @throws FastApiError with the command to run where the tool is not on the `PATH`, or there is no lock
 */
export function fromTool(task: ResolutionTask, tool: LockTool): Resolution {
  const directory = tool.writesBeside ? copyOf(task.project, tool, task.scratch) : task.project.directory;
  const exported = path.join(task.scratch, 'exported.txt');
  fs.writeFileSync(exported, run(task, tool, directory));
  const { lines: written, hashed } = readRequirements(exported);
  const lines = written.map((line) => (line.local === undefined ? line : { ...line, local: originOf(line.local, directory, task.project) }));
  // A lock with local packages has lines without a hash: their versions are the exported ones all the same. Poetry leaves out what it
  // knows not to be wanted, and packages may ask for that all the same.
  return hashed ? { ...fromHashed(lines, task), whole: true } : fromPylock(compileRequirements(lines, task), task);
}

function run({ project, extras, groups }: ResolutionTask, tool: LockTool, directory: string): string {
  const program = checkTool(project, tool);
  return runTool([program, ...tool.export(extras, groups, localDirectories(project).length > 0)], {
    cwd: directory,
    env: toolEnvironment({ PDM_CHECK_UPDATE: '0', PDM_USE_VENV: '0', POETRY_VIRTUALENVS_CREATE: 'false' }),
    what: `read \`${tool.lock}\` with ${tool.name}; write the list yourself with \`${tool.command}\` and commit it, if ${tool.name} cannot`,
  });
}

/** A copy of the two files, so deep that what the lock names beside the project is there too, as links. */
function copyOf(project: LockedProject, { lock }: LockTool, scratch: string): string {
  const beside = localDirectories(project).map((local) => path.relative(project.directory, local)).filter((local) => local !== '');
  const depth = Math.max(1, ...beside.map((local) => local.split(path.sep).filter((part) => part === '..').length));
  const directory = path.join(fs.mkdtempSync(path.join(scratch, 'export-')), ...Array.from({ length: depth }, () => 'project'));
  fs.mkdirSync(directory, { recursive: true });
  for (const file of ['pyproject.toml', lock]) fs.copyFileSync(path.join(project.directory, file), path.join(directory, file));
  for (const local of beside) {
    fs.mkdirSync(path.dirname(path.join(directory, local)), { recursive: true });
    fs.symlinkSync(path.join(project.directory, local), path.join(directory, local), 'junction');
  }
  return directory;
}

/** Where a local package lies that the tool has seen from the directory it ran in. */
function originOf(local: string, directory: string, project: LockedProject): string {
  const seen = path.relative(directory, local);
  return path.resolve(project.directory, seen);
}
