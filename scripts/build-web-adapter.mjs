// Builds the Lambda Web Adapter, with which tests and bench run a streaming function: a tool of this repository, no part
// of the library, kept in the cache folder and never committed. `node scripts/build-web-adapter.mjs` builds it where it
// is missing (ten minutes on two cores) and prints its path; with `--find` it builds nothing, and fails where it is missing.
//
// crates.io has 1.0.0-rc1, the layer of a deployed function is 1.1.0: what came in between (SnapStart's requests, the
// idle time of connections as a variable) is not tested here.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const VERSION = '1.0.0-rc1';
const root = join(cacheDirectory(), 'tools', `lambda-web-adapter-${VERSION}`);
const program = join(root, 'bin', 'lambda-adapter');

if (!existsSync(program)) {
  if (process.argv.includes('--find')) fail(`the Lambda Web Adapter ${VERSION} was not built; node scripts/build-web-adapter.mjs builds it`);
  mkdirSync(root, { recursive: true });
  const argv = ['install', 'lambda_web_adapter', '--version', VERSION, '--locked', '--root', root];
  // Its standard output belongs to the path alone.
  const built = spawnSync('cargo', argv, { stdio: ['ignore', 2, 2] });
  if (built.error) fail(`cargo is needed to build the Lambda Web Adapter ${VERSION}, got: ${built.error.message}`);
  if (built.status !== 0) fail(`cargo could not build the Lambda Web Adapter ${VERSION}`);
}
console.log(program);

function cacheDirectory() {
  const { CDK_FASTAPI_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own) return own;
  return xdg && isAbsolute(xdg) ? join(xdg, 'cdk-fastapi') : join(homedir(), '.cache', 'cdk-fastapi');
}

function fail(text) {
  process.stderr.write(`build-web-adapter: ${text}\n`);
  process.exit(1);
}
