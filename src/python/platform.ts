/** Architectures of Lambda, by CDK's names. */
export type Architecture = 'x86_64' | 'arm64';

/** The platform that packages are installed for. */
export interface Platform {
  /** Minor version of Python, as `3.13`. */
  readonly python: string;
  readonly architecture: Architecture;
}

/**
 * uv's name of the platform. Python 3.11 runs on Amazon Linux 2 (glibc 2.26), later ones on Amazon Linux 2023 (glibc 2.34).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export function uvPlatform(platform: Platform): string {
  return `${machine(platform)}-${platform.python === '3.11' ? 'manylinux2014' : 'manylinux_2_28'}`;
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
