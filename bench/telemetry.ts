import * as fs from 'node:fs';
import * as path from 'node:path';
import { benchPython, interleave, type Measured, type Side } from './measure';
import type { Bench, Outcome, Row } from './row';
import { RUNTIME_PACKAGE_DIRECTORY } from '../src/private/assets';
import { runTool, toolEnvironment } from '../src/private/process';
import { findUv, uvEnvironment } from '../src/python/uv';

type What = 'start' | 'warm';

const APP = `
from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel

app = FastAPI()

class Item(BaseModel):
    name: str

@app.get("/items/{item_id}")
async def read_item(item_id: str) -> Item:
    return Item(name=item_id)

handler = Mangum(app)
`;

const PACKAGES = [
  'fastapi[opentelemetry]', 'mangum', 'opentelemetry-distro', 'opentelemetry-instrumentation-fastapi', 'opentelemetry-instrumentation-aws-lambda',
];

/** OpenTelemetry by `telemetry`, against the distribution's own wrapper, all signals to a local receiver. */
export const rows: readonly Row[] = [
  { name: 'telemetry: warm request against the distribution\'s wrapper', goal: 0.6, run: async (bench) => against(bench, 'warm') },
  { name: 'telemetry: cold start against the distribution\'s wrapper', goal: 0.5, run: async (bench) => against(bench, 'start') },
];

function against(bench: Bench, what: What): Outcome {
  const { ours, wrapper }: Record<'ours' | 'wrapper', Measured> = interleave({ ours: side(bench, 'ours', what), wrapper: side(bench, 'wrapper', what) }, bench.scratch);
  return {
    ratio: ours.cpu / wrapper.cpu,
    detail: `${milliseconds(ours.cpu)} against ${milliseconds(wrapper.cpu)} of \`opentelemetry-instrument\` with AwsLambdaInstrumentor; `
      + (what === 'warm' ? 'GET of one operation, spans, metrics and log records sent' : 'up to the first answer; all packages precompiled on both sides'),
  };
}

function side(bench: Bench, way: 'ours' | 'wrapper', what: What): Side {
  const packages = installed(bench);
  const directory = path.join(bench.scratch, 'telemetry-app');
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, 'telemetry_app.py'), APP);
  const env = {
    PYTHONPATH: [directory, packages].join(path.delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONWARNINGS: 'ignore',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    BENCH_INSTRUMENT: path.join(packages, 'bin', 'opentelemetry-instrument'),
    ...way === 'ours' ? { CDK_FASTAPI_APP: 'telemetry_app:app', CDK_FASTAPI_TELEMETRY: 'opentelemetry' } : { _HANDLER: 'telemetry_app.handler', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' },
  };
  return { run: () => [{ argv: [benchPython().path, '-s', path.join(__dirname, 'children', 'telemetry.py'), way, what], cwd: directory, env, reportsItself: true }] };
}

function installed(bench: Bench): string {
  const directory = path.join(bench.scratch, 'telemetry-packages');
  if (fs.existsSync(directory)) return directory;
  const { path: python } = benchPython();
  bench.progress('installing OpenTelemetry');
  runTool([findUv().path, 'pip', 'install', '--quiet', '--target', directory, '--python', python, ...PACKAGES], { cwd: bench.scratch, env: uvEnvironment(), what: 'install OpenTelemetry' });
  // Beside its packages, as in a bundle.
  fs.cpSync(RUNTIME_PACKAGE_DIRECTORY, path.join(directory, path.basename(RUNTIME_PACKAGE_DIRECTORY)), { recursive: true });
  runTool([python, '-m', 'compileall', '-q', '-q', directory], { cwd: bench.scratch, env: toolEnvironment(), what: 'compile OpenTelemetry' });
  return directory;
}

function milliseconds(value: number): string {
  return `${(1000 * value).toFixed(value < 0.1 ? 2 : 0)} ms`;
}
