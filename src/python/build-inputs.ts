import * as fs from 'fs';
import * as path from 'path';
import { applicationFiles } from './project-files';
import { versionControlRoot, versionIdentity } from './version-control';
import { compareText, hashFile, hashParts, hashTree, type TreeFile } from '../private/hash';

/** Files in which the build of a package says what it reads. */
const BUILD_FILES = [
  'pyproject.toml', 'setup.py', 'setup.cfg', 'MANIFEST.in', 'hatch.toml', 'hatch_build.py', 'pdm_build.py', 'build.py', 'meson.build', 'CMakeLists.txt', 'Cargo.toml',
];
/** A path that begins above the package, up to where a glob begins. */
const PATH_ABOVE = /(?<![\w./\\-])(?:\.\.[\\/])+[^\s"'`,;:*?[\](){}<>|]*/g;
/** Python that computes such a path. */
const LOOKS_ABOVE = /\.parent\b|\.parents\[|\bpardir\b|["']\.\.["']|dirname\(.*dirname\(/;
/** A file in a directory above is read for a key up to this size; of a larger one the size alone counts. */
const LARGEST_LOOSE = 16 * 1024 * 1024;

/**
 * Hash of everything that the build of a package in a directory reads beside the files in it: what its build files name above it
 * (`../README.md`, a directory of `force-include`), patterns of version control, and where its version comes from commits and tags those.
 * Empty where there is nothing of the kind. No process is started.
 */
export function buildInputs(directory: string): string {
  const version = versionIdentity(directory);
  const files = filesAround(directory);
  return version === '' && files.length === 0 ? '' : hashParts({ version, files: hashTree(files) });
}

/** Files of a package for the key of what is built from it. A link that leads out of it is followed, as its build does. */
export function packageFiles(directory: string): TreeFile[] {
  return applicationFiles(directory, { linksOut: true }).map((file) => hashFile(directory, file));
}

function filesAround(directory: string): TreeFile[] {
  const texts = BUILD_FILES.map((name) => read(path.join(directory, name)));
  if (texts.every((text) => text === '')) return [];
  const named = texts.flatMap((text) => [...text.matchAll(PATH_ABOVE)].map(([found]) => path.resolve(directory, found.replace(/\\+/g, '/'))));
  const above = directoriesAbove(directory);
  const loose = texts.some((text) => LOOKS_ABOVE.test(text)) ? above.flatMap(looseFiles) : [];
  // Which files are packed, hatchling and others take from what version control ignores.
  const ignored = [directory, ...above].map((each) => path.join(each, '.gitignore'));
  const found = new Set([...named.flatMap((target) => filesOf(target, directory)), ...loose, ...ignored.filter((file) => fs.existsSync(file))]);
  return [...found].sort(compareText).map((file) => describe(file, directory));
}

/** The file, the files in the directory, or where that holds the package itself those that lie in it directly. */
function filesOf(target: string, directory: string): string[] {
  const stat = fs.statSync(target, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [target];
  if (!stat.isDirectory()) return [];
  const holdsPackage = `${directory}${path.sep}`.startsWith(target.endsWith(path.sep) ? target : `${target}${path.sep}`);
  return holdsPackage ? looseFiles(target) : applicationFiles(target, { linksOut: true }).map((file) => path.join(target, file));
}

/** Directories above a package, up to the root of version control; where there is none, the one above alone. */
function directoriesAbove(directory: string): string[] {
  const root = versionControlRoot(directory) ?? path.dirname(directory);
  const found: string[] = [];
  for (let above = directory; above !== root && path.dirname(above) !== above;) {
    above = path.dirname(above);
    found.push(above);
  }
  return found;
}

function looseFiles(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true }).filter((item) => item.isFile()).map((item) => path.join(directory, item.name));
}

function describe(file: string, directory: string): TreeFile {
  const relative = path.relative(directory, file).split(path.sep).join('/');
  const { size } = fs.statSync(file);
  if (size > LARGEST_LOOSE) return { path: relative, size, executable: false, sha256: String(size) };
  return { ...hashFile(path.dirname(file), path.basename(file)), path: relative };
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
