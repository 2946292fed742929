/** A managed runtime of Lambda and the C library of its operating system. */
interface LambdaPython {
  /** Minor version of Python. */
  readonly minor: string;
  /** Version of glibc: wheels that are tagged `manylinux_<major>_<minor>` up to it run there. */
  readonly glibc: readonly [number, number];
  /** uv's platforms: the newest that runs there, and the oldest that has every wheel that does; one where they are the same. */
  readonly uvPlatforms: readonly [string] | readonly [string, string];
}

/**
 * The generally available runtimes, oldest first. Python 3.11 runs on Amazon Linux 2, later ones on Amazon Linux 2023. uv knows no
 * platform between glibc 2.17 and 2.28: for Python 3.11 it is asked for 2.28, and the wheels for 2.27 and 2.28 are taken out of the lock before.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 * @see https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html for glibc 2.26 and 2.34
 * @see https://docs.astral.sh/uv/reference/cli/ for the values of `--python-platform`
 */
const RUNTIMES: readonly LambdaPython[] = [
  { minor: '3.11', glibc: [2, 26], uvPlatforms: ['manylinux2014', 'manylinux_2_28'] },
  { minor: '3.12', glibc: [2, 34], uvPlatforms: ['manylinux_2_34'] },
  { minor: '3.13', glibc: [2, 34], uvPlatforms: ['manylinux_2_34'] },
  { minor: '3.14', glibc: [2, 34], uvPlatforms: ['manylinux_2_34'] },
];

/** Minor versions of Python that are managed runtimes of Lambda and generally available, oldest first. */
export const LAMBDA_PYTHONS: readonly string[] = RUNTIMES.map(({ minor }) => minor);

/** The runtime of a minor version; for one that is newer than this library, the newest that it knows. */
export function lambdaPython(minor: string): LambdaPython {
  return RUNTIMES.find((each) => each.minor === minor) ?? RUNTIMES[RUNTIMES.length - 1];
}
