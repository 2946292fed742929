import * as fs from 'fs';
import * as path from 'path';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { processesStarted } from '../../src/private/process';
import { bundleFiles, temporaryCache } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

temporaryCache();
const made: TemporaryProject[] = [];
afterAll(() => made.forEach((project) => project.remove()));

function prebuilt(files: Record<string, string>): TemporaryProject {
  const project = new TemporaryProject(files);
  made.push(project);
  return project;
}
const COMPLETE = { 'pkg/main.py': 'app = None\n', 'tests/kept.txt': '' };
const bundle = (directory: string) => PythonBundling.prebuilt(directory)._bundle({ entry: directory, entrypoint: 'pkg.main:app', runtime: '3.13', architecture: 'x86_64' });

test('a directory is taken as it is, with the shim', () => {
  const project = prebuilt(COMPLETE);
  fs.writeFileSync(path.join(project.entry, 'run.sh'), '', { mode: 0o700 });
  const before = processesStarted();
  const result = bundle(project.entry);
  expect(processesStarted() - before).toBe(0);
  expect(bundleFiles(result)).toEqual(expect.arrayContaining([...Object.keys(COMPLETE), 'run.sh', 'cdk_fastapi_runtime/handler.py']));
  expect(fs.statSync(path.join(result.directory, 'run.sh')).mode & 0o777).toBe(0o755);
  expect(fs.statSync(path.join(result.directory, 'pkg/main.py')).mode & 0o777).toBe(0o644);
  expect(bundle(project.entry)).toEqual(result);
  expect(project.files()).not.toContain('cdk_fastapi_runtime/handler.py');
  project.write({ 'pkg/main.py': 'app = 1\n' });
  expect(bundle(project.entry).hash).not.toBe(result.hash);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['no module', { 'other.py': '' }, /must hold the module of the app, got: .* without pkg\.main$/],
])('refused: %s', (_what, files, message) => {
  expect(() => bundle(prebuilt(files).entry)).toThrow(message);
});

test('refused: a missing directory, a library for another machine, a wheel for another machine', () => {
  expect(() => bundle('/nowhere/at/all')).toThrow('the directory of PythonBundling.prebuilt must exist, got: /nowhere/at/all');
  const project = prebuilt(COMPLETE);
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x7f454c46, 0);
  head.writeUInt16LE(183, 18);
  fs.writeFileSync(path.join(project.entry, 'pkg', 'fast.abi3.so'), head);
  expect(() => bundle(project.entry)).toThrow('must be for x86_64 and Python 3.13, got: pkg/fast.abi3.so (aarch64);');
  const wheel = prebuilt({ ...COMPLETE, 'x-1.dist-info/METADATA': 'Name: X\n', 'x-1.dist-info/WHEEL': 'Tag: cp312-cp312-manylinux_2_28_x86_64\n' });
  expect(() => bundle(wheel.entry)).toThrow('got: x (built as cp312-cp312-manylinux_2_28_x86_64);');
});
