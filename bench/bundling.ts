import * as fs from 'node:fs';
import * as path from 'node:path';
import { Bundlers } from './bundles';
import { benchPython, interleave, listingProcesses, measure, seconds, type Measured } from './measure';
import { cpuProfile, processProfile } from './profile';
import { DEPENDENCIES, type ProjectKind } from './project';
import type { Bench, Outcome, Row } from './row';
import { megabytes } from '../src/bundling/bundle-size';
import { runTool, toolEnvironment } from '../src/private/process';

const KINDS: readonly ProjectKind[] = ['plain', 'tracer'];
const PEERS = ['pip', 'uv'] as const;

type SideName = 'first' | 'edited' | 'bare' | 'pip' | 'uv';

export const rows: readonly Row[] = [
  ...KINDS.map((kind): Row => ({ name: `bundling: first bundle against the bare work, ${title(kind)}`, goal: 1.3, run: async (bench) => firstAgainstBare(bench, kind) })),
  ...KINDS.map((kind): Row => ({ name: `bundling: one file edited against first bundle, ${title(kind)}`, goal: 0.3, run: async (bench) => editedAgainstFirst(bench, kind) })),
  ...KINDS.map((kind): Row => ({ name: `bundling: first bundle that is started once, without the import, against the build before, ${title(kind)}`, goal: 1.1, run: async (bench) => startedAgainstBefore(bench, kind) })),
  { name: `bundling: zip against the unpruned installation, ${title('tracer')}`, goal: 0.45, run: async (bench) => zipAgainst(bench, 'tracer', 'bare') },
  { name: `bundling: zip against the unpruned installation, ${title('plain')}`, run: async (bench) => zipAgainst(bench, 'plain', 'bare') },
  ...KINDS.flatMap((kind) => PEERS.flatMap((peer): Row[] => [
    { name: `bundling: first bundle against PythonFunction with ${peer}, ${title(kind)}`, run: async (bench) => against(bench, kind, 'first', peer) },
    { name: `bundling: one file edited against PythonFunction with ${peer}, ${title(kind)}`, run: async (bench) => against(bench, kind, 'edited', peer) },
    { name: `bundling: zip against PythonFunction with ${peer}, ${title(kind)}`, run: async (bench) => zipAgainst(bench, kind, peer) },
  ])),
];

/** How a project is called in the table. */
export function title(kind: ProjectKind): string {
  return DEPENDENCIES[kind].join(' + ');
}

function firstAgainstBare(bench: Bench, kind: ProjectKind): Outcome {
  const { first, bare } = measured(bench, kind).times;
  const [exported, installed, , compiled, staged] = bare.steps;
  const ours = first.cpu - first.steps[1];
  return {
    ratio: first.cpu / bare.cpu,
    detail: `${seconds(first.cpu)} (asset ${seconds(first.steps[1])}) against ${seconds(bare.cpu)}: uv export ${seconds(exported)}, uv pip install ${seconds(installed)}, ` +
      `compileall ${seconds(compiled)}, asset ${seconds(staged)}; without the assets ${(ours / (bare.cpu - staged)).toFixed(2)}`,
    profile: () => firstProfile(bench, kind),
  };
}

/** What the records and the start of a bundle add, besides the import that the start is for. */
function startedAgainstBefore(bench: Bench, kind: ProjectKind): Outcome {
  const bundlers = new Bundlers(bench, kind);
  const [started, before] = [bundlers.started(), bundlers.before()];
  const times = interleave({ started, before, importing: bundlers.importing(started.directory) }, bench.scratch);
  const ours = times.started.steps[0] - times.importing.cpu;
  const theirs = times.before.steps[0];
  return {
    ratio: ours / theirs,
    detail: `${seconds(ours)} without the import (${seconds(times.importing.cpu)}) against ${seconds(theirs)}, both without the asset`,
  };
}

function editedAgainstFirst(bench: Bench, kind: ProjectKind): Outcome {
  const { edited, first } = measured(bench, kind).times;
  return {
    ratio: edited.cpu / first.cpu,
    detail: `${seconds(edited.cpu)} against ${seconds(first.cpu)}, of which the asset in the assembly is ${seconds(edited.steps[1])} and ${seconds(first.steps[1])}`,
    profile: () => [`bundling ${seconds(edited.steps[0])}`, `the CDK's asset ${seconds(edited.steps[1])}`],
  };
}

function against(bench: Bench, kind: ProjectKind, ours: 'first' | 'edited', peer: 'pip' | 'uv'): Outcome {
  const { times } = measured(bench, kind);
  return { ratio: times[ours].cpu / times[peer].cpu, detail: `${seconds(times[ours].cpu)} against ${seconds(times[peer].cpu)}, which installs everything again` };
}

function zipAgainst(bench: Bench, kind: ProjectKind, peer: 'bare' | 'pip' | 'uv'): Outcome {
  const { directories } = measured(bench, kind);
  const ours = zip(bench, kind, 'first', directories.first);
  const theirs = zip(bench, kind, peer, withoutCompiled(bench, kind, peer, directories[peer]));
  const compiled = peer === 'pip' ? 'with the compiled files that pip writes' : 'without compiled files';
  return { ratio: size(ours) / size(theirs), detail: `${megabytes(size(ours))} with compiled files against ${megabytes(size(theirs))} ${compiled}` };
}

interface Measurement {
  readonly times: Record<SideName, Measured>;
  /** Where each side's bundle lies. */
  readonly directories: Record<SideName, string>;
}

const measurements = new Map<ProjectKind, Measurement>();

/** All ways of bundling one project, in turn; several rows read from one measurement. */
export function measured(bench: Bench, kind: ProjectKind): Measurement {
  const before = measurements.get(kind);
  if (before !== undefined) return before;
  bench.progress(`bundling ${title(kind)} in five ways in turn`);
  const bundlers = new Bundlers(bench, kind);
  const sides = {
    first: bundlers.first(), bare: bundlers.bare(), edited: bundlers.edited(), pip: bundlers.pythonFunction('pip'), uv: bundlers.pythonFunction('uv'),
  };
  const times = interleave(sides, bench.scratch);
  const directories = {
    first: sides.first.directory(),
    bare: sides.bare.directory(),
    edited: sides.edited.directory(),
    pip: sides.pip.directory(),
    uv: sides.uv.directory(),
  };
  const found = { times, directories };
  measurements.set(kind, found);
  return found;
}

/** A bundle as it is uploaded. */
export function zip(bench: Bench, kind: ProjectKind, name: string, directory: string): string {
  const file = path.join(bench.scratch, `${kind}-${name}.zip`);
  if (!fs.existsSync(file)) pack('zip', directory, file);
  return file;
}

/** Runs `pack.py`. */
export function pack(command: 'zip' | 'unzip', source: string, target: string): void {
  runTool([benchPython().path, '-I', path.join(__dirname, 'pack.py'), command, source, target], { cwd: __dirname, env: toolEnvironment(), what: `${command} a bundle` });
}

/** The bare installation was compiled too; the unpruned one that a bundle is compared with has source only. */
function withoutCompiled(bench: Bench, kind: ProjectKind, peer: 'bare' | 'pip' | 'uv', directory: string): string {
  return peer === 'bare' ? sourceOnly(bench, `${kind}-${peer}-source`, directory) : directory;
}

/** A copy without compiled files. */
export function sourceOnly(bench: Bench, name: string, directory: string): string {
  const copy = path.join(bench.scratch, name);
  if (!fs.existsSync(copy)) fs.cpSync(directory, copy, { recursive: true, filter: (file) => path.basename(file) !== '__pycache__' });
  return copy;
}

function size(file: string): number {
  return fs.statSync(file).size;
}

function firstProfile(bench: Bench, kind: ProjectKind): string[] {
  const listed = path.join(bench.scratch, 'bundle-processes.json');
  const directory = path.join(bench.scratch, `bundle-profile-${kind}`);
  const [node, ...args] = listingProcesses(new Bundlers(bench, kind).firstCommand(), listed).argv;
  const command = new Bundlers(bench, kind).firstCommand();
  measure({ ...command, argv: [node, '--cpu-prof', '--cpu-prof-dir', directory, ...args], env: { ...command.env, BENCH_PROCESSES: listed } }, bench.scratch);
  return [...processProfile(listed), ...cpuProfile(directory)];
}
