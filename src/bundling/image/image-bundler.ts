import * as fs from 'fs';
import * as path from 'path';
import { APPLICATION, checkImageOptions, DEPENDENCIES, dockerfile, dockerPlatform } from './dockerfile';
import type { ImageBundlingOptions } from './image-bundling-options';
import { cacheEntry, type Entry } from '../../cache/cache';
import { FastApiError } from '../../private/errors';
import { hashParts, listFiles } from '../../private/hash';
import { LIMITS } from '../../private/limits';
import { linkFiles } from '../../private/link';
import { progress } from '../../private/progress';
import type { Bundle, BundleRequest } from '../bundle';
import { megabytes, totalBytes } from '../bundle-size';
import { TASK_ROOT } from '../lambda-paths';
import { bundlePrebuilt } from '../prebuilt-bundler';
import { linkKnown } from '../uv-bundler';
import { UvParts, type SizedFile } from '../uv-parts';

const LARGEST_BYTES = LIMITS.imageGibibytes.ours * 1024 ** 3;
const FILE = 'Dockerfile';

/** Makes the build context of an app's image, or finds it in the cache. No Docker is asked. */
export function bundleInImage(request: BundleRequest, options: ImageBundlingOptions): Bundle {
  checkImageOptions(request, options);
  return options.directory === undefined ? installed(request, options) : prebuilt(request, options, options.directory);
}

function installed(request: BundleRequest, options: ImageBundlingOptions): Bundle {
  const parts = new UvParts(request, options, TASK_ROOT);
  const text = dockerfile(request, options, [DEPENDENCIES, APPLICATION]);
  const entry = context(text, parts.key, (directory) => {
    parts.writeApplication(inside(directory, APPLICATION));
    const packages = parts.packages.entry();
    linkKnown(packages.directory, packages.manifest.files, path.join(directory, DEPENDENCIES));
    return packages.manifest.files;
  });
  const files = entry.manifest.files.flatMap((file) => within(file) ?? []);
  return {
    ...imageBundle(request, options, entry),
    // Few ask, and the answer needs the packages.
    get packages() {
      return parts.sizes(files);
    },
    bytecode: parts.bytecode.state,
    method: 'uv',
  };
}

function prebuilt(request: BundleRequest, options: ImageBundlingOptions, directory: string): Bundle {
  const bundle = bundlePrebuilt(request, directory, LARGEST_BYTES);
  const entry = context(dockerfile(request, options, [APPLICATION]), bundle.hash, (target) => {
    linkFiles(bundle.directory, listFiles(bundle.directory), inside(target, APPLICATION));
    return [];
  });
  return { ...imageBundle(request, options, entry), packages: bundle.packages, bytecode: bundle.bytecode, method: 'prebuilt' };
}

/** @param fill writes the context, and says what of it is the dependencies' */
function context(text: string, content: string, fill: (directory: string) => readonly SizedFile[]): Entry {
  return cacheEntry({
    kind: 'contexts',
    key: hashParts({ dockerfile: text, content }),
    what: 'writing the context of the image',
    build: (directory) => {
      const dependencies = fill(directory);
      fs.writeFileSync(path.join(directory, FILE), text);
      const files = listFiles(directory).map((file) => ({ path: file, size: fs.statSync(path.join(directory, file)).size }));
      const bytes = totalBytes(files);
      if (bytes > LARGEST_BYTES) {
        throw new FastApiError(`an image must not be larger than ${LIMITS.imageGibibytes.ours} GB, got: ${megabytes(bytes)} beside its base image; remove dependencies, or name files in \`exclude\``);
      }
      progress(`wrote the context of an image: ${megabytes(totalBytes(dependencies))} of dependencies, ${megabytes(bytes - totalBytes(dependencies))} of application`);
    },
  });
}

function imageBundle(request: BundleRequest, { platform }: ImageBundlingOptions, { directory, manifest }: Entry): Omit<Bundle, 'packages' | 'bytecode' | 'method'> {
  const files = manifest.files.filter((file) => file.path !== FILE);
  const dependencies = path.join(directory, DEPENDENCIES);
  const beneath = manifest.files.some((file) => file.path.startsWith(`${DEPENDENCIES}/`)) ? [dependencies] : [];
  const target = platform?.platform ?? dockerPlatform(request.architecture);
  return {
    directory: path.join(directory, APPLICATION),
    beneath,
    hash: manifest.hash,
    bytes: totalBytes(files),
    files: files.length,
    image: { directory, hash: hashParts({ context: manifest.hash, platform: target }), platform: target },
    python: request.runtime,
    architecture: request.architecture,
  };
}

/** A file of the context with the path that it has in `/var/task`. */
function within<T extends SizedFile>(file: T): T | undefined {
  const match = new RegExp(`^(?:${DEPENDENCIES}|${APPLICATION})/(.+)$`).exec(file.path);
  return match === null ? undefined : { ...file, path: match[1] };
}

function inside(directory: string, name: string): string {
  const made = path.join(directory, name);
  fs.mkdirSync(made);
  return made;
}
