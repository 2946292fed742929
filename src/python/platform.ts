import { lambdaPython } from './lambda-pythons';

/** Architectures of Lambda, by CDK's names. */
export type Architecture = 'x86_64' | 'arm64';

/** The platform that packages are installed for. */
export interface Platform {
  /** Minor version of Python, as `3.13`. */
  readonly python: string;
  readonly architecture: Architecture;
}

/** uv's name of the platform: each wheel for it runs there. */
export function uvPlatform(platform: Platform): string {
  return `${machine(platform)}-${lambdaPython(platform.python).uvPlatforms[0]}`;
}

/** uv's name of the oldest platform for which there is each wheel that runs there, and which may have others: `takesWheel` tells them. */
export function widerUvPlatform(platform: Platform): string {
  return `${machine(platform)}-${lambdaPython(platform.python).uvPlatforms.at(-1)}`;
}

/** Whether nothing about the C library speaks against a wheel with this file name. */
export function takesWheel(file: string, platform: Platform): boolean {
  const tags = (file.replace(/\.whl$/, '').split('-').at(-1) ?? '').split('.').filter((tag) => tag.endsWith(`_${machine(platform)}`));
  return tags.length === 0 || tags.some((tag) => runsOn(tag, platform));
}

/**
 * Whether a library with a platform tag of PEP 600 or its predecessors runs on the platform.
 *
 * @see https://peps.python.org/pep-0600/
 */
export function runsOn(tag: string, platform: Platform): boolean {
  if (tag === 'any') return true;
  if (!tag.endsWith(`_${machine(platform)}`)) return false;
  const [major, minor] = lambdaPython(platform.python).glibc;
  const bound = /^manylinux_(\d+)_(\d+)_/.exec(tag);
  if (bound !== null) return Number(bound[1]) === major && Number(bound[2]) <= minor;
  return /^(manylinux(1|2010|2014)|linux)_/.test(tag);
}

/** The machine as wheels and ELF tools name it. */
export function machine(platform: Pick<Platform, 'architecture'>): 'x86_64' | 'aarch64' {
  return platform.architecture === 'arm64' ? 'aarch64' : 'x86_64';
}

/** `cp313` */
export function pythonTag(platform: Pick<Platform, 'python'>): string {
  return `cp${platform.python.replace('.', '')}`;
}

/** `arm64 and Python 3.13` */
export function describePlatform(platform: Platform): string {
  return `${platform.architecture} and Python ${platform.python}`;
}
