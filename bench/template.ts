import * as fs from 'node:fs';
import * as path from 'node:path';
import { hostArchitecture } from './bundles';
import { pack } from './bundling';
import { benchPython, interleave, type Measured, type Side } from './measure';
import { PEER_HANDLER, peerBundle } from './nx-plugin';
import type { Bench, Outcome, Row } from './row';
import { PythonBundling } from '../src/bundling/python-bundling';
import { projectNames } from '../src/cli/new/project-names';
import { projectFiles } from '../src/cli/new/template';
import { writeFiles } from '../src/cli/new/write-files';
import { runTool } from '../src/private/process';
import { findUv, uvEnvironment } from '../src/python/uv';

const REQUESTS = 2000;
const TRACE = 'Root=1-65f0c0de-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1';

/** The generated project against the one that the Nx Plugin for AWS generates: what a cold and a warm start cost, and the size. */
export const rows: readonly Row[] = [
  { name: 'template: cold import against the Nx plugin\'s project', goal: 0.45, run: async (bench) => cold(bench) },
  { name: 'template: warm request against the Nx plugin\'s project', goal: 0.6, run: async (bench) => warm(bench) },
  { name: 'template: zip against the Nx plugin\'s project', goal: 0.45, run: async (bench) => size(bench) },
];

interface Deployed {
  readonly zip: string;
  /** Read-only, out of the zip: what Lambda has. */
  readonly directory: string;
  readonly handler: string;
  readonly environment: Record<string, string>;
}

let made: { readonly ours: Deployed; readonly peer: Deployed } | undefined;

function deployed(bench: Bench): { readonly ours: Deployed; readonly peer: Deployed } {
  bench.progress('making both projects and their bundles; the Nx plugin comes from npm, the first time that takes minutes');
  made ??= {
    ours: deploy(bench, 'ours', ourBundle(bench), 'cdk_fastapi_runtime.handler.handler', { CDK_FASTAPI_APP: 'my_api.main:app' }),
    peer: deploy(bench, 'peer', peerBundle(), PEER_HANDLER, {}),
  };
  return made;
}

function ourBundle(bench: Bench): string {
  const entry = path.join(bench.scratch, 'template-project');
  const python = benchPython();
  writeFiles(entry, projectFiles(projectNames('my-api'), 'rest', python.minor), false);
  runTool([findUv().path, 'lock', '--quiet', '--python', python.path], { cwd: entry, env: uvEnvironment(), what: 'lock the generated project' });
  return PythonBundling.uv()._bundle({ entry, entrypoint: 'my_api.main:app', runtime: python.minor, architecture: hostArchitecture() }).directory;
}

function deploy(bench: Bench, name: string, bundle: string, handler: string, environment: Record<string, string>): Deployed {
  const zip = path.join(bench.scratch, `template-${name}.zip`);
  const directory = path.join(bench.scratch, `template-${name}`);
  pack('zip', bundle, zip);
  pack('unzip', zip, directory);
  return { zip, directory, handler, environment };
}

/** A process that imports the handler and sends it a number of requests, with all that Lambda has around it. */
function serving({ directory, handler, environment }: Deployed, requests: number): Side {
  const env = {
    ...environment,
    CDK_FASTAPI_CORS_ALLOW_ORIGINS: 'https://page.example',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_REGION: 'eu-west-1',
    LAMBDA_TASK_ROOT: directory,
    POWERTOOLS_METRICS_NAMESPACE: 'MyApi',
    POWERTOOLS_SERVICE_NAME: 'MyApi',
    PYTHONDONTWRITEBYTECODE: '1',
    _X_AMZN_TRACE_ID: TRACE,
  };
  return { run: () => [{ argv: [benchPython().path, '-s', path.join(__dirname, 'children', 'serve.py'), handler, String(requests)], cwd: directory, env }] };
}

let measurements: Record<'ours' | 'peer' | 'oursServing' | 'peerServing', Measured> | undefined;

function measured(bench: Bench): NonNullable<typeof measurements> {
  const { ours, peer } = deployed(bench);
  measurements ??= interleave({
    ours: serving(ours, 0), peer: serving(peer, 0), oursServing: serving(ours, REQUESTS), peerServing: serving(peer, REQUESTS),
  }, bench.scratch);
  return measurements;
}

function cold(bench: Bench): Outcome {
  const { ours, peer } = measured(bench);
  return {
    ratio: ours.cpu / peer.cpu,
    detail: `${milliseconds(ours.cpu)} precompiled against ${milliseconds(peer.cpu)} as its target bundles it; a process that imports the handler from a read-only copy`,
  };
}

function warm(bench: Bench): Outcome {
  const { ours, peer, oursServing, peerServing } = measured(bench);
  const each = (serve: Measured, start: Measured): number => (serve.cpu - start.cpu) / REQUESTS;
  const [mine, theirs] = [each(oursServing, ours), each(peerServing, peer)];
  return {
    ratio: mine / theirs,
    detail: `${milliseconds(mine)} against ${milliseconds(theirs)} of CPU for GET /echo through the handler, with logs, metrics and a sampled trace`,
  };
}

function size(bench: Bench): Outcome {
  const { ours, peer } = deployed(bench);
  const [mine, theirs] = [ours, peer].map(({ zip }) => fs.statSync(zip).size / 1e6);
  return { ratio: mine / theirs, detail: `${mine.toFixed(1)} MB against ${theirs.toFixed(1)} MB` };
}

function milliseconds(value: number): string {
  return `${(1000 * value).toFixed(value < 0.01 ? 3 : 0)} ms`;
}
