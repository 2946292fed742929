import * as fs from 'fs';
import * as path from 'path';
import type { Bundle, BundleRequest } from './bundle';
import { checkSize } from './bundle-size';
import { installedPackages } from '../python/installed-packages';
import { checkNative } from './packages/native-check';
import { cacheEntry } from '../cache/cache';
import { codeHash } from '../cache/code-hash';
import { FastApiError } from '../private/errors';
import { hashParts, hashTree } from '../private/hash';
import { readDirectory, shimFiles, writeApplication } from '../python/application';

/**
 * Checks a directory that somebody else has filled, and adds the shim.
 *
 * @param limit bytes that it may have
 */
export function bundlePrebuilt(request: BundleRequest, directory: string, limit?: number): Bundle {
  const source = path.resolve(directory);
  if (!fs.existsSync(source) || !fs.statSync(source).isDirectory()) {
    throw new FastApiError(`the directory of PythonBundling.prebuilt must exist, got: ${source}`);
  }
  const [module] = request.entrypoint.split(':');
  const file = path.join(source, ...module.split('.'));
  if (!fs.existsSync(`${file}.py`) && !fs.existsSync(path.join(file, '__init__.py'))) {
    throw new FastApiError(`the directory of PythonBundling.prebuilt must hold the module of the app, got: ${source} without ${module}`);
  }
  const shim = shimFiles();
  const taken = new Set(shim.map((each) => each.path));
  const files = [...readDirectory(source).filter((each) => !taken.has(each.path)), ...shim];
  const bytes = files.reduce((sum, each) => sum + each.size, 0);
  checkSize(bytes, [{ name: path.basename(source), bytes }], limit);
  const given = files.map((each) => each.path).filter((each) => !taken.has(each));
  checkNative(source, given, installedPackages(source), { python: request.runtime, architecture: request.architecture });

  const key = hashParts({ code: codeHash('bundling'), prebuilt: hashTree(files) });
  const entry = cacheEntry({ kind: 'bundles', key, what: 'copying the prebuilt bundle', build: (target) => writeApplication(files, target) });
  const compiled = files.some((each) => each.path.endsWith('.pyc') && each.path.includes(`.cpython-${request.runtime.replace('.', '')}.`));
  return {
    directory: entry.directory,
    hash: entry.manifest.hash,
    bytes,
    files: files.length,
    packages: [{ name: path.basename(source), bytes }],
    bytecode: compiled ? { compiled } : { compiled, reason: 'the prebuilt directory holds none' },
    python: request.runtime,
    architecture: request.architecture,
    method: 'prebuilt',
  };
}
