import * as path from 'path';
import type { Bundle, BundleRequest } from './bundle';
import { checkSize, megabytes, totalBytes } from './bundle-size';
import { TASK_ROOT } from './lambda-paths';
import type { PackageOptions } from './package-options';
import { UvParts } from './uv-parts';
import { cacheEntry } from '../cache/cache';
import { knowFile, type ManifestFile } from '../cache/cache-manifest';
import { linkFiles } from '../private/link';
import { progress } from '../private/progress';

/** Makes the bundle of a project with uv, or finds it in the cache. */
export function bundleWithUv(request: BundleRequest, options: PackageOptions): Bundle {
  const parts = new UvParts(request, options, TASK_ROOT);
  const entry = cacheEntry({ kind: 'bundles', key: parts.key, what: 'bundling the application', build: (directory) => assemble(directory, parts) });
  const { files, hash } = entry.manifest;
  return {
    directory: entry.directory,
    hash,
    bytes: totalBytes(files),
    files: files.length,
    // Few ask, and the answer needs the packages.
    get packages() {
      return parts.sizes(files);
    },
    bytecode: parts.bytecode.state,
    python: request.runtime,
    architecture: request.architecture,
    method: 'uv',
  };
}

/** Puts the application beside its packages. */
function assemble(directory: string, parts: UvParts): void {
  const own = parts.writeApplication(directory);
  const taken = new Set(own.map((file) => file.path));
  const packages = parts.packages.entry();
  const linked = packages.manifest.files.filter((file) => !taken.has(file.path));
  linkKnown(packages.directory, linked, directory);
  const files = [...linked, ...own];
  checkSize(totalBytes(files), parts.sizes(files));
  progress(`made a bundle of ${files.length} files, ${megabytes(totalBytes(files))} unzipped`);
}

/** Links files of an entry of the cache into one that is being made, and spares it to read them again. */
export function linkKnown(from: string, files: readonly ManifestFile[], to: string): void {
  linkFiles(from, files.map((file) => file.path), to);
  for (const file of files) knowFile(path.join(to, file.path), file);
}
