import { toolEnvironment, tryTool } from '../../private/process';
import { programOnPath } from '../../private/search-path';
import { findInterpreters } from '../../python/interpreters';
import { LAMBDA_PYTHONS } from '../../python/lambda-pythons';

/** What a project needs of the machine that it is developed on. */
export interface Machine {
  /** Whether uv is on PATH. */
  readonly uv: boolean;
  /** Minor version of the newest Python that Lambda runs too. */
  readonly python?: string;
  /** Version of another Python, where there is none of those. */
  readonly otherPython?: string;
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
  const python = findInterpreters()[0]?.minor;
  return { uv: onPath('uv'), python, otherPython: python === undefined ? otherPython() : undefined };
}

/** What the machine lacks, and how to get it. A project is files: none of this keeps it from being written. */
export function machineNotes({ uv, python, otherPython: other }: Machine): string[] {
  const [oldest, newest] = [LAMBDA_PYTHONS[0], LAMBDA_PYTHONS[LAMBDA_PYTHONS.length - 1]];
  return [
    ...uv ? [] : ['the project\'s commands need uv on PATH, got: none; https://docs.astral.sh/uv/getting-started/installation/ says how to install it, or `pip install uv`'],
    ...python !== undefined ? [] : [
      `the project needs a Python from ${oldest} to ${newest}, which Lambda runs, got: ${other ?? 'none'}; \`uv run\` downloads one where it may, else \`uv python install ${newest}\` does`,
    ],
  ];
}

function onPath(program: string): boolean {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  return names.some((name) => programOnPath(name) !== undefined);
}

/** Version of `python3`, whatever it is. */
export function otherPython(): string | undefined {
  const argv = [process.platform === 'win32' ? 'python' : 'python3', '-c', 'import platform; print(platform.python_version())'];
  const { status, stdout } = tryTool(argv, { cwd: process.cwd(), env: toolEnvironment(), what: 'ask Python for its version', timeoutSeconds: 30 });
  return status === 0 ? stdout.trim() : undefined;
}
