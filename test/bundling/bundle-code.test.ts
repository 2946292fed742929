import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bundle } from '../../src/bundling/bundle';
import { bundleCode } from '../../src/bundling/bundle-code';
import { PythonBundling } from '../../src/bundling/python-bundling';
import { bundleFiles, temporaryCache } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

temporaryCache();
const project = new TemporaryProject({ 'main.py': 'app = None\n', 'data/empty.txt': '' });
afterAll(() => project.remove());

const bundle = (): Bundle => PythonBundling.prebuilt(project.entry)._bundle({ entry: project.entry, entrypoint: 'main:app', runtime: '3.13', architecture: 'x86_64' });

/** The directory of the asset, in an assembly of its own. */
function stage(made: Bundle, outdir?: string): string {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Stack');
  new LambdaFunction(stack, 'Function', { code: bundleCode(made), handler: 'main.handler', runtime: Runtime.PYTHON_3_13 });
  const { directory } = app.synth();
  const assets = fs.readdirSync(directory).filter((name) => name.startsWith('asset.'));
  expect(assets).toHaveLength(1);
  return path.join(directory, assets[0]);
}

test('an asset has every file of its bundle, with its mode, and shares the bytes', () => {
  const made = bundle();
  const asset = stage(made);
  expect(bundleFiles({ ...made, directory: asset })).toEqual(bundleFiles(made));
  for (const file of bundleFiles(made)) {
    const [ours, staged] = [made.directory, asset].map((directory) => fs.statSync(path.join(directory, file)));
    expect([file, staged.ino, staged.mode]).toEqual([file, ours.ino, ours.mode]);
  }
  expect(path.basename(stage(made))).toBe(path.basename(asset));
});

test('another content is another asset', () => {
  const before = path.basename(stage(bundle()));
  project.write({ 'main.py': 'app = 1\n' });
  expect(path.basename(stage(bundle()))).not.toBe(before);
});

test('an edit in an assembly does not stay in the cache', () => {
  const asset = stage(bundle());
  const hash = bundle().hash;
  fs.appendFileSync(path.join(asset, 'main.py'), 'print("looked at")\n');
  const again = bundle();
  expect(again.hash).toBe(hash);
  expect(fs.readFileSync(path.join(again.directory, 'main.py'), 'utf8')).toBe('app = 1\n');
  expect(fs.readFileSync(path.join(stage(again), 'main.py'), 'utf8')).toBe('app = 1\n');
});
