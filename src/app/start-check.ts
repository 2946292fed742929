import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { importRemedy } from './import-failure';
import { variablesOfLambda } from './lambda-variables';
import type { Bundle } from '../bundling/bundle';
import { layerPackages } from '../bundling/lambda-paths';
import { cacheEntry } from '../cache/cache';
import { codeHash } from '../cache/code-hash';
import { RUNTIME_DIRECTORY } from '../private/assets';
import { FastApiError } from '../private/errors';
import { hashFile, hashParts, listFiles } from '../private/hash';
import { copyFiles } from '../private/link';
import { printable } from '../private/printable';
import { tryTool } from '../private/process';
import { progress, progressOnce } from '../private/progress';
import { findInterpreter } from '../python/interpreters';

/** One start of a bundle. */
export interface StartCheck {
  readonly bundle: Bundle;
  readonly entrypoint: string;
  /** The function's variables that synth knows. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables that the deployment alone knows, and those that the app is read with: they get a value that stands for theirs. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** The interpreter that has read the app, where it was read here. */
  readonly reader?: string;
}

const SCRIPT = path.join(RUNTIME_DIRECTORY, 'verify_start.py');
const TIMEOUT_SECONDS = 120;
const LINES = 12;
/** What the runtime of Lambda brings beside Python. */
const OF_LAMBDA = /No module named '(?:awslambdaric|snapshot_restore_py|boto3|botocore|s3transfer|jmespath|dateutil|urllib3|six)(?:\.[\w.]+)?'/;

/**
 * Starts a finished bundle once as Lambda would: with its own modules and Python's, its own variables and Lambda's, and without the
 * lifespan. What started is remembered, so that nothing is started again for it.
 *
 * @throws FastApiError with the end of the traceback, what differs from the reading of the app, and the remedy
 */
export function checkStart(check: StartCheck): void {
  const { bundle, entrypoint, variables, placeholders } = check;
  const reason = whyNot(bundle);
  if (reason !== undefined) return progressOnce(`the bundle of ${entrypoint} was not started to try it: ${reason}`);
  const python = findInterpreter(bundle.python);
  if (python === undefined) return progressOnce(`the bundle of ${entrypoint} was not started to try it: no Python ${bundle.python} was found on this machine`);
  const key = hashParts({
    bundle: bundle.hash,
    ...bundle.layer === undefined ? {} : { layer: bundle.layer.hash },
    entrypoint,
    python: python.version,
    code: codeHash('app'),
    script: hashFile(RUNTIME_DIRECTORY, path.basename(SCRIPT)).sha256,
    variables: JSON.stringify(Object.entries(variables).sort()),
    placeholders: JSON.stringify(Object.keys(placeholders).sort()),
  });
  cacheEntry({
    kind: 'starts',
    key,
    what: `starting the bundle of ${entrypoint} to try it`,
    build: () => {
      progress(`starting the bundle of ${entrypoint} once, as Lambda would`);
      start(check, python.path);
    },
  });
}

function whyNot({ architecture }: Bundle): string | undefined {
  const own = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  if (process.platform !== 'linux') return `it is for Linux, and this machine is ${process.platform}`;
  return own === architecture ? undefined : `it is for ${architecture}, and this machine is ${own}`;
}

function start(check: StartCheck, python: string): void {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-fastapi-start-'));
  try {
    // Copies instead of links, because the app may write to its files. Its directories are read-only, as `/var/task`.
    const task = path.join(scratch, 'task');
    fs.mkdirSync(task);
    for (const directory of [check.bundle.directory, ...check.bundle.beneath ?? []]) {
      copyFiles(directory, listFiles(directory).filter((file) => !fs.existsSync(path.join(task, file))), task);
    }
    const layers = path.join(scratch, 'opt');
    const { layer } = check.bundle;
    if (layer !== undefined) copyFiles(layer.directory, listFiles(layer.directory), layers);
    for (const directory of [task, ...directoriesBelow(task), ...layer === undefined ? [] : directoriesBelow(layers)]) fs.chmodSync(directory, 0o555);
    const modules = layer === undefined ? [] : [path.join(layers, layerPackages(check.bundle.python))];
    const result = tryTool([python, '-I', '-S', '-B', SCRIPT, task, ...modules], {
      cwd: task, env: { ...environment(check, scratch), CDK_FASTAPI_LAYERS: layers }, timeoutSeconds: TIMEOUT_SECONDS, what: 'start the bundle', ownGroup: true,
    });
    if (result.status === 0) return;
    if (OF_LAMBDA.test(result.stderr) || /GLIBC_2\.\d+' not found/.test(result.stderr)) {
      return progress(`the bundle of ${check.entrypoint} could not be tried: it needs what the runtime of Lambda brings (${lastLine(result.stderr)})`);
    }
    throw failure(check, result.stderr, result.timedOut);
  } finally {
    for (const directory of [scratch, ...directoriesBelow(scratch)]) fs.chmodSync(directory, 0o755);
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** What a function has, and nothing of this machine. */
function environment({ entrypoint, variables, placeholders }: StartCheck, home: string): NodeJS.ProcessEnv {
  return {
    ...variablesOfLambda(home),
    AWS_SESSION_TOKEN: 'placeholder',
    AWS_LAMBDA_FUNCTION_NAME: 'placeholder',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: 'placeholder',
    AWS_LAMBDA_LOG_STREAM_NAME: 'placeholder',
    ...placeholders,
    ...variables,
    CDK_FASTAPI_APP: entrypoint,
  };
}

function failure(check: StartCheck, stderr: string, timedOut: boolean): FastApiError {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  const names = Object.keys(check.placeholders);
  return new FastApiError([
    `the function would not start: ${check.entrypoint} ${timedOut ? `is not imported within ${TIMEOUT_SECONDS} seconds` : 'cannot be imported'} from its own bundle, though it was read here`,
    ...lines.slice(-LINES).map((line) => `  | ${printable(line, 300)}`),
    `  ${importRemedy({ stderr, reader: check.reader, variables: [...Object.keys(check.variables), ...names] })}`,
    ...names.length === 0 ? [] : [`  variables that got a placeholder: ${names.join(', ')}`],
    '  `verify: false` of PythonBundling.uv deploys it unseen',
  ].join('\n'));
}

function lastLine(text: string): string {
  return text.trim().split(/\r?\n/).at(-1) ?? '';
}

function directoriesBelow(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true }).filter((item) => item.isDirectory())
    .flatMap((item) => [path.join(directory, item.name), ...directoriesBelow(path.join(directory, item.name))]);
}
