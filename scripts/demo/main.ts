import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { describeAssembly, type AssemblyFacts } from './assembly-facts';
import { compare, unreached, type Compared } from './comparison';
import { demoEnvironment, newestLambdaPython } from './python-environment';
import { readRequests } from './request';
import { comparisonTable } from './table';
import { BookshopStack } from '../../examples/typescript/bookshop-stack';
import { FastApiError } from '../../src/private/errors';

const ROOT = join(__dirname, '..', '..');
const ENTRY = join(ROOT, 'examples', 'bookshop');

const HELP = `usage: npm run demo [-- --json]

Synthesizes the example of examples/typescript, then takes every operation of its template, sends the event that API
Gateway would make to the very bundle of the cloud assembly, and compares the answer with that of uvicorn.

  --json  print the results for programs
  --help  print this

Exit status 1 where an answer differs or an operation was not reached.
`;

interface Outcome {
  readonly python: string;
  readonly synthSeconds: number;
  readonly secondSynthSeconds: number;
  readonly assembly: AssemblyFacts;
  readonly results: readonly Compared[];
  readonly unreached: readonly string[];
}

async function run(): Promise<Outcome> {
  const python = newestLambdaPython();
  say(`running the bundle on Python ${python.version}`);
  const environment = demoEnvironment(python, ENTRY);
  const out = join(ROOT, '.cache', 'demo', 'cdk.out');
  say('synthesizing examples/typescript');
  const synthSeconds = synthesize(out, python.minor);
  const secondSynthSeconds = synthesize(join(ROOT, '.cache', 'demo', 'cdk.out.2'), python.minor);
  const results = await compare({
    assembly: out,
    requests: readRequests(join(ENTRY, 'requests.json')),
    python: environment,
    entry: ENTRY,
    entrypoint: 'bookshop.main:app',
    environment: (directory) => {
      mkdirSync(directory, { recursive: true });
      return { BOOKSHOP_DATABASE: join(directory, 'bookshop.sqlite3') };
    },
    progress: (done, all, what) => say(`[${done}/${all}] ${what}`),
  });
  return { python: python.version, synthSeconds, secondSynthSeconds, assembly: describeAssembly(out), results, unreached: unreached(out, results) };
}

function synthesize(out: string, minor: string): number {
  rmSync(out, { recursive: true, force: true });
  const began = process.hrtime.bigint();
  const app = new App({ outdir: out, analyticsReporting: false });
  new BookshopStack(app, 'Bookshop', { runtime: new Runtime(`python${minor}`) });
  app.synth();
  return Number((process.hrtime.bigint() - began) / 1_000_000n) / 1000;
}

function say(text: string): void {
  process.stderr.write(`demo: ${text}\n`);
}

function print(outcome: Outcome): void {
  const { assembly } = outcome;
  const lines = [
    '',
    comparisonTable(outcome.results),
    '',
    `Python ${outcome.python}; ${assembly.routes} routes, ${assembly.functions} functions, ${assembly.resources} resources, template ${assembly.templateKilobytes} KB`,
    `bundle ${assembly.bundleMegabytes} MB unzipped; first synth ${outcome.synthSeconds} s, unchanged synth ${outcome.secondSynthSeconds} s`,
    ...outcome.unreached.map((route) => `not reached: ${route}`),
    verdict(outcome),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function verdict({ results, unreached: missing }: Outcome): string {
  const differing = results.filter((result) => result.differences.length > 0).length;
  return differing + missing.length === 0
    ? `all ${results.length} answers are the same as uvicorn's`
    : `${differing} of ${results.length} answers differ, ${missing.length} operations were not reached`;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = args.filter((arg) => arg !== '--json');
  if (unknown.length > 0) {
    process.stderr.write(`demo: unknown argument ${unknown.join(' ')}\n${HELP}`);
    return 2;
  }
  const outcome = await run();
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
  else print(outcome);
  return outcome.unreached.length + outcome.results.filter((result) => result.differences.length > 0).length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error: unknown) => {
  say(FastApiError.isFastApiError(error) ? error.message : String(error instanceof Error ? error.stack : error));
  process.exitCode = 1;
});
