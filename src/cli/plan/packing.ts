import * as fs from 'fs';
import * as path from 'path';
import { deflateRawSync } from 'zlib';
import type { FastApiApp } from '../../app/fast-api-app';
import { LARGEST_BUNDLE_BYTES, megabytes } from '../../bundling/bundle-size';
import { PythonBundling } from '../../bundling/python-bundling';
import { cacheEntry } from '../../cache/cache';
import { listFiles } from '../../private/hash';
import { LIMITS } from '../../private/limits';
import { progress } from '../../private/progress';

/** A way in which the app may reach Lambda. All sizes are bytes. */
export interface Packing {
  readonly way: 'package' | 'layer' | 'image';
  /** What each function has for itself, unzipped. */
  readonly functionBytes: number;
  /** The layer of all functions, unzipped. */
  readonly layerBytes?: number;
  /** The image beside its base image, uncompressed. */
  readonly imageBytes?: number;
  /** What a deployment uploads after an edit of one file, compressed. */
  readonly uploadAfterEdit: number;
  /** What all functions take of the quota of code storage. */
  readonly codeStorage: number;
  /** What each deployment adds to it where functions have versions, as with SnapStart. */
  readonly versionStorage: number;
  /** Share of the quota that functions take, before versions. */
  readonly quotaShare: number;
  /** Why the app cannot be packed so. */
  readonly problem?: string;
}

/** A file in a zip: its two headers without the name, which stands in both. */
const ZIP_HEADERS = 76;

/**
 * The ways of packing an app beside one another. The packages are installed for it, as for an image: without Docker, and whatever they weigh.
 *
 * @param functions how many Lambda functions the app has
 */
export function comparePackings(app: FastApiApp, functions: number): Packing[] {
  const { directory, beneath = [], hash } = app._bundleBy(PythonBundling.image({ verify: false }));
  const sizes = measured(hash, directory, beneath);
  const { application, applicationZipped, dependencies, dependenciesZipped } = sizes;
  const whole = application + dependencies;
  const problem = whole > LARGEST_BUNDLE_BYTES ? `${megabytes(whole)} are more than ${megabytes(LARGEST_BUNDLE_BYTES)}` : undefined;
  const packing = (way: Packing['way'], each: number, once: number, parts: Partial<Packing>): Packing => ({
    way,
    functionBytes: application,
    uploadAfterEdit: applicationZipped,
    codeStorage: functions * each + once,
    versionStorage: functions * each,
    quotaShare: (functions * each + once) / (LIMITS.codeStorageGibibytes.ours * 1024 ** 3),
    ...parts,
  });
  return [
    packing('package', applicationZipped + dependenciesZipped, 0, { functionBytes: whole, uploadAfterEdit: applicationZipped + dependenciesZipped, problem }),
    packing('layer', applicationZipped, dependenciesZipped, { layerBytes: dependencies, problem }),
    packing('image', 0, 0, { functionBytes: 0, imageBytes: whole }),
  ];
}

interface Sizes {
  readonly application: number;
  readonly applicationZipped: number;
  readonly dependencies: number;
  readonly dependenciesZipped: number;
}

/** What is compressed once is remembered: it takes a second for each 20 MB. */
function measured(hash: string, application: string, dependencies: readonly string[]): Sizes {
  const { facts } = cacheEntry({
    kind: 'sizes',
    key: hash,
    what: 'compressing the app to see how large it is',
    build: () => {
      progress('compressing the app once to see how large it is');
      const own = sizeOf(application);
      const packages = dependencies.map(sizeOf);
      return {
        application: own.bytes,
        applicationZipped: own.zipped,
        dependencies: packages.reduce((sum, { bytes }) => sum + bytes, 0),
        dependenciesZipped: packages.reduce((sum, { zipped }) => sum + zipped, 0),
      };
    },
  }).manifest;
  const number = (name: keyof Sizes): number => Number(facts[name]);
  return {
    application: number('application'), applicationZipped: number('applicationZipped'), dependencies: number('dependencies'), dependenciesZipped: number('dependenciesZipped'),
  };
}

function sizeOf(directory: string): { readonly bytes: number; readonly zipped: number } {
  let bytes = 0;
  let zipped = 0;
  for (const file of listFiles(directory)) {
    const content = fs.readFileSync(path.join(directory, file));
    bytes += content.length;
    zipped += deflateRawSync(content).length + ZIP_HEADERS + 2 * Buffer.byteLength(file);
  }
  return { bytes, zipped };
}
