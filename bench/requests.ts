import * as path from 'node:path';
import { benchPython } from './measure';
import type { Bench, Outcome, Row } from './row';
import { RUNTIME_DIRECTORY } from '../src/private/assets';
import { runTool, toolEnvironment } from '../src/private/process';
import { findUv, uvEnvironment } from '../src/python/uv';

type Request = 'get' | 'post' | 'binary';
type Times = Record<Request, Record<'direct' | 'ours' | 'mangum', number>>;

const TITLES: Readonly<Record<Request, string>> = {
  get: 'a GET without body', post: 'a POST with 2 kB of JSON', binary: 'an answer of 1 MB that is not text',
};

/** Warm requests through the handler of a bundle, with guard, lifespan and base path, against the application alone. */
export const rows: readonly Row[] = [
  ...(['get', 'post', 'binary'] as const).map((request): Row => ({
    name: `requests: ${TITLES[request]}, against a direct call of the application`, goal: 1.6, run: async (bench) => alone(bench, request),
  })),
  ...(['get', 'post'] as const).map((request): Row => ({
    name: `requests: ${TITLES[request]}, observed against not`, goal: 1.5, run: async (bench) => observed(bench, request),
  })),
];

const measured = new Map<boolean, Times>();

/** CPU microseconds of each request; all of one run in one process, in turn. */
function times(bench: Bench, isObserved: boolean): Times {
  const known = measured.get(isObserved);
  if (known !== undefined) return known;
  const packages = path.join(bench.scratch, 'requests');
  const { path: python } = benchPython();
  bench.progress('installing FastAPI and Mangum');
  runTool([findUv().path, 'pip', 'install', '--quiet', '--target', packages, '--python', python, 'fastapi', 'mangum'],
    { cwd: bench.scratch, env: uvEnvironment(), what: 'install the packages' });
  const argv = [python, '-s', path.join(__dirname, 'children', 'requests.py'), RUNTIME_DIRECTORY, ...isObserved ? ['observed'] : []];
  const said = runTool(argv, { cwd: bench.scratch, env: toolEnvironment({ PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' }), what: 'measure requests' });
  // The child writes it.
  const found = JSON.parse(said) as Times;
  measured.set(isObserved, found);
  return found;
}

function alone(bench: Bench, request: Request): Outcome {
  const { direct, ours, mangum } = times(bench, false)[request];
  return {
    ratio: ours / direct,
    detail: `${ours.toFixed(0)} µs against ${direct.toFixed(0)} µs of CPU, by \`Mangum(app)\` ${mangum.toFixed(0)} µs (${(mangum / direct).toFixed(2)}); `
      + 'the direct call is one within a running event loop, which ours starts for each request',
  };
}

function observed(bench: Bench, request: Request): Outcome {
  const without = times(bench, false)[request];
  const with_ = times(bench, true)[request];
  // Against the direct call of the same process, since the two runs come one after the other.
  return { ratio: with_.ours / with_.direct / (without.ours / without.direct), detail: `${with_.ours.toFixed(0)} µs against ${without.ours.toFixed(0)} µs of CPU` };
}
