// Installs the built Python and Java packages in fresh environments, synthesizes the example in each language and compares
// the templates with the TypeScript one: `node scripts/polyglot-checks.mjs`, after `projen package:python` and `package:java`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonBin, uvProgram } from './uv.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = join(root, '.cache', 'polyglot');
// One version in all three languages: the packages take any newer one, and pip and Maven would.
const CDK = '2.235.0';
const CONSTRUCTS = '10.5.0';

mkdirSync(work, { recursive: true });
const reference = synthesize('typescript', [join(root, 'node_modules', '.bin', 'ts-node'), '-T', '-P', '../../tsconfig.dev.json', 'app.ts']);
const different = [compare('python', synthesizePython()), compare('java', synthesizeJava())].filter(Boolean);
process.stdout.write(`${different.length === 0 ? 'all templates are the same' : `templates differ: ${different.join(', ')}`}\n`);
process.exitCode = different.length === 0 ? 0 : 1;

function synthesizePython() {
  const wheel = only(join(root, 'dist', 'python'), /\.whl$/);
  const environment = join(work, 'venv');
  const { uv, python } = uvProgram();
  say('python: installing the built wheel');
  run(uv, ['venv', '-q', '--clear', '--no-project', '--python', python, environment]);
  run(uv, ['pip', 'install', '-q', '--python', pythonBin(environment), '--reinstall-package', 'cdk-fastapi', wheel,
    `aws-cdk-lib==${CDK}`, `constructs==${CONSTRUCTS}`, `aws-cdk.aws-lambda-python-alpha==${CDK}a0`]);
  checkCommand(environment);
  checkFrozenMap(environment);
  return synthesize('python', [pythonBin(environment), 'app.py']);
}

/** The command of the wheel: its own launcher, the module, a second time without unpacking, and a machine without Node.js. */
function checkCommand(environment) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const cache = join(work, 'command-cache');
  rmSync(cache, { recursive: true, force: true });
  const command = join(dirname(pythonBin(environment)), 'cdk-fastapi');
  const ways = [[command], [command], [pythonBin(environment), '-m', 'cdk_fastapi']];
  for (const [index, [program, ...args]] of ways.entries()) {
    const done = spawnSync(program, [...args, '--version'], { encoding: 'utf8', env: { ...process.env, CDK_FASTAPI_CACHE: cache } });
    const said = index === 0 ? 'cdk-fastapi: unpacking the program, once\n' : '';
    if (done.status !== 0 || done.stdout !== `${version}\n` || done.stderr !== said) fail(`${program} ${args.join(' ')}: exit status ${done.status}\n${done.stdout}${done.stderr}`);
  }
  const wrong = spawnSync(command, ['lnt'], { encoding: 'utf8', env: { ...process.env, CDK_FASTAPI_CACHE: cache } });
  if (wrong.status !== 2 || !wrong.stderr.includes('Did you mean lint?')) fail(`a wrong command: exit status ${wrong.status}\n${wrong.stderr}`);
  const none = spawnSync(command, ['--version'], { encoding: 'utf8', env: { ...process.env, CDK_FASTAPI_CACHE: cache, JSII_NODE: 'no-such-node' } });
  if (none.status !== 1 || !/^error: cdk-fastapi needs Node\.js .* got: no-such-node; .*\n$/.test(none.stderr)) fail(`without Node.js: exit status ${none.status}\n${none.stderr}`);
  say('python: the command of the wheel starts Node.js, and unpacks once');
}

/** A map that jsii has copied takes no change in Python; a new map is assigned. */
function checkFrozenMap(environment) {
  const program = `
from aws_cdk import App, Stack
from cdk_fastapi import RuntimeConfig
values = RuntimeConfig.ensure(Stack(App(), "S")).config
values.apis = {**values.apis, "A": "https://a.example/"}
values.apis = values.apis
assert dict(values.apis) == {"A": "https://a.example/"}
for change in ('values.apis["B"] = "x"', 'values.apis.update(B="x")', 'del values.apis["A"]', 'values.apis.pop("A")', 'values.apis.clear()'):
    try:
        exec(change)
    except TypeError as error:
        assert "assign a new map" in str(error), error
    else:
        raise AssertionError(change)
`;
  run(pythonBin(environment), ['-c', program], work);
  say('python: a change of a copied map is an error');
}

function synthesizeJava() {
  if (spawnSync('mvn', ['--version']).status !== 0) {
    say('java: skipped, Maven is not on this machine');
    return undefined;
  }
  const folder = join(root, 'dist', 'java', 'io', 'github', 'cdkfastapi', 'cdk-fastapi');
  const version = readdirSync(folder, { withFileTypes: true }).find((entry) => entry.isDirectory()).name;
  const artifact = join(folder, version, `cdk-fastapi-${version}`);
  say('java: installing the built jar');
  run('mvn', ['-q', '-B', 'install:install-file', `-Dfile=${artifact}.jar`, `-DpomFile=${artifact}.pom`], work);
  return synthesize('java', ['mvn', '-q', '-B', `-Dcdk-fastapi.version=${version}`, 'compile', 'exec:java']);
}

/** Synthesizes one example and gives its templates by file name. */
function synthesize(language, [program, ...args]) {
  const out = join(work, `${language}.out`);
  rmSync(out, { recursive: true, force: true });
  say(`${language}: synthesizing`);
  run(program, args, join(root, 'examples', language), { CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:version-reporting': false }) });
  const names = readdirSync(out).filter((name) => name.endsWith('.template.json'));
  if (names.length === 0) fail(`${language}: no template was written`);
  return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(join(out, name), 'utf8'))]));
}

function compare(language, templates) {
  if (templates === undefined) return undefined;
  const [want, got] = [reference, templates].map((value) => JSON.stringify(sorted(value), null, 1).split('\n'));
  const line = want.findIndex((text, index) => text !== got[index]);
  if (line < 0 && want.length === got.length) {
    say(`${language}: the template is the same as TypeScript's (${want.length} lines)`);
    return undefined;
  }
  say(`${language}: line ${line + 1} differs\n  typescript: ${want[line]}\n  ${language}: ${got[line]}`);
  return language;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

function only(folder, pattern) {
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)) : [];
  if (found.length !== 1) fail(`one built package is expected in ${folder}, got: ${found.length}; run \`npx projen package:python\``);
  return join(folder, found[0]);
}

function run(program, args, cwd = root, environment = {}) {
  const done = spawnSync(program, args, { cwd, stdio: 'inherit', env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', ...environment } });
  if (done.error) fail(`cannot start ${program}: ${done.error.message}`);
  if (done.status !== 0) fail(`${program} ended with exit status ${done.status}`);
}

function say(text) {
  process.stderr.write(`polyglot-checks: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
