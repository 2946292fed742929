// Sets up a bare clone and runs a command of the project: `node scripts/bootstrap.mjs test|demo|bench [arguments]`.
// Has no dependency, because nothing is installed when it runs for the first time.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command, ...rest] = process.argv.slice(2);
const commands = {
  test: [['projen', ['compile']], ['projen', ['test', ...rest]], ['projen', ['check:python']]],
  demo: [['ts-node', ['-P', 'tsconfig.dev.json', 'scripts/demo/main.ts', ...rest]]],
  bench: [['ts-node', ['-P', 'tsconfig.dev.json', 'bench/main.ts', ...rest]]],
};

if (!Object.hasOwn(commands, command ?? '')) {
  fail(`expected one of ${Object.keys(commands).join(', ')}, got: ${command ?? 'nothing'}`);
}
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 16)) {
  fail(`Node.js 20.16 or newer is needed, got: ${process.versions.node}`);
}
if (needsInstall()) {
  say('installing the development dependencies (npm ci, about a minute)');
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp(), lockText());
}
if (needsCompile()) {
  say('compiling the library (jsii)');
  run(bin('projen'), ['compile'], { quiet: true });
}
for (const [tool, args] of commands[command]) run(bin(tool), args);

function stamp() {
  return join(root, 'node_modules', '.cdk-fastapi-lock');
}

function lockText() {
  return readFileSync(join(root, 'package-lock.json'), 'utf8');
}

function needsInstall() {
  return !existsSync(stamp()) || readFileSync(stamp(), 'utf8') !== lockText();
}

function needsCompile() {
  const built = join(root, 'lib', 'index.js');
  if (command === 'test') return false; // compiles as its first step
  return !existsSync(built) || newest(join(root, 'src')) > statSync(built).mtimeMs;
}

function newest(folder) {
  const listed = spawnSync('git', ['-C', root, 'ls-files', '-z', '--', folder], { encoding: 'utf8' });
  const files = listed.status === 0 ? listed.stdout.split('\0').filter(Boolean) : [];
  return Math.max(0, ...files.map((file) => (existsSync(join(root, file)) ? statSync(join(root, file)).mtimeMs : 0)));
}

function bin(name) {
  return join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}

function run(file, args, { quiet = false } = {}) {
  const done = spawnSync(file, args, { cwd: root, stdio: quiet ? ['inherit', 'pipe', 'pipe'] : 'inherit', encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.error) fail(`cannot start ${file}: ${done.error.message}`);
  if (done.status !== 0) {
    if (quiet) process.stderr.write(done.stdout + done.stderr);
    process.exit(done.status ?? 1);
  }
}

function say(text) {
  process.stderr.write(`cdk-fastapi: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
