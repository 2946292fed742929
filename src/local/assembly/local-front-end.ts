import { resolve } from 'node:path';
import { FRONT_END_METADATA } from '../../frontend/front-end-metadata';
import { entries, member, stringMember, type Json } from '../../private/json';

/** A directory that a front end serves. */
export interface LocalSite {
  readonly path: string;
  /** Absolute path. */
  readonly directory: string;
  readonly fallback: 'index.html' | '404.html' | 'none';
  readonly index: boolean;
}

/** A front end of an API, as the assembly tells of it. */
export interface LocalFrontEnd {
  /** Logical id of the API. */
  readonly api: string;
  /** Paths that go to the API where a site has the rest. */
  readonly patterns: readonly string[];
  readonly sites: readonly LocalSite[];
}

/**
 * The front ends of a stack, from the metadata of its artifact.
 *
 * @param directory of the assembly: paths are relative to it
 */
export function readFrontEnds(metadata: Json | undefined, directory: string): LocalFrontEnd[] {
  return entries(metadata).flatMap(([, facts]): LocalFrontEnd[] => {
    const data = (Array.isArray(facts) ? facts : []).filter((fact) => stringMember(fact, 'type') === FRONT_END_METADATA).map((fact) => member(fact, 'data'));
    return data.map((each) => ({
      api: stringMember(each, 'api') ?? '',
      patterns: list(member(each, 'patterns')).map(String),
      sites: list(member(each, 'sites')).map((site) => readSite(site, directory)),
    }));
  });
}

function readSite(site: Json, directory: string): LocalSite {
  const fallback = stringMember(site, 'fallback');
  return {
    path: stringMember(site, 'path') ?? '/',
    directory: resolve(directory, stringMember(site, 'directory') ?? ''),
    fallback: fallback === 'index.html' || fallback === '404.html' ? fallback : 'none',
    index: member(site, 'index') === true,
  };
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
