// Compiles every snippet of docs/ in its own language: `node scripts/docs-snippets.mjs [typescript] [python] [java]`. TypeScript
// needs `lib/`, Python the built wheel, Java what `scripts/typed-checks.mjs` leaves. A snippet stands in the fixture of its language
// (rosetta/default.*-fixture) with its imports at the top, or alone where it is a whole file. Shell and output are not compiled.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonBin, uvProgram } from './uv.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const docs = join(root, 'docs');
const work = join(root, '.cache', 'docs-snippets');
const goldens = join(root, 'test', 'codegen', 'golden');
const cli = join(root, 'bin', 'cdk-fastapi');
/** What agents are given, as seen from the pages. */
const SKILL = '../.agents/skills/cdk-fastapi/SKILL.md';
/** Languages whose snippets are not compiled: shell, what a program prints, settings. */
const PROSE = ['sh', 'text', 'xml', 'json'];

const LANGUAGES = {
  ts: { ending: 'ts', import: /^import .*;$/, alone: /^export |^(const .+ = )?await |from '\.\/client\//m, marker: '/// here' },
  python: { ending: 'py', import: /^(import|from) \S/, alone: /^(class|def|async def|@app)\b/m, marker: '# here' },
  java: { ending: 'java', import: /^import .*;$/, alone: /^public class (\w+)/m, marker: '// here' },
};
const checks = { typescript: checkTypeScript, python: checkPython, java: checkJava };

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(checks, name));
if (unknown !== undefined) fail(`a language must be one of ${Object.keys(checks).join(', ')}, got: ${unknown}`);
const fences = [...readdirSync(docs).filter((name) => name.endsWith('.md')).sort(), SKILL].flatMap(fencesOf);
checkPages();
for (const [name, check] of Object.entries(checks)) if (wanted.length === 0 || wanted.includes(name)) check();

function checkTypeScript() {
  const directory = fresh('typescript');
  mkdirSync(join(directory, 'generated'));
  copyFileSync(join(goldens, 'my-api.ts'), join(directory, 'generated', 'my-api.ts'));
  // The pages speak of the client of the example.
  run(process.execPath, [cli, 'client', '--entry', join(root, 'examples', 'bookshop'), '--out', join(directory, 'client'), '--iam', '--react-query']);
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  const files = write('ts', directory);
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', lib: ['es2022', 'dom', 'dom.asynciterable'], types: ['node'],
      strict: true, noImplicitOverride: true, noImplicitReturns: true, skipLibCheck: true, noEmit: true,
      paths: { 'cdk-fastapi': [join(root, 'lib', 'index.d.ts')], 'cdk-fastapi/typed': [join(root, 'lib', 'typed', 'index.d.ts')] },
    },
    include: ['*.ts'],
  }));
  const said = capture(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '--pretty', 'false', '-p', directory], directory);
  report('typescript', files, said, /^(.+?\.ts)\((\d+),\d+\): error (.*)$/, directory);
}

function checkPython() {
  const directory = fresh('python');
  const files = write('python', directory);
  const environment = join(work, 'venv');
  const { uv, python } = uvProgram();
  const wheels = existsSync(join(root, 'dist', 'python')) ? readdirSync(join(root, 'dist', 'python')).filter((name) => name.endsWith('.whl')) : [];
  if (wheels.length !== 1) {
    say('python: no built package, snippets are only parsed; `npx projen package:python` makes it');
    run(python, ['-m', 'py_compile', ...files.map(({ file }) => file)]);
    return;
  }
  const { devDependencies: versions } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pinned = {
    'aws-cdk-lib': versions['aws-cdk-lib'], 'constructs': versions.constructs,
    'aws-cdk.aws-lambda-python-alpha': versions['@aws-cdk/aws-lambda-python-alpha'].replace('-alpha.', 'a'),
  };
  run(uv, ['venv', '-q', '--clear', '--no-project', '--python', python, environment]);
  run(uv, ['pip', 'install', '-q', '--python', pythonBin(environment), '--reinstall-package', 'cdk-fastapi', join(root, 'dist', 'python', wheels[0]),
    ...Object.entries(pinned).map(([name, version]) => `${name}==${version}`), 'mypy>=1.18,<3', 'fastapi', 'mangum', 'aws-lambda-powertools', 'botocore', 'botocore-stubs']);
  // The project that the pages speak of.
  run(process.execPath, [cli, 'new', 'my-api', '--directory', directory], directory);
  const settings = { MYPYPATH: [directory, goldens, join(directory, 'my-api')].join(delimiter) };
  const said = capture(pythonBin(environment), ['-m', 'mypy', '--strict', '--no-error-summary', '--cache-dir', join(work, 'mypy'), '--explicit-package-bases',
    ...files.map(({ file }) => file)], directory, settings);
  report('python', files, said, /^(.+?\.py):(\d+): error: (.*)$/, directory);
}

function checkJava() {
  const list = join(root, '.cache', 'typed-checks', 'classpath');
  if (!existsSync(list)) {
    say('java: skipped, `node scripts/typed-checks.mjs java` leaves the class path; the examples are compiled by scripts/polyglot-checks.mjs');
    return;
  }
  const directory = fresh('java');
  const files = write('java', directory);
  const classpath = [join(root, '.cache', 'typed-checks', 'classes'), readFileSync(list, 'utf8').trim()].join(delimiter);
  const said = capture('javac', ['-encoding', 'UTF-8', '-proc:none', '-d', join(directory, 'classes'), '-cp', classpath, ...files.map(({ file }) => file)], directory);
  report('java', files, said, /^(.+?\.java):(\d+): error: (.*)$/, directory);
}

/** Every fence of a page: `page`, `line` of its first line from 1, `language`, `lines`. */
function fencesOf(page) {
  const found = [];
  let open;
  for (const [index, line] of readFileSync(join(docs, page), 'utf8').split('\n').entries()) {
    if (!line.startsWith('```')) open?.lines.push(line);
    else if (open) open = undefined;
    else found.push(open = { page, line: index + 2, language: line.slice(3), lines: [] });
  }
  if (open) fail(`docs/${page}:${open.line - 1}: the fence has no end`);
  return found;
}

/** What no compiler looks at: languages, JSON, and links to files. */
function checkPages() {
  const problems = [];
  for (const { page, line, language, lines } of fences) {
    if (language === 'json') {
      try {
        JSON.parse(lines.join('\n'));
      } catch (error) {
        problems.push(`docs/${page}:${line}: ${error.message}`);
      }
    } else if (!Object.hasOwn(LANGUAGES, language) && !PROSE.includes(language)) {
      problems.push(`docs/${page}:${line - 1}: a fence must be of ${[...Object.keys(LANGUAGES), 'json', ...PROSE].join(', ')}, got: ${language || 'none'}`);
    }
  }
  const anchors = (file) => new Set(readFileSync(file, 'utf8').split('\n').filter((line) => /^#+ /.test(line))
    .map((line) => line.replace(/^#+ /, '').toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')));
  for (const file of [join(root, 'README.md'), ...new Set(fences.map(({ page }) => join(docs, page)))]) {
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)) {
      const [path, anchor] = target.split('#');
      const linked = path === '' ? file : resolve(dirname(file), path);
      if (!existsSync(linked)) problems.push(`${file}: a link leads nowhere: ${target}`);
      else if (anchor !== undefined && !anchors(linked).has(anchor)) problems.push(`${file}: no such heading: ${target}`);
    }
  }
  if (problems.length > 0) fail(`${problems.length} problems of the pages\n${problems.join('\n')}`);
}

/** Writes the snippets of a language as files. Each line knows the line of the page that it comes from, or none. */
function write(language, directory) {
  const { ending, import: isImport, alone, marker } = LANGUAGES[language];
  const fixture = readFileSync(join(root, 'rosetta', `default.${ending}-fixture`), 'utf8').split('\n');
  return fences.filter((fence) => fence.language === language).map((fence) => {
    const { page, line, lines } = fence;
    const body = lines.map((text, index) => ({ text, line: line + index }));
    const name = `snippet_${page.replace(/\.md$/, '').replace(/\W+/g, '_')}_${line}`;
    const whole = alone.exec(lines.join('\n'));
    const code = whole ? body : inFixture(fixture, marker, body, isImport, name);
    const file = join(directory, `${language === 'java' && whole ? whole[1] : name}.${ending}`);
    if (existsSync(file)) fail(`docs/${page}:${line}: another snippet has the same class`);
    const text = `${code.map((each) => each.text).join('\n')}\n`;
    writeFileSync(file, language === 'ts' && whole ? `${text}export {};\n` : text);
    return { file, page, lines: code.map((each) => each.line) };
  });
}

function inFixture(fixture, marker, body, isImport, name) {
  const at = fixture.findIndex((text) => text.trim() === marker);
  if (at < 0) fail(`a fixture has no line \`${marker}\``);
  const indent = fixture[at].slice(0, fixture[at].indexOf(marker));
  const outer = (text) => ({ text: text.replace(/\bFixture\b/g, name), line: undefined });
  const isTop = ({ text }) => isImport.test(text) || /^declare /.test(text);
  const inside = body.filter((each) => !isTop(each)).map(({ text, line }) => ({ text: text === '' ? '' : indent + text, line }));
  return [...body.filter((each) => isTop(each) && isImport.test(each.text)), ...fixture.slice(0, at).map(outer).flatMap((each) => (
    /^class /.test(each.text) ? [...body.filter((top) => isTop(top) && !isImport.test(top.text)), each] : [each]
  )), ...inside, ...fixture.slice(at + 1).map(outer)];
}

/** Says what a compiler says, at the lines of the pages. */
function report(language, files, said, pattern, directory) {
  const errors = said.split('\n').map((line) => pattern.exec(line)).filter(Boolean);
  for (const [, path, line, message] of errors) {
    const found = files.find(({ file }) => file === resolve(directory, path));
    const where = found?.lines[Number(line) - 1];
    process.stderr.write(`${where === undefined ? `${path}:${line}` : `docs/${found.page}:${where}`}: ${message}\n`);
  }
  if (errors.length > 0) fail(`${language}: ${errors.length} errors in snippets`);
  say(`${language}: ${files.length} snippets compiled`);
}

function fresh(name) {
  const directory = join(work, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** What a compiler says; one that ends with an error must have said something that `report` reads. */
function capture(program, args, cwd, environment = {}) {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...environment } });
  if (done.error) fail(`cannot start ${program}: ${done.error.message}`);
  const said = `${done.stdout}\n${done.stderr}`;
  if (done.status !== 0 && !/\berror\b/.test(said)) fail(`${program} ended with exit status ${done.status}\n${said}`);
  return said;
}

function run(program, args, cwd = root) {
  const done = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (done.error) fail(`cannot start ${program}: ${done.error.message}`);
  if (done.status !== 0) fail(`${program} ended with exit status ${done.status}`);
}

function say(text) {
  process.stderr.write(`docs-snippets: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
