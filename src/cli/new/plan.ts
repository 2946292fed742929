import * as path from 'path';
import { constructText, relativeToFile } from './construct';
import { authProblem, type Auth, type Compute } from './new-options';
import { nxFiles } from './nx-workspace';
import { projectNames, type ProjectNames } from './project-names';
import { projectFiles, type Files } from './template';
import { FastApiError } from '../../private/errors';

/** What a project is made from. */
export interface NewProject {
  readonly name: string;
  readonly compute: Compute;
  readonly auth: Auth;
  /** Directory in which the project's own is made, relative to the root. */
  readonly directory: string;
  readonly moduleName?: string;
  /** File of the construct, relative to the root. */
  readonly constructOut?: string;
  /** Minor version of Python. */
  readonly python?: string;
}

/** Where a project is made: a directory, or an Nx workspace. All paths have slashes and are relative to its root. */
export interface Place {
  /** Absolute path. */
  readonly root: string;
  readonly nx: boolean;
  /** The directories that hold a `cdk.json`; `` is the place itself. */
  cdkDirectories(): readonly string[];
  /** Content of a file, undefined where there is none. */
  read(file: string): string | undefined;
}

/** What is written. */
export interface Plan {
  readonly names: ProjectNames;
  /** Directory of the project. */
  readonly directory: string;
  /** File of the construct; undefined where none is written. */
  readonly construct?: string;
  /** Files that must not exist yet. */
  readonly fresh: Files;
  /** Files that exist, with what is added to them. */
  readonly changed: Files;
}

/**
 * What `cdk-fastapi new` writes.
 *
 * @throws FastApiError where the options are wrong
 */
export function planProject(options: NewProject, place: Place): Plan {
  const { compute, auth } = options;
  const names = projectNames(options.name, options.moduleName);
  const problem = authProblem(compute, auth);
  if (problem !== undefined) throw new FastApiError(problem);
  const directory = inside(`${options.directory}/${names.project}`, '--directory', place);

  const fresh: Files = new Map();
  const changed: Files = new Map();
  for (const [name, content] of projectFiles(names, compute, options.python)) fresh.set(`${directory}/${name}`, content);
  let construct: string | undefined;
  if (options.constructOut !== undefined) {
    construct = inside(options.constructOut, '--construct-out', place);
    const base = relativeToFile(construct) ? path.posix.dirname(construct) : cdkDirectoryOf(construct, place);
    const toProject = path.relative(path.resolve(place.root, base), path.resolve(place.root, directory)) || '.';
    const source = { names, compute, auth, directory: checkPath(slashes(toProject), '--directory', place), file: slashes(path.resolve(place.root, construct)) };
    fresh.set(construct, constructText(source));
  }
  if (place.nx) {
    const [cdkDirectory, ...others] = place.cdkDirectories();
    const files = nxFiles({ names, compute, auth, directory, cdkDirectory: others.length === 0 ? cdkDirectory ?? '' : '', read: (file) => place.read(file) }, construct === undefined);
    for (const [name, content] of files.fresh) fresh.set(name, content);
    for (const [name, content] of files.changed) changed.set(name, content);
    construct ??= [...fresh.keys()].find((name) => name.endsWith(`/apis/${names.project}-api.ts`));
  }
  return { names, directory, construct, fresh, changed };
}

/** The nearest directory around a file that has a `cdk.json`, else the place itself. */
function cdkDirectoryOf(file: string, place: Place): string {
  const around = place.cdkDirectories().filter((directory) => directory === '' || file.startsWith(`${directory}/`));
  return around.sort((a, b) => b.length - a.length)[0] ?? '';
}

/** A path relative to the root. In an Nx workspace it leads into it. */
function inside(file: string, property: string, place: Place): string {
  const relative = slashes(path.relative(place.root, path.resolve(place.root, file)));
  if (place.nx && (relative.startsWith('..') || path.isAbsolute(relative))) {
    throw new FastApiError(`\`${property}\` must lead into the Nx workspace ${place.root}, got: ${file}`);
  }
  return place.nx ? checkPath(relative, property, place) : relative;
}

/** It is written into code, and in a workspace into commands. */
function checkPath(file: string, property: string, { nx }: Place): string {
  if ((nx ? /[^\p{L}\p{N}@+=,._/-]/u : /[^\p{L}\p{N}@+=,._/ -]/u).test(file)) {
    throw new FastApiError(`\`${property}\` must be a path of letters, digits and \`-_.@+=,\`, got: ${file}`);
  }
  return file;
}

function slashes(file: string): string {
  return file.split(path.sep).join('/');
}
