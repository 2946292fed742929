import * as lambda from 'aws-cdk-lib/aws-lambda';
import { makeAdapterImage, makeBaseImage } from './base-image';
import { Buildah, missingBuildah } from './buildah';
import { synthesizeImage } from './image-app';
import { FastApiApp, PythonBundling } from '../../src';
import { SMALL_APP, smallProject, temporaryCache, testPython } from '../support/projects';

const missing = missingBuildah();

temporaryCache();

(missing === undefined ? describe : describe.skip)(`images that are built${missing === undefined ? '' : ` (left out: ${missing})`}`, () => {
  const python = testPython();
  const project = smallProject({ 'main.py': SMALL_APP, 'requirements.txt': 'fastapi\n' });
  let buildah: Buildah;

  beforeAll(() => {
    buildah = new Buildah();
    makeBaseImage(buildah, python);
    makeAdapterImage(buildah, undefined);
  }, 300_000);
  afterAll(() => {
    buildah.remove();
    project.remove();
  });

  test('of another Python than the functions have fail to build, and say why', () => {
    const other = python.minor === '3.12' ? '3.11' : '3.12';
    buildah.run('tag', `public.ecr.aws/lambda/python:${python.minor}`, 'registry.example/own-base:1');
    const app = FastApiApp.fromDirectory(project.entry, {
      runtime: new lambda.Runtime(`python${other}`, lambda.RuntimeFamily.PYTHON), bundling: PythonBundling.image({ baseImage: 'registry.example/own-base:1', verify: false }),
    });
    const { directory } = app._bundle.image!;
    expect(() => buildah.build(directory, 'wrong')).toThrow(`the base image must have Python ${other} as python3, got: ${python.minor}`);
  }, 300_000);

  test('have what the instructions of their user make, before and after', () => {
    const { context } = synthesizeImage(project, python, { linesBefore: ['RUN ["touch", "/before"]', 'ENV FROM_USER=1'], linesAfter: ['RUN ["mkdir", "/var/after"]'] });
    buildah.build(context, 'lines');
    const container = buildah.container('lines');
    expect(buildah.run('run', '--isolation', 'chroot', container, '--', '/bin/ls', '-d', '/before', '/var/after', '/var/task/main.py', '/var/task/fastapi').split('\n'))
      .toEqual(['/before', '/var/after', '/var/task/fastapi', '/var/task/main.py']);
    expect(buildah.config('lines').Env).toContain('FROM_USER=1');
  }, 300_000);
});
