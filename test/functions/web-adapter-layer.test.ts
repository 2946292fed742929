import { App, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { webAdapterLayerArn } from '../../src/functions/web-adapter-layer';
import { messageOf } from '../integrations/fixture';

const { X86_64, ARM_64 } = lambda.Architecture;

function stackIn(region?: string): Stack {
  return new Stack(new App({ analyticsReporting: false }), 'Stack', { env: { region } });
}

test.each([
  ['eu-central-1', X86_64, 'arn:aws:lambda:eu-central-1:753240598075:layer:LambdaAdapterLayerX86:30'],
  ['eu-central-1', ARM_64, 'arn:aws:lambda:eu-central-1:753240598075:layer:LambdaAdapterLayerArm64:30'],
  ['cn-north-1', X86_64, 'arn:aws-cn:lambda:cn-north-1:041581134020:layer:LambdaAdapterLayerX86:30'],
  ['cn-northwest-1', X86_64, 'arn:aws-cn:lambda:cn-northwest-1:069767869989:layer:LambdaAdapterLayerX86:30'],
])('the layer in %s', (region, architecture, arn) => {
  expect(webAdapterLayerArn(stackIn(region), architecture)).toBe(arn);
});

test('a stack without a region gets the layer of whatever commercial region it goes to', () => {
  const stack = stackIn();
  expect(stack.resolve(webAdapterLayerArn(stack, ARM_64))).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':lambda:', { Ref: 'AWS::Region' }, ':753240598075:layer:LambdaAdapterLayerArm64:30']],
  });
});

test('a region that is newer than the CDK is a commercial one', () => {
  expect(webAdapterLayerArn(stackIn('xx-north-9'), X86_64)).toMatch(/:lambda:xx-north-9:753240598075:layer:LambdaAdapterLayerX86:30$/);
});

test.each(['us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1'])('there is none in %s', (region) => {
  expect(messageOf(() => webAdapterLayerArn(stackIn(region), X86_64))).toMatch(
    new RegExp(`^a streaming function needs the layer of the Lambda Web Adapter, which is not published in the partition aws-[\\w-]+, got: ${region}; publish the layer in your own account there and give its ARN as \`adapterLayerArn\`$`),
  );
});

test('there is none for arm64 in China', () => {
  expect(messageOf(() => webAdapterLayerArn(stackIn('cn-north-1'), ARM_64))).toMatch(
    /^`architecture` of a streaming function must be x86_64 in cn-north-1, .* got: arm64; set `architecture` on FastApiApp, or publish/,
  );
});

test('there is none for another architecture', () => {
  expect(messageOf(() => webAdapterLayerArn(stackIn(), lambda.Architecture.custom('riscv64')))).toMatch(
    /^`architecture` of a streaming function must be x86_64 or arm64, .* got: riscv64; publish/,
  );
});

test('the user\'s own layer goes anywhere', () => {
  const arn = 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:layer:my-adapter:7';
  expect(webAdapterLayerArn(stackIn('us-gov-west-1'), lambda.Architecture.custom('riscv64'), arn)).toBe(arn);
});

test.each(['my-adapter', 'arn:aws:lambda:eu-west-1:123456789012:layer:my-adapter', ''])('refuses %p as the ARN of a layer version', (arn) => {
  expect(messageOf(() => webAdapterLayerArn(stackIn(), X86_64, arn))).toBe(
    `\`adapterLayerArn\` must be the ARN of a layer version, such as arn:aws:lambda:eu-west-1:123456789012:layer:my-adapter:1, got: ${arn}`,
  );
});
