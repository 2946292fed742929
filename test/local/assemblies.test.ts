import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { run } from '../../src/cli/main';
import { LocalProgram } from '../support/local-program';
import { call, until } from '../support/local-session';
import { sharedCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

sharedCache();
const project = new TemporaryProject();
const prepared = path.join(project.entry, 'prepared');

beforeAll(() => {
  project.write({ 'code/index.py': 'def handler(event, context):\n    return {"statusCode": 200, "body": "from an asset"}\n' });
  const app = new App({ outdir: prepared, analyticsReporting: false });
  const stack = new Stack(app, 'Stack');
  const runtime = new lambda.Runtime(`python${testPython().minor}`, lambda.RuntimeFamily.PYTHON, { supportsInlineCode: true });
  const api = new HttpApi(stack, 'Api');
  const route = (name: string, code: lambda.Code) => api.addRoutes({ path: `/${name}`, methods: [HttpMethod.GET], integration: new HttpLambdaIntegration(name, new lambda.Function(stack, `F${name}`, { runtime, handler: 'index.handler', code })) });
  route('inline', lambda.Code.fromInline('def handler(event, context):\n    return {"statusCode": 200, "body": "first"}\n'));
  route('asset', lambda.Code.fromAsset(path.join(project.entry, 'code')));
  app.synth();
});
afterAll(() => project.remove());

/** Changes a copy of the assembly and serves it. */
async function served(change: (directory: string) => void): Promise<[number, string]> {
  const directory = path.join(project.entry, 'changed');
  fs.rmSync(directory, { recursive: true, force: true });
  fs.cpSync(prepared, directory, { recursive: true });
  change(directory);
  let said = '';
  const ended = run(['node', 'cdk-fastapi', 'local', '--cdk-out', directory], { out: () => process.emit('SIGTERM'), err: (text) => { said += text; } });
  return [await ended, said];
}

const edit = (file: string, from: string | RegExp, to: string) => (directory: string) => {
  const name = path.join(directory, file);
  fs.writeFileSync(name, fs.readFileSync(name, 'utf8').replace(from, to));
};

test.each<[string, (directory: string) => void, number, RegExp]>([
  ['a newer schema', edit('manifest.json', /"version": *"[\d.]+"/, '"version": "1000.0.0"'), 1, /schema version of a cloud assembly must be 20 to 99, got: 1000\.0\.0 in .*manifest\.json; .* or take a newer cdk-fastapi/],
  ['an older schema', edit('manifest.json', /"version": *"[\d.]+"/, '"version": "1.0.0"'), 1, /got: 1\.0\.0 in .*; synthesize with a newer aws-cdk-lib/],
  ['a manifest of something else', (directory) => fs.writeFileSync(path.join(directory, 'manifest.json'), '{"name": "pwa"}'), 1, /manifest\.json must be that of a cloud assembly, got: .* without version and artifacts/],
  ['a manifest that is none', (directory) => fs.writeFileSync(path.join(directory, 'manifest.json'), 'no JSON'), 1, /manifest\.json must hold JSON, got: .*; run `cdk synth` again/],
  ['a template that is missing', (directory) => fs.rmSync(path.join(directory, 'Stack.template.json')), 1, /Stack\.template\.json must hold JSON, got: .*ENOENT.*; run `cdk synth` again/],
  ['no API', edit('Stack.template.json', 'AWS::ApiGatewayV2::Api"', 'AWS::SNS::Topic"'), 1, /`--cdk-out` must hold an API, got: /],
])('%s is said with what to do', async (_what, change, status, message) => {
  expect(await served(change)).toEqual([status, expect.stringMatching(message)]);
});

test('a missing asset is said where it is needed, and the rest is served', async () => {
  const directory = path.join(project.entry, 'without');
  fs.cpSync(prepared, directory, { recursive: true });
  for (const name of fs.readdirSync(directory)) if (name.startsWith('asset.')) fs.rmSync(path.join(directory, name), { recursive: true });
  const program = await LocalProgram.start(['--cdk-out', directory]);
  try {
    expect(await (await call(`${program.url('Stack/')}inline`)).text()).toBe('first');
    const missing = await call(`${program.url('Stack/')}asset`);
    expect([missing.status, (await missing.json()).message]).toEqual([501, expect.stringMatching(/the code of `Fasset\w+` must be in the cloud assembly, got: .*; run `cdk synth` again/)]);
  } finally {
    program.child.kill('SIGINT');
    await program.ended;
  }
});

test('with --watch an edit of the CDK app is synthesized and served at the same address; one that fails is said', async () => {
  project.write({ 'cdk.json': JSON.stringify({ app: 'cp -r prepared/. "$CDK_OUTDIR" && sh check.sh' }), 'check.sh': 'exit 0\n', 'app.py': '# one\n' });
  const program = await LocalProgram.start(['--watch'], process.env, project.entry);
  try {
    const url = program.url('Stack/');
    const answer = async () => (call(`${url}inline`).then(async (done) => done.text(), () => 'nobody'));
    expect(await answer()).toBe('first');
    edit('Stack.template.json', 'first', 'second')(prepared);
    await until(async () => await answer() === 'second');
    expect(await answer()).toBe('second');
    project.write({ 'check.sh': 'echo broken >&2; exit 3\n', 'app.py': '# two\n' });
    await program.line(({ type, text }) => type === 'notice' && /the app must synthesize, got: exit status 3/.test(text));
    expect(await answer()).toBe('second');
    project.write({ 'check.sh': 'exit 0\n' });
    edit('Stack.template.json', 'second', 'third')(prepared);
    await until(async () => await answer() === 'third');
    expect(await answer()).toBe('third');
  } finally {
    program.child.kill('SIGINT');
    await program.ended;
  }
});
