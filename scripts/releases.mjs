// The matrix of releases: what a new user has today, and the oldest that is promised, against the packed npm package.
// `npm run releases [-- --only REGEXP] [--write]`, after `npx projen package:js`. The newest release of everything is asked of the
// registries when this runs, so that it finds the next break before a user does. `--write` puts the table into the README.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonBin, uvProgram } from './uv.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const readme = join(root, 'README.md');
const [BEGIN, END] = ['<!-- releases: written by scripts/releases.mjs -->', '<!-- end of releases -->'];
const OLDEST = { cdk: '2.235.0', constructs: '10.5.0', alpha: '2.235.0-alpha.0' };

const arguments_ = process.argv.slice(2);
const only = new RegExp(arguments_.includes('--only') ? arguments_[arguments_.indexOf('--only') + 1] : '');
const work = mkdtempSync(join(tmpdir(), 'cdk-fastapi-releases-'));
const { uv } = uvProgram();
const rows = [];
try {
  matrix();
} finally {
  rmSync(work, { recursive: true, force: true });
}
const table = ['| | release | |', '|---|---|---|', ...rows.map(({ what, version, problem, result }) => `| ${what} | ${version} | ${result ?? (problem === undefined ? 'works' : `fails: ${problem}`)} |`)];
process.stdout.write(`${table.join('\n')}\n`);
if (arguments_.includes('--write')) {
  const text = readFileSync(readme, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md must hold ${BEGIN} and ${END}`);
  writeFileSync(readme, `${text.slice(0, begin)}${BEGIN}\n${table.join('\n')}\n${text.slice(end)}`);
}
process.exitCode = rows.some(({ problem }) => problem !== undefined) ? 1 : 0;

function matrix() {
  const project = join(work, 'my_api');
  mkdirSync(project);
  writeFileSync(join(project, 'requirements.txt'), 'fastapi\n');
  writeFileSync(join(project, 'main.py'), 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/hello/{name}")\ndef say_hello(name: str) -> dict[str, str]:\n    return {"hello": name}\n');

  // The CDK: oldest and newest, which the rows after these share.
  const oldest = infra('oldest', OLDEST);
  row('aws-cdk-lib, constructs', `${OLDEST.cdk}, ${OLDEST.constructs}`, () => synthesize(oldest));
  const versions = { cdk: newest('aws-cdk-lib'), constructs: newest('constructs'), alpha: newest('@aws-cdk/aws-lambda-python-alpha') };
  const newestInfra = infra('newest', versions);
  row('aws-cdk-lib, constructs', `${versions.cdk}, ${versions.constructs}`, () => synthesize(newestInfra));
  const cli = newest('aws-cdk');
  row('CDK CLI', cli, () => {
    install(newestInfra, [`aws-cdk@${cli}`]);
    run(join(newestInfra, 'node_modules', '.bin', 'cdk'), ['synth', '--quiet', '--app', 'node app.js'], newestInfra);
  });

  for (const major of ['20', '22', '24', '26']) {
    const place = fresh(`node-${major}`);
    row('Node.js', () => install(place, [`node@${major}`]) ?? version(place, 'node'), () => synthesize(newestInfra, join(place, 'node_modules', 'node', 'bin', 'node')));
  }

  for (const wanted of ['5.4', '5.9', '6.0', 'latest']) {
    const name = `typescript-${wanted}`;
    row('TypeScript', () => install(newestInfra, [`${name}@npm:typescript@${wanted === 'latest' ? wanted : `~${wanted}.0`}`, '@types/node@^24']) ?? version(newestInfra, name), () => {
      writeFileSync(join(newestInfra, 'program.mts'), "import { App, Stack } from 'aws-cdk-lib';\nimport { FastApiApp, FastApiRestApi } from 'cdk-fastapi';\n\nconst stack = new Stack(new App(), 'Hello');\nnew FastApiRestApi(stack, 'MyApi', { app: FastApiApp.fromDirectory('../my_api') });\n");
      run(process.execPath, [join(newestInfra, 'node_modules', name, 'bin', 'tsc'), '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--types', 'node', 'program.mts'], newestInfra);
    });
  }

  for (const wanted of ['0.95', '0.100', '0.115', '0.128', '0.137', 'newest']) {
    for (const pydantic of wanted === 'newest' ? ['2'] : ['1', '2']) {
      if (pydantic === '2' && wanted === '0.95') continue; // Before FastAPI 0.100 there is pydantic 1 alone.
      if (pydantic === '1' && ['0.128', '0.137'].includes(wanted)) continue; // From 0.128 on there is pydantic 2 alone.
      const environment = join(work, `fastapi-${wanted}-${pydantic}`);
      const python = pythonBin(environment);
      row(`FastAPI with pydantic ${pydantic}`, () => {
        run(uv, ['venv', '-q', '--no-project', '--python', '3.11', environment]);
        run(uv, ['pip', 'install', '-q', '--python', python, wanted === 'newest' ? 'fastapi' : `fastapi~=${wanted}.0`, pydantic === '1' ? 'pydantic<2' : 'pydantic>=2']);
        return run(python, ['-c', 'import fastapi; print(fastapi.__version__)']).trim();
      }, () => command(newestInfra, ['openapi', '--entry', project, '--python', python]));
    }
  }

  for (const minor of ['3.11', '3.12', '3.13', '3.14']) {
    const environment = join(work, `python-${minor}`);
    if (spawnSync(uv, ['venv', '-q', '--no-project', '--no-python-downloads', '--python', minor, environment]).status !== 0) {
      rows.push({ what: 'Python', version: minor, result: 'not tried: not on the machine that ran this' });
      continue;
    }
    row('Python', minor, () => {
      run(uv, ['pip', 'install', '-q', '--python', pythonBin(environment), 'fastapi']);
      command(newestInfra, ['openapi', '--entry', project, '--python', pythonBin(environment)]);
    });
  }

  for (const wanted of ['0.95', '0.96', '0.97', '0.98', '0.99']) {
    const page = fresh(`client-${wanted}`);
    // From 0.96 on it wants a newer Node.js than the oldest that we promise.
    const node = join(work, 'node-24', 'node_modules', 'node', 'bin', 'node');
    row('@hey-api/openapi-ts', () => install(page, [`@hey-api/openapi-ts@~${wanted}.0`, 'typescript@latest', 'typescript-6@npm:typescript@~6.0.0']) ?? version(page, '@hey-api/openapi-ts'), () => {
      // The rows of Node.js may be left out by `--only`.
      if (!existsSync(node)) install(fresh('node-24'), ['node@24']);
      command(newestInfra, ['client', '--entry', project, '--out', join(page, 'client')], node);
      run(process.execPath, [join(page, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom,dom.iterable,dom.asynciterable', '--types', '', 'client/index.ts'], page);
    });
  }

  row('create-vite', newest('create-vite'), () => {
    run('npx', ['--yes', 'create-vite@latest', 'web', '--template', 'react-ts', '--no-interactive'], work);
    const web = join(work, 'web');
    install(web, ['--save-dev', '@hey-api/openapi-ts@~0.95.0', 'typescript-6@npm:typescript@~6.0.0']);
    command(newestInfra, ['client', '--entry', project, '--out', join(web, 'src', 'client')]);
    run('npx', ['tsc', '-b'], web);
  });
  row('create-nx-workspace', newest('create-nx-workspace'), () => {
    run('npx', ['--yes', 'create-nx-workspace@latest', 'workspace', '--preset', 'ts', '--nxCloud', 'skip', '--no-interactive', '--skipGit'], work);
    const workspace = join(work, 'workspace');
    install(workspace, ['--save-dev', packed(), ...Object.entries(versions).map(([name, text]) => `${{ cdk: 'aws-cdk-lib', constructs: 'constructs', alpha: '@aws-cdk/aws-lambda-python-alpha' }[name]}@${text}`)]);
    run('npx', ['nx', 'g', 'cdk-fastapi:api', 'shop', '--no-interactive'], workspace);
    if (!existsSync(join(workspace, 'packages', 'shop', 'pyproject.toml'))) throw new Error('no project was written');
  });
  const web = readFileSync(join(newestInfra, 'node_modules', 'aws-cdk-lib', 'aws-lambda', 'lib', 'webfunction-runtime.d.ts'), 'utf8');
  row('`WebFunctionRuntime` without a Python, as decision 0077 says', versions.cdk, () => {
    if (/static readonly PYTHON/.test(web)) throw new Error('it names a Python now: read the decision again');
  });
}

/** One row; what a preparation or the check throws is the problem. */
function row(what, named, check) {
  if (!only.test(what)) return;
  let version = typeof named === 'string' ? named : '?';
  try {
    if (typeof named === 'function') version = named();
    check();
    rows.push({ what, version });
  } catch (error) {
    rows.push({ what, version, problem: error.message.split('\n').filter(Boolean).slice(0, 3).join(' ').replaceAll('|', '\\|').slice(0, 200) });
  }
  process.stderr.write(`releases: ${what} ${version}: ${rows.at(-1).problem ?? 'works'}\n`);
}

/** A CDK app in JavaScript with the packed package. */
function infra(name, { cdk, constructs, alpha }) {
  const directory = fresh(name);
  install(directory, [packed(), `aws-cdk-lib@${cdk}`, `constructs@${constructs}`, `@aws-cdk/aws-lambda-python-alpha@${alpha}`]);
  writeFileSync(join(directory, 'app.js'), "const { App, Stack } = require('aws-cdk-lib');\nconst { FastApiApp, FastApiRestApi } = require('cdk-fastapi');\n\nconst app = new App();\nnew FastApiRestApi(new Stack(app, 'Hello'), 'MyApi', { app: FastApiApp.fromDirectory('../my_api') });\napp.synth();\n");
  return directory;
}

function synthesize(directory, node = process.execPath) {
  run(node, ['app.js'], directory, { CDK_OUTDIR: join(directory, 'cdk.out') });
  if (!existsSync(join(directory, 'cdk.out', 'Hello.template.json'))) throw new Error('no template was written');
}

function command(directory, args, node = process.execPath) {
  run(node, [join(directory, 'node_modules', 'cdk-fastapi', 'bin', 'cdk-fastapi'), ...args], directory);
}

function packed() {
  const directory = join(root, 'dist', 'js');
  const found = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.tgz')) : [];
  if (found.length !== 1) throw new Error(`one package is expected in dist/js, got: ${found.length}; run \`npx projen package:js\``);
  return join(directory, found[0]);
}

function fresh(name) {
  const directory = join(work, name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  return directory;
}

function install(directory, names) {
  // npm takes no alpha version for another one: see the README.
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--legacy-peer-deps', ...names], directory);
}

function version(directory, name) {
  return JSON.parse(readFileSync(join(directory, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function newest(name) {
  return run('npm', ['view', name, 'dist-tags.latest']).trim();
}

function run(program, args, cwd = work, environment = {}) {
  const done = spawnSync(program, args, {
    cwd, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, CI: '1', CDK_FASTAPI_QUIET: '1', CDK_FASTAPI_UV: uv, NX_DAEMON: 'false', ...environment },
  });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${program.split('/').at(-1)} ended with exit status ${done.status} ${done.stderr.trim() || done.stdout.trim()}`);
  return done.stdout;
}
