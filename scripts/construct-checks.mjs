// Checks the constructs that `cdk-fastapi new --construct-out` writes, in every language: all kinds and authorizations are
// compiled, then synthesized in one stack, whose template must be the same in all languages. `node scripts/construct-checks.mjs`,
// after `scripts/typed-checks.mjs`, which leaves an environment with the built packages for Python and a class path for Java.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonBin, uvProgram } from './uv.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const work = join(root, '.cache', 'construct-checks');
const typed = join(root, '.cache', 'typed-checks');
const { uv } = uvProgram();

/** All constructs, by class. */
const constructs = ['rest', 'http', 'streaming'].flatMap((compute) => ['iam', 'cognito', 'none'].map((auth) => ({ compute, auth })))
  .filter(({ compute, auth }) => compute !== 'streaming' || auth !== 'cognito')
  .map(({ compute, auth }) => ({ compute, auth, project: `of-${compute}-${auth}`, name: `Of${title(compute)}${title(auth)}` }));

const directory = join(work, 'infra');
const java = join(directory, 'src', 'main', 'java', 'shop');
rmSync(work, { recursive: true, force: true });
mkdirSync(java, { recursive: true });
writeFileSync(join(directory, 'cdk.json'), '{}\n');
for (const { compute, auth, project, name } of constructs) {
  for (const file of [`${name}.ts`, `${project.replaceAll('-', '_')}.py`, join('src', 'main', 'java', 'shop', `${name}.java`)]) {
    run(process.execPath, [join(root, 'bin', 'cdk-fastapi'), 'new', project, '--compute', compute, '--auth', auth, '--construct-out', join('infra', file), '--force', '--json'], work, 'ignore');
  }
  run(uv, ['lock', '--quiet'], join(work, 'packages', project));
}

const templates = { typescript: typescript(), python: python(), java: javaTemplate() };
const different = Object.entries(templates).filter(([, template]) => template !== undefined && template !== templates.typescript).map(([language]) => language);
for (const language of different) {
  const [want, got] = [templates.typescript, templates[language]].map((text) => text.split('\n'));
  const line = want.findIndex((text, index) => text !== got[index]);
  say(`${language}: line ${line + 1} differs\n  typescript: ${want[line]}\n  ${language}: ${got[line]}`);
}
if (different.length > 0) process.exit(1);
say(`${constructs.length} constructs give the same template in ${Object.values(templates).filter(Boolean).length} languages`);

function typescript() {
  const files = [...constructs.map(({ name }) => join(directory, `${name}.ts`)), join(directory, 'app.ts')];
  writeFileSync(join(directory, 'app.ts'), [
    "import { App, Stack } from 'aws-cdk-lib';", "import { UserPool } from 'aws-cdk-lib/aws-cognito';",
    ...constructs.map(({ name }) => `import { ${name} } from './${name}';`),
    'const app = new App();', "const stack = new Stack(app, 'Stack');", "const userPool = new UserPool(stack, 'Users');",
    ...constructs.map(({ name, auth }) => `new ${name}(stack, '${name}', { description: 'text'${auth === 'cognito' ? ', userPool' : ''} });`), 'app.synth();', '',
  ].join('\n'));
  say(`typescript: ${files.length} files`);
  run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--ignoreConfig', '--strict', '--target', 'ES2022', '--module', 'Node16', '--moduleResolution', 'Node16', '--skipLibCheck', '--types', 'node', ...files]);
  return synthesize(process.execPath, ['app.js']);
}

function python() {
  const environment = join(typed, 'venv');
  if (!existsSync(environment)) return say('python: skipped, `node scripts/typed-checks.mjs python` leaves its environment');
  writeFileSync(join(directory, 'app.py'), [
    'from aws_cdk import App, Stack', 'from aws_cdk.aws_cognito import UserPool', ...constructs.map(({ name, project }) => `from ${project.replaceAll('-', '_')} import ${name}`), '',
    'app = App()', 'stack = Stack(app, "Stack")', 'users = UserPool(stack, "Users")',
    ...constructs.map(({ name, auth }) => `${name}(stack, "${name}", description="text"${auth === 'cognito' ? ', user_pool=users' : ''})`), 'app.synth()', '',
  ].join('\n'));
  say('python: mypy --strict');
  run(pythonBin(environment), ['-m', 'mypy', '--strict', '--no-error-summary', '--cache-dir', join(typed, 'mypy'), '.'], directory);
  return synthesize(pythonBin(environment), ['app.py']);
}

function javaTemplate() {
  const list = join(typed, 'classpath');
  if (!existsSync(list)) return say('java: skipped, `node scripts/typed-checks.mjs java` leaves the class path');
  writeFileSync(join(java, 'Main.java'), `package shop;

import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cognito.UserPool;

public class Main {
    public static void main(String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "Stack");
        UserPool users = new UserPool(stack, "Users");
${constructs.map(({ name, auth }) => `        new ${name}(stack, "${name}", ${auth === 'cognito' ? 'users, ' : ''}props -> props.description("text"));\n`).join('')}        app.synth();
    }
}
`);
  const classpath = [join(directory, 'classes'), readFileSync(list, 'utf8').trim()].join(delimiter);
  say('java: javac --release 8');
  const options = ['-encoding', 'UTF-8', '-proc:none', '--release', '8', '-Xlint:all,-options,-classfile,-path', '-Werror'];
  run('javac', [...options, '-d', join(directory, 'classes'), '-cp', classpath, ...readdirSync(java).map((name) => join(java, name))]);
  return synthesize('java', ['-cp', classpath, 'shop.Main']);
}

/** The template, with sorted members. */
function synthesize(program, args) {
  const out = join(work, 'cdk.out');
  rmSync(out, { recursive: true, force: true });
  // Bundles are what the examples and the tests look at.
  const context = { 'aws:cdk:version-reporting': false, 'aws:cdk:bundling-stacks': [] };
  run(program, args, directory, 'inherit', { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_FASTAPI_QUIET: '1' });
  return JSON.stringify(sorted(JSON.parse(readFileSync(join(out, 'Stack.template.json'), 'utf8'))), null, 1);
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

function title(word) {
  return word[0].toUpperCase() + word.slice(1);
}

function run(program, args, cwd = root, stdio = 'inherit', environment = {}) {
  const done = spawnSync(program, args, { cwd, stdio: ['ignore', stdio, 'inherit'], env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', CDK_FASTAPI_UV: uv, ...environment } });
  if (done.error) fail(`cannot start ${program}: ${done.error.message}`);
  if (done.status !== 0) fail(`${program} ${args.slice(0, 3).join(' ')} ended with exit status ${done.status}`);
}

function say(text) {
  process.stderr.write(`construct-checks: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
