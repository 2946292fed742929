import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withNestedStacks } from './nested';
import { FastApiError } from '../private/errors';
import { entries, member, stringMember, type Json } from '../private/json';

/** One synthesized template, its nested stacks included, with the places of its assets. */
export interface Template {
  /** Name of the stack's artifact in the cloud assembly. */
  readonly name: string;
  readonly body: Json;
  /** Path of each file asset, by its hash. */
  readonly assets: ReadonlyMap<string, string>;
}

/** The templates of a cloud assembly (`cdk.out`), those of its nested assemblies (stages) included. */
export function readTemplates(assembly: string): Template[] {
  const directory = resolve(assembly);
  const manifest = join(directory, 'manifest.json');
  if (!existsSync(manifest)) {
    throw new FastApiError(`a cloud assembly must hold manifest.json, got: ${directory}; run \`cdk synth\` first, or name another directory`);
  }
  const templates: Template[] = [];
  for (const [name, artifact] of entries(member(readJson(manifest), 'artifacts'))) {
    const type = stringMember(artifact, 'type');
    if (type === 'cdk:cloud-assembly') {
      templates.push(...readTemplates(join(directory, stringMember(artifact, 'properties', 'directoryName') ?? '')));
    }
    if (type === 'aws:cloudformation:stack') {
      const file = stringMember(artifact, 'properties', 'templateFile') ?? `${name}.template.json`;
      const assets = readAssets(directory);
      const nested = (url: string): Json | undefined => {
        const path = assets.get(url.replace(/\.json$/, ''));
        return path === undefined ? undefined : readJson(path);
      };
      templates.push({ name, body: withNestedStacks(readJson(join(directory, file)), nested), assets });
    }
  }
  return templates;
}

function readAssets(directory: string): Map<string, string> {
  const assets = new Map<string, string>();
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.assets.json'))) {
    for (const [hash, asset] of entries(member(readJson(join(directory, file)), 'files'))) {
      const path = stringMember(asset, 'source', 'path');
      if (path !== undefined) assets.set(hash, resolve(directory, path));
    }
  }
  return assets;
}

function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, 'utf8'));
}
