import { AssetHashType, BundlingOutput, DockerImage, type BundlingOptions } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Bundle, LayerSetting } from './bundle';
import { listFiles } from '../private/hash';
import { linkFiles } from '../private/link';

/** What the layer with the packages of an app is made of. */
export interface LayerCode extends LayerSetting {
  /** Name of the project. */
  readonly name: string;
  /** Hash of the content; empty where the stack is not bundled. */
  readonly hash: string;
  /** A new object each time: CDK ties one to a stack. */
  code(): lambda.Code;
}

/**
 * The code of functions that run a bundle, or of the layer of one. CDK would copy the directory into each new assembly; as local bundling
 * the assembly gets links to the files of the cache instead.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.ILocalBundling.html
 */
export function bundleCode({ directory, hash }: Pick<Bundle, 'directory' | 'hash'>): lambda.Code {
  const bundling: BundlingOptions = {
    // Required, and never asked for: the local bundling always succeeds or throws.
    image: DockerImage.fromRegistry('none'),
    outputType: BundlingOutput.NOT_ARCHIVED,
    local: {
      tryBundle: (output: string): boolean => {
        linkFiles(directory, listFiles(directory), output);
        return true;
      },
    },
  };
  return lambda.Code.fromAsset(directory, { assetHash: hash, assetHashType: AssetHashType.CUSTOM, bundling });
}
