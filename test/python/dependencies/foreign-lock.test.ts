import * as fs from 'fs';
import * as path from 'path';
import { BytecodeMode } from '../../../src/bundling/bytecode-mode';
import { PythonBundling } from '../../../src/bundling/python-bundling';
import type { UvBundlingOptions } from '../../../src/bundling/uv-bundling-options';
import { hashFile } from '../../../src/private/hash';
import { runTool, toolEnvironment } from '../../../src/private/process';
import { hostEnvironment } from '../../../src/python/environment';
import { PythonProject } from '../../../src/python/python-project';
import { LocalIndex } from '../../support/local-index';
import { lockTools } from '../../support/lock-tools';
import { bundleFiles, pyproject, smallProject, temporaryCache, testPython, testUv } from '../../support/projects';
import type { TemporaryProject } from '../../support/temporary-project';

const tools = lockTools();
temporaryCache();
const python = testPython();
let index: LocalIndex;
const projects: TemporaryProject[] = [];
const PATH = process.env.PATH ?? '';

beforeAll(async () => {
  index = await LocalIndex.start({ 'inner-thing': ['inner-base'], 'inner-base': [], 'inner-extra': [], 'inner-ops': [], 'setuptools': [] });
  process.env.PATH = `${tools}${path.delimiter}${PATH}`;
});
afterAll(() => {
  process.env.PATH = PATH;
  index.stop();
  projects.forEach((each) => each.remove());
});

function project(files: Record<string, string>, directory?: string): TemporaryProject {
  const made = smallProject(files, directory);
  projects.push(made);
  return made;
}

function packages(entry: string, options: UvBundlingOptions = {}): string[] {
  const request = { entry, entrypoint: 'main:app', runtime: python.minor, architecture: 'arm64' as const };
  const made = PythonBundling.uv({ bytecode: BytecodeMode.OFF, ...options })._bundle(request);
  return bundleFiles(made).flatMap((file) => /^((?:inner|shared)\w+)-[^/]+\.dist-info\/METADATA$/.exec(file)?.[1] ?? []).sort();
}

const poetry = (url: string, more = ''): string => `[tool.poetry]
name = "small-api"
version = "1.0"
description = ""
authors = []
package-mode = false
[tool.poetry.dependencies]
python = ">=3.11"
inner-thing = "*"
inner-extra = { version = "*", optional = true }
${more}
[tool.poetry.extras]
more = ["inner-extra"]
[tool.poetry.group.ops.dependencies]
inner-ops = "*"
[tool.poetry.group.dev.dependencies]
setuptools = "*"
[[tool.poetry.source]]
name = "inner"
url = "${url}"
`;

function lock(made: TemporaryProject): void {
  // Poetry remembers packages by the name of their index, and every run of this test has another one.
  const env = toolEnvironment({ POETRY_CACHE_DIR: path.join(made.root, '..', `${path.basename(made.root)}-cache`) });
  runTool([path.join(tools, 'poetry'), '--no-interaction', 'lock'], { cwd: made.entry, env, what: 'lock with Poetry' });
  fs.rmSync(String(env.POETRY_CACHE_DIR), { recursive: true, force: true });
}

test('a Poetry project is bundled from what Poetry itself exports, with extras and groups, and nothing is written beside it', () => {
  const made = project({ 'pyproject.toml': poetry(index.url) });
  lock(made);
  const files = made.files();
  // Poetry takes groups that are not optional for wanted unless it is told otherwise; `export` leaves them out.
  expect(packages(made.entry)).toEqual(['inner_base', 'inner_thing']);
  expect(packages(made.entry, { extras: ['more'], groups: ['ops'] })).toEqual(['inner_base', 'inner_extra', 'inner_ops', 'inner_thing']);
  const environment = hostEnvironment(PythonProject.inspect(made.entry));
  expect(runTool([environment, '-I', '-c', 'import inner_thing; print(inner_thing.NAME)'], { cwd: made.root, env: toolEnvironment(), what: 'import' }).trim()).toBe('inner-thing');
  expect(made.files()).toEqual(files);
});

test('a package beside a Poetry project is built, and built again after an edit', () => {
  const made = project({ 'pyproject.toml': poetry(index.url, 'shared-lib = { path = "../shared" }') }, 'api');
  const shared = path.join(made.root, 'shared');
  fs.mkdirSync(path.join(shared, 'shared_lib'), { recursive: true });
  fs.writeFileSync(path.join(shared, 'pyproject.toml'), '[project]\nname = "shared-lib"\nversion = "0.1"\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n');
  fs.writeFileSync(path.join(shared, 'backend.py'), BACKEND);
  fs.writeFileSync(path.join(shared, 'shared_lib', '__init__.py'), 'A = 1\n');
  lock(made);
  const before = PythonProject.inspect(made.entry).dependencyHash();
  expect(packages(made.entry)).toEqual(['inner_base', 'inner_thing', 'shared_lib']);
  fs.writeFileSync(path.join(shared, 'shared_lib', '__init__.py'), 'A = 2\n');
  expect(PythonProject.inspect(made.entry).dependencyHash()).not.toBe(before);
});

test('what Poetry does not export is not installed, though a package asks for it', () => {
  const made = project({ 'pyproject.toml': poetry(index.url) });
  lock(made);
  const locked = fs.readFileSync(path.join(made.entry, 'poetry.lock'), 'utf8');
  made.write({ 'poetry.lock': locked.replace(/(name = "inner-base"[\s\S]*?groups = )\["main"\]/, '$1["dev"]') });
  expect(packages(made.entry)).toEqual(['inner_thing']);
  expect(() => hostEnvironment(PythonProject.inspect(made.entry))).not.toThrow();
});

test('a stale lock is refused in the words of Poetry', () => {
  const made = project({ 'pyproject.toml': poetry(index.url) });
  lock(made);
  made.write({ 'pyproject.toml': poetry(index.url, 'inner-new = "*"') });
  expect(() => packages(made.entry)).toThrow(/could not read `poetry.lock` with Poetry; [\s\S]*pyproject.toml changed significantly/);
});

test('a PDM project is bundled from what PDM itself exports, from a copy, since PDM writes beside what it reads', () => {
  const entry = (name: string, groups: string): string =>
    `[[package]]\nname = "${name}"\nversion = "1.0"\nsummary = ""\ngroups = [${groups}]\n` +
    `files = [{file = "${path.basename(index.wheel(name))}", hash = "sha256:${hashFile(path.dirname(index.wheel(name)), path.basename(index.wheel(name))).sha256}"}]\n`;
  const made = project({
    'pyproject.toml': `${pyproject(['inner-thing'], '[project.optional-dependencies]\nmore = ["inner-extra"]\n')}[[tool.pdm.source]]\nname = "pypi"\nurl = "${index.url}"\n`,
    'pdm.lock': '[metadata]\ngroups = ["default", "more"]\nstrategy = ["inherit_metadata"]\nlock_version = "4.5.0"\ncontent_hash = "sha256:0"\n\n' +
      `[[metadata.targets]]\nrequires_python = ">=3.11"\n\n${[entry('inner-base', '"default"'), entry('inner-thing', '"default"'), entry('inner-extra', '"more"')].join('\n')}`,
  });
  const files = made.files();
  expect(packages(made.entry)).toEqual(['inner_base', 'inner_thing']);
  expect(packages(made.entry, { extras: ['more'] })).toEqual(['inner_base', 'inner_extra', 'inner_thing']);
  expect(made.files()).toEqual(files);
});

/** A package beside the project that nothing but its own tool could build. */
function beside(made: TemporaryProject, name: string, code: string): void {
  made.write({
    [`../${name}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "0.1"\n[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n`,
    [`../${name}/backend.py`]: code,
    [`../${name}/shared_lib/__init__.py`]: 'A = 1\n',
  });
}

const UNBUILDABLE = 'def build_wheel(*_, **__): raise SystemExit("for Windows alone")\nprepare_metadata_for_build_wheel = build_wheel\n';

test('packages beside a PDM project are built, but for those that its markers leave out', () => {
  const made = project({
    'pyproject.toml': pyproject(['inner-thing', 'shared-lib @ file:///${PROJECT_ROOT}/../shared', "winlib @ file:///${PROJECT_ROOT}/../win ; sys_platform == 'win32'"], `[[tool.pdm.source]]\nname = "pypi"\nurl = "${index.url}"\n`),
    'pdm.lock': '[metadata]\ngroups = ["default"]\nstrategy = ["inherit_metadata"]\nlock_version = "4.5.0"\ncontent_hash = "sha256:0"\n\n[[metadata.targets]]\nrequires_python = ">=3.11"\n\n'
      + [['inner-base', ''], ['inner-thing', ''], ['shared-lib', 'path = "../shared"\n'], ['winlib', 'path = "../win"\nmarker = "sys_platform == \\"win32\\""\n'], ['inner-extra', 'marker = "python_version < \\"3.12\\""\n']]
        .map(([name, more]) => `[[package]]\nname = "${name}"\nversion = "${more.startsWith('path') ? '0.1' : '1.0'}"\nsummary = ""\ngroups = ["default"]\n${more}`).join('\n'),
  }, 'api');
  beside(made, 'shared', BACKEND);
  beside(made, 'win', UNBUILDABLE);
  const files = made.files();
  expect(packages(made.entry)).toEqual(['inner_base', 'inner_thing', 'shared_lib']);
  expect(made.files()).toEqual(files);
  const before = PythonProject.inspect(made.entry).dependencyHash();
  beside(made, 'shared', `${BACKEND}\n# Another one.\n`);
  expect(PythonProject.inspect(made.entry).dependencyHash()).not.toBe(before);
});

test('a Poetry project that allows one patch of Python has all of its packages, whatever patch is at hand', () => {
  const pin = `${python.minor}.98`;
  const pinned = (version: string): string => poetry(index.url, 'inner-base = { version = "*", platform = "win32" }').replace('">=3.11"', `"${version}"`);
  const made = project({ 'pyproject.toml': pinned('>=3.11') });
  lock(made);
  // Poetry locks with a Python that the project allows, and this machine has none: what it would write.
  made.write({ 'pyproject.toml': pinned(pin) });
  const code = "from poetry.factory import Factory; print(Factory().create_poetry('.').locker._get_content_hash())";
  const hash = runTool([path.join(tools, 'python'), '-c', code], { cwd: made.entry, env: toolEnvironment(), what: 'ask Poetry' }).trim();
  const locked = fs.readFileSync(path.join(made.entry, 'poetry.lock'), 'utf8');
  made.write({ 'poetry.lock': locked.replace(/^content-hash = .*$/m, `content-hash = "${hash}"`).replace(/^python-versions = ">=3.11"$/m, `python-versions = "${pin}"`) });
  expect(packages(made.entry)).toEqual(['inner_base', 'inner_thing']);
  const environment = hostEnvironment(PythonProject.inspect(made.entry));
  expect(runTool([environment, '-I', '-c', 'import inner_thing; print(inner_thing.NAME)'], { cwd: made.root, env: toolEnvironment(), what: 'import' }).trim()).toBe('inner-thing');
});

test('an index of uv\'s own configuration is used, with a lock and without', () => {
  const configured = `${pyproject(['inner-thing'], '[project.optional-dependencies]\nmore = ["inner-extra"]\n[dependency-groups]\nops = ["inner-ops"]\n')}[[tool.uv.index]]\nname = "inner"\nurl = "${index.url}"\n`;
  const made = project({ 'pyproject.toml': configured });
  expect(packages(made.entry, { extras: ['more'] })).toEqual(['inner_base', 'inner_extra', 'inner_thing']);
  runTool([testUv(), 'lock', '--quiet', '--python', python.path], { cwd: made.entry, env: toolEnvironment(), what: 'lock' });
  expect(packages(made.entry, { extras: ['more'], groups: ['ops'] })).toEqual(['inner_base', 'inner_extra', 'inner_ops', 'inner_thing']);

  const listed = project({ 'requirements.txt': 'inner-thing\n', 'uv.toml': `[[index]]\nname = "inner"\nurl = "${index.url}"\n` });
  expect(packages(listed.entry)).toEqual(['inner_base', 'inner_thing']);
});

/** Builds the package beside it without any tool. */
const BACKEND = `
import zipfile
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "shared_lib-0.1-py3-none-any.whl"
    files = {"shared_lib/__init__.py": open("shared_lib/__init__.py").read(),
        "shared_lib-0.1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: shared-lib\\nVersion: 0.1\\n",
        "shared_lib-0.1.dist-info/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
    files["shared_lib-0.1.dist-info/RECORD"] = "".join(f"{path},,\\n" for path in [*files, "shared_lib-0.1.dist-info/RECORD"])
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name
`;
