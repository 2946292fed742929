import { App, NestedStack, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  DependencyPlacement, FastApiApp, FastApiHttpApi, FastApiRestApi, FastApiStreamingFunctionUrl, IntegrationPattern, OpenApiSource, OperationGroups, PythonBundling,
  type UvBundlingOptions,
} from '../../src';
import { checkFunctionOptions } from '../../src/functions/function-options';
import { FunctionStack } from '../../src/functions/function-stack';
import { checkStreamingOptions } from '../../src/functions/streaming-function';
import { documentOf, fastApiApp, messageOf, ROWS, type Row } from '../integrations/fixture';
import { SMALL_APP, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

temporaryCache();

const made: TemporaryProject[] = [];
afterAll(() => made.forEach((each) => each.remove()));

function project(requirements = 'fastapi\n'): TemporaryProject {
  const files = smallProject({ 'requirements.txt': requirements }, 'shop');
  made.push(files);
  return files;
}

const runtime = new lambda.Runtime(`python${testPython().minor}`, lambda.RuntimeFamily.PYTHON, { supportsSnapStart: true });

function layered({ entry }: TemporaryProject, options: UvBundlingOptions = {}, rows: readonly Row[] = ROWS): FastApiApp {
  return FastApiApp.fromDirectory(entry, {
    entrypoint: 'main:app',
    openApi: OpenApiSource.fromDocument(documentOf(rows)),
    bundling: PythonBundling.uv({ dependencies: DependencyPlacement.LAYER, ...options }),
    runtime,
  });
}

function stack(context: Record<string, unknown> = {}): Stack {
  return new Stack(new App({ context }), 'S', { env: { region: 'eu-west-1', account: '123456789012' } });
}

function layersOf(template: Template): unknown[] {
  return Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties.Layers);
}

function only<T>(values: readonly T[]): T {
  expect(new Set(values.map((value) => JSON.stringify(value))).size).toBe(1);
  return values[0];
}

const shop = project();

describe('the packages of an app in a layer', () => {
  test('are one layer version of the stack, which every function of every API has', () => {
    const within = stack();
    const app = layered(shop);
    const rest = new FastApiRestApi(within, 'Rest', { app, catchAll: true });
    new FastApiHttpApi(within, 'Http', { app, pattern: IntegrationPattern.SHARED });
    new FastApiHttpApi(within, 'Grouped', { app, groups: OperationGroups.byTag() });
    new FastApiStreamingFunctionUrl(within, 'Url', { app });
    const template = Template.fromStack(within);
    template.resourceCountIs('AWS::Lambda::LayerVersion', 1);
    const [id] = Object.keys(template.findResources('AWS::Lambda::LayerVersion'));
    expect(id).toMatch(/^FastApiDependenciesshop/);
    template.hasResource('AWS::Lambda::LayerVersion', {
      Properties: { CompatibleRuntimes: [runtime.name], CompatibleArchitectures: ['x86_64'], Description: 'Dependencies of shop' }, DeletionPolicy: Match.absent(),
    });
    const layers = layersOf(template);
    expect(layers.filter((each) => JSON.stringify(each) === JSON.stringify([{ Ref: id }]))).toHaveLength(layers.length - 1);
    expect(layers).toContainEqual([expect.stringContaining(':layer:LambdaAdapterLayer'), { Ref: id }]);
    only(Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties.Code.S3Key));
    // APIs do not depend on one another for it.
    expect(rest.node.findAll().some((node) => node instanceof lambda.LayerVersion)).toBe(false);
  });

  test('reach nested stacks by a parameter', () => {
    const within = stack();
    new FastApiRestApi(within, 'Api', { app: layered(shop), functionStacks: 20 });
    const template = Template.fromStack(within);
    template.resourceCountIs('AWS::Lambda::LayerVersion', 1);
    const [id] = Object.keys(template.findResources('AWS::Lambda::LayerVersion'));
    const stacks = within.node.findAll().filter((node) => node instanceof FunctionStack);
    expect(stacks.length).toBeGreaterThan(1);
    for (const nested of stacks) {
      const [{ Ref: parameter }] = only(layersOf(Template.fromStack(nested))) as [{ Ref: string }];
      Template.fromStack(nested).hasParameter(parameter, { Type: 'String' });
      template.hasResourceProperties('AWS::CloudFormation::Stack', { Parameters: { [parameter]: { Ref: id } } });
    }
  });

  test('belong to the outermost stack where the API is in a nested one', () => {
    const within = stack();
    const nested = new NestedStack(within, 'Nested');
    const app = layered(shop);
    new FastApiRestApi(nested, 'Api', { app });
    new FastApiRestApi(within, 'Other', { app });
    Template.fromStack(within).resourceCountIs('AWS::Lambda::LayerVersion', 1);
    Template.fromStack(nested).resourceCountIs('AWS::Lambda::LayerVersion', 0);
  });

  test('are one for each stack: nothing is exported', () => {
    const root = new App();
    const app = layered(shop);
    const stacks = ['A', 'B'].map((id) => {
      const each = new Stack(root, id);
      new FastApiRestApi(each, 'Api', { app });
      return each;
    });
    for (const each of stacks) {
      Template.fromStack(each).resourceCountIs('AWS::Lambda::LayerVersion', 1);
      expect(Object.keys(Template.fromStack(each).findOutputs('*')).filter((name) => name.startsWith('Export'))).toEqual([]);
    }
  });

  test('are two for apps with other packages, and one for the same ones', () => {
    const within = stack();
    new FastApiRestApi(within, 'A', { app: layered(shop) });
    new FastApiRestApi(within, 'B', { app: layered(shop) });
    Template.fromStack(within).resourceCountIs('AWS::Lambda::LayerVersion', 1);
    const other = stack();
    new FastApiRestApi(other, 'A', { app: layered(shop) });
    new FastApiRestApi(other, 'B', { app: layered(project('fastapi\ncolorama\n')) });
    Template.fromStack(other).resourceCountIs('AWS::Lambda::LayerVersion', 2);
  });

  test('are published with a version again when they change, under the logical id that they have', () => {
    const versions = (files: TemporaryProject): { version: string; layer: string; content: string } => {
      const within = stack();
      new FastApiRestApi(within, 'Api', { app: layered(files), functionOptions: { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }, pattern: IntegrationPattern.SHARED });
      const template = Template.fromStack(within);
      const [[layer, { Properties }]] = Object.entries(template.findResources('AWS::Lambda::LayerVersion'));
      return { version: Object.keys(template.findResources('AWS::Lambda::Version'))[0], layer, content: Properties.Content.S3Key };
    };
    const files = project();
    const before = versions(files);
    expect(versions(files)).toEqual(before);
    files.write({ 'requirements.txt': 'fastapi\ncolorama\n' });
    const changed = versions(files);
    expect(changed.layer).toBe(before.layer);
    expect(changed.content).not.toBe(before.content);
    expect(changed.version).not.toBe(before.version);
    files.write({ 'main.py': `${SMALL_APP}# edited\n` });
    const edited = versions(files);
    expect([edited.layer, edited.content]).toEqual([changed.layer, changed.content]);
    expect(edited.version).not.toBe(changed.version);
  });

  test.each([[RemovalPolicy.RETAIN, 'Retain'], [RemovalPolicy.DESTROY, 'Delete']])('%s their versions as one says', (layerRemovalPolicy, policy) => {
    const within = stack();
    new FastApiRestApi(within, 'Api', { app: layered(shop, { layerRemovalPolicy }) });
    Template.fromStack(within).hasResource('AWS::Lambda::LayerVersion', { DeletionPolicy: policy, UpdateReplacePolicy: policy });
  });

  test('are a placeholder where the stack is not bundled', () => {
    const within = stack({ 'aws:cdk:bundling-stacks': [] });
    new FastApiRestApi(within, 'Api', { app: layered(project('no such requirement !\n')) });
    Template.fromStack(within).resourceCountIs('AWS::Lambda::LayerVersion', 1);
  });

  test('come after the user\'s layers, so that they are the ones that are imported', () => {
    const within = stack();
    const own = lambda.LayerVersion.fromLayerVersionArn(within, 'Own', 'arn:aws:lambda:eu-west-1:123456789012:layer:own:2');
    new FastApiRestApi(within, 'Api', { app: layered(shop), functionOptions: { layers: [own] } });
    const [first, second] = only(layersOf(Template.fromStack(within))) as unknown[];
    expect(first).toBe(own.layerVersionArn);
    expect(second).toEqual({ Ref: expect.stringMatching(/^FastApiDependencies/) });
  });
});

describe('more than five layers', () => {
  const within = stack();
  const layers = (count: number): lambda.ILayerVersion[] => Array.from({ length: count }, (_, index) =>
    lambda.LayerVersion.fromLayerVersionArn(within, `Layer ${count} ${index} ${Math.random()}`, `arn:aws:lambda:eu-west-1:123456789012:layer:own:${index + 1}`));

  test.each([
    ['of the user', fastApiApp(), false, 5],
    ['with the packages', layered(shop), false, 4],
    ['with the adapter', fastApiApp(), true, 4],
    ['with both', layered(shop), true, 3],
  ])('are refused, %s', (_, app, streams, allowed) => {
    const check = (count: number): void => {
      const options = { layers: layers(count) };
      checkFunctionOptions(app, options, 'every function');
      if (streams) checkStreamingOptions(app, options, 'every function');
    };
    check(allowed);
    expect(() => check(allowed + 1)).toThrow(new RegExp(`^every function must have 5 layers at most, got: 6 \\(${allowed + 1} by \`layers\``));
  });

  test('count those that the CDK adds, and leave nothing behind', () => {
    const stackOf = stack();
    const options = { layers: layers(4), insightsVersion: lambda.LambdaInsightsVersion.VERSION_1_0_229_0 };
    const message = messageOf(() => new FastApiRestApi(stackOf, 'Api', { app: layered(shop), functionOptions: options }));
    expect(message).toBe('every function must have 5 layers at most, got: 6 (4 by `layers`, 1 by the packages of the app, 1 by `insightsVersion`); '
      + 'put what the layers hold into one, or the packages into the function with `DependencyPlacement.PACKAGE`');
    Template.fromStack(stackOf).resourceCountIs('AWS::Lambda::Function', 0);
  });
});

test.each([
  ['runtime', lambda.Runtime.PYTHON_3_12, 'set `runtime` on FastApiApp instead'],
  ['handler', 'main.handler', 'set `entrypoint` on FastApiApp instead'],
  ['code', lambda.Code.fromInline('x'), 'set `bundling` on FastApiApp instead'],
])('`%s` among the options of functions is refused: no compiler has told', (property, value, remedy) => {
  const options: object = { [property]: value };
  expect(messageOf(() => new FastApiRestApi(stack(), 'Api', { app: fastApiApp(), functionOptions: options })))
    .toMatch(new RegExp(`^\`${property}\` of every function is made of the app, got: .*; leave it out, and ${remedy.replace(/[`]/g, '.')}$`));
});
