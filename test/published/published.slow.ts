import { App, Stack } from 'aws-cdk-lib';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { PUBLISHED } from './projects';
import { FastApiApp, FastApiRestApi, IntegrationPattern, PythonBundling } from '../../src';
import { SMALL_APP, smallProject, temporaryCache, testPython } from '../support/projects';

temporaryCache();
const here = process.arch === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;

test.each(PUBLISHED.map((each) => [each.name, each.proves, each] as const))('%s: %s', (_name, _proves, { requirements, uses }) => {
  const made = smallProject({ 'requirements.txt': ['fastapi', ...requirements, ''].join('\n'), 'main.py': `${uses}\n${SMALL_APP}` });
  try {
    const app = FastApiApp.fromDirectory(made.entry, {
      entrypoint: 'main:app', architecture: here, bundling: PythonBundling.uv(),
      runtime: Runtime.ALL.find(({ name }) => name === `python${testPython().minor}`),
    });
    const cdk = new App();
    new FastApiRestApi(new Stack(cdk, 'Stack'), 'Api', { app, pattern: IntegrationPattern.SHARED });
    // The bundle is started here: what cannot be imported is an error.
    cdk.synth();
  } finally {
    made.remove();
  }
}, 600_000);
