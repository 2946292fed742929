import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, IntegrationPattern } from '../../src';
import { httpEvent } from '../../src/local/http-event';
import { readApis } from '../../src/local/local-api';
import { readFunctions } from '../../src/local/local-function';
import type { LocalRequest } from '../../src/local/local-request';
import { proxyAnswer } from '../../src/local/proxy-answer';
import { restEvent } from '../../src/local/rest-event';
import { matchRoute } from '../../src/local/route';
import { readTemplates } from '../../src/local/template';
import { pythonEnvironment, pythonOf } from '../support/fastapi-python';
import { LambdaProcess } from '../support/lambda-process';
import { pyproject, smallProject, testPython } from '../support/projects';

const APP = `
from fastapi import FastAPI

app = FastAPI()


@app.get("/boom")
def boom() -> None:
    raise RuntimeError("no such luck")
`;

const project = smallProject({ 'main.py': APP, 'pyproject.toml': pyproject(['fastapi>=0.135']) });
afterAll(() => project.remove());

/** The status and the allowed origin of the app's answer to a page, out of the bundle that the template deploys. */
async function answer(build: (stack: Stack, app: FastApiApp) => FastApiRestApi | FastApiHttpApi, origins: string[]): Promise<unknown[]> {
  const outdir = path.join(project.entry, '..', 'cdk.out');
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), 'Stack');
  build(stack, FastApiApp.fromDirectory(project.entry, { runtime: new Runtime(`python${testPython().minor}`) })).restrictCorsTo('https://a.example', 'https://b.example');
  (stack.node.root as App).synth();
  const [template] = readTemplates(outdir);
  const [api] = readApis(template);
  const [definition] = readFunctions(template).values();
  const python = pythonOf(pythonEnvironment(['awslambdaric']));
  const running = await LambdaProcess.start(definition, { python, log: path.join(outdir, 'log') });
  try {
    const answers = [];
    for (const origin of origins) {
      const request: LocalRequest = { method: 'GET', rawPath: '/boom', rawQuery: '', headers: [['Host', 'api.example'], ['Origin', origin]], body: Buffer.alloc(0), sourceIp: '127.0.0.1' };
      const match = matchRoute(api.routes, 'GET', '/boom')!;
      const context = { apiId: 'abc', stage: api.stage, domainName: 'api.example', allBinary: api.allBinary };
      const { status, headers } = proxyAnswer(await running.invoke(api.kind === 'rest' ? restEvent(request, match, context) : httpEvent(request, match, context)));
      answers.push([status, headers.find(([name]) => name === 'access-control-allow-origin')?.[1]]);
    }
    return answers;
  } finally {
    await running.stop();
  }
}

test.each<[string, (stack: Stack, app: FastApiApp) => FastApiRestApi | FastApiHttpApi]>([
  ['REST', (stack, app) => new FastApiRestApi(stack, 'Api', { app, pattern: IntegrationPattern.SHARED })],
  ['HTTP', (stack, app) => new FastApiHttpApi(stack, 'Api', { app, pattern: IntegrationPattern.SHARED })],
])('an error of the app itself can be read by the pages that `restrictCorsTo` lets in, and by no other: %s', async (_kind, build) => {
  const [first, second, other] = await answer(build, ['https://a.example', 'https://b.example', 'https://evil.example']) as [number, string | undefined][];
  expect([first, second]).toEqual([[500, 'https://a.example'], [500, 'https://b.example']]);
  expect(other[0]).toBe(500);
  expect(other[1]).not.toBe('https://evil.example');
});
