import * as fs from 'fs';
import * as path from 'path';
import { buildInputs } from './build-inputs';
import type { Interpreter } from './interpreters';
import { isPackage, isStatic, staticMetadata, type MetadataFile } from './own-metadata';
import type { PythonProject } from './python-project';
import { runUv, type Uv } from './uv';
import { versionIdentity } from './version-control';
import { buildWheel } from './wheel-build';
import { cacheEntry } from '../cache/cache';
import { codeHash } from '../cache/code-hash';
import { FastApiError } from '../private/errors';
import { hashFile, hashParts, hashTree, listFiles } from '../private/hash';
import { progress } from '../private/progress';

/** The project itself as an installer would put it into an environment. */
export interface OwnDistribution {
  /** Its `.dist-info`, whose `RECORD` is written where its files are known; empty where the project is no package. */
  readonly metadata: readonly MetadataFile[];
  /** A directory with the whole content of its wheel, where one had to be built: a build may make modules. */
  readonly built?: string;
  /** Hash of all of it. */
  readonly hash: string;
}

/** What a build works with; asked for where one is needed. */
export interface BuildTools {
  uv(): Uv;
  python(): Interpreter;
}

/** Texts of Python that a version may be taken from. */
const SAYS_VERSION = /^\s*(?:__version__|VERSION|version)\s*[:=]/m;
const NOTHING: OwnDistribution = { metadata: [], hash: '' };

/**
 * The distribution of the project itself: from its tables where they say all, else from its wheel, which is built once and kept.
 *
 * A project that cannot be built is no error: much that has a `[build-system]` was never built. What it lacks then is said.
 *
 * @param always builds the wheel even where the tables say all: modules lie where only the build knows
 */
export function ownDistribution(project: PythonProject, tools: BuildTools, always = false): OwnDistribution {
  if (!isPackage(project)) return NOTHING;
  if (isStatic(project) && !always) return ofFiles(staticMetadata(project));
  const key = hashParts({
    code: codeHash('python'),
    project: project.directory,
    files: hashTree(versionFiles(project).map((file) => hashFile(project.directory, file))),
    inputs: buildInputs(project.directory),
  });
  const entry = cacheEntry({
    kind: 'distributions',
    key,
    what: 'building the project for its metadata',
    build: (directory) => build(project, tools, directory),
  });
  const { problem } = entry.manifest.facts;
  if (typeof problem === 'string') return ofFiles(isStatic(project) ? staticMetadata(project) : []);
  const metadata = listFiles(entry.directory).filter((file) => /^[^/]+\.dist-info\//.test(file) && !/\/(RECORD|REQUESTED|direct_url\.json|uv_cache\.json|uv_build\.json)$/.test(file));
  const read = metadata.map((file) => ({ path: file, content: fs.readFileSync(path.join(entry.directory, file), 'utf8') }));
  return { metadata: read, built: entry.directory, hash: entry.manifest.hash };
}

/** A directory with nothing but the metadata, to be put on the path of the Python that reads the app; undefined where there is none. */
export function metadataDirectory({ metadata, hash }: OwnDistribution): string | undefined {
  if (metadata.length === 0) return undefined;
  return cacheEntry({
    kind: 'metadata',
    key: hash,
    what: 'writing the metadata of the project',
    build: (directory) => {
      for (const { path: file, content } of metadata) {
        fs.mkdirSync(path.join(directory, path.dirname(file)), { recursive: true });
        fs.writeFileSync(path.join(directory, file), content);
      }
    },
  }).directory;
}

function build(project: PythonProject, tools: BuildTools, directory: string): Record<string, unknown> {
  const scratch = fs.mkdtempSync(path.join(path.dirname(directory), 'work-'));
  progress('building the project for its metadata, which its build makes');
  try {
    const uv = tools.uv();
    const python = tools.python();
    const wheel = buildWheel(project.directory, { uv, python, scratch });
    const args = ['pip', 'install', '--quiet', '--target', directory, '--python', python.path, '--no-deps', '--no-compile-bytecode', wheel.file];
    runUv(uv, args, { cwd: project.directory, what: 'unpack the wheel of the project' });
    fs.rmSync(path.join(directory, '.lock'), { force: true });
    return {};
  } catch (error) {
    // What the network did is no fact about the project.
    if (!FastApiError.isFastApiError(error) || /\b(network|dns|connect|timed out|offline|resolve host)/i.test(error.message)) throw error;
    progress(`the project itself cannot be built, so that \`importlib.metadata\` does not know it in the bundle: ${error.message}`);
    return { problem: error.message };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** Files that the metadata is made from: those of the build, and Python that says a version. */
function versionFiles(project: PythonProject): string[] {
  const inputs = ['pyproject.toml', 'setup.py', 'setup.cfg', 'MANIFEST.in', 'VERSION', 'VERSION.txt', 'version.txt', 'README.md', 'README.rst'];
  const named = JSON.stringify(project.pyproject);
  const python = project.applicationFiles().filter((file) => named.includes(file) || /\.(py|txt)$/.test(file) && (
    /(^|\/)[^/]*(?:version|about)[^/]*$/i.test(file) || (file.endsWith('.py') && SAYS_VERSION.test(fs.readFileSync(path.join(project.directory, file), 'utf8')))
  ));
  // What a version control tool writes is made by the build, not read by it.
  const made = versionIdentity(project.directory) === '' ? python : python.filter((file) => !/(^|\/)_?_?version_?_?\.py$/.test(file));
  return [...new Set([...inputs.filter((file) => fs.existsSync(path.join(project.directory, file))), ...made])];
}

function ofFiles(metadata: readonly MetadataFile[]): OwnDistribution {
  return { metadata, hash: hashParts(Object.fromEntries(metadata.map(({ path: file, content }) => [file, content]))) };
}
