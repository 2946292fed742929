import * as fs from 'fs';
import * as path from 'path';
import { checkForeignLock, exportForeignLock } from './foreign-lock';
import type { Interpreter } from '../interpreters';
import { materialize } from './local-package';
import type { PythonProject } from '../python-project';
import { normalizedName, readRequirements, type RequirementLine } from './requirements-file';
import { buildingSources } from './source-builds';
import { FastApiError } from '../../private/errors';
import { isTable, parseToml, stringifyToml, table, tables, text, type TomlTable } from '../../private/toml';
import { describePlatform, uvPlatform, type Platform } from '../platform';
import { runUv, type Uv } from '../uv';
import { explainUvFailure } from '../uv-failure';

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
}

/** Finds out which packages a project needs, from the file that rules. Writes to the scratch directory only. */
export function resolvePackages(request: ResolutionRequest): Resolution {
  const { dependencies } = request.project;
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
  return explainUvFailure(project, () => runUv(uv, args, { cwd: project.directory, what: 'read the lock of the project' }), describeRequest(request));
}

function compileRequirements(lines: readonly RequirementLine[], request: ResolutionRequest): string {
  const { project, scratch } = request;
  const self = lines.some((line) => line.local === project.directory);
  const rewritten = lines.filter((line) => line.local !== project.directory).map((line) => {
    if (line.local === undefined) return line.text;
    const copy = materialize(line.local, scratch);
    return line.text.replace(/^(-e|--editable)[ =]?\s*/, '').replace(/^.*?(?=\s+(;|--)|$)/, copy.name === undefined ? copy.path : `${copy.name} @ ${copy.url}`);
  });
  const names = lines.flatMap((line) => (line.local === undefined || line.local === project.directory ? [] : localName(line.local) ?? []));
  return compile(['-', ...(self ? ['pyproject.toml'] : [])], names, request, rewritten.join('\n'));
}

function compileProject(request: ResolutionRequest): string {
  const sources = Object.entries(table(request.project.pyproject, 'tool', 'uv', 'sources'));
  const local = sources.filter(([, source]) => isTable(source) && (text(source.path) ?? text(source.git)) !== undefined).map(([name]) => name);
  return compile(['pyproject.toml', ...selection(request)], local, request);
}

/** Chooses versions now, for a project that has no lock: those that have a wheel, where any has one. */
function compile(what: readonly string[], built: readonly string[], request: ResolutionRequest, input?: string): string {
  const { project, uv, python, platform } = request;
  const args = ['pip', 'compile', '--quiet', '--format', 'pylock.toml', '--no-header', '--no-annotate', '--python', python.path];
  if (platform !== undefined) args.push('--python-platform', uvPlatform(platform), '--python-version', platform.python);
  const run = (more: readonly string[]) => runUv(uv, [...args, ...more, ...what], { cwd: project.directory, what: 'choose versions of the packages of the project', input });
  return buildingSources(project, new Set(built), run, describeRequest(request));
}

function describeRequest({ platform, python }: ResolutionRequest): string {
  return platform === undefined ? `Python ${python.minor}` : describePlatform(platform);
}

/** A lock with local packages has lines without a hash: their versions are the exported ones all the same. */
function fromForeignLock(request: ResolutionRequest): Resolution {
  const exported = path.join(request.scratch, 'exported.txt');
  fs.writeFileSync(exported, exportForeignLock(request.project, request.scratch, request.extras, request.groups));
  const { lines, hashed } = readRequirements(exported);
  // Poetry leaves out what it knows not to be wanted, and packages may ask for that all the same.
  return hashed ? { ...fromHashed(lines, request), whole: true } : fromPylock(compileRequirements(lines, request), request);
}

function fromHashed(lines: readonly RequirementLine[], request: ResolutionRequest): Resolution {
  const file = path.join(request.scratch, 'requirements.txt');
  fs.writeFileSync(file, `${lines.map((line) => line.text).join('\n')}\n`);
  const names = new Set(lines.flatMap((line) => line.name ?? []));
  return { file, hashed: true, whole: false, locals: [], sources: [], names };
}

/** Takes the local packages out of a lock: they are built from copies, so that nothing is written beside their source. */
function fromPylock(content: string, request: ResolutionRequest): Resolution {
  // uv writes paths relative to the directory that it runs in, and reads a `pylock.toml` relative to where it lies: the project, both.
  const self = request.project.directory;
  const lock = parseToml(content);
  const packages = tables(lock.packages);
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
    locals: located.flatMap(({ local }) => (local === undefined || local === self ? [] : local)),
    sources: remote.filter((each) => isTable(each.vcs) || isTable(each.archive)).flatMap((each) => text(each.name) ?? []),
    names: new Set(packages.flatMap((each) => normalizedName(text(each.name) ?? ''))),
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
