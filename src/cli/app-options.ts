import * as fs from 'fs';
import { Duration } from 'aws-cdk-lib';
import { type Command, InvalidArgumentError } from 'commander';
import { usage, UsageError } from './usage-error';
import { variable, variables } from './variables';
import { checkedEntrypoint } from '../app/entrypoint-discovery';
import { FastApiApp } from '../app/fast-api-app';
import { OpenApiSource } from '../app/open-api-source';

/** The options by which every command is told its app. */
export interface AppOptions {
  readonly entry?: string;
  readonly entrypoint?: string;
  readonly openapi?: string;
  readonly python?: string;
  readonly timeout?: number;
  readonly env?: readonly string[];
  readonly json?: true;
}

/** Options that say how an app is read, and say nothing about a document. */
const ENTRY_ONLY = ['entrypoint', 'python', 'timeout', 'env'] as const;

/** Adds the options of `AppOptions` to a command. */
export function addAppOptions(command: Command): Command {
  return command
    .option('--entry <directory>', 'directory of the FastAPI project')
    .option('--entrypoint <name>', 'where the app is, such as pkg.main:app (default: as the FastAPI command line finds it)')
    .option('--openapi <file>', 'an OpenAPI document in JSON, in place of --entry')
    .option('--python <path>', 'the Python interpreter that has the packages of the project')
    .option('--timeout <seconds>', 'how long the app may take to load (default: 60)', seconds)
    .option('--env <NAME=value>', 'environment variable of the app while it is read; may be repeated', variable)
    .option('--json', 'write the result as JSON');
}

/** The app that the options name; anything but exactly one of `--entry` and `--openapi` is wrong usage. */
export function appOf(command: Command, options: AppOptions): FastApiApp {
  const { entry, openapi } = options;
  if ((entry === undefined) === (openapi === undefined)) {
    command.error(`error: give either --entry DIRECTORY or --openapi FILE, got: ${entry === undefined ? 'neither' : 'both'}`);
  }
  if (openapi !== undefined) {
    const wrong = ENTRY_ONLY.find((name) => options[name] !== undefined);
    if (wrong !== undefined) command.error(`error: --${wrong} says how an app is read and needs --entry, got: --openapi`);
    if (!isKind(openapi, 'isFile')) throw new UsageError(`\`--openapi\` must be a file that exists, got: ${openapi}${kindOf(openapi)}`);
    return FastApiApp.fromDirectory('.', { openApi: OpenApiSource.fromFile(openapi) });
  }
  const directory = entry ?? '.';
  if (!isKind(directory, 'isDirectory')) throw new UsageError(`\`--entry\` must be a directory that exists, got: ${directory}${kindOf(directory)}`);
  if (options.python?.includes('/') && !isKind(options.python, 'isFile')) {
    throw new UsageError(`\`--python\` must be an interpreter that exists, got: ${options.python}${kindOf(options.python)}`);
  }
  return FastApiApp.fromDirectory(directory, {
    entrypoint: options.entrypoint === undefined ? undefined : usage(() => checkedEntrypoint(options.entrypoint ?? '', '`--entrypoint`', directory)),
    openApi: OpenApiSource.fromApp({
      python: options.python,
      timeout: options.timeout === undefined ? undefined : Duration.seconds(options.timeout),
      environment: variables(options.env ?? []),
    }),
  });
}

/** A FIFO is not a file: reading it would never end. */
function isKind(path: string, kind: 'isFile' | 'isDirectory'): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.[kind]() ?? false;
}

function kindOf(path: string): string {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? ', which does not exist' : stat.isDirectory() ? ', which is a directory' : stat.isFile() ? ', which is a file' : ', which is neither a file nor a directory';
}

function seconds(value: string): number {
  if (!/^[1-9]\d{0,4}$/.test(value)) throw new InvalidArgumentError('It must be a whole number of seconds from 1 to 99999.');
  return Number(value);
}
