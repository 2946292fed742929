import * as fs from 'fs';
import * as path from 'path';
import { satisfies } from 'semver';
import { FastApiError } from '../private/errors';
import { stringMember } from '../private/json';

/** The generator is a program over the compiler's API, which TypeScript 7 does not have. */
const TYPESCRIPT = '<7.0.0';
const INSTALL = 'npm install --save-dev typescript-6@npm:typescript@~6.0.0';

/**
 * Another TypeScript than the one that the generator finds, where it cannot use that: one that stands under a name of its
 * own beside the project's.
 */
export function usableTypeScript(generator: string, directory: string, directories: readonly string[]): string | undefined {
  const found = nodeModules(directory).map((modules) => packageAt(path.join(modules, 'typescript', 'package.json'))).find((one) => one !== undefined);
  if (found !== undefined && satisfies(found.version, TYPESCRIPT)) return undefined;
  const beside = directories.flatMap(nodeModules)
    .flatMap((modules) => fs.readdirSync(modules).filter((name) => name.startsWith('typescript')).sort().map((name) => path.join(modules, name)))
    .map((each) => packageAt(path.join(each, 'package.json'))).find((one) => one?.name === 'typescript' && satisfies(one.version, TYPESCRIPT));
  if (beside === undefined) {
    throw new FastApiError(`${generator} needs TypeScript ${TYPESCRIPT}, since it uses the compiler's JavaScript API, got: ${found === undefined ? 'none' : found.version}; `
      + `run \`${INSTALL}\`, which stands beside the project's own and is used by the generator alone`);
  }
  // pnpm links packages, and Node.js loads a module under the name that it really has.
  return fs.realpathSync(beside.main);
}

/** The directories in which packages of a directory may be, nearest first. */
function nodeModules(directory: string): string[] {
  const here = path.join(directory, 'node_modules');
  const above = path.dirname(directory) === directory ? [] : nodeModules(path.dirname(directory));
  return fs.existsSync(here) ? [here, ...above] : above;
}

interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Its main module. */
  readonly main: string;
}

function packageAt(file: string): InstalledPackage | undefined {
  try {
    const manifest: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    const main = path.join(path.dirname(file), stringMember(manifest, 'main') ?? 'index.js');
    return { name: stringMember(manifest, 'name') ?? '', version: stringMember(manifest, 'version') ?? '', main };
  } catch {
    return undefined;
  }
}
