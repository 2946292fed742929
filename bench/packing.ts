import * as fs from 'node:fs';
import * as path from 'node:path';
import { hostArchitecture } from './bundles';
import { benchPython, interleave, listingProcesses, measure, seconds, type Command, type Side } from './measure';
import { makeProject, type BenchProject } from './project';
import type { Bench, Outcome, Row } from './row';
import { FastApiApp } from '../src/app/fast-api-app';
import type { Bundle } from '../src/bundling/bundle';
import { DependencyPlacement } from '../src/bundling/dependency-placement';
import { layerPackages } from '../src/bundling/lambda-paths';
import { PythonBundling } from '../src/bundling/python-bundling';
import { comparePackings, type Packing } from '../src/cli/plan/packing';
import { toolEnvironment } from '../src/private/process';
import { findUv } from '../src/python/uv';

const FUNCTIONS = 60;

/** The ways to pack one app, with AWS's SDK and Powertools among its packages, against a zip file for each function. */
export const rows: readonly Row[] = [
  { name: 'packing: bytes uploaded after an edit, layer against package', goal: 0.02, run: async (bench) => sizes(bench, 'uploadAfterEdit', 'layer') },
  { name: `packing: code storage of ${FUNCTIONS} functions, layer against package`, goal: 0.05, run: async (bench) => sizes(bench, 'codeStorage', 'layer') },
  { name: 'packing: synth of an image after an edit, against a package', goal: 1.2, run: async (bench) => synth(bench) },
  { name: 'packing: processes started by an image with nothing changed (a count)', goal: 0, run: async (bench) => processes(bench) },
  { name: 'packing: import from package and layer, against the package alone', goal: 1.03, run: async (bench) => imports(bench) },
];

function sizes(bench: Bench, what: 'uploadAfterEdit' | 'codeStorage', way: Packing['way']): Outcome {
  const { directory } = project(bench);
  const found = comparePackings(FastApiApp.fromDirectory(directory, { entrypoint: 'main:app' }), FUNCTIONS);
  const of = (wanted: Packing['way']): number => found.find((each) => each.way === wanted)![what];
  const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KB`;
  return { ratio: of(way) / of('package'), detail: `${kilobytes(of(way))} against ${kilobytes(of('package'))}, compressed` };
}

let made: BenchProject | undefined;

function project(bench: Bench): BenchProject {
  made ??= makeProject(bench, 'packing', 'tracer');
  return made;
}

/** Each side has a project of its own, which is edited before each synthesis. */
function synth(bench: Bench): Outcome {
  const side = (way: string): Side => {
    const own = path.join(bench.scratch, `packing-${way}`);
    fs.cpSync(project(bench).directory, own, { recursive: true });
    const command = synthesizing(bench, own, way);
    let edits = 0;
    measure(command, bench.scratch);
    return { run: () => [command], before: () => fs.appendFileSync(path.join(own, 'main.py'), `\nEDIT = ${++edits}\n`) };
  };
  const found = interleave({ image: side('image'), package: side('package') }, bench.scratch);
  return { ratio: found.image.cpu / found.package.cpu, detail: `${seconds(found.image.cpu)} against ${seconds(found.package.cpu)}; the whole process, without Docker` };
}

function processes(bench: Bench): Outcome {
  const command = synthesizing(bench, project(bench).directory, 'image');
  measure(command, bench.scratch);
  const file = path.join(bench.scratch, 'packing-processes.json');
  measure(listingProcesses(command, file), bench.scratch);
  const count = (JSON.parse(fs.readFileSync(file, 'utf8')) as unknown[]).length;
  return { ratio: count, detail: `${count}, counted where Node.js starts them` };
}

function synthesizing(bench: Bench, directory: string, way: string): Command {
  const argv = [process.execPath, path.join(__dirname, 'children', 'synth-packed.cjs'), directory, benchPython().minor, path.join(bench.scratch, `packing-${way}.out`), way];
  const env = { CDK_FASTAPI_CACHE: path.join(bench.scratch, 'packing-cache'), CDK_FASTAPI_UV: findUv().path, CDK_FASTAPI_QUIET: '1', CDK_VALIDATION: 'false' };
  return { argv, cwd: bench.scratch, env };
}

/** Both run where they lie: compiled files are believed wherever they are. */
function imports(bench: Bench): Outcome {
  // Without the AWS SDK, which the runtime would bring.
  const { directory } = makeProject(bench, 'packing-plain', 'plain');
  const { minor, path: python } = benchPython();
  const bundle = (dependencies: DependencyPlacement): Bundle =>
    PythonBundling.uv({ dependencies })._bundle({ entry: directory, entrypoint: 'main:app', runtime: minor, architecture: hostArchitecture() });
  const side = ({ directory: task, layer }: Bundle): Side => {
    const modules = [task, ...layer === undefined ? [] : [path.join(layer.directory, layerPackages(minor))]];
    const env = toolEnvironment({
      PYTHONPATH: modules.join(path.delimiter), PYTHONDONTWRITEBYTECODE: '1', CDK_FASTAPI_APP: 'main:app', CDK_FASTAPI_LAYERS: layer?.directory ?? '/opt', POWERTOOLS_SERVICE_NAME: 'bench', AWS_REGION: 'us-east-1',
    });
    return { run: () => [{ argv: [python, '-S', '-c', 'import cdk_fastapi_runtime.handler'], cwd: task, env }] };
  };
  const found = interleave({ layer: side(bundle(DependencyPlacement.LAYER)), package: side(bundle(DependencyPlacement.PACKAGE)) }, bench.scratch);
  return {
    ratio: found.layer.cpu / found.package.cpu,
    detail: `${Math.round(found.layer.cpu * 1000)} ms against ${Math.round(found.package.cpu * 1000)} ms of a cold start's import, the start of Python included`,
  };
}
