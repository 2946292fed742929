import * as fs from 'fs';
import * as path from 'path';
import type { Bundle } from '../../../src/bundling/bundle';
import { BytecodeMode } from '../../../src/bundling/bytecode-mode';
import { PythonBundling } from '../../../src/bundling/python-bundling';
import { runTool, toolEnvironment } from '../../../src/private/process';
import { hostEnvironment } from '../../../src/python/environment';
import { PythonProject } from '../../../src/python/python-project';
import { bundleFiles, runTestUv, smallProject, temporaryCache, testPython } from '../../support/projects';
import type { TemporaryProject } from '../../support/temporary-project';

temporaryCache();
const python = testPython();
const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

/** Builds a wheel of one module without any tool; `{tag}` says what it claims to be. */
const BACKEND = `
import zipfile
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    {before}
    name = "{module}-1.0-{tag}.whl"
    files = {"{module}.py": "NAME = 1\\n",
        "{module}-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: {module}\\nVersion: 1.0\\n",
        "{module}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nTag: {tag}\\n"}
    files["{module}-1.0.dist-info/RECORD"] = "".join(f"{path},,\\n" for path in [*files, "{module}-1.0.dist-info/RECORD"])
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name
`;

/** A project whose index has nothing but sources. */
function project(packages: Record<string, { readonly tag: string; readonly before?: string }>, requirements: string): TemporaryProject {
  const made = smallProject({ 'requirements.txt': requirements, 'uv.toml': 'find-links = ["./sources"]\n' });
  projects.push(made);
  for (const [module, { tag, before = 'pass' }] of Object.entries(packages)) {
    const root = `${module}-1.0`;
    made.write({
      [`${root}/pyproject.toml`]: `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "${module}"\nversion = "1.0"\n`,
      [`${root}/PKG-INFO`]: `Metadata-Version: 2.2\nName: ${module}\nVersion: 1.0\n`,
      [`${root}/backend.py`]: BACKEND.replaceAll('{module}', module).replaceAll('{tag}', tag).replaceAll('{before}', before),
    });
    fs.mkdirSync(path.join(made.entry, 'sources'), { recursive: true });
    const pack = ['-c', 'import sys, tarfile\nwith tarfile.open(sys.argv[1], "w:gz") as archive: archive.add(sys.argv[2])', `sources/${root}.tar.gz`, root];
    runTool([python.path, ...pack], { cwd: made.entry, env: toolEnvironment(), what: 'pack a source' });
    fs.rmSync(path.join(made.entry, root), { recursive: true });
  }
  return made;
}

function bundle(made: TemporaryProject): Bundle {
  return PythonBundling.uv({ bytecode: BytecodeMode.OFF })._bundle({ entry: made.entry, entrypoint: 'main:app', runtime: python.minor, architecture: 'arm64' });
}

const PURE = 'py3-none-any';
const NATIVE = `cp${python.minor.replace('.', '')}-cp${python.minor.replace('.', '')}-linux_aarch64`;

test('plain Python without a wheel is built from its source, several of them, whatever lists them', () => {
  const made = project({ unshipped_first: { tag: PURE }, unshipped_second: { tag: PURE } }, 'unshipped-first\nunshipped-second\n');
  expect(bundleFiles(bundle(made))).toEqual(expect.arrayContaining(['unshipped_first.py', 'unshipped_second.py']));

  runTestUv(made.entry, 'pip', 'compile', '--quiet', '--generate-hashes', '--no-header', 'requirements.txt', '-o', 'hashed.txt');
  made.write({ 'requirements.txt': fs.readFileSync(path.join(made.entry, 'hashed.txt'), 'utf8') });
  expect(bundleFiles(bundle(made))).toEqual(expect.arrayContaining(['unshipped_first.py', 'unshipped_second.py']));

  runTestUv(made.entry, 'pip', 'compile', '--quiet', '--format', 'pylock.toml', 'requirements.txt', '-o', 'pylock.toml');
  expect(bundleFiles(bundle(made))).toEqual(expect.arrayContaining(['unshipped_first.py', 'unshipped_second.py']));
});

test('what has compiled parts is refused: they are made for this machine', () => {
  const made = project({ unshipped_plain: { tag: PURE }, unshipped_native: { tag: NATIVE } }, 'unshipped-native\nunshipped-plain\n');
  expect(() => bundle(made)).toThrow(
    new RegExp(`^a package with compiled parts must have a wheel for arm64 and Python ${python.minor}, got: unshipped-native without one; .*\`PythonBundling.docker\\(\\)\``),
  );
});

test('what cannot be built is named first, for the bundle and for reading, with the Python that it was built for', () => {
  const made = project({ unshipped_broken: { tag: PURE, before: 'print("line\\n" * 60); raise SystemExit("no compiler")' } }, 'unshipped-broken\n');
  const rule = (target: string) => new RegExp(`^every package must have a wheel for ${target}, or be built from source here, got: unshipped-broken==1\\.0, which is not; .*\`runtime\`[\\s\\S]*no compiler`);
  expect(() => bundle(made)).toThrow(rule(`arm64 and Python ${python.minor}`));
  expect(() => hostEnvironment(PythonProject.inspect(made.entry))).toThrow(rule(`Python ${python.minor}`));
});
