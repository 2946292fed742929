import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ts from 'typescript';
import { run } from '../../src/cli/main';
import { AUTHS, authProblem, COMPUTES, type Auth, type Compute } from '../../src/cli/new/new-options';
import { runTool, toolEnvironment } from '../../src/private/process';
import { pythonEnvironment, pythonOf } from '../support/fastapi-python';
import { runTestUv, sharedCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';
import { problems, program } from '../typed/compiler';

const ROOT = path.resolve(__dirname, '../..');
const COMBINATIONS = COMPUTES.flatMap((compute) => AUTHS.filter((auth) => authProblem(compute, auth) === undefined).map((auth): [Compute, Auth] => [compute, auth]));
// Programs import the compiled library, which `npm test` makes first.
const compiled = fs.existsSync(path.join(ROOT, 'lib/index.js')) ? test : test.skip;

const environment = pythonEnvironment(['fastapi>=0.135', 'mangum>=0.19', 'aws-lambda-powertools>=3.4']);
sharedCache();

const cwd = process.cwd();
let place: TemporaryProject;

beforeAll(() => { process.env.CDK_FASTAPI_PYTHON = pythonOf(environment); });
afterAll(() => { delete process.env.CDK_FASTAPI_PYTHON; });
afterEach(() => {
  process.chdir(cwd);
  place.remove();
});

const projectName = (compute: Compute, auth: Auth): string => `shop-${compute}-${auth}`;
const className = (compute: Compute, auth: Auth): string => projectName(compute, auth).replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

/** A place with the library's packages, where `packages/infra` is the CDK app. */
function makePlace(files: Record<string, string>): void {
  place = new TemporaryProject({ 'packages/infra/cdk.json': '{}', 'package.json': '{ "type": "module" }', ...files });
  const modules = path.join(place.root, 'node_modules');
  fs.mkdirSync(modules);
  for (const name of fs.readdirSync(path.join(ROOT, 'node_modules'))) fs.symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  fs.symlinkSync(ROOT, path.join(modules, 'cdk-fastapi'));
  process.chdir(place.root);
}

async function cli(...args: string[]): Promise<void> {
  let err = '';
  const code = await run(['node', 'cdk-fastapi', ...args], { out: () => undefined, err: (text) => { err += String(text); } });
  if (code !== 0) throw new Error(`cdk-fastapi ${args.join(' ')}: ${err}`);
}

/** What `compile` says of these files, and of what they import. */
function compile(files: readonly string[]): ReturnType<typeof problems> {
  return problems(program(files.map((file) => path.join(place.root, file)), { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }));
}

/** Compiles and runs a CDK app in `packages/infra`, as users do, and gives the template of its stack. */
function synthesize(app: string, ...sources: string[]): Template {
  place.write({ 'packages/infra/app.ts': app });
  for (const file of ['packages/infra/app.ts', ...sources]) {
    const text = fs.readFileSync(path.join(place.root, file), 'utf8');
    const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 } });
    place.write({ [file.replace(/\.ts$/, '.js')]: outputText });
  }
  const ended = spawnSync(process.execPath, ['app.js'], { cwd: path.join(place.root, 'packages/infra'), encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: 'cdk.out' } });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return Template.fromJSON(JSON.parse(fs.readFileSync(path.join(place.root, 'packages/infra/cdk.out/Stack.template.json'), 'utf8')));
}

/** The CDK app around the constructs of a module. */
function appOf(constructs: readonly (readonly [name: string, module: string, auth: Auth])[]): string {
  return [
    "import { App, Stack } from 'aws-cdk-lib';",
    "import { UserPool } from 'aws-cdk-lib/aws-cognito';",
    ...constructs.map(([name, module]) => `import { ${name} } from '${module}';`),
    'const app = new App();',
    "const stack = new Stack(app, 'Stack');",
    ...constructs.some(([, , auth]) => auth === 'cognito') ? ["const userPool = new UserPool(stack, 'Users');"] : [],
    ...constructs.map(([name, , auth]) => `new ${name}(stack, '${name}', { ${auth === 'cognito' ? 'userPool, ' : ''}description: 'of ${name}' });`),
    'app.synth();',
    '',
  ].join('\n');
}

/** One of each kind, in one stack. */
const ONE: readonly [Compute, Auth][] = [['rest', 'cognito'], ['http', 'iam'], ['streaming', 'none']];

function checkOne(template: Template): void {
  template.hasResourceProperties('AWS::ApiGateway::RestApi', {
    Description: 'of ShopRestCognito',
    Body: Match.objectLike({ paths: { '/echo': Match.objectLike({ get: Match.objectLike({ security: [Match.anyValue()] }) }) } }),
  });
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
    Body: Match.objectLike({ paths: { '/echo': { get: Match.objectLike({ security: [{ sigv4: [] }] }) } } }),
  });
  template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM' });
  template.resourceCountIs('AWS::Lambda::Function', 3);
  for (const app of ['shop_rest_cognito', 'shop_http_iam', 'shop_streaming_none']) {
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike({ CDK_FASTAPI_APP: `${app}.main:app` }) } });
  }
}

function lock(combinations: readonly [Compute, Auth][]): void {
  for (const [compute, auth] of combinations) runTestUv(path.join(place.root, 'packages', projectName(compute, auth)), 'lock', '--quiet');
}

describe('constructs of --construct-out', () => {
  const file = (compute: Compute, auth: Auth): string => `packages/infra/lib/${projectName(compute, auth)}.ts`;

  async function write(combinations: readonly [Compute, Auth][]): Promise<void> {
    makePlace({});
    for (const [compute, auth] of combinations) await cli('new', projectName(compute, auth), '--compute', compute, '--auth', auth, '--construct-out', file(compute, auth));
  }

  test('all compile, and so does an app that uses them', async () => {
    await write(COMBINATIONS);
    const app = appOf(COMBINATIONS.map(([compute, auth]) => [className(compute, auth), `./lib/${projectName(compute, auth)}.js`, auth]));
    place.write({ 'packages/infra/app.ts': app });
    expect(COMBINATIONS).toHaveLength(8);
    expect(compile(['packages/infra/app.ts', ...COMBINATIONS.map(([compute, auth]) => file(compute, auth))])).toEqual([]);
  });

  test('those in Python are Python', async () => {
    makePlace({});
    const files = COMBINATIONS.map(([compute, auth]) => `packages/infra/${projectName(compute, auth).replaceAll('-', '_')}.py`);
    for (const [index, [compute, auth]] of COMBINATIONS.entries()) await cli('new', projectName(compute, auth), '--compute', compute, '--auth', auth, '--construct-out', files[index]);
    runTool([testPython().path, '-m', 'py_compile', ...files], { cwd: place.root, env: toolEnvironment(), what: 'compile constructs' });
  });

  compiled('are deployed, one of each kind in one stack', async () => {
    await write(ONE);
    lock(ONE);
    const app = appOf(ONE.map(([compute, auth]) => [className(compute, auth), `./lib/${projectName(compute, auth)}.js`, auth]));
    checkOne(synthesize(app, ...ONE.map(([compute, auth]) => file(compute, auth))));
  });
});

describe('constructs of an Nx workspace', () => {
  const CONSTRUCTS = 'packages/common/constructs';
  const MODULE = '../common/constructs/src/index.js';

  /** Writes projects, and the generated parts of their constructs, by the commands of their targets. */
  async function write(combinations: readonly [Compute, Auth][]): Promise<void> {
    makePlace({ 'nx.json': '{}' });
    for (const [compute, auth] of combinations) await cli('new', projectName(compute, auth), '--compute', compute, '--auth', auth);
    const { targets } = JSON.parse(fs.readFileSync(path.join(place.root, CONSTRUCTS, 'project.json'), 'utf8'));
    const names = combinations.filter(([compute]) => compute !== 'streaming').map(([compute, auth]) => `generate:${className(compute, auth)}-metadata`);
    expect(targets.compile.dependsOn).toEqual(names);
    for (const target of names) {
      const { cwd: directory, command } = targets[target].options;
      process.chdir(path.join(place.root, directory));
      expect(command).toMatch(/^npx cdk-fastapi generate /);
      await cli(...command.split(' ').slice(2));
    }
  }

  test('all compile, and so does an app that uses them', async () => {
    await write(COMBINATIONS);
    const app = appOf(COMBINATIONS.map(([compute, auth]) => [className(compute, auth), MODULE, auth]));
    // What the types are for: operations are names.
    const typed = "app.node.addMetadata('echo', new ShopRestNone(stack, 'Again').integrations.echo.handler.functionName);\n";
    place.write({ 'packages/infra/app.ts': app + typed, 'packages/infra/wrong.ts': app + typed.replace('.echo', '.ecko') });
    expect(compile(['packages/infra/app.ts', 'packages/infra/wrong.ts'])).toEqual([
      { file: expect.stringMatching(/wrong\.ts$/), line: expect.any(Number), message: expect.stringContaining("Property 'ecko' does not exist") },
    ]);
  });

  compiled('are deployed, one of each kind in one stack', async () => {
    await write(ONE);
    lock(ONE);
    const sources = fs.readdirSync(path.join(place.root, CONSTRUCTS, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const app = appOf(ONE.map(([compute, auth]) => [className(compute, auth), MODULE, auth]));
    checkOne(synthesize(app, ...sources.map((file) => `${CONSTRUCTS}/src/${file}`)));
  });
});
