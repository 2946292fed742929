import type { BundleArchitecture } from './bundle';

/** The platform that packages are installed for. */
export interface Target {
  /** Minor version of Python, as `3.13`. */
  readonly python: string;
  readonly architecture: BundleArchitecture;
}

/**
 * uv's name of the platform. Python 3.11 runs on Amazon Linux 2 (glibc 2.26), later ones on Amazon Linux 2023 (glibc 2.34).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export function uvPlatform(target: Target): string {
  return `${machine(target)}-${target.python === '3.11' ? 'manylinux2014' : 'manylinux_2_28'}`;
}

/** The machine as wheels and ELF tools name it. */
export function machine(target: Pick<Target, 'architecture'>): 'x86_64' | 'aarch64' {
  return target.architecture === 'arm64' ? 'aarch64' : 'x86_64';
}

/** `cp313` */
export function pythonTag(target: Pick<Target, 'python'>): string {
  return `cp${target.python.replace('.', '')}`;
}

/** `arm64 and Python 3.13` */
export function describeTarget(target: Target): string {
  return `${target.architecture} and Python ${target.python}`;
}
