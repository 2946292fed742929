import { resolve } from 'node:path';
import { PROJECT_METADATA } from '../../functions/project-metadata';
import { entries, member, stringMember, type Json } from '../../private/json';

/** Where the application of a function comes from. */
export interface ProjectSource {
  /** Absolute path of the project. */
  readonly entry: string;
  /** `'pkg.main:app'`. */
  readonly entrypoint: string;
  /** Minor version of Python: a function of an image says none in its template. */
  readonly python?: string;
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
  /** Directories of which the bundle has empty pages alone. */
  readonly emptied?: readonly string[];
}

/**
 * The projects of a stack's functions, by logical id, from the metadata of its artifact.
 *
 * @param directory of the assembly: paths are relative to it
 */
export function readSources(metadata: Json | undefined, directory: string): Map<string, ProjectSource> {
  const sources = new Map<string, ProjectSource>();
  for (const [, facts] of entries(metadata)) {
    if (!Array.isArray(facts)) continue;
    const data = (type: string) => facts.find((entry) => stringMember(entry, 'type') === type);
    const logicalId = stringMember(data('aws:cdk:logicalId'), 'data');
    const project = member(data(PROJECT_METADATA), 'data');
    const entry = stringMember(project, 'entry');
    const entrypoint = stringMember(project, 'entrypoint');
    if (logicalId === undefined || entry === undefined || entrypoint === undefined) continue;
    const list = (name: string): string[] | undefined => texts(member(project, name));
    sources.set(logicalId, {
      entry: resolve(directory, entry),
      entrypoint,
      python: stringMember(project, 'python'),
      exclude: list('exclude'),
      include: list('include'),
      extras: list('extras'),
      groups: list('groups'),
      emptied: list('emptied'),
    });
  }
  return sources;
}

function texts(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
