import type { BundlePackage } from './bundle';
import { FastApiError } from '../private/errors';
import { LIMITS } from '../private/limits';

/** Unzipped size that Lambda accepts, layers included. */
export const LARGEST_BUNDLE_BYTES = LIMITS.bundleMebibytes.ours * 1024 * 1024;

const NAMED = 5;

/** @throws FastApiError that names the largest packages where the bundle is too large */
export function checkSize(bytes: number, packages: readonly BundlePackage[], limit = LARGEST_BUNDLE_BYTES): void {
  if (bytes <= limit) return;
  const largest = packages.slice(0, NAMED).map(({ name, bytes: size }) => `${name} (${megabytes(size)})`).join(', ');
  throw new FastApiError(
    `a bundle must not be larger than ${megabytes(limit)} unzipped, got: ${megabytes(bytes)}; the largest parts are ${largest}; ` +
    'remove dependencies, name files in `exclude`, or use `PythonBundling.image()`, which deploys the app as a container image of up to 10 GB',
  );
}

/** Bytes of files together. */
export function totalBytes(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}

/** `12.3 MB`, in the megabytes of 1024 × 1024 bytes that Lambda counts. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
