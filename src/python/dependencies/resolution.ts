import type { DependencySelection, LockedProject } from './lock-format';
import { markerEnvironment, type MarkerEnvironment } from './marker';
import { FastApiError } from '../../private/errors';
import { table, texts } from '../../private/toml';
import type { Interpreter } from '../interpreters';
import { describePlatform, machine, type Platform } from '../platform';
import type { PythonProject } from '../python-project';
import { targetVersion } from '../python-version';
import type { Uv } from '../uv';
import { WheelBuilder } from '../wheel-build';

const HOST_MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: process.platform === 'linux' ? 'aarch64' : 'arm64' };

/** What is asked of the dependencies of a project. */
export interface ResolutionRequest {
  readonly project: PythonProject;
  readonly uv: Uv;
  /** The interpreter that uv works with. */
  readonly python: Interpreter;
  /** The platform to install for; undefined for that of `python`. */
  readonly platform?: Platform;
  readonly extras: readonly string[];
  readonly groups: readonly string[];
  /** An empty directory for the working files. */
  readonly scratch: string;
}

/** The exact packages of a project. */
export interface Resolution {
  /** The file to install from, in the scratch directory. */
  readonly file: string;
  /** Whether the file is a list of requirements with hashes, not a `pylock.toml`. */
  readonly hashed: boolean;
  /** Whether the file names every package. What a hashed list of the user's lacks is an error of uv's. */
  readonly whole: boolean;
  /** Directories and archives of this machine, to be built. */
  readonly locals: readonly string[];
  /** Names that may be built from source, since they come from version control or an archive. */
  readonly sources: readonly string[];
  /** Normalized names of all packages. */
  readonly names: ReadonlySet<string>;
  /** Builds the local ones. */
  readonly wheels: WheelBuilder;
}

/** A request, with what its steps have in common. */
export interface ResolutionTask extends ResolutionRequest {
  readonly wheels: WheelBuilder;
  readonly markers: MarkerEnvironment;
}

/** Finds out which packages a project needs, from the file that rules. Writes to the scratch directory only. */
export function resolvePackages(request: ResolutionRequest): Resolution {
  const { project, platform, python } = request;
  const markers = platform === undefined ? markerEnvironment(python.version, HOST_MACHINES[process.arch] ?? process.arch, process.platform, request)
    : markerEnvironment(targetVersion(project, platform.python), machine(platform), 'linux', request);
  return project.dependencies.format.resolve({ ...request, markers, wheels: new WheelBuilder(request) });
}

/** The platform of a request, as errors name it. */
export function describeTask({ platform, python }: ResolutionRequest): string {
  return platform === undefined ? `Python ${python.minor}` : describePlatform(platform);
}

/** Requirements of the tables of `pyproject.toml`, with those of the extras and groups that are chosen. */
export function tableRequirements({ pyproject }: LockedProject, { extras = [], groups = [] }: DependencySelection): string[] {
  const optional = table(pyproject, 'project', 'optional-dependencies');
  const grouped = table(pyproject, 'dependency-groups');
  return [
    ...texts(table(pyproject, 'project').dependencies),
    ...Object.keys(table(pyproject, 'tool', 'poetry', 'dependencies')),
    ...extras.flatMap((extra) => (Object.hasOwn(optional, extra) ? texts(optional[extra]) : [])),
    ...groups.flatMap((group) => (Object.hasOwn(grouped, group) ? texts(grouped[group]) : [])),
  ];
}

/** uv's arguments for the extras and groups of a request. */
export function selectionArguments(request: ResolutionRequest): string[] {
  return [...request.extras.flatMap((extra) => ['--extra', extra]), ...request.groups.flatMap((group) => ['--group', group])];
}

/** @throws FastApiError where extras or groups are chosen of a file that knows none */
export function refuseSelection(request: ResolutionRequest): void {
  const chosen = [...request.extras.map((extra) => `extra ${extra}`), ...request.groups.map((group) => `group ${group}`)];
  if (chosen.length === 0) return;
  throw new FastApiError(
    `\`extras\` and \`groups\` of PythonBundling.uv need a \`uv.lock\` or a \`pyproject.toml\` without a lock, got: ${chosen.join(', ')} ` +
    `for ${request.project.dependencies.file}, which names its packages itself`,
  );
}
