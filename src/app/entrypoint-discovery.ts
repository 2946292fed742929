import * as fs from 'fs';
import * as path from 'path';
import { scanModule } from './module-scan';
import { FastApiError } from '../private/errors';
import { isFile } from '../private/file-kind';
import { compareText } from '../private/hash';
import { printable } from '../private/printable';
import { table, text } from '../private/toml';
import type { PythonProject } from '../python/python-project';

/** Where the FastAPI object of a project is, and why it is believed to be there. */
export interface DiscoveredEntrypoint {
  /** `pkg.main:app`, as Python imports it from the entry directory or its `src`. */
  readonly entrypoint: string;
  /** How it was found, as in "`entrypoint`" or "discovered in app/main.py". */
  readonly origin: string;
  /** Whether it was found in the text of a module, and not named by anyone. */
  readonly discovered: boolean;
}

/** The files that the FastAPI command line looks at, in its order; then the same in a `src` directory. */
const WELL_KNOWN_FILES = ['main.py', 'app.py', 'api.py', 'app/main.py', 'app/app.py', 'app/api.py', 'src/main.py', 'src/app.py', 'src/api.py'];
/** The files of a package that may hold the app, in the same spirit. */
const PACKAGE_FILES = ['main.py', 'app.py', 'api.py', '__init__.py'];
const NAME = '[\\p{L}_][\\p{L}\\p{N}_]*';
const ENTRYPOINT = new RegExp(`^${NAME}(\\.${NAME})*:${NAME}(\\.${NAME})*$`, 'u');
const IDENTIFIER = new RegExp(`^${NAME}$`, 'u');

/**
 * The entry point of a project: the option, then `[tool.fastapi] entrypoint` in `pyproject.toml`, then the files that
 * the FastAPI command line tries, then the modules of the project's packages, also below `src`.
 *
 * Modules are read, not run: the answer costs no process and is the same for every interpreter.
 *
 * @throws FastApiError where nothing is found, with everything that was tried
 */
export function discoverEntrypoint(project: PythonProject, option?: string): DiscoveredEntrypoint {
  const said = (value: string, origin: string): DiscoveredEntrypoint => (
    { entrypoint: checkedEntrypoint(value, origin, project.directory), origin, discovered: false }
  );
  if (option !== undefined) return said(option, '`entrypoint`');
  const configured = configuredEntrypoint(project);
  if (configured !== undefined) return said(configured, CONFIGURED);

  const search = new Search(project.directory);
  const wellKnown = search.firstOf(WELL_KNOWN_FILES);
  if (wellKnown !== undefined) return wellKnown;
  const { own, others } = projectPackages(project);
  const inPackage = (directory: string) => search.firstOf(PACKAGE_FILES.map((file) => `${directory}/${file}`)) ?? [];
  const ownApps = own.flatMap(inPackage);
  if (ownApps.length > 0) return ownApps[0];
  const found = others.flatMap(inPackage);
  if (found.length === 1) return found[0];
  throw found.length > 1 ? severalFound(project, found) : search.nothingFound();
}

/** Looks for the app in files, and remembers what it has seen. */
class Search {
  private readonly tried: string[] = [];
  private readonly factories: string[] = [];

  constructor(private readonly entry: string) {}

  public firstOf(files: readonly string[]): DiscoveredEntrypoint | undefined {
    for (const file of files) {
      const name = this.appIn(file);
      if (name !== undefined) return { entrypoint: `${moduleName(this.entry, file)}:${name}`, origin: `found in ${file}`, discovered: true };
    }
    return undefined;
  }

  public nothingFound(): FastApiError {
    return new FastApiError([
      `no FastAPI app found in ${this.entry}: name it by \`entrypoint\`, such as \`pkg.main:app\`, or by \`[tool.fastapi] entrypoint\` in pyproject.toml`,
      ...this.factories.map((factory) => `a function that may make the app: \`entrypoint: '${factory}'\``),
      'tried:',
      '  [tool.fastapi] entrypoint in pyproject.toml: not set',
      ...this.tried.map((line) => `  ${line}`),
    ].join('\n'));
  }

  private appIn(file: string): string | undefined {
    const absolute = path.join(this.entry, file);
    if (!isFile(absolute)) {
      this.tried.push(`${file}: no such file`);
      return undefined;
    }
    const { app, factories } = scanModule(fs.readFileSync(absolute, 'utf8'));
    if (app === undefined) this.tried.push(`${file}: no FastAPI object at its top level`);
    this.factories.push(...factories.map((factory) => `${moduleName(this.entry, file)}:${factory}`));
    return app;
  }
}

const CONFIGURED = '`[tool.fastapi] entrypoint` in pyproject.toml';

/**
 * An entry point that is written as one.
 *
 * @param origin who says it, for messages
 * @param directory directory of the project
 */
export function checkedEntrypoint(value: string, origin: string, directory: string): string {
  if (ENTRYPOINT.test(value)) return value;
  const asPath = /^([\w./-]+)\.py(?::(\w+))?$/.exec(value);
  const example = asPath === null ? 'pkg.main:app' : `${moduleName(directory, `${asPath[1]}.py`)}:${asPath[2] ?? 'app'}`;
  throw new FastApiError(
    `${origin} must be written as module:attribute, such as ${example}, got: ${printable(JSON.stringify(value))}, for the project ${directory}`,
  );
}

/** What `[tool.fastapi]` says. */
function configuredEntrypoint(project: PythonProject): string | undefined {
  const value = table(project.pyproject, 'tool', 'fastapi').entrypoint;
  if (value === undefined || typeof value === 'string') return value;
  throw new FastApiError(
    `\`[tool.fastapi] entrypoint\` in pyproject.toml of ${project.directory} must be a string such as "pkg.main:app", got: ${JSON.stringify(value)}`,
  );
}

/** Packages in the project and in its `src`: the one that is called like the project, and the others. */
function projectPackages(project: PythonProject): { readonly own: string[]; readonly others: string[] } {
  const ownName = normalized(text(project.metadata?.name) ?? path.basename(project.directory));
  const all = ['', 'src/'].flatMap((root) => {
    const directory = path.join(project.directory, root);
    if (!fs.existsSync(directory)) return [];
    const items = fs.readdirSync(directory, { withFileTypes: true });
    return items.filter((item) => item.isDirectory() && IDENTIFIER.test(item.name)).map((item) => `${root}${item.name}`).sort(compareText);
  });
  const own = all.filter((directory) => normalized(path.basename(directory)) === ownName);
  // Without __init__.py any directory would be a package: only the project's own name is proof enough.
  const others = all.filter((directory) => !own.includes(directory) && !/(^|\/)(src|tests?)$/.test(directory)
    && fs.existsSync(path.join(project.directory, directory, '__init__.py')));
  return { own, others };
}

/** A project's name as the name of its package. */
function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '_');
}

/** `src/pkg/main.py` is `pkg.main`, since `src` is on Python's path; unless `src` is a package itself. */
function moduleName(entry: string, file: string): string {
  const isPackage = fs.existsSync(path.join(entry, 'src', '__init__.py'));
  const relative = path.posix.normalize(isPackage ? file : file.replace(/^(\.\/)?src\//, ''));
  return relative.replace(/(\/__init__)?\.py$/, '').split('/').join('.');
}

function severalFound(project: PythonProject, found: readonly DiscoveredEntrypoint[]): FastApiError {
  return new FastApiError([
    `several FastAPI apps found in ${project.directory}: name one by \`entrypoint\`, or by \`[tool.fastapi] entrypoint\` in pyproject.toml, got:`,
    ...found.map((candidate) => `  ${candidate.entrypoint}`),
  ].join('\n'));
}
