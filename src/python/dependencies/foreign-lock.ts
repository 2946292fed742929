import * as fs from 'fs';
import * as path from 'path';
import { localDirectories } from './dependency-source';
import { FastApiError } from '../../private/errors';
import { runTool, toolEnvironment } from '../../private/process';
import { programOnPath } from '../../private/search-path';
import type { PythonProject } from '../python-project';

/** A tool whose lock uv does not read, and which writes it as requirements itself. */
interface ForeignTool {
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

const TOOLS: Readonly<Record<'poetry' | 'pdm', ForeignTool>> = {
  // `export` is a plugin of Poetry: where it is missing, Poetry says so.
  poetry: {
    name: 'Poetry',
    program: 'poetry',
    lock: 'poetry.lock',
    writesBeside: false,
    command: 'poetry export --format requirements.txt --output requirements.txt',
    export: (extras, groups) => [
      '--no-interaction', '--no-ansi', 'export', '--format', 'requirements.txt', ...extras.flatMap((extra) => ['--extras', extra]),
      ...groups.flatMap((group) => ['--with', group]),
    ],
  },
  pdm: {
    name: 'PDM',
    program: 'pdm',
    lock: 'pdm.lock',
    writesBeside: true,
    command: 'pdm export --format requirements --prod --output requirements.txt',
    export: (extras, groups) => ['--non-interactive', 'export', '--format', 'requirements', '--prod', ...[...extras, ...groups].flatMap((group) => ['--group', group])],
  },
};

/**
 * The lock of a Poetry or PDM project as requirements with hashes, written by the tool itself.
 *
 * @throws FastApiError with the command to run where the tool is not on the `PATH`, or there is no lock
 */
export function exportForeignLock(project: PythonProject, scratch: string, extras: readonly string[], groups: readonly string[]): string {
  const tool = toolOf(project);
  const program = checkForeignLock(project);
  return runTool([program, ...tool.export(extras, groups)], {
    cwd: tool.writesBeside ? copyOf(project, tool, scratch) : project.directory,
    env: toolEnvironment({ PDM_CHECK_UPDATE: '0', PDM_USE_VENV: '0', POETRY_VIRTUALENVS_CREATE: 'false' }),
    what: `read \`${tool.lock}\` with ${tool.name}; write the list yourself with \`${tool.command}\` and commit it, if ${tool.name} cannot`,
  });
}

/**
 * The program that reads the lock of a project.
 *
 * @throws FastApiError where there is none, or no lock
 */
export function checkForeignLock(project: PythonProject): string {
  const { name, command, program, lock, writesBeside } = toolOf(project);
  const found = programOnPath(program);
  // From a copy, a path to a package beside the project would lead elsewhere.
  const local = writesBeside && localDirectories(project).length > 0;
  if (found !== undefined && !local && fs.existsSync(path.join(project.directory, lock))) return found;
  throw new FastApiError(
    `the dependencies of the project must be in a file that uv reads, got: ${project.dependencies.file}, which is ${name}'s own; ` +
    `run \`${command}\` in ${project.directory}, ${local ? '' : `put \`${program}\` on the \`PATH\` beside a \`${lock}\`, `}or use \`PythonBundling.docker()\``,
  );
}

function copyOf(project: PythonProject, { lock }: ForeignTool, scratch: string): string {
  const directory = fs.mkdtempSync(path.join(scratch, 'export-'));
  for (const file of ['pyproject.toml', lock]) fs.copyFileSync(path.join(project.directory, file), path.join(directory, file));
  return directory;
}

function toolOf(project: PythonProject): ForeignTool {
  return TOOLS[project.dependencies.kind === 'poetry' ? 'poetry' : 'pdm'];
}
