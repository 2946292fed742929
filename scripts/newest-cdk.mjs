// Runs the tests of bodies and agent tools, and those of the CDK's internals that the library uses, with the newest release of aws-cdk-lib in the place of
// the oldest, which `npm test` has: `node scripts/newest-cdk.mjs [version]`. The types stay those of the oldest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const TESTS = ['test/api/body/', 'test/rest-api/body/', 'test/http-api/body/', 'test/rest-api/request-validation', 'test/rest-api/fast-api-agent-tools', 'test/rest-api/template-content', 'test/private/cdk-internals', 'test/api/second-synthesis'];
const PACKAGES = ['aws-cdk-lib', 'constructs'];

const version = process.argv[2] ?? output('npm', ['view', 'aws-cdk-lib', 'version']);
const place = join(root, '.cache', 'newest-cdk', version);
mkdirSync(place, { recursive: true });
if (!existsSync(join(place, 'node_modules', 'aws-cdk-lib', 'package.json'))) {
  writeFileSync(join(place, 'package.json'), '{"private": true}\n');
  output('npm', ['install', '--no-audit', '--no-fund', '--silent', `aws-cdk-lib@${version}`, 'constructs'], place);
}
const installed = PACKAGES.map((name) => `${name} ${JSON.parse(readFileSync(join(place, 'node_modules', name, 'package.json'), 'utf8')).version}`);
process.stderr.write(`newest-cdk: ${installed.join(', ')}\n`);
const mapper = Object.fromEntries(PACKAGES.map((name) => [`^${name}(/.*)?$`, `${join(place, 'node_modules', name)}$1`]));
const options = ['--coverage=false', '--cacheDirectory', join(root, '.cache', 'newest-cdk', 'jest'), `--moduleNameMapper=${JSON.stringify(mapper)}`];
const done = spawnSync(process.execPath, [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), ...options, ...TESTS], { cwd: root, stdio: 'inherit' });
process.exitCode = done.status ?? 1;

function output(program, args, cwd = root) {
  const ran = spawnSync(program, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (ran.status !== 0) throw new Error(`${program} ${args.join(' ')} ended with exit status ${ran.status}: ${ran.stderr}`);
  return ran.stdout.trim();
}
