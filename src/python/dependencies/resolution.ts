import * as fs from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { checkForeignLock, exportForeignLock } from './foreign-lock';
import type { Interpreter } from '../interpreters';
import { markerEnvironment, markerHolds, type MarkerEnvironment } from './marker';
import type { PythonProject } from '../python-project';
import { isUtf16, normalizedName, readRequirements, requirementsText, type RequirementLine } from './requirements-file';
import { buildingSources } from './source-builds';
import { FastApiError } from '../../private/errors';
import { isTable, parseToml, stringifyToml, table, tables, text, texts, type TomlTable } from '../../private/toml';
import { describePlatform, machine, uvPlatform, type Platform } from '../platform';
import { targetVersion } from '../python-version';
import { runUv, type Uv } from '../uv';
import { explainUvFailure } from '../uv-failure';
import { buildVariables, WheelBuilder } from '../wheel-build';

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

/** A request, with what its parts have in common. */
interface Work extends ResolutionRequest {
  readonly wheels: WheelBuilder;
  readonly markers: MarkerEnvironment;
}

/** Finds out which packages a project needs, from the file that rules. Writes to the scratch directory only. */
export function resolvePackages(asked: ResolutionRequest): Resolution {
  const { project, platform, python } = asked;
  const { dependencies } = project;
  const markers = platform === undefined ? markerEnvironment(python.version, HOST_MACHINES[process.arch] ?? process.arch, process.platform, asked)
    : markerEnvironment(targetVersion(project, platform.python), machine(platform), 'linux', asked);
  const request: Work = { ...asked, markers, wheels: new WheelBuilder(asked) };
  switch (dependencies.kind) {
    case 'uv-lock': return fromPylock(exportLock(request), request);
    case 'pylock':
      refuseSelection(request);
      return fromPylock(fs.readFileSync(dependencies.file, 'utf8'), request);
    case 'requirements': {
      refuseSelection(request);
      const { lines } = readRequirements(dependencies.file);
      return dependencies.hashed ? fromHashed(lines, request) : fromPylock(compileRequirements(lines, request), request);
    }
    case 'pyproject': return fromPylock(compileProject(request), request);
    case 'none': return fromPylock('lock-version = "1.0"\ncreated-by = "cdk-fastapi"\n', request);
    case 'poetry':
    case 'pdm': return fromForeignLock(request);
  }
}

/**
 * @throws FastApiError for a project whose dependencies cannot be told from its files
 */
export function checkDependencies(project: PythonProject): void {
  const { kind, file } = project.dependencies;
  if (kind === 'poetry' || kind === 'pdm') checkForeignLock(project);
  if (kind === 'none' && !fs.existsSync(path.join(project.directory, 'fastapi'))) {
    throw new FastApiError(
      `the project must say what it depends on, got: ${project.directory} without \`uv.lock\`, \`pylock.toml\`, \`requirements.txt\` or a \`pyproject.toml\` ` +
      `with \`[project]\`; write at least \`fastapi\` into ${file}`,
    );
  }
}

function exportLock(request: ResolutionRequest): string {
  const { project, uv, python } = request;
  const args = [
    'export', '--quiet', '--locked', '--no-default-groups', '--no-editable', '--no-emit-project', '--no-header', '--format', 'pylock.toml',
    '--python', python.path, ...selection(request),
  ];
  const variables = buildVariables(request.scratch);
  return explainUvFailure(project, () => runUv(uv, args, { cwd: project.directory, what: 'read the lock of the project', variables }), describeRequest(request));
}

function compileRequirements(all: readonly RequirementLine[], request: Work): string {
  const { project, wheels } = request;
  const lines = all.filter((line) => line.local === undefined || markerHolds(line.marker, request.markers));
  const self = lines.some((line) => line.local === project.directory);
  const names: string[] = [];
  const rewritten = lines.filter((line) => line.local !== project.directory).map((line) => {
    if (line.local === undefined) return readableConstraint(line.text, request.scratch);
    // Where only a build knows the name, it is built for that; it is installed from the same wheel.
    const name = localName(line.local) ?? wheels.build(line.local).name;
    names.push(name);
    const extras = /^[^;]*?(\[[^\]]*\])\s*(?:@|;|--|$)/.exec(line.text)?.[1] ?? '';
    const rest = line.marker === undefined ? '' : ` ; ${line.marker}`;
    return `${name}${extras} @ ${pathToFileURL(line.local).href}${rest}`;
  });
  return compile(['-', ...(self ? ['pyproject.toml'] : [])], names, request, rewritten.join('\n'));
}

/** uv reads no UTF-16: it gets a copy of a file of constraints that is. */
function readableConstraint(line: string, scratch: string): string {
  const file = /^-c (.+)$/.exec(line)?.[1];
  const content = file === undefined ? undefined : fs.readFileSync(file);
  if (content === undefined || !isUtf16(content)) return line;
  const copy = path.join(fs.mkdtempSync(path.join(scratch, 'constraints-')), 'constraints.txt');
  fs.writeFileSync(copy, requirementsText(content));
  return `-c ${copy}`;
}

function compileProject(request: Work): string {
  const sources = Object.entries(table(request.project.pyproject, 'tool', 'uv', 'sources'));
  const local = sources.filter(([, source]) => isTable(source) && (text(source.path) ?? text(source.git)) !== undefined).map(([name]) => name);
  return compile(['pyproject.toml', ...selection(request)], local, request);
}

/** Chooses versions now, for a project that has no lock: those that have a wheel, where any has one. */
function compile(what: readonly string[], built: readonly string[], request: Work, input?: string): string {
  const { project, uv, python, platform } = request;
  const args = ['pip', 'compile', '--quiet', '--format', 'pylock.toml', '--no-header', '--no-annotate', '--python', python.path];
  if (platform !== undefined) args.push('--python-platform', uvPlatform(platform), '--python-version', targetVersion(project, platform.python));
  // uv takes a path that it has read before for unchanged.
  args.push(...built.flatMap((name) => ['--refresh-package', name]));
  const variables = buildVariables(request.scratch);
  const run = (more: readonly string[]) => runUv(uv, [...args, ...more, ...what], { cwd: project.directory, what: 'choose versions of the packages of the project', input, variables });
  return buildingSources(project, new Set(built), run, describeRequest(request));
}

function describeRequest({ platform, python }: ResolutionRequest): string {
  return platform === undefined ? `Python ${python.minor}` : describePlatform(platform);
}

/** A lock with local packages has lines without a hash: their versions are the exported ones all the same. */
function fromForeignLock(request: Work): Resolution {
  const exported = path.join(request.scratch, 'exported.txt');
  fs.writeFileSync(exported, exportForeignLock(request.project, request.scratch, request.extras, request.groups));
  const { lines, hashed } = readRequirements(exported);
  // Poetry leaves out what it knows not to be wanted, and packages may ask for that all the same.
  return hashed ? { ...fromHashed(lines, request), whole: true } : fromPylock(compileRequirements(lines, request), request);
}

function fromHashed(lines: readonly RequirementLine[], request: Work): Resolution {
  const file = path.join(request.scratch, 'requirements.txt');
  fs.writeFileSync(file, `${lines.map((line) => readableConstraint(line.text, request.scratch)).join('\n')}\n`);
  const names = new Set(lines.flatMap((line) => (markerHolds(line.marker, request.markers) ? line.name ?? [] : [])));
  return { file, hashed: true, whole: false, locals: [], sources: [], names, wheels: request.wheels };
}

/** Takes the local packages out of a lock, which are built here; a marker that is false for the target leaves one out. */
function fromPylock(content: string, request: Work): Resolution {
  // uv writes paths relative to the directory that it runs in, and reads a `pylock.toml` relative to where it lies: the project, both.
  const self = request.project.directory;
  const lock = parseToml(content);
  const packages = tables(lock.packages);
  const groups = [...request.groups, ...texts(lock['default-groups'])];
  const wanted = (each: TomlTable): boolean => markerHolds(text(each.marker), { ...request.markers, groups });
  const located = packages.map((each) => ({ each, local: localPath(each, self) }));
  const remote = located.filter(({ local }) => local === undefined).map(({ each }) => each);
  // What the project allows was checked against the target; uv would check the interpreter that it works with.
  const { 'requires-python': _, ...rest } = lock;
  const file = path.join(request.scratch, 'pylock.toml');
  fs.writeFileSync(file, stringifyToml({ ...rest, packages: remote }));
  return {
    file,
    hashed: false,
    whole: true,
    locals: located.flatMap(({ each, local }) => (local === undefined || local === self || !wanted(each) ? [] : local)),
    sources: remote.filter((each) => isTable(each.vcs) || isTable(each.archive)).flatMap((each) => text(each.name) ?? []),
    names: new Set(packages.filter(wanted).flatMap((each) => normalizedName(text(each.name) ?? ''))),
    wheels: request.wheels,
  };
}

function localPath(each: TomlTable, base: string): string | undefined {
  const directory = text(table(each, 'directory').path) ?? text(table(each, 'archive').path);
  return directory === undefined ? undefined : path.resolve(base, directory);
}

function localName(local: string): string | undefined {
  const file = path.join(local, 'pyproject.toml');
  return fs.existsSync(file) ? text(table(parseToml(fs.readFileSync(file, 'utf8')), 'project').name) : undefined;
}

function selection(request: ResolutionRequest): string[] {
  return [...request.extras.flatMap((extra) => ['--extra', extra]), ...request.groups.flatMap((group) => ['--group', group])];
}

function refuseSelection(request: ResolutionRequest): void {
  const chosen = [...request.extras.map((extra) => `extra ${extra}`), ...request.groups.map((group) => `group ${group}`)];
  if (chosen.length === 0) return;
  throw new FastApiError(
    `\`extras\` and \`groups\` of PythonBundling.uv need a \`uv.lock\` or a \`pyproject.toml\` without a lock, got: ${chosen.join(', ')} ` +
    `for ${request.project.dependencies.file}, which names its packages itself`,
  );
}
