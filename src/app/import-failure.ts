import * as fs from 'fs';
import * as path from 'path';
import { distributionOf, linkedSources } from '../python/python-interpreter';

/** A module that was not imported, and with what it was tried. */
export interface ImportFailure {
  /** What Python has written, with the traceback at its end. */
  readonly stderr: string;
  /** Names of the variables that it had. */
  readonly variables: readonly string[];
  /** The interpreter that could import it. */
  readonly reader?: string;
}

/** Lines at the end of a traceback in which a variable is looked for: the message of pydantic-settings has four for each. */
const LAST_LINES = 12;

/** How libraries say that nothing listens where they have connected to. */
const CONNECTS = new RegExp([
  'ConnectionRefused', 'ConnectionError', 'OperationalError', 'InterfaceError', 'gaierror', 'could not connect', 'connection refused', 'ServerSelectionTimeout', 'ConnectTimeout',
  'NoBrokersAvailable', 'PoolTimeout', 'CannotConnect', 'Name or service not known', 'Network is unreachable', 'timed out',
].join('|'), 'i');

/** What connecting while a module is imported means, and the remedy; undefined where it did not. */
export function connectionRemedy(stderr: string, where: string): string | undefined {
  return CONNECTS.test(stderr) ? `the app connects to something while it is imported: do that in its lifespan, or give where it is by ${where}` : undefined;
}

/** What a function lacks of what the app was read with, and the remedy. */
export function importRemedy(failure: ImportFailure): string {
  const { stderr, variables } = failure;
  if (/ModuleNotFoundError: No module named '/.test(stderr)) return moduleRemedy(failure);
  const library = /(?:ImportError|OSError): (lib[\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(stderr)?.[1];
  if (library !== undefined) return `the library ${library} of the system is in no package of the bundle: choose a package that carries it, as \`opencv-python-headless\` does instead of \`opencv-python\``;
  const shell = shellVariables(stderr, variables);
  if (shell.length > 0) return `${shell.join(', ')} is a variable of this shell and none of the function: give it by \`environment\` of the function's options`;
  const named = missingVariables(stderr).filter((name) => !variables.includes(name));
  if (named.length > 0) return `the function has no variable ${named.join(', ')}: give it by \`environment\` of the function's options`;
  return connectionRemedy(stderr, '`environment` of the function\'s options')
    ?? (/FileNotFoundError|No such file/.test(stderr) ? 'a file is not in the bundle: what was left out of it is said when it is made, and `include` of PythonBundling.uv brings it back'
      : 'variables that the app needs while it is imported go into `environment` of the function\'s options');
}

/** The requirement that a missing module needs: the one that brings it into the environment in which the app was read. */
function moduleRemedy({ stderr, reader }: ImportFailure): string {
  const modules = missingModules(stderr);
  const [module] = modules;
  for (const each of reader === undefined ? [] : modules) {
    const distribution = distributionOf(String(reader), each);
    if (distribution !== undefined) return `the module ${each} is in ${reader}, and in no package of the bundle: add ${distribution} to the dependencies of the project`;
    const [source] = linkedSources(String(reader)).filter((directory) => hasModule(directory, each));
    if (source !== undefined) return `the module ${each} is in ${source}, to which ${reader} has a link: make it a dependency of the project by its path`;
  }
  return `no package of the bundle has the module ${module}: name what brings it among the dependencies of the project`;
}

/** Names of the module that is missing, the longest first: of a namespace only the whole name tells whose it is. */
function missingModules(stderr: string): string[] {
  const named = /ModuleNotFoundError: No module named '([\w.]+)'/.exec(stderr)?.[1] ?? '';
  const statements = [...stderr.matchAll(/^\s+(?:from ([\w.]+) import \(?([\w]+)|import ([\w.]+))/gm)];
  const [, from, name, whole] = statements.at(-1) ?? [];
  const asked = [...from === undefined ? [] : [`${from}.${name}`, from], ...whole === undefined ? [] : [whole]].filter((each) => `${each}.`.startsWith(`${named}.`));
  return [...new Set([...asked, named])].sort((a, b) => b.length - a.length);
}

function hasModule(directory: string, module: string): boolean {
  const file = path.join(directory, ...module.split('.'));
  return fs.existsSync(`${file}.py`) || fs.existsSync(file);
}

/** Variables of this process that the end of the traceback names and that the function has not. */
function shellVariables(stderr: string, variables: readonly string[]): string[] {
  const end = stderr.trim().split(/\r?\n/).slice(-LAST_LINES).join('\n');
  const fields = missingVariables(stderr).map((name) => name.toUpperCase());
  return Object.keys(process.env).filter((name) => !variables.includes(name) && /^[A-Z][A-Z0-9]*_[A-Z0-9_]*$/.test(name)
    && (new RegExp(`(?<!\\w)${name}(?!\\w)`).test(end) || fields.some((field) => name === field || name.endsWith(`_${field}`))));
}

/** Variables by the messages of Python, pydantic-settings, environs, python-decouple, django-environ and Starlette. */
function missingVariables(stderr: string): string[] {
  const patterns = [
    /KeyError: '([A-Z][A-Z0-9_]*)'/g, /^(\w+)\r?\n\s+Field required \[type=missing/gm, /[Ee]nvironment variable "([\w]+)" not set/g, /UndefinedValueError: (\w+) not found/g,
    /Set the (\w+) environment variable/g, /Config '(\w+)' is missing/g,
  ];
  return [...new Set(patterns.flatMap((pattern) => [...stderr.matchAll(pattern)].map((match) => match[1])))];
}
