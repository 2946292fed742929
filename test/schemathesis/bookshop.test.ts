import { isUtf8 } from 'node:buffer';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { compare } from '../../scripts/demo/comparison';
import { demoEnvironment, newestLambdaPython } from '../../scripts/demo/python-environment';
import type { DemoRequest } from '../../scripts/demo/request';
import { FastApiApp, FastApiHttpApi, FastApiRestApi, IntegrationPattern } from '../../src';
import { runTool, toolEnvironment } from '../../src/private/process';
import { pythonEnvironment, pythonOf } from '../support/fastapi-python';
import { TemporaryProject } from '../support/temporary-project';

/** `SCHEMATHESIS=2000 npx jest test/schemathesis` sends that many requests, `SCHEMATHESIS_SEED` others. */
const CASES = Number(process.env.SCHEMATHESIS ?? 100);
const SEED = Number(process.env.SCHEMATHESIS_SEED ?? 1);

const ENTRY = path.join(__dirname, '..', '..', 'examples', 'bookshop');
const python = newestLambdaPython();
const app = FastApiApp.fromDirectory(ENTRY, { runtime: new Runtime(`python${python.minor}`) });
const project = new TemporaryProject();
afterAll(() => project.remove());

let made: DemoRequest[] | undefined;

/** Requests that fit the app's document, and as many that do not. */
function cases(): DemoRequest[] {
  made ??= makeCases();
  return made;
}

function makeCases(): DemoRequest[] {
  const [document, result] = ['document.json', 'cases.json'].map((name) => path.join(project.entry, name));
  fs.writeFileSync(document, JSON.stringify(app._document.content));
  const interpreter = pythonOf(pythonEnvironment(['schemathesis==4.32.5']));
  runTool([interpreter, path.join(__dirname, 'cases.py'), document, String(CASES), String(SEED), result], { cwd: project.entry, env: toolEnvironment(), what: 'make requests' });
  const written: (Omit<DemoRequest, 'body'> & { base64: string })[] = JSON.parse(fs.readFileSync(result, 'utf8'));
  return written.map(({ base64, ...request }) => ({ ...request, body: Buffer.from(base64, 'base64') }));
}

test.each(['rest', 'http'] as const)(`${CASES} requests to the bookshop as a %s API are answered as by uvicorn (seed ${SEED})`, async (kind) => {
  const assembly = path.join(project.entry, kind);
  const stack = new Stack(new App({ outdir: assembly, analyticsReporting: false }), 'Stack');
  const options = { app, catchAll: true, pattern: IntegrationPattern.SHARED };
  if (kind === 'rest') new FastApiRestApi(stack, 'Bookshop', options);
  else new FastApiHttpApi(stack, 'Bookshop', options);
  (stack.node.root as App).synth();
  const results = await compare({
    assembly,
    // An HTTP API hands JSON on as text, in which what is no UTF-8 has been replaced.
    requests: cases().filter(({ body }) => kind === 'rest' || isUtf8(body)),
    python: demoEnvironment(python, ENTRY),
    entry: ENTRY,
    entrypoint: 'bookshop.main:app',
    environment: (data) => {
      fs.mkdirSync(data, { recursive: true });
      return { BOOKSHOP_DATABASE: path.join(data, 'bookshop.sqlite3') };
    },
    progress: () => undefined,
  });
  expect(results.filter(({ differences }) => differences.length > 0)).toEqual([]);
  expect(results.length).toBeGreaterThan(CASES * 0.8);
  process.stderr.write(`schemathesis: ${results.length} requests to the ${kind} API\n`);
}, 240_000 + CASES * 1000);
