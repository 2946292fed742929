import * as fs from 'fs';
import * as path from 'path';
import type { DiscoveredEntrypoint } from './entrypoint-discovery';
import { introspect, type IntrospectionRequest, ReadingTimeout } from './introspection';
import type { OpenApiFromAppOptions } from './open-api-source';
import { readSettings, type Setting } from './settings';
import type { BundleSelection } from '../bundling/bundle';
import { cacheEntry } from '../cache/cache';
import { codeHash } from '../cache/code-hash';
import { parseDocument, recallDocument, type OpenApiDocument } from '../openapi/document';
import type { Issue } from '../openapi/issue';
import { RUNTIME_DIRECTORY } from '../private/assets';
import { FastApiError } from '../private/errors';
import { hashFile, hashParts, hashTree, listFiles, sha256, type TreeFile } from '../private/hash';
import { printable } from '../private/printable';
import { progress } from '../private/progress';
import { chooseInterpreter } from '../python/environment';
import { NEVER_WALKED } from '../python/left-out';
import { metadataDirectory, ownDistribution } from '../python/own-distribution';
import { selectFiles } from '../python/project-files';
import { findInterpreter, interpreterIdentity, linkedSources, privateInterpreter } from '../python/python-interpreter';
import type { PythonProject } from '../python/python-project';
import { settingsFiles } from '../python/settings-files';
import { findUv } from '../python/uv';

const DEFAULT_TIMEOUT_SECONDS = 60;
const DOCUMENT = 'openapi.json';
const SETTINGS = 'settings.json';

/** What reading an app tells. */
export interface AppReading {
  readonly document: OpenApiDocument;
  /** Variables that it was read with and that are in no file of its bundle. */
  readonly settings: readonly Setting[];
}

/** Which app is read, and how. */
export interface AppDocumentRequest {
  readonly project: PythonProject;
  readonly entrypoint: DiscoveredEntrypoint;
  /** Minor version of Python that the app is deployed on, as `3.13`; it is taken for a private environment where it is found. */
  readonly minor: string;
  /** Which files and packages are the app's. */
  readonly selection: BundleSelection;
  readonly options: OpenApiFromAppOptions;
}

/**
 * The document of the app itself, from the cache or by running its module.
 *
 * The key is the content of everything that the document depends on: the application's files, the interpreter with its packages,
 * the entry point, the options and our own code that reads. With nothing changed no process is started.
 */
export function readAppDocument(request: AppDocumentRequest): AppReading {
  const { project, entrypoint, selection, options } = request;
  const entry = project.directory;
  const interpreter = findInterpreter(entry, options.python)
    ?? privateInterpreter(project, { preferred: request.minor, extras: selection.extras, groups: selection.groups });
  const own = ownDistribution(project, { uv: findUv, python: () => chooseInterpreter(project, { preferred: request.minor }) });
  const metadata = metadataDirectory(own);
  const environment = options.environment ?? {};
  const selected = selectFiles(entry, { ...selection, entrypoint: entrypoint.entrypoint });
  const key = hashParts({
    entry,
    entrypoint: entrypoint.entrypoint,
    interpreter: interpreterIdentity(interpreter.program),
    environment: JSON.stringify(Object.entries(environment).sort()),
    files: hashTree(selected.files.map((file) => hashFile(entry, file))),
    metadata: own.hash,
    settings: hashTree(settingsFiles(entry, selected.leftOut.get('secrets')).map((file) => ({ ...hashFile(path.dirname(file), path.basename(file)), path: file }))),
    linked: hashTree(linkedSources(interpreter.program).filter((source) => source !== entry).flatMap(pythonFiles)),
    extraInputs: hashTree((options.extraInputs ?? []).flatMap((input) => extraInput(entry, input))),
    reader: readerHash(),
    code: codeHash('openapi', 'app'),
  });
  const source = `${entrypoint.entrypoint} (${entry})`;
  const timeoutSeconds = options.timeout?.toSeconds() ?? DEFAULT_TIMEOUT_SECONDS;
  const tooLong = timedOut.get(`${key} ${timeoutSeconds}`);
  if (tooLong !== undefined) throw tooLong;
  const found = cacheEntry({
    kind: 'documents',
    key,
    what: `reading the FastAPI app ${entrypoint.entrypoint}`,
    build: (directory) => {
      progress(`reading the FastAPI app ${entrypoint.entrypoint} of ${entry}`);
      introspectOnce(key, {
        entry,
        entrypoint: entrypoint.entrypoint,
        entrypointOrigin: entrypoint.origin,
        interpreter,
        metadata,
        environment,
        timeoutSeconds,
        out: path.join(directory, DOCUMENT),
        settings: path.join(directory, SETTINGS),
      });
      return { issues: parseDocument(read(directory), source).issues };
    },
  });
  // The manifest is ours, whole: its facts are what `build` returned.
  const document = recallDocument(read(found.directory), source, found.manifest.facts.issues as readonly Issue[]);
  if (entrypoint.discovered) refuseWrapped(document, entrypoint);
  const bundled = new Set(selected.files.map((file) => path.join(fs.realpathSync(entry), file)));
  return { document, settings: readSettings(path.join(found.directory, SETTINGS)).filter(({ file }) => file === undefined || !bundled.has(file)) };
}

/** By key and timeout. An app that took too long is not waited for again in this process: other constructs and stacks get the same error. */
const timedOut = new Map<string, ReadingTimeout>();

function introspectOnce(key: string, request: IntrospectionRequest): void {
  try {
    introspect(request);
  } catch (error) {
    if (error instanceof ReadingTimeout) timedOut.set(`${key} ${request.timeoutSeconds}`, error);
    throw error;
  }
}

/** Whoever names the app means it; where it was found, what is wrapped around it may be what checks its callers. */
function refuseWrapped({ facts }: OpenApiDocument, { entrypoint, origin }: DiscoveredEntrypoint): void {
  if (facts.wrapped.length === 0) return;
  const module = entrypoint.split(':')[0];
  throw new FastApiError(printable(
    `\`entrypoint\` must name what is served, got: none; ${entrypoint} was ${origin}, and ${facts.wrapped.join(', ')} of the same module is wrapped around it: `
    + `write ${module}:${facts.wrapped[0]}, or ${entrypoint} to leave the wrapper out`, 1000,
  ));
}

function read(directory: string): string {
  return fs.readFileSync(path.join(directory, DOCUMENT), 'utf8');
}

/** Python files of a package that is installed by a link to its source. Links in it are not followed: they may lead anywhere. */
function pythonFiles(source: string): TreeFile[] {
  return fs.readdirSync(source, { withFileTypes: true }).flatMap((item) => {
    const file = path.join(source, item.name);
    if (item.isDirectory()) return NEVER_WALKED.includes(`${item.name}/`) ? [] : pythonFiles(file);
    return item.isFile() && item.name.endsWith('.py') ? [{ ...hashFile(source, item.name), path: file }] : [];
  });
}

function extraInput(entry: string, input: string): TreeFile[] {
  const absolute = path.resolve(entry, input);
  const stat = fs.statSync(absolute, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new FastApiError(`\`extraInputs\` of OpenApiSource.fromApp must name files that exist, got: ${input}, looked for at ${absolute}`);
  }
  const files = stat.isDirectory() ? listFiles(absolute) : [''];
  return files.map((file) => ({ ...hashFile(absolute, file), path: path.join(absolute, file) }));
}

let reader: string | undefined;

/** Hash of our own code that reads apps: another version of this library reads again. */
function readerHash(): string {
  reader ??= sha256(['cdk_fastapi_introspect', 'cdk_fastapi_runtime'].map((name) => {
    const directory = path.join(RUNTIME_DIRECTORY, name);
    return hashTree(listFiles(directory).filter((file) => file.endsWith('.py')).map((file) => hashFile(directory, file)));
  }).concat(hashFile(RUNTIME_DIRECTORY, 'introspect.py').sha256).join(' '));
  return reader;
}
