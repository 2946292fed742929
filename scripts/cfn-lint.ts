import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import * as src from '../src';
import { cacheDirectory } from '../src/cache/cache-directory';
import { findInterpreters } from '../src/python/interpreters';
import { findUv, runUv } from '../src/python/uv';

/**
 * Synthesizes every document of the corpus, shared and with catch-all, as a REST and as an HTTP API, three documents also with a
 * function per operation in nested stacks, and has cfn-lint look at the templates. `npx ts-node -P tsconfig.dev.json scripts/cfn-lint.ts`; exit status 1 where it finds an error.
 */
const ROOT = join(__dirname, '..');
const CORPUS = process.env.CORPUS_DIR ?? join(ROOT, '..', 'shared', 'corpus');
/** With more than sixty operations each, so that their functions stand in nested stacks; more of them would take minutes and tell nothing new. */
const ISOLATED = 3;
const ISOLATED_OPERATIONS = { from: 61, to: 150 };
const LIMIT = 1_000_000; // bytes of a template that CloudFormation takes

function main(): number {
  if (!existsSync(join(CORPUS, 'docs'))) {
    process.stderr.write(`cfn-lint: skipped, no corpus at ${CORPUS}\n`);
    return 0;
  }
  const lint = cfnLint();
  const work = mkdtempSync(join(tmpdir(), 'cdk-fastapi-cfn-lint-'));
  const files: string[] = [];
  let isolated = 0;
  for (const file of readdirSync(join(CORPUS, 'docs')).sort()) {
    const document = JSON.parse(gunzipSync(readFileSync(join(CORPUS, 'docs', file))).toString('utf8'));
    if (document.swagger !== undefined) continue; // refused, as the tests show
    const name = file.replace('.openapi.json.gz', '');
    files.push(...synthesize(work, name, document));
    if (isolated < ISOLATED && isLarge(document)) {
      isolated++;
      files.push(...synthesize(work, `${name}-isolated`, document, src.IntegrationPattern.ISOLATED));
    }
  }
  process.stderr.write(`cfn-lint: looking at ${files.length} templates\n`);
  // W and I are advice; E3002 and the like are what CloudFormation would refuse.
  const done = spawnSync(lint, ['--ignore-checks', 'W', 'I', '--regions', 'us-east-1', '--', ...files], { stdio: 'inherit' });
  rmSync(work, { recursive: true, force: true });
  return done.status ?? 1;
}

function isLarge(document: Record<string, unknown>): boolean {
  const methods = Object.values(document.paths ?? {}).flatMap((item) => Object.keys(item).filter((key) => /^(get|put|post|delete|patch|head|options)$/.test(key)));
  return methods.length >= ISOLATED_OPERATIONS.from && methods.length <= ISOLATED_OPERATIONS.to;
}

function synthesize(work: string, name: string, document: Record<string, unknown>, pattern = src.IntegrationPattern.SHARED): string[] {
  const prebuilt = join(work, 'bundle');
  mkdirSync(prebuilt, { recursive: true });
  writeFileSync(join(prebuilt, 'main.py'), '');
  const app = new App({ outdir: join(work, name), analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
  const project = src.FastApiApp.fromDirectory(prebuilt, {
    entrypoint: 'main:app',
    openApi: src.OpenApiSource.fromDocument(document),
    bundling: src.PythonBundling.prebuilt(prebuilt),
  });
  const kinds = { Rest: src.FastApiRestApi, Http: src.FastApiHttpApi };
  const stacks = Object.entries(kinds).map(([kind, Api]) => {
    const stack = new Stack(app, `${kind}-${name}`.replace(/[^A-Za-z0-9-]/g, '-'), { env: { account: '123456789012', region: 'us-east-1' } });
    new Api(stack, 'Api', { app: project, pattern, catchAll: true });
    return stack;
  });
  app.synth();
  const nested = readdirSync(join(work, name)).filter((file) => file.endsWith('.nested.template.json'));
  return [...stacks.map((stack) => stack.templateFile), ...nested].map((file) => join(work, name, file)).filter(fits);
}

function fits(template: string): boolean {
  const bytes = readFileSync(template).length;
  if (bytes > LIMIT) process.stderr.write(`cfn-lint: ${template} has ${bytes} bytes, more than CloudFormation takes: not looked at\n`);
  return bytes <= LIMIT;
}

/** cfn-lint in an environment of its own. */
function cfnLint(): string {
  const environment = join(cacheDirectory(), 'cfn-lint');
  const program = join(environment, process.platform === 'win32' ? 'Scripts\\cfn-lint.exe' : 'bin/cfn-lint');
  if (!existsSync(program)) {
    const uv = findUv();
    runUv(uv, ['venv', '--clear', '--no-project', '--python', findInterpreters()[0].path, environment], { cwd: ROOT, what: 'make the environment of cfn-lint' });
    runUv(uv, ['pip', 'install', '--python', environment, 'cfn-lint'], { cwd: ROOT, what: 'install cfn-lint' });
  }
  return program;
}

process.exitCode = main();
