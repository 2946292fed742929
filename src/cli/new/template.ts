import * as fs from 'fs';
import * as path from 'path';
import type { Compute } from './new-options';
import type { ProjectNames } from './project-names';
import { RUNTIME_PACKAGE_DIRECTORY, TEMPLATE_DIRECTORY } from '../../private/assets';

/** Files to write: path with slashes, content. */
export type Files = Map<string, string>;

/** The names in the template's files, which are a project called `my-api`. */
const NAMES = /\bmy-api\b|\bmy_api\b|\bMyApi\b/g;

/**
 * The files of a project, relative to its directory.
 *
 * @param python minor version of the interpreter to develop and deploy with, where one is known
 */
export function projectFiles(names: ProjectNames, compute: Compute, python?: string): Files {
  const files: Files = new Map();
  const add = (directory: string, target = ''): void => {
    for (const [name, content] of read(directory)) files.set(rename(target + name, names), content);
  };
  add(path.join(TEMPLATE_DIRECTORY, 'project'));
  if (compute === 'streaming') add(path.join(TEMPLATE_DIRECTORY, 'streaming'));
  for (const [name, content] of files) files.set(name, rename(content, names));
  // What the shim has for any app; here the project holds it, and runs without a bundle.
  for (const name of ['caller', 'observability']) add(path.join(RUNTIME_PACKAGE_DIRECTORY, name), `my_api/${name}/`);
  if (python !== undefined) files.set('.python-version', `${python}\n`);
  return files;
}

/** One file of the template, with the project's names. */
export function templateFile(file: string, names: ProjectNames): string {
  return rename(fs.readFileSync(path.join(TEMPLATE_DIRECTORY, file), 'utf8'), names);
}

function read(directory: string): [string, string][] {
  return fs.readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile() && !item.name.endsWith('.pyc'))
    .map((item): [string, string] => {
      const file = path.join(item.parentPath, item.name);
      // npm publishes no file called .gitignore.
      const name = path.relative(directory, file).split(path.sep).join('/').replace(/(^|\/)gitignore$/, '$1.gitignore');
      return [name, fs.readFileSync(file, 'utf8')];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function rename(text: string, { project, module, construct }: ProjectNames): string {
  return text.replace(NAMES, (found) => (found === 'my-api' ? project : found === 'my_api' ? module : construct));
}
