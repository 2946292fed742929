import * as fs from 'fs';
import * as path from 'path';
import { Stack, Stage, type CfnResource } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as cxapi from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import type { FastApiApp } from '../app/fast-api-app';
import type { BundleImage } from '../bundling/bundle';
import { HANDLER, STREAMING_HANDLER, TASK_ROOT } from '../bundling/lambda-paths';
import { listFiles, sha256 } from '../private/hash';
import { linkFiles } from '../private/link';

/** The image URI if the stack is not bundled, as in `cdk list`. */
const PLACEHOLDER = 'placeholder:latest';

/**
 * The code of an image function. All functions of an app share one image; streaming functions have another command.
 *
 * Used instead of the CDK's `DockerImageAsset`, which would read and copy the context for each function: the assembly gets links
 * to the files of the cache, and the asset's hash is the one that the cache has computed.
 */
export class ImageCode extends lambda.Code {
  /**
   * @param scope a construct of the stack of the function
   * @param streams whether the function is started as a server beside the Lambda Web Adapter
   */
  public static of(scope: Construct, app: FastApiApp, streams: boolean): ImageCode {
    const stack = Stack.of(scope);
    if (!stack.bundlingRequired) return new ImageCode(PLACEHOLDER, undefined, streams);
    const { image } = app._bundle;
    if (image === undefined) throw new Error(`the bundle of ${app._label} has no image`);
    const directory = staged(stack, image);
    const { imageUri } = stack.synthesizer.addDockerImageAsset({
      sourceHash: image.hash, directoryName: directory, platform: image.platform, displayName: `Image of ${app._name}`,
    });
    return new ImageCode(imageUri, directory, streams);
  }

  public readonly isInline = false;

  private constructor(private readonly imageUri: string, private readonly directory: string | undefined, private readonly streams: boolean) {
    super();
  }

  public bind(): lambda.CodeConfig {
    const { imageUri } = this;
    // Started by a shell, because the file may have lost its executable mode in an artifact store.
    const streaming = { entrypoint: ['/bin/sh', `${TASK_ROOT}/${STREAMING_HANDLER}`], cmd: [STREAMING_HANDLER] };
    return { image: this.streams ? { imageUri, ...streaming } : { imageUri, cmd: [HANDLER] } };
  }

  /** Adds the metadata that the CDK writes for tools such as SAM, which build assets on the developer's machine. */
  public override bindToResource(resource: CfnResource): void {
    if (this.directory === undefined || !resource.node.tryGetContext(cxapi.ASSET_RESOURCE_METADATA_ENABLED_CONTEXT)) return;
    resource.cfnOptions.metadata = {
      ...resource.cfnOptions.metadata,
      [cxapi.ASSET_RESOURCE_METADATA_PATH_KEY]: this.directory,
      [cxapi.ASSET_RESOURCE_METADATA_DOCKERFILE_PATH_KEY]: 'Dockerfile',
      [cxapi.ASSET_RESOURCE_METADATA_PROPERTY_KEY]: 'Code.ImageUri',
    };
  }
}

/** The directory of the Docker context for the manifest: in the assembly, relative to it, or the cache's own if asset staging is disabled. */
function staged(stack: Stack, { directory, hash }: BundleImage): string {
  const stage = Stage.of(stack);
  if (stage === undefined || stack.node.tryGetContext(cxapi.DISABLE_ASSET_STAGING_CONTEXT)) return directory;
  const target = path.join(stage.assetOutdir, `asset.${hash}`);
  if (!fs.existsSync(target)) {
    // Renamed when complete, so that no half-written directory remains. The mode makes it readable for every user of the image, whatever the umask.
    const temporary = path.join(stage.assetOutdir, `.asset.${sha256(hash).slice(0, 8)}.${process.pid}`);
    fs.rmSync(temporary, { recursive: true, force: true });
    linkFiles(directory, listFiles(directory), temporary);
    for (const each of fs.readdirSync(temporary, { recursive: true, withFileTypes: true })) {
      if (each.isDirectory()) fs.chmodSync(path.join(each.parentPath, each.name), 0o755);
    }
    fs.renameSync(temporary, target);
  }
  return path.relative(stage.outdir, target);
}
