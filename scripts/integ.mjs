// Deploys the example to the AWS account of the environment, calls every operation signed, and removes it again:
// `npm run integ`, or `npm run integ -- --keep` to leave it. Costs a few cents, takes about ten minutes.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cdk = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'cdk.cmd' : 'cdk');
const unknown = process.argv.slice(2).filter((argument) => argument !== '--keep');
if (unknown.length > 0) {
  process.stderr.write(`the only option is --keep, got: ${unknown.join(' ')}\n`);
  process.exit(2);
}

// The answers are checked by the deployment itself: a wrong one makes it fail.
const deployed = run('deploy', '--require-approval', 'never');
if (process.argv.includes('--keep')) process.exit(deployed);
const removed = run('destroy', '--force');
process.stderr.write(`answers: ${deployed === 0 ? 'as expected' : 'not as expected, see above'}; removal: ${removed === 0 ? 'done' : 'failed, see above'}\n`);
process.stderr.write('what stays is the role by which API Gateway writes logs, since the account may use it for other APIs\n');
process.exit(deployed || removed);

function run(command, ...options) {
  const app = 'npx ts-node -P tsconfig.dev.json test/integ/integ.bookshop.ts';
  const done = spawnSync(cdk, [command, '--all', ...options, '--app', app, '--output', join(root, '.cache', 'integ')], { cwd: root, stdio: 'inherit' });
  return done.status ?? 1;
}
