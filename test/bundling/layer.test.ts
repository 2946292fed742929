import * as fs from 'fs';
import * as path from 'path';
import type { Bundle } from '../../src/bundling/bundle';
import { checkSize } from '../../src/bundling/bundle-size';
import { DependencyPlacement } from '../../src/bundling/dependency-placement';
import { layerPackages } from '../../src/bundling/lambda-paths';
import { PythonBundling } from '../../src/bundling/python-bundling';
import type { UvBundlingOptions } from '../../src/bundling/uv-bundling-options';
import { listFiles } from '../../src/private/hash';
import { runTool, toolEnvironment } from '../../src/private/process';
import { bundleFiles, runTestUv, SMALL_APP, smallProject, temporaryCache, testPython } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

temporaryCache();
const python = testPython();
const PLACE = layerPackages(python.minor);
const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

const projects: TemporaryProject[] = [];
afterAll(() => projects.forEach((each) => each.remove()));

function project(files: Record<string, string>): TemporaryProject {
  const made = smallProject(files);
  projects.push(made);
  return made;
}

function bundle({ entry }: TemporaryProject, options: UvBundlingOptions = {}): Bundle {
  return PythonBundling.uv({ dependencies: DependencyPlacement.LAYER, ...options })._bundle({ entry, entrypoint: 'main:app', runtime: python.minor, architecture });
}

function layerFiles(made: Bundle): string[] {
  return listFiles(made.layer!.directory);
}

const REQUIREMENTS = 'fastapi\npydantic\n';

describe('a bundle with its packages in a layer', () => {
  test('holds the application and the shim alone, and an edit changes nothing of the layer', () => {
    const app = project({ 'requirements.txt': REQUIREMENTS });
    const first = bundle(app);
    expect(bundleFiles(first).filter((file) => !file.startsWith('cdk_fastapi_runtime/'))).toEqual([expect.stringMatching(/^__pycache__\/main\./), 'main.py', 'requirements.txt']
      .filter((file) => first.bytecode.compiled || file === 'main.py' || file === 'requirements.txt'));
    expect(layerFiles(first)).toEqual(expect.arrayContaining([`${PLACE}/fastapi/__init__.py`, `${PLACE}/uvicorn/__init__.py`]));
    expect(layerFiles(first).every((file) => file.startsWith(`${PLACE}/`))).toBe(true);

    app.write({ 'main.py': `${SMALL_APP}# edited\n` });
    const edited = bundle(app);
    expect(edited.hash).not.toBe(first.hash);
    expect(edited.layer).toEqual(first.layer);
  });

  test('is as large as one without a layer, and counts both', () => {
    const app = project({ 'requirements.txt': REQUIREMENTS });
    const layered = bundle(app);
    const whole = bundle(app, { dependencies: DependencyPlacement.PACKAGE });
    expect(layered.files).toBe(whole.files);
    const own = bundleFiles(layered).reduce((sum, file) => sum + fs.statSync(path.join(layered.directory, file)).size, 0);
    expect(layered.bytes).toBe(own + layered.layer!.bytes);
    expect(layered.packages.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(layered.bytes);
    expect(layered.packages.map(({ name }) => name).sort()).toEqual(whole.packages.map(({ name }) => name).sort());
    // What is compiled names the place where it will be.
    const paths = Buffer.byteLength(`/opt/${PLACE}`) - Buffer.byteLength('/var/task');
    expect(layered.bytes - whole.bytes).toBeGreaterThanOrEqual(0);
    expect(layered.bytes - whole.bytes).toBeLessThan(whole.files * paths * 40);
  });

  test('is compiled for where the layer is mounted', () => {
    const made = bundle(project({ 'requirements.txt': REQUIREMENTS }));
    const ask = 'import marshal, sys\nfor name in sys.argv[1:]: print(marshal.loads(open(name, "rb").read()[16:]).co_filename)';
    const compiled = (directory: string, file: string): string => path.join(directory, path.dirname(file), '__pycache__', `${path.basename(file, '.py')}.cpython-${python.minor.replace('.', '')}.pyc`);
    const files = [compiled(made.layer!.directory, `${PLACE}/fastapi/applications.py`), compiled(made.directory, 'main.py')];
    const out = runTool([python.path, '-c', ask, ...files], { cwd: made.directory, env: toolEnvironment(), what: 'read bytecode' });
    expect(out.trim().split('\n')).toEqual([`/opt/${PLACE}/fastapi/applications.py`, '/var/task/main.py']);
  });

  test('keeps what shares a package with the application beside it, with all that came with it', () => {
    const app = project({
      'pyproject.toml': '[project]\nname = "company-api"\nversion = "1"\ndependencies = ["fastapi", "company-common"]\nrequires-python = ">=3.11"\n[tool.uv.sources]\ncompany-common = { path = "common" }\n',
      'common/pyproject.toml': '[project]\nname = "company-common"\nversion = "2"\n[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n[tool.uv.build-backend]\nmodule-name = "company.common"\nmodule-root = ""\nnamespace = true\n',
      'common/company/common/__init__.py': 'VALUE = 7\n',
      'company/__init__.py': '',
      'company/api.py': 'from company.common import VALUE\n',
      'main.py': `${SMALL_APP}\nfrom company.api import VALUE\n`,
    });
    runTestUv(app.entry, 'lock', '--quiet');
    const made = bundle(app);
    const beside = bundleFiles(made);
    expect(beside).toEqual(expect.arrayContaining(['company/__init__.py', 'company/common/__init__.py', 'company_common-2.dist-info/METADATA']));
    expect(layerFiles(made).some((file) => /company/.test(file))).toBe(false);
    const environment = toolEnvironment({ PYTHONPATH: path.join(made.layer!.directory, PLACE), PYTHONDONTWRITEBYTECODE: '1' });
    expect(runTool([python.path, '-S', '-c', 'import main; print(main.VALUE)'], { cwd: made.directory, env: environment, what: 'import' })).toBe('7\n');
  });

  test('is found again without a process, and made again where the cache was damaged', () => {
    const app = project({ 'requirements.txt': REQUIREMENTS });
    const first = bundle(app);
    const file = path.join(first.layer!.directory, PLACE, 'fastapi', '__init__.py');
    expect(bundle(app)).toMatchObject({ hash: first.hash, layer: first.layer });
    fs.writeFileSync(file, 'broken = 1\n');
    expect(bundle(app).layer).toEqual(first.layer);
    expect(fs.readFileSync(file, 'utf8')).not.toContain('broken');
  });

  test('is refused where package and layer together are too large', () => {
    expect(() => checkSize(251 * 1024 * 1024, [{ name: 'torch', bytes: 200 * 1024 * 1024 }, { name: 'pandas', bytes: 51 * 1024 * 1024 }]))
      .toThrow('a bundle must not be larger than 250.0 MB unzipped, got: 251.0 MB; the largest parts are torch (200.0 MB), pandas (51.0 MB); remove dependencies, name files in `exclude`, or use `PythonBundling.image()`');
  });

  test('says what becomes of its versions only where there is a layer', () => {
    expect(() => PythonBundling.uv({ layerRemovalPolicy: 'retain' as never })).toThrow('`layerRemovalPolicy` of PythonBundling.uv needs `dependencies: DependencyPlacement.LAYER`, got: no layer');
  });
});
