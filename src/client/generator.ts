import * as fs from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { satisfies } from 'semver';
import { GeneratedNames } from './generated-names';
import { usableTypeScript } from './usable-typescript';
import { CLIENT_TEMPLATE_DIRECTORY } from '../private/assets';
import { FastApiError } from '../private/errors';
import { isJsonObject, stringMember, type JsonObject } from '../private/json';
import { runTool } from '../private/process';

const PACKAGE = '@hey-api/openapi-ts';
/** Versions whose options and names are known here; the tests run the first. */
const VERSIONS = '>=0.95.0 <0.100.0';
const INSTALL = `npm install --save-dev ${PACKAGE}@~0.95.0`;

/** The generator of a user's project. */
export interface Generator {
  readonly version: string;
  /** Its main module. */
  readonly module: string;
  /** Main module of the TypeScript that it is to use, where that which it finds is none for it. */
  readonly typescript?: string;
}

/** What the generator is to write. */
export interface GeneratorJob {
  readonly document: JsonObject;
  /** A directory; emptied first. */
  readonly output: string;
  /** Whether hooks for TanStack Query are written too. */
  readonly reactQuery: boolean;
  /** Ids of operations that have no hooks. */
  readonly streams: readonly string[];
}

/**
 * The generator that is installed in the project of a directory.
 *
 * @param directories where it is looked for, and in the directories above them
 * @throws FastApiError where there is none, or one that this library does not know
 */
export function findGenerator(directories: readonly string[]): Generator {
  let manifestFile: string;
  try {
    manifestFile = require.resolve(`${PACKAGE}/package.json`, { paths: [...directories] });
  } catch (error) {
    throw new FastApiError(`\`cdk-fastapi client\` needs ${PACKAGE} in your project, got: none from ${directories[0]}; run \`${INSTALL}\` there`, { cause: error });
  }
  const manifest: unknown = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  const version = stringMember(manifest, 'version') ?? 'no version';
  if (!satisfies(version, VERSIONS)) {
    throw new FastApiError(`${PACKAGE} must be ${VERSIONS}, got: ${version} (${path.dirname(manifestFile)}); run \`${INSTALL}\``);
  }
  const engine = stringMember(manifest, 'engines', 'node');
  if (engine !== undefined && !satisfies(process.versions.node, engine)) {
    throw new FastApiError(`${PACKAGE} ${version} needs Node.js ${engine}, got: ${process.versions.node}; use that, or run \`${INSTALL}\`, which needs 20.19 or newer`);
  }
  const typescript = usableTypeScript(PACKAGE, path.dirname(manifestFile), directories);
  return { version, typescript, module: path.join(path.dirname(manifestFile), stringMember(manifest, 'main') ?? 'dist/index.mjs') };
}

/** Runs the generator, which ends before this returns, and gives the names that it has chosen. */
export function runGenerator(generator: Generator, job: GeneratorJob): GeneratedNames {
  const what = `${PACKAGE} ${generator.version}`;
  const names = `${job.output}.names.json`;
  runTool([process.execPath, path.join(CLIENT_TEMPLATE_DIRECTORY, 'generate.mjs')], {
    cwd: path.dirname(job.output),
    env: process.env,
    input: JSON.stringify({ ...job, names, generator: url(generator.module), typescript: generator.typescript && url(generator.typescript) }),
    what: `generate the client with ${what}`,
    timeoutSeconds: 600,
  });
  if (!fs.existsSync(path.join(job.output, 'sdk.gen.ts'))) throw new FastApiError(`${what} has written no sdk.gen.ts; run \`${INSTALL}\``);
  const written: unknown = JSON.parse(fs.readFileSync(names, 'utf8'));
  fs.rmSync(names);
  return new GeneratedNames(written, what);
}

function url(file: string): string {
  return pathToFileURL(file).href;
}

/** Whether a package can be imported from a directory. */
export function hasPackage(name: string, directory: string): boolean {
  try {
    return isJsonObject(JSON.parse(fs.readFileSync(require.resolve(`${name}/package.json`, { paths: [directory] }), 'utf8')));
  } catch {
    return false;
  }
}
