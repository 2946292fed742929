import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ANSWERING_APP, ANSWERING_PACKAGES, bufferedAnswers, uvicornAnswers } from './answers';
import { makeBuildImage } from './base-image';
import { Buildah, missingBuildah } from './buildah';
import { dockerProgram } from './docker-program';
import { FastApiApp, FastApiRestApi, PythonBundling, RestApiAuth } from '../../src';
import { lambdaPython } from '../../src/local/lambda-python';
import { runTool, toolEnvironment } from '../../src/private/process';
import { findInterpreters } from '../../src/python/interpreters';
import { LambdaProcess } from '../support/lambda-process';
import { lockTools } from '../support/lock-tools';
import { pyproject, runTestUv, smallProject, temporaryCache } from '../support/projects';
import type { TemporaryProject } from '../support/temporary-project';

const missing = missingBuildah() ?? (fs.existsSync('/usr/bin/rsync') ? undefined : 'rsync is not on this machine');

temporaryCache();

const POETRY = `[tool.poetry]
name = "small-api"
version = "1.2.3"
description = ""
authors = []
[tool.poetry.dependencies]
python = "^3.11"
${ANSWERING_PACKAGES.map((name) => `${name} = "*"`).join('\n')}
`;

(missing === undefined ? describe : describe.skip)(`PythonFunction in its own image${missing === undefined ? '' : ` (left out: ${missing})`}`, () => {
  // The oldest Python that makes environments, which Debian's own does not: the versions of Poetry and uv in the construct's Dockerfile are years old.
  const python = findInterpreters().filter(({ path: program }) => spawnSync(program, ['-c', 'import ensurepip; assert ensurepip._WHEEL_PKG_DIR in (None, "")']).status === 0)
    .sort((a, b) => a.minor.localeCompare(b.minor))[0];
  const files = { 'main.py': ANSWERING_APP, 'data.txt': 'a file\n' };
  const plain = smallProject({ ...files, 'pyproject.toml': pyproject(ANSWERING_PACKAGES) });
  const { CDK_DOCKER: before, PATH: paths } = process.env;
  const made: TemporaryProject[] = [plain];
  let buildah: Buildah;
  let expected: unknown;

  beforeAll(async () => {
    buildah = new Buildah();
    makeBuildImage(buildah, python);
    process.env.CDK_DOCKER = dockerProgram(buildah);
    // The app of a project with a `poetry.lock` is read with Poetry.
    process.env.PATH = [lockTools(), paths].join(path.delimiter);
    runTestUv(plain.entry, 'sync', '--quiet');
    expected = await uvicornAnswers(plain.entry);
  }, 600_000);
  afterAll(() => {
    if (before === undefined) delete process.env.CDK_DOCKER;
    else process.env.CDK_DOCKER = before;
    process.env.PATH = paths;
    made.forEach((each) => each.remove());
    buildah.remove();
  });

  function project(more: Record<string, string>): TemporaryProject {
    const each = smallProject({ ...files, ...more });
    made.push(each);
    return each;
  }

  test.each<[string, (entry: string) => void, Record<string, string>]>([
    ['requirements.txt', () => undefined, { 'requirements.txt': `${ANSWERING_PACKAGES.join('\n')}\n` }],
    ['uv.lock', (entry) => runTestUv(entry, 'lock', '--quiet'), { 'pyproject.toml': pyproject(ANSWERING_PACKAGES) }],
    ['poetry.lock', (entry) => void runTool([path.join(lockTools(), 'poetry'), 'lock', '--no-interaction'], { cwd: entry, env: toolEnvironment(), what: 'write the lock of Poetry' }), { 'pyproject.toml': POETRY }],
  ])('with %s: its own Dockerfile and commands run, and the function answers as uvicorn does', async (_, lock, more) => {
    const { entry, root } = project(more);
    lock(entry);
    const app = new App({ outdir: path.join(root, 'cdk.out'), analyticsReporting: false });
    const stack = new Stack(app, 'Docker');
    const runtime = new lambda.Runtime(`python${python.minor}`, lambda.RuntimeFamily.PYTHON);
    const fastApi = FastApiApp.fromDirectory(entry, { entrypoint: 'main:app', runtime, bundling: PythonBundling.docker() });
    new FastApiRestApi(stack, 'Api', { app: fastApi, auth: RestApiAuth.none() });
    app.synth();
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
    const directory = path.join(app.outdir, `asset.${Properties.Code.S3Key.replace(/\.zip$/, '')}`);
    expect(fs.readdirSync(directory)).toEqual(expect.arrayContaining(['main.py', 'data.txt', 'fastapi', 'orjson', 'cdk_fastapi_runtime', '__pycache__']));
    const process = await LambdaProcess.start(
      { logicalId: 'Docker', directory, handler: Properties.Handler, timeoutSeconds: 60, environment: { CDK_FASTAPI_APP: 'main:app' } },
      { python: lambdaPython(python.minor), log: path.join(buildah.home, 'log') },
    );
    try {
      expect(await bufferedAnswers(process)).toEqual(expected);
    } finally {
      await process.stop();
    }
  }, 900_000);
});
