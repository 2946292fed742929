import type { InstalledPackage } from '../installed-packages';
import type { PythonProject } from '../python-project';
import { normalizedName } from './requirements-file';
import { FastApiError } from '../../private/errors';
import { progress } from '../../private/progress';
import { explainedUvFailure, withoutWheel } from '../uv-failure';

/**
 * Runs a step of uv that takes wheels only. What has no wheel is built from its source, on this machine: much of what is on PyPI is
 * plain Python that was never put into a wheel. Whether it is plain Python is known only then, so `checkPure` comes after it.
 *
 * @param built normalized names; what is built is added
 * @param step runs uv with the arguments that say what it may build
 * @param target what the packages are for, as "arm64 and Python 3.13"
 */
export function buildingSources<T>(project: PythonProject, built: Set<string>, step: (args: readonly string[]) => T, target: string): T {
  for (;;) {
    try {
      return step(['--only-binary', ':all:', ...[...built].flatMap((name) => ['--no-binary', name])]);
    } catch (error) {
      const more = FastApiError.isFastApiError(error) ? withoutWheel(error.message).filter((name) => !built.has(name)) : [];
      if (more.length === 0) throw explainedUvFailure(project, error, target);
      progress(`building ${more.join(', ')} from source: there is no wheel for ${target}`);
      for (const name of more) built.add(name);
    }
  }
}

/**
 * Checks that what was built on this machine runs on any.
 *
 * @throws FastApiError that names each package with compiled parts
 */
export function checkPure(packages: readonly InstalledPackage[], built: ReadonlySet<string>, target: string): void {
  const native = packages.filter(({ name, tags }) => built.has(normalizedName(name)) && tags.some((tag) => !tag.endsWith('-none-any')));
  if (native.length === 0) return;
  throw new FastApiError(
    `a package with compiled parts must have a wheel for ${target}, got: ${native.map(({ name }) => name).join(', ')} without one; ` +
    'choose a version that has one, another architecture or runtime, or build it on Lambda\'s own platform with `PythonBundling.docker()`',
  );
}
