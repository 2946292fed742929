import * as path from 'path';
import type { Bundle, BundleLayer, BundleRequest } from './bundle';
import { checkSize, megabytes, totalBytes } from './bundle-size';
import { LAYER_ROOT, layerPackages } from './lambda-paths';
import type { PackageOptions } from './package-options';
import { linkKnown } from './uv-bundler';
import { UvParts, type SizedFile } from './uv-parts';
import { cacheEntry } from '../cache/cache';
import type { ManifestFile } from '../cache/cache-manifest';
import { hashParts } from '../private/hash';
import { progress } from '../private/progress';

/** Makes the bundle of a project with uv in two parts: the application, and a layer with its packages. */
export function bundleInLayer(request: BundleRequest, options: PackageOptions): Bundle {
  const place = layerPackages(request.runtime);
  const parts = new UvParts(request, options, `${LAYER_ROOT}/${place}`);
  const key = hashParts({ parts: parts.key, dependencies: 'layer' });
  const entry = cacheEntry({ kind: 'bundles', key, what: 'bundling the application', build: (directory) => assemble(directory, parts) });
  const { shared } = entry.manifest.facts;
  const layer = layerOf(parts, place, Array.isArray(shared) ? shared.map(String) : []);
  const { files, hash } = entry.manifest;
  return {
    directory: entry.directory,
    hash,
    bytes: totalBytes(files) + layer.bytes,
    files: files.length + layer.files,
    // Few ask, and the answer needs the packages.
    get packages() {
      return parts.sizes([...files, ...parts.packages.entry().manifest.files.filter((file) => !files.some((own) => own.path === file.path))]);
    },
    layer,
    bytecode: parts.bytecode.state,
    python: request.runtime,
    architecture: request.architecture,
    method: 'uv',
  };
}

/** The application, and the packages that stay with it: `shared` names why. */
function assemble(directory: string, parts: UvParts): Record<string, unknown> {
  const own = parts.writeApplication(directory);
  const taken = new Set(own.map((file) => file.path));
  const packages = parts.packages.entry();
  const names = namesOf(own);
  const shared = [...namesOf(packages.manifest.files)].filter((name) => names.has(name)).sort();
  const { beside } = split(packages.manifest.files, parts, new Set(shared));
  const linked = beside.filter((file) => !taken.has(file.path));
  linkKnown(packages.directory, linked, directory);
  const all = [...own, ...packages.manifest.files.filter((file) => !taken.has(file.path))];
  checkSize(totalBytes(all), parts.sizes(all));
  progress(`made a bundle of ${own.length + linked.length} files, ${megabytes(totalBytes([...own, ...linked]))} unzipped`);
  return { shared };
}

/** @param shared names that the application and packages share */
function layerOf(parts: UvParts, place: string, shared: readonly string[]): BundleLayer {
  const key = hashParts({ packages: parts.packages.key, shared: JSON.stringify(shared), place });
  const entry = cacheEntry({
    kind: 'layers',
    key,
    what: 'putting the packages into a layer',
    build: (directory) => {
      const packages = parts.packages.entry();
      const { layered } = split(packages.manifest.files, parts, new Set(shared));
      linkKnown(packages.directory, layered, path.join(directory, place));
      progress(`made a layer of ${layered.length} files, ${megabytes(totalBytes(layered))} unzipped`);
    },
  });
  const { files, hash } = entry.manifest;
  return { directory: entry.directory, hash, bytes: totalBytes(files), files: files.length };
}

/**
 * Which packages go into the layer. Python takes a package with an `__init__.py` from one directory alone: what shares
 * the name of its outermost package with the application (`company.api` beside `company.common`) stays with it, with
 * all that was installed together with it, as it would lie beside it without a layer.
 */
function split(files: readonly ManifestFile[], parts: UvParts, names: ReadonlySet<string>): { beside: ManifestFile[]; layered: ManifestFile[] } {
  const ownerOf = parts.packageOwners();
  const staying = new Set(files.flatMap(({ path: file }) => (names.has(topLevel(file) ?? '') ? ownerOf(file) ?? [] : [])));
  const stays = ({ path: file }: ManifestFile): boolean => names.has(topLevel(file) ?? '') || staying.has(ownerOf(file) ?? '');
  return { beside: files.filter(stays), layered: files.filter((file) => !stays(file)) };
}

function namesOf(files: readonly SizedFile[]): ReadonlySet<string> {
  return new Set(files.flatMap(({ path: file }) => topLevel(file) ?? []));
}

/** The outermost package of a module: none for what Python does not import. */
function topLevel(file: string): string | undefined {
  const [top, ...rest] = file.split('/');
  return rest.length > 0 && /\.(?:py|so)$/.test(file) && /^[^\W\d]\w*$/.test(top) ? top : undefined;
}
