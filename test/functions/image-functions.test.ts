import * as fs from 'fs';
import * as path from 'path';
import { App, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as signer from 'aws-cdk-lib/aws-signer';
import {
  FastApiApp, FastApiHttpApi, FastApiRestApi, FastApiStreamingFunctionUrl, IntegrationPattern, OpenApiSource, OperationGroups, PythonBundling, type ImageBundlingOptions,
} from '../../src';
import { sha256 } from '../../src/private/hash';
import { documentOf, messageOf, ROWS, type Row } from '../integrations/fixture';
import { SMALL_APP, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

temporaryCache();

const made: TemporaryProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));

function project(): TemporaryProject {
  const files = smallProject({ 'requirements.txt': 'fastapi\n' }, 'shop');
  made.push(files);
  return files;
}
const shop = project();

function imageApp(options: ImageBundlingOptions = {}, rows: readonly Row[] = ROWS, files = shop, architecture?: lambda.Architecture): FastApiApp {
  return FastApiApp.fromDirectory(files.entry, {
    entrypoint: 'main:app', openApi: OpenApiSource.fromDocument(documentOf(rows)), bundling: PythonBundling.image(options), architecture,
    runtime: new lambda.Runtime(`python${testPython().minor}`, lambda.RuntimeFamily.PYTHON, { supportsSnapStart: true }),
  });
}

function stack(context: Record<string, unknown> = {}): Stack {
  const { root } = shop;
  return new Stack(new App({ context, outdir: fs.mkdtempSync(path.join(root, 'cdk.out-')) }), 'S');
}

function functionsOf(template: Template): Record<string, any>[] {
  return Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties);
}

/** The images of an assembly, by hash. */
function imagesOf(within: Stack): Record<string, { source: Record<string, unknown> }> {
  const assembly = App.of(within)!.synth();
  return JSON.parse(fs.readFileSync(path.join(assembly.directory, 'S.assets.json'), 'utf8')).dockerImages ?? {};
}

describe('functions of an image', () => {
  test('of every kind are of one image, each with its command', () => {
    const within = stack();
    const app = imageApp();
    new FastApiRestApi(within, 'Rest', { app, catchAll: true });
    new FastApiHttpApi(within, 'Shared', { app, pattern: IntegrationPattern.SHARED });
    new FastApiHttpApi(within, 'Grouped', { app, groups: OperationGroups.byTag() });
    new FastApiStreamingFunctionUrl(within, 'Url', { app });
    const images = imagesOf(within);
    const [hash] = Object.keys(images);
    expect(Object.keys(images)).toHaveLength(1);
    expect(images[hash].source).toEqual({ directory: `asset.${hash}`, platform: 'linux/amd64' });
    const template = Template.fromStack(within);
    const functions = functionsOf(template);
    expect(functions.length).toBeGreaterThan(8);
    for (const properties of functions) {
      expect(properties).toMatchObject({ PackageType: 'Image', Code: { ImageUri: { 'Fn::Sub': expect.stringMatching(new RegExp(`:${hash}$`)) } }, Architectures: ['x86_64'] });
      expect(Object.keys(properties)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(Runtime|Handler|Layers)$/)]));
    }
    const buffered = functions.filter(({ ImageConfig: config }) => config.EntryPoint === undefined);
    expect(buffered).toHaveLength(functions.length - 1);
    expect(buffered.every(({ ImageConfig: config }) => JSON.stringify(config.Command) === '["cdk_fastapi_runtime.handler.handler"]')).toBe(true);
    template.hasResourceProperties('AWS::Lambda::Function', {
      ImageConfig: { EntryPoint: ['/bin/sh', '/var/task/cdk_fastapi_runtime/run.sh'], Command: ['cdk_fastapi_runtime/run.sh'] },
      Environment: { Variables: { AWS_LWA_INVOKE_MODE: 'response_stream', AWS_LWA_PORT: '8080', AWS_LAMBDA_EXEC_WRAPPER: Match.absent(), CDK_FASTAPI_APP: 'main:app' } },
    });
    const commands = new Set(functions.map(({ Environment }) => Environment.Variables.CDK_FASTAPI_OPERATION));
    expect(commands.has('GET /items/{item_id}')).toBe(true);
  });

  test('lie in the assembly as links to the cache, readable by everybody whatever the umask', () => {
    const before = process.umask(0o077);
    try {
      const within = stack();
      const app = imageApp();
      new FastApiRestApi(within, 'Api', { app });
      const assembly = App.of(within)!.synth().directory;
      const context = path.join(assembly, `asset.${app._bundle.image!.hash}`);
      const all = fs.readdirSync(context, { recursive: true, withFileTypes: true });
      expect(all.filter((each) => each.isDirectory() && (fs.statSync(path.join(each.parentPath, each.name)).mode & 0o777) !== 0o755)).toEqual([]); // eslint-disable-line no-bitwise
      expect(fs.readFileSync(path.join(context, 'application/main.py'), 'utf8')).toBe(SMALL_APP);
      expect(fs.statSync(path.join(context, 'dependencies/fastapi/__init__.py')).ino).toBe(fs.statSync(path.join(app._bundle.image!.directory, 'dependencies/fastapi/__init__.py')).ino);
      expect(fs.readdirSync(assembly).filter((name) => name.startsWith('.asset'))).toEqual([]);
    } finally {
      process.umask(before);
    }
  });

  test('stand in nested stacks too, all of one image', () => {
    const within = stack();
    const app = imageApp();
    new FastApiRestApi(within, 'Api', { app, functionStacks: 20 });
    expect(Object.keys(imagesOf(within))).toEqual([app._bundle.image!.hash]);
    const nested = within.node.findAll().filter((node): node is Stack => node instanceof Stack && node !== within);
    expect(nested.length).toBeGreaterThan(1);
    const uris = nested.flatMap((each) => functionsOf(Template.fromStack(each)).map(({ Code }) => JSON.stringify(Code.ImageUri)));
    expect(new Set(uris).size).toBe(1);
  });

  test('stream from a REST API, and buffer beside that', () => {
    const within = stack();
    const document = documentOf([['get', '/a', 'a']]);
    const operation = { 'operationId': 'chat', 'responses': { 200: { description: 'ok' } }, 'x-streaming': true };
    const app = FastApiApp.fromDirectory(shop.entry, {
      entrypoint: 'main:app', openApi: OpenApiSource.fromDocument({ ...document, paths: { ...document.paths as object, '/chat': { get: operation } } }), bundling: PythonBundling.image(),
      runtime: new lambda.Runtime(`python${testPython().minor}`, lambda.RuntimeFamily.PYTHON),
    });
    new FastApiRestApi(within, 'Api', { app });
    const configs = functionsOf(Template.fromStack(within)).map(({ ImageConfig: { EntryPoint } }) => EntryPoint?.length ?? 0).sort();
    expect(configs).toEqual([0, 2]);
  });

  test('are built for the architecture of the app', () => {
    const within = stack();
    new FastApiRestApi(within, 'Api', { app: imageApp({ verify: false }, ROWS, shop, lambda.Architecture.ARM_64) });
    const [image] = Object.values(imagesOf(within));
    expect(image.source.platform).toBe('linux/arm64');
    Template.fromStack(within).allResourcesProperties('AWS::Lambda::Function', { Architectures: ['arm64'] });
  });

  test('publish a version again when the app changes', () => {
    const files = project();
    const version = (): string => {
      const within = stack();
      new FastApiRestApi(within, 'Api', { app: imageApp({}, ROWS, files), pattern: IntegrationPattern.SHARED, functionOptions: { currentVersionOptions: { provisionedConcurrentExecutions: 1 } } });
      return Object.keys(Template.fromStack(within).findResources('AWS::Lambda::Version'))[0];
    };
    const before = version();
    expect(version()).toBe(before);
    files.write({ 'main.py': `${SMALL_APP}# edited\n` });
    expect(version()).not.toBe(before);
  });

  test('are a placeholder where the stack is not bundled: nothing is installed and nothing uploaded', () => {
    const within = stack({ 'aws:cdk:bundling-stacks': [] });
    const files = project();
    files.write({ 'requirements.txt': 'no such requirement !\n' });
    new FastApiRestApi(within, 'Api', { app: imageApp({}, ROWS, files) });
    expect(imagesOf(within)).toEqual({});
    Template.fromStack(within).allResourcesProperties('AWS::Lambda::Function', { PackageType: 'Image' });
  });

  test('say to programs that build on this machine what they are built of', () => {
    const within = stack({ 'aws:cdk:enable-asset-metadata': true });
    const app = imageApp();
    new FastApiRestApi(within, 'Api', { app, pattern: IntegrationPattern.SHARED });
    Template.fromStack(within).hasResource('AWS::Lambda::Function', {
      Metadata: { 'aws:asset:path': `asset.${app._bundle.image!.hash}`, 'aws:asset:dockerfile-path': 'Dockerfile', 'aws:asset:property': 'Code.ImageUri' },
    });
  });

  test('are of the cache\'s own context where assets are not staged', () => {
    const within = stack({ 'aws:cdk:disable-asset-staging': true });
    const app = imageApp();
    new FastApiRestApi(within, 'Api', { app });
    const [image] = Object.values(imagesOf(within));
    expect(image.source.directory).toBe(app._bundle.image!.directory);
  });

  test('do not start where their app does not: synth says so', () => {
    const files = project();
    files.write({ 'main.py': `import nothing_of_this_name\n${SMALL_APP}` });
    expect(messageOf(() => new FastApiRestApi(stack(), 'Api', { app: imageApp({}, ROWS, files) }))).toContain("No module named 'nothing_of_this_name'");
    // The packages of the system may have it.
    expect(() => new FastApiRestApi(stack(), 'Api', { app: imageApp({ systemPackages: ['nothing'] }, ROWS, files) })).not.toThrow();
  });
});

describe('what images cannot have', () => {
  const within = stack();
  const layer = lambda.LayerVersion.fromLayerVersionArn(within, 'Layer', 'arn:aws:lambda:eu-west-1:123456789012:layer:own:1');
  const profile = new signer.SigningProfile(within, 'Profile', { platform: signer.Platform.AWS_LAMBDA_SHA384_ECDSA });
  const signing = new lambda.CodeSigningConfig(within, 'Signing', { signingProfiles: [profile] });

  test.each<[string, lambda.FunctionOptions, string]>([
    ['snapStart', { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }, 'Lambda takes no snapshots of images, got: both; leave it out, or use `PythonBundling.uv()`'],
    ['layers', { layers: [layer] }, 'layers do not go with images, got: both; leave it out, or copy what it holds into the image with `linesBefore`'],
    ['codeSigningConfig', { codeSigningConfig: signing }, 'Lambda checks signatures of zip files alone, got: both'],
    ['paramsAndSecrets', { paramsAndSecrets: lambda.ParamsAndSecretsLayerVersion.fromVersion(lambda.ParamsAndSecretsVersions.V1_0_103) }, 'it is a layer, and layers do not go with images'],
    ['profiling', { profiling: true }, 'it is turned on by the runtime of zip files'],
    ['runtimeManagementMode', { runtimeManagementMode: lambda.RuntimeManagementMode.AUTO }, 'an image brings its own runtime'],
  ])('%s is refused, for an API and for a function URL', (property, options, message) => {
    for (const make of [() => new FastApiRestApi(stack(), 'Api', { app: imageApp(), functionOptions: options }), () => new FastApiStreamingFunctionUrl(stack(), 'Url', { app: imageApp(), ...options })]) {
      expect(messageOf(make)).toMatch(new RegExp(`^\`${property}\` of (every|the) function cannot be used with PythonBundling\\.image, since ${message.replace(/[()]/g, '.')}`));
    }
  });

  test('all of it together, and nothing is left behind', () => {
    const here = stack();
    const options = { layers: [layer], snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS };
    expect(messageOf(() => new FastApiRestApi(here, 'Api', { app: imageApp(), functionOptions: options })).split('\n')).toHaveLength(2);
    Template.fromStack(here).resourceCountIs('AWS::Lambda::Function', 0);
  });

  test('what they can have is passed on', () => {
    const here = stack();
    const options: lambda.FunctionOptions = { layers: [], memorySize: 3008, ephemeralStorageSize: Size.gibibytes(2), insightsVersion: lambda.LambdaInsightsVersion.VERSION_1_0_229_0, profiling: false };
    new FastApiRestApi(here, 'Api', { app: imageApp(), functionOptions: options, pattern: IntegrationPattern.SHARED });
    Template.fromStack(here).hasResourceProperties('AWS::Lambda::Function', { MemorySize: 3008, EphemeralStorage: { Size: 2048 }, Layers: Match.absent() });
  });

  test('a layer with the adapter is refused: the image has it', () => {
    expect(messageOf(() => new FastApiStreamingFunctionUrl(stack(), 'Url', { app: imageApp(), adapterLayerArn: layer.layerVersionArn })))
      .toMatch(/^`adapterLayerArn` cannot be used with PythonBundling\.image, since layers do not go with images, got: arn:.*; name an image by `adapterImage`/);
  });
});

test('an image app that is synthesized again has the same assembly', () => {
  const assembly = (): string => {
    const within = stack();
    new FastApiRestApi(within, 'Api', { app: imageApp() });
    const { directory } = App.of(within)!.synth();
    return ['S.template.json', 'S.assets.json'].map((file) => sha256(fs.readFileSync(path.join(directory, file)))).join();
  };
  expect(assembly()).toBe(assembly());
});
