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

/** What a function takes where the stack is not bundled, as in `cdk list`. */
const PLACEHOLDER = 'placeholder:latest';

/**
 * The code of a function of an image: all functions of an app have the same image, and each its own command.
 *
 * The CDK's own `DockerImageAsset` would read and copy the context for each function; here the assembly gets links to
 * the files of the cache, and the hash is the one that they have there.
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
    // By a shell: a file that went through somebody's artifact store may have lost its mode.
    const streaming = { entrypoint: ['/bin/sh', `${TASK_ROOT}/${STREAMING_HANDLER}`], cmd: [STREAMING_HANDLER] };
    return { image: this.streams ? { imageUri, ...streaming } : { imageUri, cmd: [HANDLER] } };
  }

  /** What the CDK writes for programs that build assets on the developer's machine. */
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

/** The context in the assembly, as the manifest names it: relative to the assembly, and the cache's own where nothing is to be copied. */
function staged(stack: Stack, { directory, hash }: BundleImage): string {
  const stage = Stage.of(stack);
  if (stage === undefined || stack.node.tryGetContext(cxapi.DISABLE_ASSET_STAGING_CONTEXT)) return directory;
  const target = path.join(stage.assetOutdir, `asset.${hash}`);
  if (!fs.existsSync(target)) {
    // Complete or not there, and readable by everybody in the image whatever the umask here.
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
