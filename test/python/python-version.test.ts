import { PythonProject } from '../../src/python/python-project';
import { checkPython, defaultPython } from '../../src/python/python-version';
import { pyproject } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

const made: TemporaryProject[] = [];
afterAll(() => made.forEach((project) => project.remove()));

function inspect(files: Record<string, string>): PythonProject {
  const project = new TemporaryProject(files);
  made.push(project);
  return PythonProject.inspect(project.entry);
}

test.each<[string, Record<string, string>, string]>([
  ['the newest where nothing is said', {}, '3.14'],
  ['the newest that requires-python allows', { 'pyproject.toml': pyproject([], '', '>=3.11,<3.13') }, '3.12'],
  ['that of .python-version', { '.python-version': '3.12\n' }, '3.12'],
  ['that of .python-version with a patch', { '.python-version': '# why\ncpython-3.13.1\n3.12\n' }, '3.13'],
  ['that of pylock.toml', { 'pylock.toml': 'lock-version = "1.0"\nrequires-python = "<3.12"\n' }, '3.11'],
])('the default is %s', (_what, files, want) => {
  expect(defaultPython(inspect(files))).toBe(want);
});

test.each<[Record<string, string>, RegExp]>([
  [{ '.python-version': '3.10' }, /^`\.python-version` of the project must name a Python that Lambda runs \(3\.11, 3\.12, 3\.13, 3\.14\), got: 3\.10; change it or set `runtime`$/],
  [{ 'pyproject.toml': pyproject([], '', '<3.11') }, /allows none of the Pythons that Lambda runs .*, got: <3\.11$/],
  [{ '.python-version': '3.12', 'pyproject.toml': pyproject([], '', '>=3.13') }, /must be a Python that the project allows \(`requires-python` = >=3\.13\), got: 3\.12/],
])('refused: %p', (files, message) => {
  expect(() => defaultPython(inspect(files))).toThrow(message);
});

test('a Python that is not tested yet is taken where the project says so, and never chosen where a tested one will do', () => {
  const known = ['3.11', '3.12', '3.13', '3.14', '3.15', '3.16'];
  expect(defaultPython(inspect({}), known)).toBe('3.14');
  expect(defaultPython(inspect({ '.python-version': '3.15' }), known)).toBe('3.15');
  expect(defaultPython(inspect({ 'pyproject.toml': pyproject([], '', '>=3.15') }), known)).toBe('3.15');
  expect(() => defaultPython(inspect({ '.python-version': '3.17' }), known)).toThrow(/\(3\.11, 3\.12, 3\.13, 3\.14, 3\.15, 3\.16\), got: 3\.17/);
});

test('a version is checked against the project', () => {
  const project = inspect({ 'pyproject.toml': pyproject([], '', '>=3.12') });
  expect(() => checkPython(project, '3.12')).not.toThrow();
  expect(() => checkPython(project, '3.11')).toThrow('got: 3.11');
});
