import * as fs from 'fs';
import * as path from 'path';
import { compileRequirements } from './compilation';
import type { LockedProject } from './lock-format';
import { localDirectories } from './local-packages';
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
  /** Writes the requirements to standard output. */
  export(extras: readonly string[], groups: readonly string[]): string[];
}

/**
 * The program that reads the lock of a project.
 *
 * @throws FastApiError where there is none, or no lock
 */
export function checkTool(project: LockedProject, { name, command, program, lock, writesBeside }: LockTool): string {
  const found = programOnPath(program);
  // From a copy, a path to a package beside the project would lead elsewhere.
  const local = writesBeside && localDirectories(project).length > 0;
  if (found !== undefined && !local && fs.existsSync(path.join(project.directory, lock))) return found;
  throw new FastApiError(
    `the dependencies of the project must be in a file that uv reads, got: ${project.dependencies.file}, which is ${name}'s own; ` +
    `run \`${command}\` in ${project.directory}, ${local ? '' : `put \`${program}\` on the \`PATH\` beside a \`${lock}\`, `}or use \`PythonBundling.docker()\``,
  );
}

/**
 * The packages of a lock that its own tool writes as requirements.
 *
 * @throws FastApiError with the command to run where the tool is not on the `PATH`, or there is no lock
 */
export function fromTool(task: ResolutionTask, tool: LockTool): Resolution {
  const exported = path.join(task.scratch, 'exported.txt');
  fs.writeFileSync(exported, run(task, tool));
  const { lines, hashed } = readRequirements(exported);
  // A lock with local packages has lines without a hash: their versions are the exported ones all the same. Poetry leaves out what it
  // knows not to be wanted, and packages may ask for that all the same.
  return hashed ? { ...fromHashed(lines, task), whole: true } : fromPylock(compileRequirements(lines, task), task);
}

function run({ project, scratch, extras, groups }: ResolutionTask, tool: LockTool): string {
  const program = checkTool(project, tool);
  return runTool([program, ...tool.export(extras, groups)], {
    cwd: tool.writesBeside ? copyOf(project, tool, scratch) : project.directory,
    env: toolEnvironment({ PDM_CHECK_UPDATE: '0', PDM_USE_VENV: '0', POETRY_VIRTUALENVS_CREATE: 'false' }),
    what: `read \`${tool.lock}\` with ${tool.name}; write the list yourself with \`${tool.command}\` and commit it, if ${tool.name} cannot`,
  });
}

function copyOf(project: LockedProject, { lock }: LockTool, scratch: string): string {
  const directory = fs.mkdtempSync(path.join(scratch, 'export-'));
  for (const file of ['pyproject.toml', lock]) fs.copyFileSync(path.join(project.directory, file), path.join(directory, file));
  return directory;
}
