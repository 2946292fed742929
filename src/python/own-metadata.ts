import type { PythonProject } from './python-project';
import { isTable, table, text, texts, type TomlTable } from '../private/toml';

/** A file of the metadata of a project, below its `.dist-info` directory. */
export interface MetadataFile {
  /** As `my_api-1.2.dist-info/METADATA`. */
  readonly path: string;
  readonly content: string;
}

/** What a build may make of a project beside what `[project]` says, and that a program asks for. */
const MADE_BY_BUILD = ['version', 'description', 'dependencies', 'optional-dependencies', 'entry-points', 'scripts', 'gui-scripts'];

/** Whether a project is a package, so that an installer puts its metadata into an environment. */
export function isPackage(project: PythonProject): boolean {
  const { package: wanted } = table(project.pyproject, 'tool', 'uv');
  if (typeof wanted === 'boolean') return wanted;
  if (table(project.pyproject, 'tool', 'poetry')['package-mode'] === false || table(project.pyproject, 'tool', 'pdm').distribution === false) return false;
  return Object.hasOwn(project.pyproject, 'build-system');
}

/** Backends that compile what they pack. */
const COMPILING_BACKEND = /maturin|scikit_build_core|mesonpy|setuptools_rust|py_build_cmake|sipbuild/;

/** Whether a build puts files into the package that are not in the project as they are: from around it, made by hooks, or compiled. */
function makesFiles({ pyproject }: PythonProject): boolean {
  const hatch = table(pyproject, 'tool', 'hatch', 'build');
  const targets = [hatch, ...['wheel', 'sdist'].map((target) => table(hatch, 'targets', target))];
  return targets.some((each) => Object.keys(table(each, 'force-include')).length > 0 || Object.keys(table(each, 'hooks')).length > 0)
    || table(pyproject, 'tool', 'poetry').build !== undefined
    || COMPILING_BACKEND.test(text(table(pyproject, 'build-system')['build-backend']) ?? '');
}

/** Whether `[project]` says all of the metadata and the project has all of the files, so that nothing has to be built for them. */
export function isStatic(project: PythonProject): boolean {
  const { metadata } = project;
  return metadata !== undefined && text(metadata.name) !== undefined && text(metadata.version) !== undefined
    && !makesFiles(project) && !texts(metadata.dynamic).some((field) => MADE_BY_BUILD.includes(field));
}

/**
 * The metadata of a project as its table `[project]` says it.
 *
 * @see https://packaging.python.org/en/latest/specifications/core-metadata/
 */
export function staticMetadata(project: PythonProject): MetadataFile[] {
  const metadata = project.metadata ?? {};
  const name = text(metadata.name) ?? '';
  const version = text(metadata.version) ?? '';
  if (!/^[\w.-]+$/.test(name) || !/^[\w.+!-]+$/.test(version)) return [];
  const info = `${name.replace(/[-_.]+/g, '_').toLowerCase()}-${version}.dist-info`;
  const points = entryPoints(metadata);
  return [
    { path: `${info}/METADATA`, content: coreMetadata(metadata, name, version) },
    { path: `${info}/WHEEL`, content: 'Wheel-Version: 1.0\nGenerator: cdk-fastapi\nRoot-Is-Purelib: true\nTag: py3-none-any\n' },
    { path: `${info}/INSTALLER`, content: 'uv\n' },
    ...points === '' ? [] : [{ path: `${info}/entry_points.txt`, content: points }],
  ];
}

function coreMetadata(metadata: TomlTable, name: string, version: string): string {
  const optional = Object.entries(table(metadata, 'optional-dependencies'));
  const withMarker = (requirement: string, extra: string): string => {
    const [what, marker] = requirement.split(/\s*;\s*/);
    return `${what} ; ${marker === undefined ? '' : `(${marker}) and `}extra == '${extra}'`;
  };
  const people = (Array.isArray(metadata.authors) ? metadata.authors.filter(isTable) : []).flatMap((each) => text(each.name) ?? []);
  const lines: [string, string | undefined][] = [
    ['Metadata-Version', '2.4'], ['Name', name], ['Version', version], ['Summary', text(metadata.description)],
    ['Author', people.length === 0 ? undefined : people.join(', ')], ['License-Expression', text(metadata.license)],
    ['Keywords', texts(metadata.keywords).length === 0 ? undefined : texts(metadata.keywords).join(',')],
    ...texts(metadata.classifiers).map((each): [string, string] => ['Classifier', each]),
    ...Object.entries(table(metadata, 'urls')).map(([label, url]): [string, string] => ['Project-URL', `${label}, ${text(url) ?? ''}`]),
    ['Requires-Python', text(metadata['requires-python'])],
    ...texts(metadata.dependencies).map((each): [string, string] => ['Requires-Dist', each]),
    ...optional.flatMap(([extra, requirements]): [string, string][] => [
      ['Provides-Extra', extra], ...texts(requirements).map((each): [string, string] => ['Requires-Dist', withMarker(each, extra)]),
    ]),
  ];
  return `${lines.filter(([, value]) => value !== undefined).map(([field, value]) => `${field}: ${String(value).replace(/\r?\n/g, ' ')}`).join('\n')}\n`;
}

/** @see https://packaging.python.org/en/latest/specifications/entry-points/ */
function entryPoints(metadata: TomlTable): string {
  const groups = new Map<string, TomlTable>([
    ['console_scripts', table(metadata, 'scripts')], ['gui_scripts', table(metadata, 'gui-scripts')],
    ...Object.entries(table(metadata, 'entry-points')).flatMap(([group, points]): [string, TomlTable][] => (isTable(points) ? [[group, points]] : [])),
  ]);
  return [...groups].filter(([, points]) => Object.keys(points).length > 0)
    .map(([group, points]) => `[${group}]\n${Object.entries(points).map(([name, target]) => `${name} = ${text(target) ?? ''}\n`).join('')}`).join('\n');
}

