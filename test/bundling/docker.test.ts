import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { FastApiApp } from '../../src/app/fast-api-app';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { OperationFunction } from '../../src/functions/operation-function';
import { SMALL_APP, temporaryCache } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

temporaryCache();

/** Stands where Docker would: writes down what it is asked, and leaves a file where the bundle would be. */
const RECORDER = `#!${process.execPath}
const fs = require('fs');
const args = process.argv.slice(2);
fs.appendFileSync(__dirname + '/calls', JSON.stringify(args) + '\\n');
const output = args.map((arg) => /^(.*):\\/asset-output/.exec(arg)).find(Boolean);
if (args[0] === 'run' && output) fs.writeFileSync(output[1] + '/bundled.py', '');
`;

const made: TemporaryProject[] = [];
let tools: TemporaryProject;
const before = process.env.CDK_DOCKER;
beforeEach(() => {
  tools = project({ docker: RECORDER });
  fs.chmodSync(path.join(tools.entry, 'docker'), 0o755);
  process.env.CDK_DOCKER = path.join(tools.entry, 'docker');
});
afterAll(() => {
  if (before === undefined) delete process.env.CDK_DOCKER;
  else process.env.CDK_DOCKER = before;
  made.forEach((each) => each.remove());
});

function project(files: Record<string, string>): TemporaryProject {
  const created = new TemporaryProject(files);
  made.push(created);
  return created;
}

function calls(): string[][] {
  const file = path.join(tools.entry, 'calls');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as string[]) : [];
}

function synth(entry: string, bundling: PythonBundling, options: { entrypoint?: string; context?: Record<string, unknown>; architecture?: lambda.Architecture } = {}) {
  const stack = new Stack(new App({ context: options.context }), 'S');
  const app = FastApiApp.fromDirectory(entry, {
    entrypoint: options.entrypoint ?? 'main:app', bundling, runtime: lambda.Runtime.PYTHON_3_13, architecture: options.architecture,
  });
  const functions = ['GET a', 'GET b', 'GET c'].map((id) => new OperationFunction(stack, id, { app, options: {}, guards: [id] }));
  return { stack, functions, template: Template.fromStack(stack) };
}

const FILES = { 'main.py': SMALL_APP, 'requirements.txt': 'fastapi\n' };

test('one image and one run serve all operations, each of which is a function with the shim as its handler', () => {
  const { template, functions } = synth(project(FILES).entry, PythonBundling.docker(), { architecture: lambda.Architecture.ARM_64 });
  expect(calls().map(([verb]) => verb)).toEqual(['build', 'run']);
  expect(calls()[0]).toEqual(expect.arrayContaining(['--platform', 'linux/arm64']));
  expect(calls()[0].join(' ')).toContain('IMAGE=public.ecr.aws/sam/build-python3.13');
  template.resourceCountIs('AWS::Lambda::Function', 3);
  template.allResourcesProperties('AWS::Lambda::Function', { Handler: 'cdk_fastapi_runtime.handler.handler', Runtime: 'python3.13', Architectures: ['arm64'] });
  const keys = Object.values(template.findResources('AWS::Lambda::Function')).map((each) => each.Properties.Code.S3Key);
  expect(new Set(keys).size).toBe(1);
  expect(functions[0].handler.constructor.name).toBe('PythonFunction');
});

test('the command installs packages, adds shim and adapter, and compiles for /var/task', () => {
  const { entry } = project(FILES);
  synth(entry, PythonBundling.docker({ assetExcludes: ['*.big'], environment: { PIP_TIMEOUT: '5' }, network: 'host', image: 'own/image:1' }));
  expect(calls().map(([verb]) => verb)).toEqual(['run']);
  const [run] = calls();
  expect(run).toEqual(expect.arrayContaining(['--network', 'host', '--env', 'PIP_TIMEOUT=5', 'own/image:1']));
  expect(run.some((arg) => /runtime\/cdk_fastapi_runtime:\/cdk-fastapi-runtime/.test(arg))).toBe(true);
  expect(run.some((arg) => arg.startsWith(`${fs.realpathSync(entry)}:/asset-input`) || arg.startsWith(`${entry}:/asset-input`))).toBe(true);
  const command = run[run.length - 1];
  const steps = ['rsync', 'pip install -r requirements.txt', 'cp -R /cdk-fastapi-runtime /asset-output/cdk_fastapi_runtime', 'uvicorn==', 'compileall'].map((step) => command.indexOf(step));
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(steps).not.toContain(-1);
  expect(command).toContain("--exclude='.env' ");
  expect(command).toContain("--exclude='*.big'");
  expect(command).toContain('--invalidation-mode unchecked-hash -s /asset-output -p /var/task /asset-output');
  expect(command).not.toContain("--exclude='requirements.txt'");
});

test('the hash follows application, options and architecture, and not what is left out', () => {
  const same = project(FILES);
  const hash = (bundling: PythonBundling, architecture?: lambda.Architecture): string =>
    Object.values(synth(same.entry, bundling, { architecture }).template.findResources('AWS::Lambda::Function'))[0].Properties.Code.S3Key;
  const first = hash(PythonBundling.docker());
  same.write({ 'tests/test_main.py': '', '.env': 'A=1' });
  expect(hash(PythonBundling.docker())).toBe(first);
  const others = [hash(PythonBundling.docker({ environment: { A: '1' } })), hash(PythonBundling.docker(), lambda.Architecture.ARM_64)];
  same.write({ 'main.py': `${SMALL_APP}\n# edited\n` });
  others.push(hash(PythonBundling.docker()));
  expect(new Set([first, ...others]).size).toBe(4);
});

test('a src layout', () => {
  const { entry } = project({ 'src/pkg/__init__.py': SMALL_APP, 'requirements.txt': 'fastapi\n' });
  synth(entry, PythonBundling.docker({ image: 'own/image:1' }), { entrypoint: 'pkg:app' });
  expect(calls()[0].at(-1)).toContain('cp -R /asset-output/src/. /asset-output/ && rm -rf /asset-output/src');
});

test('nothing is run where the stack is not bundled', () => {
  synth(project(FILES).entry, PythonBundling.docker(), { context: { 'aws:cdk:bundling-stacks': [] } });
  synth(project(FILES).entry, PythonBundling.auto(), { context: { 'aws:cdk:bundling-stacks': [] } });
  expect(calls()).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  ['pyproject.toml', { 'pyproject.toml': '[project]\nname = "x"\nversion = "1"\ndependencies = ["fastapi"]\n' }],
  ['none of them', {}],
])('a project that `PythonFunction` would install nothing for is refused: %s', (what, files) => {
  const { entry } = project({ 'main.py': SMALL_APP, ...files });
  expect(() => synth(entry, PythonBundling.docker())).toThrow(new RegExp(`must have \`uv\\.lock\`, .* got: .* with .*${what}; write one`));
});

test('a pattern that would leave its quotes is refused', () => {
  expect(() => synth(project(FILES).entry, PythonBundling.docker({ assetExcludes: ["x'; rm -rf /"] }))).toThrow('`assetExcludes` of PythonBundling.docker must not hold a quote');
});
