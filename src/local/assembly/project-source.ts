import { resolve } from 'node:path';
import { entries, member, stringMember, type Json } from '../../private/json';

/** The type of the metadata by which a construct tells of what project its function is. */
export const SOURCE_METADATA = 'cdk-fastapi:project';

/** Where the application of a function comes from. */
export interface ProjectSource {
  /** Absolute path of the project. */
  readonly entry: string;
  /** `'pkg.main:app'`. */
  readonly entrypoint: string;
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
}

/**
 * The projects of a stack's functions, by logical id, from the metadata of its artifact.
 *
 * @param directory of the assembly: paths are relative to it
 */
export function readSources(metadata: Json | undefined, directory: string): Map<string, ProjectSource> {
  const sources = new Map<string, ProjectSource>();
  for (const [, list] of entries(metadata)) {
    if (!Array.isArray(list)) continue;
    const data = (type: string) => list.find((entry) => stringMember(entry, 'type') === type);
    const logicalId = stringMember(data('aws:cdk:logicalId'), 'data');
    const project = member(data(SOURCE_METADATA), 'data');
    const entry = stringMember(project, 'entry');
    const entrypoint = stringMember(project, 'entrypoint');
    if (logicalId === undefined || entry === undefined || entrypoint === undefined) continue;
    sources.set(logicalId, { entry: resolve(directory, entry), entrypoint, exclude: texts(member(project, 'exclude')), include: texts(member(project, 'include')) });
  }
  return sources;
}

function texts(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
