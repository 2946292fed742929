import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { PUBLISHED } from './projects';
import { FastApiApp, FastApiRestApi, IntegrationPattern, PythonBundling } from '../../src';
import { lockTools } from '../support/lock-tools';
import { temporaryCache, testPython } from '../support/projects';
import { TemporaryProject } from '../support/temporary-project';

const tools = lockTools();
const cache = temporaryCache();
beforeAll(() => {
  // The two programs alone: the Python beside them is none to work with.
  const programs = path.join(cache, 'programs');
  fs.mkdirSync(programs);
  for (const name of ['poetry', 'pdm']) fs.symlinkSync(path.join(tools, name), path.join(programs, name));
  process.env.PATH = `${process.env.PATH}${path.delimiter}${programs}`;
});
const here = process.arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;

test.each(PUBLISHED.map((each) => [each.name, each.of.join(', '), each.proves, each] as const))('%s, %s: %s', (_name, _of, _proves, { make, entrypoint, below }) => {
  const made = new TemporaryProject({}, below);
  try {
    make(made);
    const app = FastApiApp.fromDirectory(made.entry, {
      entrypoint: entrypoint ?? 'main:app', architecture: here, bundling: PythonBundling.uv(),
      runtime: Runtime.ALL.find(({ name }) => name === `python${testPython().minor}`),
    });
    const cdk = new App();
    new FastApiRestApi(new Stack(cdk, 'Stack'), 'Api', { app, pattern: IntegrationPattern.SHARED, catchAll: true });
    // The bundle is started here: what cannot be imported is an error.
    cdk.synth();
  } finally {
    made.remove();
  }
}, 600_000);
