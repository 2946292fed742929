// What no committed file may hold: an address of a package registry, a path of this machine, built output.
// `node scripts/check-files.mjs`, exit status 1 where one does.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Written in pieces, so that this file passes its own check.
const hosts = ['registry.npm' + 'js.org', 'registry.yarn' + 'pkg.com', 'files.python' + 'hosted.org', 'pypi' + '.org/simple', 'repo1.maven' + '.org', 'repo.maven' + '.apache.org', 'static.crates' + '.io', 'index.crates' + '.io'];
const paths = [`${root}/`, `${homedir()}/`].filter((path) => path.length > 2);
const built = /^(lib|dist|node_modules|coverage)\/|\.(pyc|tgz|whl|jar|class)$|(^|\/)(uv\.lock|pylock\.toml|cdk\.out|__pycache__)(\/|$)/;

const listed = spawnSync('git', ['-C', root, 'ls-files', '-z'], { encoding: 'utf8' });
if (listed.status !== 0) {
  process.stderr.write('check-files: needs a git checkout\n');
  process.exit(1);
}
const problems = [];
for (const file of listed.stdout.split('\0').filter(Boolean)) {
  if (built.test(file)) problems.push(`${file}: built output or a lock file with addresses`);
  if (!statSync(join(root, file), { throwIfNoEntry: false })?.isFile()) continue;
  const text = readFileSync(join(root, file), 'utf8');
  for (const host of hosts) if (text.includes(host)) problems.push(`${file}: address of a package registry (${host})`);
  for (const path of paths) if (text.includes(path)) problems.push(`${file}: path of this machine (${path})`);
}
for (const problem of problems) process.stderr.write(`check-files: ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
