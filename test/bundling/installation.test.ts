import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import type { Bundle } from '../../src/bundling/bundle';
import { BytecodeMode } from '../../src/bundling/bytecode-mode';
import { PythonBundling } from '../../src/bundling/python-bundling';
import type { UvBundlingOptions } from '../../src/bundling/uv-bundling-options';
import { runTool, toolEnvironment } from '../../src/private/process';
import { bundleFiles, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';
import { writeWheel } from '../support/wheels';

const cache = temporaryCache();
const python = testPython();
const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

function project(files: Record<string, string>, below?: string): TemporaryProject {
  const made = smallProject(files, below);
  projects.push(made);
  return made;
}

function bundle(made: TemporaryProject, options: UvBundlingOptions = {}, request: Partial<Parameters<PythonBundling['_bundle']>[0]> = {}): Bundle {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  return PythonBundling.uv({ bytecode: BytecodeMode.OFF, ...options })._bundle({ entry: made.entry, entrypoint: 'main:app', runtime: python.minor, architecture, ...request });
}

/** Runs Python where the function would: nothing but the bundle on its path. */
function inBundle(made: Bundle, code: string): string {
  return runTool([python.path, '-S', '-c', code], { cwd: made.directory, env: toolEnvironment({ PYTHONDONTWRITEBYTECODE: '1' }), what: 'run the bundle' }).trim();
}

describe('the records of packages', () => {
  const made = project({ 'requirements.txt': 'idna\nattrs\nsetuptools\npython-dateutil\nclick==8.3.1\n' });

  test('name every file that is there and none that is not: the names are those of an environment', () => {
    const built = bundle(made, { bytecode: BytecodeMode.AUTO });
    const found = inBundle(built, [
      'import importlib.metadata as m, json, pathlib',
      'files = [f for d in m.distributions() for f in d.files]',
      'print(json.dumps([sorted(m.packages_distributions()), [str(f) for f in files if not f.locate().exists()]]))',
    ].join('\n'));
    expect(JSON.parse(found)).toEqual([expect.arrayContaining(['_distutils_hack', 'attr', 'attrs', 'click', 'dateutil', 'idna', 'mangum', 'setuptools', 'uvicorn']), []]);
    const records = bundleFiles(built).filter((file) => file.endsWith('.dist-info/RECORD'));
    expect(records.length).toBeGreaterThan(5);
    const text = records.map((file) => fs.readFileSync(path.join(built.directory, file), 'utf8')).join('');
    for (const machine of [cache, os.homedir(), '.pyc', 'direct_url']) expect(text).not.toContain(machine);
  });

  test('a wheel whose own record is wrong does no harm', () => {
    const odd = project({});
    const wheel = writeWheel(odd.entry, 'odd', { 'odd/__init__.py': 'X = 1\n', 'odd/more.py': '' }, { record: 'odd/__init__.py,,\nodd/gone.py,,\nodd-1.0.dist-info/METADATA,,\nodd-1.0.dist-info/RECORD,,\n' });
    odd.write({ 'requirements.txt': `./${wheel}\n` });
    expect(inBundle(bundle(odd), 'import importlib.metadata as m, odd.more; print([f for f in map(str, m.files("odd")) if "gone" in f], odd.X)')).toBe('[] 1');
  });
});

describe('modes', () => {
  const readable = (built: Bundle): string[] => bundleFiles(built).filter((file) => (fs.statSync(path.join(built.directory, file)).mode & 0o444) !== 0o444);
  const withUmask = <T>(mask: number, work: () => T): T => {
    const before = process.umask(mask);
    try {
      return work();
    } finally {
      process.umask(before);
    }
  };

  test.each([0o027, 0o077])('under the umask %p everyone may read every file, compiled ones too, and the hash is that of any other machine', (mask) => {
    const made = project({ 'requirements.txt': 'six\n', 'tool.sh': '#!/bin/sh\n' });
    fs.chmodSync(path.join(made.entry, 'tool.sh'), 0o700);
    fs.chmodSync(path.join(made.entry, 'main.py'), 0o600);
    const plain = bundle(made, { bytecode: BytecodeMode.REQUIRED });
    process.env.CDK_FASTAPI_CACHE = path.join(cache, `umask-${mask}`);
    try {
      const strict = withUmask(mask, () => bundle(made, { bytecode: BytecodeMode.REQUIRED }));
      expect(readable(strict)).toEqual([]);
      expect(bundleFiles(strict).filter((file) => file.endsWith('.pyc')).length).toBeGreaterThan(3);
      expect(fs.statSync(path.join(strict.directory, 'tool.sh')).mode & 0o777).toBe(0o755);
      expect(fs.statSync(path.join(strict.directory, 'cdk_fastapi_runtime')).mode & 0o777).toBe(0o755);
      expect(strict.hash).toBe(plain.hash);
    } finally {
      process.env.CDK_FASTAPI_CACHE = cache;
    }
  });

  test('a cached bundle with a file that only its owner may read is made again', () => {
    const made = project({ 'requirements.txt': 'six\n', 'x.py': '' });
    const before = bundle(made);
    fs.chmodSync(path.join(before.directory, 'x.py'), 0o600);
    expect(readable(bundle(made))).toEqual([]);
  });
});

describe('wheels', () => {
  test.each([
    ['3.13', 'manylinux_2_34', true], ['3.12', 'manylinux_2_31', true], ['3.14', 'manylinux_2_28', true], ['3.13', 'manylinux_2_35', false], ['3.13', 'musllinux_1_2', false],
    ['3.11', 'manylinux_2_17', true], ['3.11', 'manylinux_2_28', false],
  ])('Python %s takes what is tagged %s: %p', (runtime, tag, taken) => {
    const made = project({});
    const wheel = writeWheel(made.entry, 'native', { 'native.py': '' }, { tag: `py3-none-${tag}_aarch64` });
    made.write({ 'requirements.txt': `./${wheel}\n` });
    const work = (): Bundle => bundle(made, {}, { runtime, architecture: 'arm64' });
    if (taken) expect(bundleFiles(work())).toContain('native.py');
    else expect(work).toThrow(/native/);
  });
});
