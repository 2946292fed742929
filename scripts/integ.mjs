// Deploys a suite to the AWS account of the environment, and removes it again: `npm run integ` the example, each operation called
// signed; `npm run integ -- settings` APIs whose settings are read back, updated once, and updated in a way that must fail. With
// `--keep` it stays. Costs a few cents (the settings have a cache), takes about ten minutes.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cdk = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'cdk.cmd' : 'cdk');
/** Each deployment with its phase, and whether it is to succeed. The answers are checked by the deployment itself: a wrong one makes it fail. */
const SUITES = {
  bookshop: [[undefined, true]],
  settings: [[undefined, true], ['update', true], ['unreachable', false]],
};
const keep = process.argv.includes('--keep');
const [suite = 'bookshop', ...unknown] = process.argv.slice(2).filter((argument) => argument !== '--keep');
if (unknown.length > 0 || !Object.hasOwn(SUITES, suite)) {
  process.stderr.write(`say one of ${Object.keys(SUITES).join(', ')}, and --keep, got: ${process.argv.slice(2).join(' ')}\n`);
  process.exit(2);
}

let failed = 0;
for (const [phase, succeeds] of SUITES[suite]) {
  const status = run('deploy', '--require-approval', 'never', ...phase === undefined ? [] : ['--context', `phase=${phase}`]);
  const right = (status === 0) === succeeds;
  process.stderr.write(`${suite}${phase === undefined ? '' : `, ${phase}`}: ${right ? 'as expected' : succeeds ? 'not as expected, see above' : 'deployed, which it must not be'}\n`);
  failed ||= right ? 0 : 1;
  if (failed) break;
}
if (keep) process.exit(failed);
const removed = run('destroy', '--force');
process.stderr.write(`removal: ${removed === 0 ? 'done' : 'failed, see above'}\n`);
process.stderr.write('what stays is the role by which API Gateway writes logs, since the account may use it for other APIs\n');
process.exit(failed || removed);

function run(command, ...options) {
  const app = `npx ts-node -P tsconfig.dev.json test/integ/integ.${suite}.ts`;
  const done = spawnSync(cdk, [command, '--all', ...options, '--app', app, '--output', join(root, '.cache', 'integ')], { cwd: root, stdio: 'inherit' });
  return done.status ?? 1;
}
