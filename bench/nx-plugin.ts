import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hostArchitecture } from './bundles';
import { benchPython } from './measure';
import { cacheEntry } from '../src/cache/cache';
import { hashParts } from '../src/private/hash';
import { runTool, toolEnvironment } from '../src/private/process';
import { findUv, uvEnvironment } from '../src/python/uv';

/** What our project is compared with, and what it needs beside it. */
const PEER = '@aws/nx-plugin@0.64.1';
const PACKAGES = [PEER, 'nx@~22.1.3', '@nx/workspace@~22.1.3', 'prettier@^3.6.2'];

const GENERATE = ['g', '@aws/nx-plugin:py#fast-api', '--name=peer-api', '--computeType=ServerlessApiGatewayRestApi', '--auth=IAM', '--iacProvider=CDK', '--no-interactive'];
const PROJECT = 'packages/peer_api';

/** Its module with the Lambda handler. */
export const PEER_HANDLER = 'monorepo_peer_api.main.handler';

/**
 * The bundle of the project that the peer's generator writes, made as its target `bundle` says. The peer comes from npm
 * into a directory that goes away; only the bundle is kept, in the cache.
 */
export function peerBundle(): string {
  const python = benchPython();
  return cacheEntry({
    kind: 'bench-peer',
    key: hashParts({ packages: PACKAGES.join(' '), python: python.version, architecture: hostArchitecture() }),
    what: `making the project of ${PEER}, which takes minutes`,
    verification: 'presence',
    build: (target) => {
      const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-bench-peer-')));
      try {
        makeBundle(scratch, target);
      } finally {
        fs.rmSync(scratch, { recursive: true, force: true });
      }
    },
  }).directory;
}

function makeBundle(scratch: string, target: string): void {
  const python = benchPython();
  const uv = findUv().path;
  const tool = (argv: readonly string[], what: string, env: NodeJS.ProcessEnv): string =>
    runTool(argv, { cwd: scratch, env, what, timeoutSeconds: 1800 });
  fs.writeFileSync(path.join(scratch, 'package.json'), '{ "name": "peer", "private": true }');
  fs.writeFileSync(path.join(scratch, 'nx.json'), '{ "workspaceLayout": { "appsDir": "packages", "libsDir": "packages" } }');
  tool(['npm', 'install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', ...PACKAGES], `install ${PEER}`, toolEnvironment());
  const uvEnv = { ...uvEnvironment(), UV_PYTHON: python.path, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', PATH: `${path.dirname(uv)}${path.delimiter}${process.env.PATH ?? ''}` };
  tool([process.execPath, 'node_modules/nx/bin/nx.js', ...GENERATE], 'generate the project of the peer', uvEnv);

  const name = /^name = "(.+)"$/m.exec(fs.readFileSync(path.join(scratch, PROJECT, 'pyproject.toml'), 'utf8'))?.[1] ?? '';
  const requirements = path.join(scratch, 'requirements.txt');
  const platform = `${hostArchitecture() === 'arm64' ? 'aarch64' : 'x86_64'}-manylinux2014`;
  tool([uv, 'export', '--quiet', '--frozen', '--no-dev', '--no-editable', '--project', PROJECT, '--package', name, '-o', requirements], 'export the packages of the peer', uvEnv);
  tool([
    uv, 'pip', 'install', '--quiet', '--no-deps', '--no-installer-metadata', '--no-compile-bytecode', '--python-platform', platform, '--target', target, '-r', requirements,
  ], 'install the packages of the peer', uvEnv);
}
