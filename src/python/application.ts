import * as fs from 'fs';
import * as path from 'path';
import type { OwnDistribution } from './own-distribution';
import { applicationFiles, checkInclude, selectFiles, type FilePatterns, type ProjectFiles } from './project-files';
import type { PythonProject } from './python-project';
import { RUNTIME_PACKAGE_DIRECTORY } from '../private/assets';
import { FastApiError } from '../private/errors';
import { compareText, hashTree, isExecutable, listFiles, sha256, type TreeFile } from '../private/hash';

/** A file on its way into a bundle. */
export interface ApplicationFile extends TreeFile {
  /** Absolute path, or the content where the file is made here. */
  readonly source: string | { readonly content: string };
}

/** What a bundle holds beside its packages: the application and the shim. */
export interface Application {
  readonly files: readonly ApplicationFile[];
  readonly hash: string;
  /** Whether a file of the application imports the AWS SDK. */
  readonly importsSdk: boolean;
  /** What was left out of the project's files, to be said once. */
  readonly notes: readonly string[];
}

/** Which files of a project are the application's. */
export interface ApplicationPatterns extends FilePatterns {
  /** Directories of which pages are there, and empty: FastAPI starts with nothing less. */
  readonly emptied?: readonly string[];
}

const SDK_IMPORT = /^[ \t]*(?:from|import)[ \t]+(?:boto3|botocore|s3transfer)\b/m;

const NO_DISTRIBUTION: OwnDistribution = { metadata: [], hash: '' };

/** How many files of a kind a message names. */
const NAMED = 3;

/** The shim's package at the root of a bundle. */
export const SHIM = path.basename(RUNTIME_PACKAGE_DIRECTORY);

/**
 * Reads the application files of a project, with the paths they have in the bundle.
 *
 * @param own the project as a distribution: its metadata, and what only its build makes
 * @param entrypoint `'pkg.main:app'`: tells whether modules lie in the project or in its `src/`
 */
export function readApplication(
  project: PythonProject, entrypoint: string, patterns: ApplicationPatterns, own: OwnDistribution = NO_DISTRIBUTION,
): Application {
  const strip = isSourceLayout(project.directory, entrypoint);
  const files = new Map<string, ApplicationFile>();
  let sdk = false;
  const { emptied = [] } = patterns;
  const exclude = [...patterns.exclude ?? [], ...emptied.map((directory) => `/${directory}/`)];
  const selected = selectFiles(project.directory, { ...patterns, exclude, entrypoint });
  checkInclude(selected.files, patterns.include);
  for (const relative of selected.files) {
    const bundled = strip && relative.startsWith('src/') ? relative.slice('src/'.length) : relative;
    const before = files.get(bundled);
    if (before !== undefined) {
      throw new FastApiError(`two files of the project must not have one place in the bundle, got: ${bundled} and src/${bundled}; name one of them in \`exclude\``);
    }
    const file = read(path.join(project.directory, relative), bundled);
    sdk ||= bundled.endsWith('.py') && importsSdk(fs.readFileSync(path.join(project.directory, relative), 'utf8'));
    files.set(bundled, file);
  }
  for (const file of emptied.flatMap((directory) => emptyPages(strip ? directory.replace(/^src\//, '') : directory))) files.set(file.path, file);
  for (const file of ownFiles(project, own, files)) files.set(file.path, file);
  for (const file of shimFiles()) files.set(file.path, file);
  const all = [...files.values()];
  return { files: all, hash: hashTree(all), importsSdk: sdk, notes: selectionNotes(selected) };
}

/** What was left out, by kind with its count, and how to bring it back; what is packed and may be a secret, and the remedy. */
export function selectionNotes({ leftOut, ambiguous }: ProjectFiles): string[] {
  const named = (names: readonly string[]): string => `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ', …' : ''}`;
  const groups = [...leftOut].map(([what, names]) => `${names.length} of ${what} (${named(names)})`);
  return [
    ...groups.length === 0 ? [] : [`left out of the bundle: ${groups.join('; ')}; \`include\` of PythonBundling.uv brings a file back`],
    ...ambiguous.length === 0 ? [] : [`packed, though it may hold secrets: ${named(ambiguous)}; name it in \`exclude\` of PythonBundling.uv to leave it out, in \`include\` to say that it belongs there`],
  ];
}

/** Whether the module of an entry point lies where its name says, in the project or in its `src/`. */
export function hasModule(project: string, entrypoint: string): boolean {
  const module = path.join(...entrypoint.split(':')[0].split('.'));
  return ['', 'src'].some((root) => fs.existsSync(path.join(project, root, `${module}.py`)) || fs.existsSync(path.join(project, root, module)));
}

/** The metadata of the project with a `RECORD` of what is in the bundle, and what only its build makes. */
function ownFiles(project: PythonProject, { metadata, built }: OwnDistribution, files: ReadonlyMap<string, ApplicationFile>): ApplicationFile[] {
  if (metadata.length === 0) return [];
  const inProject = (file: string): boolean => ['', 'src'].some((root) => fs.existsSync(path.join(project.directory, root, file)));
  const contents = built === undefined ? [] : listFiles(built).filter((file) => !/^[^/]+\.dist-info\//.test(file));
  const made = contents.filter((file) => !files.has(file) && !inProject(file)).map((file) => read(path.join(built ?? '', file), file));
  const packages = new Set([...files.keys()].filter((file) => file.endsWith('.py')).map((file) => file.split('/')[0]));
  const owned = built === undefined ? [...files.keys()].filter((file) => packages.has(file.split('/')[0])) : contents.filter((file) => files.has(file) || !inProject(file));
  const [info] = metadata[0].path.split('/');
  const rest = metadata.filter((file) => file.path !== `${info}/RECORD`);
  const lines = [...owned, ...rest.map((file) => file.path), `${info}/RECORD`].sort(compareText).map((file) => (/[",]/.test(file) ? `"${file.replace(/"/g, '""')}",,` : `${file},,`));
  return [...made, ...[...rest, { path: `${info}/RECORD`, content: `${lines.join('\n')}\n` }].map(({ path: file, content }) => fromText(file, content))];
}

/** The pages that FastAPI asks for when it starts. */
function emptyPages(directory: string): ApplicationFile[] {
  return ['index.html', '404.html'].map((page) => fromText(`${directory}/${page}`, ''));
}

function fromText(file: string, content: string): ApplicationFile {
  return { path: file, size: Buffer.byteLength(content), executable: false, sha256: sha256(content), source: { content } };
}

/** Every file of a directory that is a bundle already. */
export function readDirectory(directory: string): ApplicationFile[] {
  return listFiles(directory).map((file) => read(path.join(directory, file), file));
}

/** The files of the shim. Lambda starts its script, which must be executable whatever file system the package went through. */
export function shimFiles(): ApplicationFile[] {
  return applicationFiles(RUNTIME_PACKAGE_DIRECTORY).map((file) => ({
    ...read(path.join(RUNTIME_PACKAGE_DIRECTORY, file), `${SHIM}/${file}`), executable: file.endsWith('.sh'),
  }));
}

/**
 * Writes the files with the modes that the Lambda user needs.
 *
 * @throws FastApiError where a file has changed since it was read
 */
export function writeApplication(files: readonly ApplicationFile[], directory: string): void {
  for (const file of files) {
    const target = path.join(directory, file.path);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const content = typeof file.source === 'string' ? fs.readFileSync(file.source) : Buffer.from(file.source.content);
    if (sha256(content) !== file.sha256) {
      // The bundle would be kept under the hash of what the file was before.
      throw new FastApiError(`the files of the project must not change while they are bundled, got: ${file.path}, which did; synthesize again`);
    }
    fs.writeFileSync(target, content);
    fs.chmodSync(target, file.executable ? 0o755 : 0o644);
  }
}

/** Modules in `src/` are at the root of the bundle, where an installed package would have them. */
export function isSourceLayout(project: string, entrypoint: string): boolean {
  const [top] = entrypoint.split(':')[0].split('.');
  const has = (directory: string): boolean => fs.existsSync(path.join(directory, top)) || fs.existsSync(path.join(directory, `${top}.py`));
  return !has(project) && has(path.join(project, 'src'));
}

function read(source: string, bundled: string): ApplicationFile {
  const content = fs.readFileSync(source);
  const executable = isExecutable(fs.statSync(source).mode);
  return { path: bundled, size: content.length, executable, sha256: sha256(content), source };
}

/** Whether a text of Python imports the AWS SDK. */
function importsSdk(source: string): boolean {
  return SDK_IMPORT.test(source);
}
