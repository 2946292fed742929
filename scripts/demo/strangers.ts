import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { compare } from './comparison';
import { demoEnvironment, newestLambdaPython } from './python-environment';
import { isBelowStage, readRequests } from './request';
import { comparisonTable } from './table';
import { FastApiApp, FastApiRestApi, IntegrationPattern } from '../../src';

/**
 * The same way for applications that strangers published on PyPI: each folder of examples/strangers is a project of a few
 * lines that depends on one and imports its app. Exit status 1 where an answer differs from uvicorn's.
 */
async function main(): Promise<number> {
  const root = join(__dirname, '..', '..', 'examples', 'strangers');
  const python = newestLambdaPython(['3.12', '3.13']);
  let differing = 0;
  for (const name of readdirSync(root).filter((folder) => existsSync(join(root, folder, 'requests.json')))) {
    const entry = join(root, name);
    const out = join(__dirname, '..', '..', '.cache', 'strangers', name);
    rmSync(out, { recursive: true, force: true });
    process.stderr.write(`strangers: ${name} on Python ${python.version}\n`);
    const app = new App({ outdir: out, analyticsReporting: false });
    const stack = new Stack(app, 'Stranger');
    new FastApiRestApi(stack, 'Api', {
      app: FastApiApp.fromDirectory(entry, { runtime: new Runtime(`python${python.minor}`) }),
      pattern: IntegrationPattern.SHARED,
      catchAll: true,
    });
    app.synth();
    const results = await compare({
      assembly: out,
      requests: readRequests(join(entry, 'requests.json')),
      python: demoEnvironment(python, entry),
      entry,
      entrypoint: 'main:app',
      environment: (directory) => {
        mkdirSync(directory, { recursive: true });
        return { HOME: directory, TMPDIR: directory };
      },
      belowStage: isBelowStage(join(entry, 'requests.json')),
      progress: () => undefined,
    });
    process.stdout.write(`${name}\n${comparisonTable(results)}\n\n`);
    differing += results.filter((result) => result.differences.length > 0).length;
  }
  return differing === 0 ? 0 : 1;
}

main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  process.stderr.write(`strangers: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
