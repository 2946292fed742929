import * as fs from 'node:fs';
import * as path from 'node:path';
import { measured, pack, sourceOnly, title, zip } from './bundling';
import { benchPython, interleave, type Measured, type Side } from './measure';
import type { ProjectKind } from './project';
import type { Bench, Outcome, Row } from './row';
import { runTool, toolEnvironment, tryTool } from '../src/private/process';
import { findUv, uvEnvironment } from '../src/python/uv';

const KINDS: readonly ProjectKind[] = ['plain', 'tracer'];

/** Packages that are named in a profile. */
const SHOWN = 10;

type SideName = 'ours' | 'source' | 'pip' | 'uv';

/** What a cold start pays before the first request, in a process of its own that imports the app. */
export const rows: readonly Row[] = [
  ...KINDS.map((kind): Row => ({ name: `import: precompiled against source, ${title(kind)}`, goal: 0.5, run: async (bench) => against(bench, kind, 'source') })),
  ...KINDS.flatMap((kind) => (['pip', 'uv'] as const).map((peer): Row => (
    { name: `import: against PythonFunction with ${peer}, ${title(kind)}`, run: async (bench) => against(bench, kind, peer) }))),
];

function against(bench: Bench, kind: ProjectKind, peer: 'source' | 'pip' | 'uv'): Outcome {
  const times = measureImports(bench, kind);
  const what = { source: 'the same bundle without compiled files', pip: 'the compiled files of pip, which the times in a zip make useless', uv: 'source' }[peer];
  return {
    ratio: times.ours.cpu / times[peer].cpu,
    detail: `${milliseconds(times.ours.cpu)} against ${milliseconds(times[peer].cpu)} of ${what}; on a read-only copy out of the zip, the start of Python included`,
    profile: () => importProfile(bench, kind),
  };
}

const measurements = new Map<ProjectKind, Record<SideName, Measured>>();

function measureImports(bench: Bench, kind: ProjectKind): Record<SideName, Measured> {
  const before = measurements.get(kind);
  if (before !== undefined) return before;
  const { directories } = measured(bench, kind);
  bench.progress(`importing ${title(kind)} in four ways in turn`);
  const deployed = {
    ours: deploy(bench, kind, 'first', directories.first),
    source: deploy(bench, kind, 'first-source', sourceOnly(bench, `${kind}-first-source`, directories.first)),
    pip: deploy(bench, kind, 'pip', directories.pip),
    uv: deploy(bench, kind, 'uv', directories.uv),
  };
  const sdk = runtimeSdk(bench);
  const side = (directory: string): Side => importing(directory, sdk);
  const sides = { ours: side(deployed.ours), source: side(deployed.source), pip: side(deployed.pip), uv: side(deployed.uv) };
  const sizes = Object.values(deployed).map(entries);
  const found = interleave(sides, bench.scratch);
  if (Object.values(deployed).map(entries).join() !== sizes.join()) throw new Error('the import wrote to its read-only copy');
  measurements.set(kind, found);
  return found;
}

/** What Lambda has of a bundle: through a zip, with the fixed time that the CDK gives, and read-only. */
function deploy(bench: Bench, kind: ProjectKind, name: string, directory: string): string {
  const target = taskDirectory(bench, kind, name);
  pack('unzip', zip(bench, kind, name, directory), target);
  return target;
}

function taskDirectory(bench: Bench, kind: ProjectKind, name: string): string {
  return path.join(bench.scratch, `${kind}-${name}-task`);
}

/** Root may write everywhere, so writing compiled files is switched off as well: on Lambda it fails. */
function importing(directory: string, sdk: string): Side {
  const env = { PYTHONPATH: sdk, PYTHONDONTWRITEBYTECODE: '1', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1', AWS_LAMBDA_FUNCTION_NAME: 'bench' };
  return { run: () => [{ argv: [benchPython().path, '-s', '-c', 'import main'], cwd: directory, env }] };
}

/** Where our import spends its time: the modules of each top-level package, without what they import of others. */
function importProfile(bench: Bench, kind: ProjectKind): string[] {
  const [{ argv: [python, ...args], cwd, env }] = importing(taskDirectory(bench, kind, 'first'), runtimeSdk(bench)).run();
  const { stderr } = tryTool([python, '-X', 'importtime', ...args], { cwd, env: toolEnvironment(env), what: 'time the imports' });
  const parts = new Map<string, number>();
  for (const [, self, name] of stderr.matchAll(/^import time:\s+(\d+) \|\s+\d+ \|\s+(\w+)/gm)) {
    parts.set(name, (parts.get(name) ?? 0) + Number(self) / 1e6);
  }
  return [...parts].sort(([, a], [, b]) => b - a).slice(0, SHOWN).map(([name, part]) => `${name}: ${milliseconds(part)}`);
}

/** The AWS SDK that Lambda's runtime has behind the bundle on its path, compiled as there. */
function runtimeSdk(bench: Bench): string {
  const directory = path.join(bench.scratch, 'runtime-sdk');
  if (fs.existsSync(directory)) return directory;
  const { path: python } = benchPython();
  runTool([findUv().path, 'pip', 'install', '--quiet', '--target', directory, '--python', python, 'boto3'], { cwd: bench.scratch, env: uvEnvironment(), what: 'install the SDK' });
  runTool([python, '-m', 'compileall', '-q', '-q', directory], { cwd: bench.scratch, env: uvEnvironment(), what: 'compile the SDK' });
  return directory;
}

function entries(directory: string): number {
  return fs.readdirSync(directory, { recursive: true }).length;
}

function milliseconds(value: number): string {
  return `${(1000 * value).toFixed(0)} ms`;
}
