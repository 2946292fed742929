// Finds a Python and installs uv from PyPI under .cache/, for the scripts beside this one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache', 'uv');
const windows = process.platform === 'win32';

/** The interpreter of a virtual environment. */
export function pythonBin(environment) {
  return windows ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
}

/** uv, and the newest Python of this machine that the checks run on. */
export function uvProgram() {
  const python = findPython();
  const uv = windows ? join(cache, 'Scripts', 'uv.exe') : join(cache, 'bin', 'uv');
  if (!existsSync(uv)) {
    mkdirSync(cache, { recursive: true });
    process.stderr.write('installing uv from PyPI\n');
    run(python, ['-m', 'venv', cache]);
    run(pythonBin(cache), ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', 'uv']);
  }
  return { uv, python };
}

/** The newest Python of this machine that the checks run on. */
export function findPython() {
  const names = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];
  const places = [process.env.CDK_FASTAPI_PYTHON, ...pyenv(), ...names].filter(Boolean);
  for (const candidate of places) {
    const asked = spawnSync(candidate, ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' });
    if (asked.stdout?.trim() === 'True') return candidate;
  }
  process.stderr.write(`Python 3.11 or newer is needed, tried: ${places.join(', ')}; install it, or name it in CDK_FASTAPI_PYTHON\n`);
  return process.exit(1);
}

function pyenv() {
  const asked = spawnSync('pyenv', ['versions', '--bare'], { encoding: 'utf8' });
  const where = spawnSync('pyenv', ['root'], { encoding: 'utf8' });
  if (asked.status !== 0 || where.status !== 0) return [];
  const versions = asked.stdout.split('\n').map((version) => version.trim()).filter((version) => /^3\.1[1-3]\.\d+$/.test(version)).sort().reverse();
  return versions.map((version) => join(where.stdout.trim(), 'versions', version, 'bin', windows ? 'python.exe' : 'python'));
}

function run(program, args) {
  const done = spawnSync(program, args, { stdio: 'inherit' });
  if (done.status !== 0) process.exit(done.status ?? 1);
}
