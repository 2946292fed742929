import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readFrontEnds, type LocalFrontEnd } from './assembly/local-front-end';
import { readSources, type ProjectSource } from './assembly/project-source';
import { withNestedStacks } from './nested';
import { FastApiError } from '../private/errors';
import { entries, isJsonObject, member, stringMember, type Json } from '../private/json';

/** One synthesized template, its nested stacks included, with the places of its assets. */
export interface Template {
  /** Name of the stack's artifact in the cloud assembly. */
  readonly name: string;
  readonly body: Json;
  /** Path of each file and of each image's context, by its hash. */
  readonly assets: ReadonlyMap<string, string>;
  /** The front ends of its APIs. */
  readonly frontEnds: readonly LocalFrontEnd[];
  /** The projects of its functions, by logical id. */
  readonly sources: ReadonlyMap<string, ProjectSource>;
}

/** Major versions of the cloud assembly that may have stacks and assets where they are looked for here; it was 48 at the end of 2025, six more a year. */
const SCHEMAS = { oldest: 20, newest: 99 };

/** The templates of a cloud assembly (`cdk.out`), those of its nested assemblies (stages) included. */
export function readTemplates(assembly: string): Template[] {
  const directory = resolve(assembly);
  const file = join(directory, 'manifest.json');
  if (!existsSync(file)) {
    throw new FastApiError(`a cloud assembly must hold manifest.json, got: ${directory}; run \`cdk synth\` first, or name another directory`);
  }
  const manifest = readJson(file);
  const version = stringMember(manifest, 'version');
  const artifacts = member(manifest, 'artifacts');
  if (version === undefined || !isJsonObject(artifacts ?? {})) {
    throw new FastApiError(`manifest.json must be that of a cloud assembly, got: ${file} without version and artifacts; run \`cdk synth\`, or name another directory`);
  }
  const major = Number.parseInt(version, 10);
  if (!(major >= SCHEMAS.oldest && major <= SCHEMAS.newest)) {
    throw new FastApiError(
      `the schema version of a cloud assembly must be ${SCHEMAS.oldest} to ${SCHEMAS.newest}, got: ${version} in ${file}; ` +
      `synthesize with ${major > SCHEMAS.newest ? 'the aws-cdk-lib that this version of cdk-fastapi knows, or take a newer cdk-fastapi' : 'a newer aws-cdk-lib'}`,
    );
  }
  const templates: Template[] = [];
  for (const [name, artifact] of entries(artifacts)) {
    const type = stringMember(artifact, 'type');
    if (type === 'cdk:cloud-assembly') {
      templates.push(...readTemplates(join(directory, stringMember(artifact, 'properties', 'directoryName') ?? '')));
    }
    if (type === 'aws:cloudformation:stack') templates.push(readTemplate(directory, name, artifact));
  }
  return templates;
}

function readTemplate(directory: string, name: string, artifact: Json): Template {
  const file = stringMember(artifact, 'properties', 'templateFile') ?? `${name}.template.json`;
  const assets = readAssets(directory);
  const nested = (url: string): Json | undefined => {
    const path = assets.get(url.replace(/\.json$/, ''));
    return path === undefined ? undefined : readJson(path);
  };
  // Newer versions keep it in a file of its own.
  const separate = stringMember(artifact, 'additionalMetadataFile');
  const metadata = { ...asObject(member(artifact, 'metadata')), ...(separate === undefined ? {} : asObject(readJson(join(directory, separate)))) };
  const body = withNestedStacks(readJson(join(directory, file)), nested);
  const own = readSources(metadata, directory);
  // Functions of nested stacks have the stack's id before their own.
  const sources = entries(member(body, 'Resources')).flatMap(([id]) => {
    const source = own.get(id.split('/').at(-1) ?? id);
    return source === undefined ? [] : [[id, source] as const];
  });
  return { name, body, assets, sources: new Map(sources), frontEnds: readFrontEnds(metadata, directory) };
}

function readAssets(directory: string): Map<string, string> {
  const assets = new Map<string, string>();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.assets.json'))) {
    const manifest = readJson(join(directory, file));
    for (const [kind, place] of [['files', 'path'], ['dockerImages', 'directory']]) {
      for (const [hash, asset] of entries(member(manifest, kind))) {
        const path = stringMember(asset, 'source', place);
        if (path !== undefined) assets.set(hash, resolve(directory, path));
      }
    }
  }
  return assets;
}

function asObject(value: Json | undefined): Record<string, Json> {
  return Object.fromEntries(entries(value));
}

function readJson(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new FastApiError(`${file} must hold JSON, got: ${error instanceof Error ? error.message : String(error)}; run \`cdk synth\` again`);
  }
}
