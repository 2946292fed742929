import { Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { FastApiError } from '../private/errors';

/** Version 30 is the Lambda Web Adapter 1.1.0. */
const LAYER_VERSION = 30;

const LAYER_NAMES = new Map([
  [lambda.Architecture.X86_64.name, 'LambdaAdapterLayerX86'],
  [lambda.Architecture.ARM_64.name, 'LambdaAdapterLayerArm64'],
]);

const PUBLISHER = '753240598075';

/** Publishers in the regions of China, which have the layer for x86_64 only. */
const CHINESE_PUBLISHERS = new Map([['cn-north-1', '041581134020'], ['cn-northwest-1', '069767869989']]);

const OVERRIDE = 'publish the layer in your own account there and give its ARN as `adapterLayerArn`';

/**
 * The ARN of the layer version that contains the Lambda Web Adapter.
 *
 * @param scope a construct of the stack that uses it. A stack without a region in its `env` gets the layer of the
 * commercial regions
 * @param override the user's `adapterLayerArn`
 * @throws FastApiError if the maintainers of the adapter publish no such layer
 * @see https://aws.github.io/aws-lambda-web-adapter/getting-started/zip-packages.html
 */
export function webAdapterLayerArn(scope: Construct, architecture: lambda.Architecture, override?: string): string {
  if (override !== undefined) return checkArn(override);
  const stack = Stack.of(scope);
  const name = LAYER_NAMES.get(architecture.name);
  if (name === undefined) {
    throw new FastApiError(`\`architecture\` of a streaming function must be x86_64 or arm64, for which there is a layer of the Lambda Web Adapter, got: ${architecture.name}; ${OVERRIDE}`);
  }
  const { partition, account } = publisher(stack, architecture);
  return `arn:${partition ?? stack.partition}:lambda:${stack.region}:${account}:layer:${name}:${LAYER_VERSION}`;
}

/** The layer with an ARN, as a construct for the `layers` of a function. */
export function webAdapterLayer(scope: Construct, arn: string): lambda.ILayerVersion {
  return lambda.LayerVersion.fromLayerVersionArn(scope, 'WebAdapter', arn);
}

/** The account that publishes the layer in a stack's region; the partition is left out if the CDK does not know it. */
function publisher({ region }: Stack, architecture: lambda.Architecture): { partition?: string; account: string } {
  const partition = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).partition;
  // A region that the CDK does not know yet is most likely a commercial one.
  if (partition === undefined || partition === 'aws') return { partition, account: PUBLISHER };
  const account = CHINESE_PUBLISHERS.get(region);
  if (account === undefined) {
    throw new FastApiError(`a streaming function needs the layer of the Lambda Web Adapter, which is not published in the partition ${partition}, got: ${region}; ${OVERRIDE}`);
  }
  if (architecture.name !== lambda.Architecture.X86_64.name) {
    throw new FastApiError(
      `\`architecture\` of a streaming function must be x86_64 in ${region}, where the Lambda Web Adapter has no other layer, got: ${architecture.name}; `
      + `set \`architecture\` on FastApiApp, or ${OVERRIDE}`,
    );
  }
  return { partition, account };
}

function checkArn(arn: string): string {
  if (!Token.isUnresolved(arn) && !/^arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:[\w-]+:\d+$/.test(arn)) {
    throw new FastApiError(`\`adapterLayerArn\` must be the ARN of a layer version, such as arn:aws:lambda:eu-west-1:123456789012:layer:my-adapter:1, got: ${arn}`);
  }
  return arn;
}
