import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Buildah } from './buildah';

/**
 * Writes a program that stands where Docker would (`CDK_DOCKER`), and does what the CDK asks it for by buildah: `build` with the images
 * that are here, and `run` with its volumes.
 */
export function dockerProgram(buildah: Buildah): string {
  const file = path.join(buildah.home, 'docker');
  fs.writeFileSync(file, `#!${process.execPath}
const { execFileSync } = require('node:child_process');
const [program, ...store] = ${JSON.stringify(buildah.program)};
const buildah = (args, stdio) => execFileSync(program, [...store, ...args], { stdio: stdio ?? ['ignore', 2, 2], encoding: 'utf8' });
const [verb, ...given] = process.argv.slice(2);
require('node:fs').appendFileSync(__dirname + '/calls', JSON.stringify([verb, ...given]) + '\\n');
/** Options with a value, as both programs have them; the platform is this machine's. */
const VALUED = { '-t': '--tag', '--build-arg': '--build-arg', '-u': '--user', '-v': '--volume', '--env': '--env', '-w': '--workingdir' };
const options = [];
let rest = given;
while (rest[0]?.startsWith('-')) {
  const [option, value] = rest;
  if (option === '--rm') { rest = rest.slice(1); continue; }
  if (VALUED[option]) options.push(VALUED[option], option === '-v' ? value.replace(/:(delegated|cached|consistent)$/, ':rw') : value);
  else if (option !== '--platform') throw new Error('an option that the CDK does not use: ' + option);
  rest = rest.slice(2);
}
if (verb === 'build') {
  buildah(['build', '--isolation', 'chroot', '--pull=never', '--layers', ...options, ...rest]);
} else if (verb === 'run') {
  const [image, ...command] = rest;
  const container = buildah(['from', '--pull-never', image], ['ignore', 'pipe', 2]).trim();
  try {
    buildah(['run', '--isolation', 'chroot', ...options, container, '--', ...command]);
  } finally {
    buildah(['rm', container], ['ignore', 'ignore', 2]);
  }
} else {
  throw new Error('a command that the CDK does not use: ' + verb);
}
`, { mode: 0o755 });
  return file;
}
