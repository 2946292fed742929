import * as fs from 'node:fs';
import * as path from 'node:path';
import { hostArchitecture } from './bundles';
import { installed } from './machine';
import { benchPython, interleave, listingProcesses, measure, seconds, type Command, type Measured } from './measure';
import { cpuProfile } from './profile';
import { makeProject, type BenchProject } from './project';
import type { Bench, Outcome, Row } from './row';
import { PythonBundling } from '../src/bundling/python-bundling';
import { findUv } from '../src/python/uv';

const CHILDREN = path.join(__dirname, 'children');
const SIZES = [2, 40] as const;
/** Newer versions of the CDK check each template, which takes longer than the rest and is the same for all. */
const NO_VALIDATION = { CDK_VALIDATION: 'false' };

type Size = (typeof SIZES)[number];

/** A synthesis with nothing changed: whole processes, the loading of the CDK included. */
export const rows: readonly Row[] = [
  ...SIZES.map((size): Row => ({ name: `synth: nothing changed, ${size} operations, against by hand`, goal: 1.15, run: async (bench) => againstHand(bench, size) })),
  { name: 'synth: processes started with nothing changed (a count)', goal: 0, run: async (bench) => processes(bench) },
  ...SIZES.map((size): Row => ({ name: `synth: nothing changed, ${size} operations, against PythonFunction`, run: async (bench) => againstPythonFunction(bench, size) })),
];

interface Synth {
  readonly ours: Command;
  readonly byHand: Command;
  readonly pythonFunction: Command;
}

const prepared = new Map<Size, Synth>();
const measured = new Map<Size, Record<'ours' | 'byHand' | 'pythonFunction', Measured>>();

function againstHand(bench: Bench, size: Size): Outcome {
  const { ours, byHand } = measureAll(bench, size);
  return {
    ratio: ours.cpu / byHand.cpu,
    detail: `${seconds(ours.cpu)} against ${seconds(byHand.cpu)} for RestApi, functions, roles and log groups over a prebuilt directory; the CDK ${installed('aws-cdk-lib')} without its template validation in both`,
    profile: () => synthProfile(bench, size),
  };
}

function againstPythonFunction(bench: Bench, size: Size): Outcome {
  const { ours, pythonFunction } = measureAll(bench, size);
  const count = processCount(prepare(bench, size).pythonFunction, bench);
  return {
    ratio: ours.cpu / pythonFunction.cpu,
    detail: `${seconds(ours.cpu)} against ${seconds(pythonFunction.cpu)} for one PythonFunction per operation, which starts ${count} processes; ` +
      'Docker is stood in for by a program that does nothing',
  };
}

function processes(bench: Bench): Outcome {
  const counts = SIZES.map((size) => processCount(prepare(bench, size).ours, bench));
  return { ratio: Math.max(...counts), detail: `${counts.join(' and ')} with ${SIZES.join(' and ')} operations, counted where Node.js starts them` };
}

function measureAll(bench: Bench, size: Size): Record<'ours' | 'byHand' | 'pythonFunction', Measured> {
  const before = measured.get(size);
  if (before !== undefined) return before;
  const { ours, byHand, pythonFunction } = prepare(bench, size);
  bench.progress('synthesizing in turn');
  const sides = { ours: { run: () => [ours] }, byHand: { run: () => [byHand] }, pythonFunction: { run: () => [pythonFunction] } };
  const found = interleave(sides, bench.scratch);
  measured.set(size, found);
  return found;
}

/** Runs each once, so that everything is cached and every `cdk.out` is there: then nothing has changed. */
function prepare(bench: Bench, size: Size): Synth {
  const before = prepared.get(size);
  if (before !== undefined) return before;
  bench.progress('preparing the projects');
  const project = makeProject(bench, `synth-${size}`, 'plain', size);
  const { minor } = benchPython();
  const env = { CDK_FASTAPI_CACHE: path.join(bench.scratch, 'synth-cache'), CDK_FASTAPI_UV: findUv().path, CDK_FASTAPI_QUIET: '1', ...NO_VALIDATION };
  const out = (side: string): string => path.join(bench.scratch, `synth-${size}-${side}`);
  const ours: Command = { argv: child('synth-ours', project.directory, minor, out('ours')), cwd: bench.scratch, env };
  measure(ours, bench.scratch);

  const byHand = child('synth-by-hand', prebuilt(bench, project, size), operationsFile(bench, project, size), minor, out('hand'));
  const pythonFunction = child('synth-python-function', project.directory, operationsFile(bench, project, size), minor, out('python-function'));
  const made = {
    ours,
    byHand: { argv: byHand, cwd: bench.scratch, env: NO_VALIDATION },
    pythonFunction: { argv: pythonFunction, cwd: bench.scratch, env: { CDK_DOCKER: path.join(CHILDREN, 'no-docker.sh'), ...NO_VALIDATION } },
  };
  measure(made.byHand, bench.scratch);
  measure(made.pythonFunction, bench.scratch);
  prepared.set(size, made);
  return made;
}

/** The very same files as ours, so that the sides differ in nothing but who writes the stack. */
function prebuilt(bench: Bench, project: BenchProject, size: Size): string {
  const directory = path.join(bench.scratch, `synth-${size}-prebuilt`);
  const bundle = PythonBundling.uv()._bundle({ entry: project.directory, entrypoint: 'main:app', runtime: benchPython().minor, architecture: hostArchitecture() });
  fs.cpSync(bundle.directory, directory, { recursive: true });
  return directory;
}

function operationsFile(bench: Bench, project: BenchProject, size: Size): string {
  const file = path.join(bench.scratch, `synth-${size}-operations.json`);
  fs.writeFileSync(file, JSON.stringify(project.operations));
  return file;
}

function processCount(command: Command, bench: Bench): number {
  const file = path.join(bench.scratch, 'processes.json');
  measure(listingProcesses(command, file), bench.scratch);
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as unknown[]).length;
}

/** What our process does that the other does not, by the sampling profiler of Node.js. */
function synthProfile(bench: Bench, size: Size): string[] {
  const { ours } = prepare(bench, size);
  const [node, ...args] = ours.argv;
  const directory = path.join(bench.scratch, `profile-${size}`);
  measure({ ...ours, argv: [node, '--cpu-prof', '--cpu-prof-dir', directory, ...args] }, bench.scratch);
  return cpuProfile(directory);
}

function child(name: string, ...args: string[]): string[] {
  return [process.execPath, path.join(CHILDREN, `${name}.cjs`), ...args];
}
