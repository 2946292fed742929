// Checks what `cdk-fastapi generate` writes against the built packages: programs that must be accepted are, and run; in programs
// that must not, each marked line is refused and no other. The ten largest and the ten oddest of the real documents beside the
// project are generated in Python and Java too, where they are there. TypeScript's own tests are jest's; here its programs meet the
// package as npm installs it, with the oldest and the newest compilers. `node scripts/typed-checks.mjs [typescript] [python] [java]`,
// after `projen package:js`, `package:python` and `package:java`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { pythonBin, uvProgram } from './uv.mjs';

const root = resolve(fileURLToPath(import.meta.url), '..', '..');
const work = join(root, '.cache', 'typed-checks');
const goldens = join(root, 'test', 'codegen', 'golden');
const programs = join(root, 'test', 'typed');
// The versions that the packages are built with: pip and Maven would take newer ones.
const PINS = ['aws-cdk-lib==2.235.0', 'constructs==10.5.0', 'aws-cdk.aws-lambda-python-alpha==2.235.0a0'];
const TOOLS = ['mypy>=1.18,<3'];
const PYRIGHT = 'pyright@^1.1.400';
const NPM_PINS = ['aws-cdk-lib@2.235.0', 'constructs@10.5.0', '@aws-cdk/aws-lambda-python-alpha@2.235.0-alpha.0', '@types/node@^20'];
// Each way to resolve modules once, in CommonJS and in ESM, from the oldest compiler that is promised to the newest.
const COMPILERS = [
  { version: '5.4', project: 'commonjs', module: 'commonjs', moduleResolution: 'node10' },
  { version: '5.4', project: 'module', module: 'node16', moduleResolution: 'node16' },
  { version: '6.0', project: 'module', module: 'esnext', moduleResolution: 'bundler' },
  { version: '7.0', project: 'commonjs', module: 'node16', moduleResolution: 'node16' },
  { version: '7.0', project: 'module', module: 'nodenext', moduleResolution: 'nodenext' },
  { version: '7.0', project: 'module', module: 'esnext', moduleResolution: 'bundler' },
];

const checks = { typescript: checkTypeScript, python: checkPython, java: checkJava };
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(checks, name));
if (unknown !== undefined) fail(`a language must be one of ${Object.keys(checks).join(', ')}, got: ${unknown}`);
mkdirSync(work, { recursive: true });
for (const [name, check] of Object.entries(checks)) {
  if (wanted.length === 0 || wanted.includes(name)) check();
}

function checkTypeScript() {
  const consumer = join(work, 'typescript');
  rmSync(consumer, { recursive: true, force: true });
  mkdirSync(consumer, { recursive: true });
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', version: '0.0.0', private: true }));
  const versions = [...new Set(COMPILERS.map(({ version }) => version))];
  say(`typescript: installing the built package, and TypeScript ${versions.join(', ')}`);
  const compilers = versions.map((version) => `typescript-${version}@npm:typescript@~${version}.0`);
  run('npm', ['install', '--silent', '--no-package-lock', '--no-audit', '--no-fund', built('js', '.tgz'), ...NPM_PINS, ...compilers], consumer);

  const files = new Map([
    ...sources(goldens, '.ts').map((file) => [basename(file), file]),
    ...sources(join(programs, 'good'), '.ts').map((file) => [`good-${basename(file)}`, file]),
  ]);
  for (const type of ['commonjs', 'module']) {
    mkdirSync(join(consumer, type));
    writeFileSync(join(consumer, type, 'package.json'), JSON.stringify({ type }));
    for (const [name, file] of files) {
      const text = readFileSync(file, 'utf8').replace(/'\.\.\/\.\.\/codegen\/golden\/([a-z-]+)'/g, "'./$1.js'");
      writeFileSync(join(consumer, type, name), text);
    }
  }
  for (const { version, project, module, moduleResolution } of COMPILERS) {
    say(`typescript: ${files.size} files of a ${project} package with TypeScript ${version}, module ${module}, moduleResolution ${moduleResolution}`);
    writeFileSync(join(consumer, project, 'tsconfig.json'), JSON.stringify({
      compilerOptions: {
        target: 'ES2022', lib: ['ES2022'], types: ['node'], module, moduleResolution, rootDir: '.', outDir: '../out', declaration: true, skipLibCheck: true,
        strict: true, exactOptionalPropertyTypes: true, isolatedModules: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: project === 'module',
      },
      include: ['*.ts'],
    }));
    run(process.execPath, [join(consumer, 'node_modules', `typescript-${version}`, 'bin', 'tsc'), '-p', project], consumer);
  }
}

function checkPython() {
  const environment = join(work, 'venv');
  const { uv, python } = uvProgram();
  say('python: installing the built wheel, mypy and pyright');
  run(uv, ['venv', '-q', '--clear', '--no-project', '--python', python, environment]);
  run(uv, ['pip', 'install', '-q', '--python', pythonBin(environment), '--reinstall-package', 'cdk-fastapi', built('python', '.whl'), ...PINS, ...TOOLS]);
  const pyright = join(work, 'node_modules', 'pyright', 'index.js');
  if (!existsSync(pyright)) run('npm', ['install', '--silent', '--no-save', '--no-package-lock', '--prefix', work, PYRIGHT], work);

  const good = sources(join(programs, 'python', 'good'), '.py');
  const constructs = sources(goldens, '.py');
  const bad = sources(join(programs, 'python', 'bad'), '.py');
  const settings = { MYPYPATH: [goldens, join(programs, 'python', 'good')].join(delimiter) };
  const mypy = (files) => capture(pythonBin(environment), ['-m', 'mypy', '--strict', '--no-error-summary', '--cache-dir', join(work, 'mypy'), '--explicit-package-bases', ...files], settings)
    .split('\n').map((line) => /^(.+\.py):(\d+): error: (.*)$/.exec(line)).filter(Boolean).map(([, file, line, message]) => ({ file: resolve(root, file), line: Number(line), message }));
  const pyrightErrors = (files) => {
    const project = join(work, 'pyrightconfig.json');
    writeFileSync(project, JSON.stringify({ include: files.map((file) => relative(work, file)), extraPaths: [goldens, join(programs, 'python', 'good')].map((path) => relative(work, path)), typeCheckingMode: 'strict', exclude: [] }));
    const { generalDiagnostics, summary } = JSON.parse(capture(process.execPath, [pyright, '--outputjson', '--pythonpath', pythonBin(environment), '-p', project]));
    if (summary.filesAnalyzed < files.length) fail(`pyright looked at ${summary.filesAnalyzed} of ${files.length} files`);
    return generalDiagnostics.filter(({ severity }) => severity === 'error')
      .map(({ file, range, message }) => ({ file, line: range.start.line + 1, message }));
  };
  for (const [tool, errors] of [['mypy', mypy], ['pyright', pyrightErrors]]) {
    say(`python: ${tool} --strict on ${good.length} programs and ${constructs.length} constructs`);
    expectLines(tool, [...good, ...constructs], errors([...good, ...constructs]));
    say(`python: ${tool} --strict on programs that must be refused`);
    expectLines(tool, bad, errors(bad));
  }
  const real = corpus('python', '.py');
  if (real.length > 0) {
    say(`python: compiling ${real.length} constructs of real documents, and mypy --strict on six of them`);
    run(pythonBin(environment), ['-W', 'error', '-m', 'py_compile', ...real]);
    const few = [...real.slice(0, 3), ...real.slice(-3)];
    expectLines('mypy', few, mypy(few));
  }
  say('python: running the good program');
  run(pythonBin(environment), [join(programs, 'python', 'good', 'good.py')], root, { PYTHONPATH: goldens, PYTHONDONTWRITEBYTECODE: '1' });
}

function checkJava() {
  if (spawnSync('mvn', ['--version']).status !== 0) {
    say('java: skipped, Maven is not on this machine');
    return;
  }
  const folder = join(root, 'dist', 'java', 'io', 'github', 'cdkfastapi', 'cdk-fastapi');
  const version = readdirSync(folder, { withFileTypes: true }).find((entry) => entry.isDirectory()).name;
  const artifact = join(folder, version, `cdk-fastapi-${version}`);
  const list = join(work, 'classpath');
  say('java: installing the built jar');
  run('mvn', ['-q', '-B', 'install:install-file', `-Dfile=${artifact}.jar`, `-DpomFile=${artifact}.pom`], work);
  run('mvn', ['-q', '-B', '-f', join(programs, 'java', 'pom.xml'), `-Dcdk-fastapi.version=${version}`, 'dependency:build-classpath', `-Dmdep.outputFile=${list}`], work);
  const classes = join(work, 'classes');
  rmSync(classes, { recursive: true, force: true });
  const classpath = [classes, readFileSync(list, 'utf8').trim()].join(delimiter);
  const javac = (files, ...options) => capture('javac', ['-encoding', 'UTF-8', '-proc:none', '-Xmaxerrs', '1000', '-d', classes, '-cp', classpath, ...options, ...files])
    .split('\n').map((line) => /^(.+\.java):(\d+): error: (.*)$/.exec(line)).filter(Boolean).map(([, file, line, message]) => ({ file, line: Number(line), message }));

  const constructs = sources(join(goldens, 'java', 'app'), '.java');
  const good = sources(join(programs, 'java', 'good'), '.java');
  say(`java: ${constructs.length} constructs with --release 8, and ${good.length} programs`);
  expectLines('javac', constructs, javac(constructs, '--release', '8', '-Xlint:-options'));
  expectLines('javac', good, javac(good));
  say('java: programs that must be refused');
  // One at a time: javac looks for missing cases only where there is no other error.
  for (const file of sources(join(programs, 'java', 'bad'), '.java')) expectLines('javac', [file], javac([file]));
  const real = corpus('java', '.java');
  if (real.length > 0) {
    say(`java: ${real.length} constructs of real documents, in one go with --release 8`);
    expectLines('javac', real, javac(real, '--release', '8', '-Xlint:-options'));
  }
  say('java: running the good program');
  run('java', ['-cp', classpath, 'app.Good']);
}

/** Constructs of real documents, in a directory of their own: the ten with the most operations, and the ten with the most oddities. */
function corpus(language, ending) {
  const folder = process.env.CORPUS_DIR ?? join(root, '..', 'shared', 'corpus');
  if (!existsSync(join(folder, 'INDEX.tsv'))) {
    say(`${language}: skipped the real documents, which are not on this machine; name their folder in CORPUS_DIR`);
    return [];
  }
  const [head, ...rows] = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  const column = (row, name) => row[head.indexOf(name)] ?? '';
  const documents = rows.filter((row) => column(row, 'openapi').startsWith('3.'));
  const oddities = (row) => `${column(row, 'flags')} ${column(row, 'route_truth_flags')}`.split(' ').filter(Boolean).length;
  const largest = [...documents].sort((a, b) => column(b, 'n_ops') - column(a, 'n_ops')).slice(0, 10);
  const oddest = documents.filter((row) => !largest.includes(row)).sort((a, b) => oddities(b) - oddities(a)).slice(0, 10);
  const out = join(work, 'corpus', language);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  return [...largest, ...oddest].map((row, index) => {
    const name = column(row, 'name');
    const document = join(out, `${name}.json`);
    writeFileSync(document, gunzipSync(readFileSync(join(folder, 'docs', `${name}.openapi.json.gz`))));
    const file = join(out, `Corpus${index}Api${ending}`);
    run(process.execPath, [join(root, 'bin', 'cdk-fastapi'), 'generate', '--openapi', document, '--catch-all', '--kind', index % 2 ? 'http' : 'rest',
      '--language', language, '--name', `Corpus${index}Api`, '--out', file, '--json'], out, {}, ['ignore', 'ignore', 'inherit']);
    return file;
  });
}

/** Errors where lines are marked, one or more each, and nowhere else. */
function expectLines(tool, files, errors) {
  let wrong = 0;
  for (const file of files) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const marked = lines.map((text, index) => (/(#|\/\/) error$/.test(text) ? index + 1 : 0)).filter(Boolean);
    const found = errors.filter((error) => error.file === file);
    const missed = marked.filter((line) => !found.some((error) => error.line === line));
    const others = found.filter((error) => !marked.includes(error.line));
    for (const line of missed) process.stderr.write(`${file}:${line}: ${tool} refuses nothing here: ${lines[line - 1].trim()}\n`);
    for (const { line, message } of others) process.stderr.write(`${file}:${line}: ${tool}: ${message}\n`);
    wrong += missed.length + others.length;
  }
  if (wrong > 0) fail(`${tool} does not say what was expected`);
  const elsewhere = errors.find(({ file }) => !files.includes(file));
  if (elsewhere) fail(`${tool}: ${elsewhere.file}:${elsewhere.line}: ${elsewhere.message}`);
}

/** The one package that was built for a language. */
function built(language, ending) {
  const folder = join(root, 'dist', language);
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)) : [];
  if (found.length !== 1) fail(`one built package is expected in ${folder}, got: ${found.length}; run \`npx projen package:${language}\``);
  return join(folder, found[0]);
}

function sources(directory, ending) {
  return readdirSync(directory).filter((name) => name.endsWith(ending)).sort().map((name) => join(directory, name));
}

/** What a checker says; checkers end with an error status where they find something, and say why where they cannot run. */
function capture(program, args, environment = {}) {
  const done = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...environment } });
  if (done.error) fail(`cannot start ${program}: ${done.error.message}`);
  if (done.status > 1) fail(`${program} ended with exit status ${done.status}\n${done.stdout}${done.stderr}`);
  return `${done.stdout}\n${program === 'javac' ? done.stderr : ''}`;
}

function run(program, args, cwd = root, environment = {}, stdio = 'inherit') {
  const done = spawnSync(program, args, { cwd, stdio, env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', ...environment } });
  if (done.error) fail(`cannot start ${program}: ${done.error.message}`);
  if (done.status !== 0) fail(`${program} ended with exit status ${done.status}`);
}

function say(text) {
  process.stderr.write(`typed-checks: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
