import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { checkFunctionOptions } from '../../src/functions/function-options';
import { OperationFunction } from '../../src/functions/operation-function';
import { checkStreamingOptions, streamingOptions } from '../../src/functions/streaming-function';
import { fastApiApp, messageOf, stack } from '../integrations/fixture';
import { sharedCache } from '../support/projects';

sharedCache();

const LAYER = 'arn:aws:lambda:eu-west-1:123456789012:layer:mine:1';

function environmentOf(options: lambda.FunctionOptions): Record<string, string> {
  const within = stack();
  const app = fastApiApp();
  new OperationFunction(within, 'chat', { app, options, streaming: streamingOptions(within, app, LAYER), environment: { A: '1', B: '1' } });
  const template = Template.fromStack(within);
  const [{ Properties: properties }] = Object.values(template.findResources('AWS::Lambda::Function'));
  return properties.Environment.Variables;
}

describe('a streaming function', () => {
  test('is started by the adapter', () => {
    const within = stack();
    const app = fastApiApp();
    const own = lambda.LayerVersion.fromLayerVersionArn(within, 'Own', 'arn:aws:lambda:eu-west-1:123456789012:layer:own:2');
    new OperationFunction(within, 'chat', { app, options: { layers: [own] }, streaming: streamingOptions(within, app, LAYER) });
    Template.fromStack(within).hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'cdk_fastapi_runtime/run.sh',
      Runtime: 'python3.13',
      Layers: [LAYER, 'arn:aws:lambda:eu-west-1:123456789012:layer:own:2'],
      Timeout: 30,
      TracingConfig: { Mode: 'Active' },
    });
    expect(environmentOf({})).toEqual({
      A: '1',
      B: '1',
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/bootstrap',
      AWS_LWA_INVOKE_MODE: 'response_stream',
      AWS_LWA_READINESS_CHECK_PROTOCOL: 'tcp',
      AWS_CONNECTION_REUSE_ENABLED: '1',
      AWS_LWA_PORT: '8080',
      CDK_FASTAPI_APP: 'main:app',
    });
  });

  test('takes the user\'s variables over its own', () => {
    expect(environmentOf({ environment: { AWS_LWA_PORT: '9000', B: '2', AWS_LWA_INVOKE_MODE: 'response_stream' } }))
      .toMatchObject({ AWS_LWA_PORT: '9000', A: '1', B: '2', AWS_LWA_INVOKE_MODE: 'response_stream' });
  });

  test('hears of snapshots where it has them', () => {
    expect(environmentOf({ snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS })).toMatchObject({
      AWS_LWA_SNAPSTART_BEFORE_CHECKPOINT_PATH: '/cdk-fastapi/snapstart/before-checkpoint',
      AWS_LWA_SNAPSTART_AFTER_RESTORE_PATH: '/cdk-fastapi/snapstart/after-restore',
    });
    expect(Object.keys(environmentOf({})).filter((name) => name.includes('SNAPSTART'))).toEqual([]);
  });
});

describe('refuses', () => {
  test.each([
    ['AWS_LAMBDA_EXEC_WRAPPER', '/opt/otel-instrument'],
    ['AWS_LWA_INVOKE_MODE', 'buffered'],
  ])('%s, by which it streams', (variable, value) => {
    expect(messageOf(() => checkStreamingOptions(fastApiApp(), { environment: { [variable]: value } }, '`chat` (GET /chat)'))).toBe(
      `\`environment\` of \`chat\` (GET /chat) cannot set ${variable}, since the Lambda Web Adapter starts a streaming function, got: ${value}; leave it out`,
    );
  });

  test('an instrumentation that needs a wrapper of its own', () => {
    const options: lambda.FunctionOptions = {
      adotInstrumentation: {
        layerVersion: lambda.AdotLayerVersion.fromPythonSdkLayerVersion(lambda.AdotLambdaLayerPythonSdkVersion.LATEST),
        execWrapper: lambda.AdotLambdaExecWrapper.INSTRUMENT_HANDLER,
      },
    };
    expect(messageOf(() => checkStreamingOptions(fastApiApp(), options, 'the function'))).toMatch(/^`adotInstrumentation` of the function needs the wrapper .* got: both; leave it out/);
  });

  test('a timeout of more than 900 seconds, in any function', () => {
    const app = fastApiApp();
    expect(messageOf(() => checkFunctionOptions(app, { timeout: Duration.seconds(901) }, 'the function')))
      .toBe('`timeout` of the function must be 900 seconds at most, got: 901');
    expect(() => checkFunctionOptions(app, { timeout: Duration.seconds(900) }, 'the function')).not.toThrow();
  });

  describe('with SnapStart', () => {
    const snapStart = lambda.SnapStartConf.ON_PUBLISHED_VERSIONS;
    const check = (options: lambda.FunctionOptions, runtime = lambda.Runtime.PYTHON_3_13) =>
      () => checkFunctionOptions(fastApiApp(undefined, { runtime }), { snapStart, ...options }, 'the function');

    test('a runtime that has no snapshots', () => {
      expect(messageOf(check({}, lambda.Runtime.PYTHON_3_11))).toBe(
        '`snapStart` of the function needs Python 3.12 or newer, got: python3.11; set `runtime` on FastApiApp, or leave `snapStart` out',
      );
      expect(check({}, lambda.Runtime.PYTHON_3_12)).not.toThrow();
    });

    test('a file system', () => {
      const within = stack();
      const vpc = new ec2.Vpc(within, 'Vpc');
      const files = new efs.FileSystem(within, 'Files', { vpc }).addAccessPoint('Access', { path: '/data' });
      expect(messageOf(check({ vpc, filesystem: lambda.FileSystem.fromEfsAccessPoint(files, '/mnt/data') })))
        .toBe('`filesystem` of the function cannot be used with `snapStart`, got: a file system; leave one of the two out');
    });

    test('more temporary storage than a snapshot holds', () => {
      expect(messageOf(check({ ephemeralStorageSize: Size.mebibytes(513) })))
        .toBe('`ephemeralStorageSize` of the function must be 512 MiB at most with `snapStart`, got: 513 MiB; leave one of the two out');
      expect(check({ ephemeralStorageSize: Size.mebibytes(512) })).not.toThrow();
    });

    test('provisioned concurrency', () => {
      expect(messageOf(check({ currentVersionOptions: { provisionedConcurrentExecutions: 1 } })))
        .toBe('`provisionedConcurrentExecutions` of the function cannot be used with `snapStart`, got: 1; leave one of the two out');
    });
  });

  test('a prebuilt directory without uvicorn', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'prebuilt-'));
    fs.writeFileSync(path.join(directory, 'main.py'), 'from fastapi import FastAPI\napp = FastAPI()\n');
    const app = fastApiApp(undefined, { bundling: PythonBundling.prebuilt(directory) });
    const bundled = new Stack(new App({ analyticsReporting: false }), 'Stack');
    expect(messageOf(() => streamingOptions(bundled, app, LAYER))).toMatch(
      /^a streaming function needs the package `uvicorn` in the directory of PythonBundling.prebuilt, got: a directory without it \(main:app in .*\); install it there$/,
    );
    fs.mkdirSync(path.join(directory, 'uvicorn'));
    fs.writeFileSync(path.join(directory, 'uvicorn', '__init__.py'), '');
    const again = fastApiApp(undefined, { bundling: PythonBundling.prebuilt(directory) });
    expect(streamingOptions(bundled, again, LAYER)).toEqual({ layerArn: LAYER });
    fs.rmSync(directory, { recursive: true });
  });
});

test('the script that the adapter starts is executable in the bundle, whatever the package\'s file system says', () => {
  const script = path.join(__dirname, '../../runtime/cdk_fastapi_runtime/run.sh');
  expect(fs.readFileSync(script, 'utf8')).not.toContain('\r');
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'prebuilt-'));
  for (const [file, content] of [['main.py', ''], ['uvicorn/__init__.py', '']]) {
    fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    fs.writeFileSync(path.join(directory, file), content);
  }
  const bundle = PythonBundling.prebuilt(directory)._bundle({ entry: directory, entrypoint: 'main:app', runtime: '3.13', architecture: 'x86_64' });
  expect(fs.statSync(path.join(bundle.directory, 'cdk_fastapi_runtime/run.sh')).mode & 0o777).toBe(0o755);
  expect(fs.statSync(path.join(bundle.directory, 'cdk_fastapi_runtime/server.py')).mode & 0o777).toBe(0o644);
  fs.rmSync(directory, { recursive: true });
});

test('a function that Docker bundles is started by the same script', () => {
  const within = stack();
  const app = fastApiApp(undefined, { bundling: PythonBundling.docker() });
  new OperationFunction(within, 'chat', { app, options: {}, streaming: streamingOptions(within, app, LAYER) });
  Template.fromStack(within).hasResourceProperties('AWS::Lambda::Function', { Handler: 'cdk_fastapi_runtime/run.sh', Layers: [LAYER] });
});
