// Lints, type-checks and tests the Python of this repository: `node scripts/python-checks.mjs [project …]`.
// Each project gets an environment of its own under .cache/, made by uv, which comes from PyPI.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonBin, uvProgram } from './uv.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache', 'python-checks');

/** Directory of each project, how its development dependencies are named, and its checks. */
const projects = {
  'runtime': { dev: ['--extra', 'dev'], checks: [['ruff', 'check', '.'], ['ruff', 'format', '--check', '.'], ['mypy'], ['pytest', '-q', '--cov', '--cov-report=term-missing:skip-covered']] },
  'examples/bookshop': { dev: ['--group', 'dev'], checks: [['ruff', 'check', '.'], ['ruff', 'format', '--check', '.'], ['mypy'], ['pytest', '-q']] },
};

const wanted = process.argv.slice(2);
const { uv, python } = uvProgram();
for (const [directory, project] of Object.entries(projects)) {
  if (wanted.length > 0 && !wanted.includes(directory)) continue;
  const environment = install(directory, project);
  for (const [tool, ...args] of project.checks) {
    say(`${directory}: ${tool}`);
    run(pythonBin(environment), ['-m', tool, ...args], join(root, directory));
  }
}

function install(directory, project) {
  const environment = join(cache, directory.replaceAll('/', '-'));
  const pyproject = join(root, directory, 'pyproject.toml');
  const stamp = join(environment, '.installed');
  const state = createHash('sha256').update(readFileSync(pyproject)).digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== state) {
    say(`${directory}: installing its development dependencies`);
    run(uv, ['venv', '-q', '--clear', '--no-project', '--python', python, environment]);
    run(uv, ['pip', 'install', '-q', '--python', pythonBin(environment), '-r', pyproject, ...(project.dev[0] === '--group' ? ['--group', `${pyproject}:${project.dev[1]}`] : project.dev)]);
    writeFileSync(stamp, state);
  }
  return environment;
}

function run(program, args, cwd = root) {
  const done = spawnSync(program, args, { cwd, stdio: 'inherit', env: { ...process.env, UV_PYTHON_DOWNLOADS: 'never', PYTHONDONTWRITEBYTECODE: '1', VIRTUAL_ENV: undefined, PYTHONPATH: undefined } });
  if (done.error) fail(`cannot start ${program}: ${done.error.message}`);
  if (done.status !== 0) process.exit(done.status ?? 1);
}

function say(text) {
  process.stderr.write(`python-checks: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
