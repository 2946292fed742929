import * as fs from 'fs';
import * as path from 'path';
import { InvalidArgumentError } from 'commander';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import type { CliCommand } from './cli-command';
import { writeWhole } from './output-file';
import { adviceFor } from './profile/advice';
import { eventFor, firstOperation } from './profile/first-request';
import { flamePicture } from './profile/flame';
import { modulesOf, type Modules, type Part, partsOf, total } from './profile/profile-parts';
import { profileStart, type StartProfile } from './profile/start-profile';
import { json } from './terminal';
import { UsageError } from './usage-error';
import { variables } from './variables';
import type { FastApiApp } from '../app/fast-api-app';
import { layerPackages } from '../bundling/lambda-paths';
import { guardVariable } from '../functions/guard-variable';
import { listFiles } from '../private/hash';
import { progress } from '../private/progress';

interface ProfileOptions extends AppOptions {
  readonly operation?: string;
  readonly runs: number;
  readonly flame?: string;
  readonly compare?: string;
}

/** What `--json` writes, and `--compare` reads. */
interface Profile {
  readonly entrypoint: string;
  readonly operation?: string;
  readonly python: string;
  readonly bytecode: boolean;
  readonly bytes: number;
  /** What the first request was answered with. */
  readonly status: number | null;
  readonly total: { readonly cpu: number; readonly ms: number };
  /** Milliseconds of the processor without compiled files. */
  readonly withoutBytecode?: number;
  readonly parts: readonly Part[];
  readonly advice: readonly string[];
}

/** `cdk-fastapi profile`: where a cold start goes. */
export const profileCommand: CliCommand = (program, terminal) => {
  addAppOptions(program.command('profile'))
    .description('show where a cold start goes, from the very bundle, started on this machine; it runs the lifespan and one GET')
    .option('--operation <name>', 'profile the function of this operation, and ask it (default: the whole app)')
    .option('--runs <number>', 'how often it is started; the quickest counts', runs, 3)
    .option('--flame <file>', 'write a flame picture, as SVG')
    .option('--compare <file>', 'compare with what `profile --json` wrote before')
    .action((options: ProfileOptions, command) => {
      if (options.openapi !== undefined) command.error('error: profile starts the app itself and needs --entry, got: --openapi');
      const app = appOf(command, options);
      const before = options.compare === undefined ? undefined : readProfile(options.compare);
      if (options.flame !== undefined && !fs.existsSync(path.dirname(path.resolve(options.flame)))) {
        throw new UsageError(`\`--flame\` must be a file in a directory that exists, got: ${options.flame}`);
      }
      const { profile, start } = measure(app, options);
      if (options.flame !== undefined) writeWhole(options.flame, flamePicture(titleOf(profile), start.start));
      if (options.json) terminal.out(json(before === undefined ? profile : { ...profile, before }));
      else terminal.out(table(profile, before));
    });
};

function measure(app: FastApiApp, options: ProfileOptions): { profile: Profile; start: StartProfile } {
  const operations = app._operationsFor('rest', true);
  const named = options.operation === undefined ? undefined : operations.find(options.operation);
  const asked = firstOperation(operations.all, named);
  const bundle = app._bundle;
  const profiled = {
    bundle,
    entrypoint: app._entrypoint,
    variables: {
      ...variables(options.env ?? []), ...named === undefined ? {} : { CDK_FASTAPI_OPERATION: guardVariable(named.guards, named.name) },
    },
    request: asked === undefined ? undefined : eventFor(asked),
  };
  progress(`starting ${app._label} ${options.runs + 1} times`);
  const start = profileStart(profiled, true, options.runs);
  const modules = modulesFor(app);
  const parts = partsOf(start, modules);
  let withoutBytecode: number | undefined;
  if (bundle.bytecode.compiled) {
    progress('starting it without compiled files');
    withoutBytecode = total(partsOf(profileStart(profiled, false, 1), modules)).cpu;
  }
  return {
    start,
    profile: {
      entrypoint: app._entrypoint,
      operation: asked && `${asked.method} ${asked.path}`,
      python: bundle.python,
      bytecode: bundle.bytecode.compiled,
      bytes: bundle.bytes,
      status: start.status,
      total: total(parts),
      withoutBytecode,
      parts,
      advice: adviceFor(start, parts, modules, withoutBytecode),
    },
  };
}

function modulesFor(app: FastApiApp): Modules {
  const { directory, layer, python } = app._bundle;
  const places = [directory, ...layer === undefined ? [] : [path.join(layer.directory, layerPackages(python))]];
  const files = places.flatMap((place) => listFiles(place).map((file) => ({ file, bytes: fs.statSync(path.join(place, file)).size })));
  const { entry } = app._source;
  return modulesOf(files, (file) => [entry, path.join(entry, 'src')].some((place) => fs.existsSync(path.join(place, file))));
}

function titleOf({ entrypoint, operation, total: { cpu }, python }: Profile): string {
  return `Cold start of ${entrypoint}${operation === undefined ? '' : `, then ${operation}`}: ${Math.round(cpu)} ms on Python ${python}`;
}

/** Parts, largest first; those below a percent together. */
function table(profile: Profile, before?: Profile): string {
  const large = profile.parts.filter(({ cpu }) => cpu >= profile.total.cpu / 100);
  const small = profile.parts.filter((part) => !large.includes(part));
  const rest: Part[] = small.length === 0 ? [] : [{ part: `${small.length} more`, ...total(small) }];
  const earlier = new Map(before?.parts.map((part) => [part.part, part.cpu]));
  const rows = [...large, ...rest, { part: 'all', ...profile.total }].map((part) => [
    part.part, part.cpu.toFixed(1), `${Math.round(100 * part.cpu / profile.total.cpu)} %`, part.ms.toFixed(1), part.bytes === undefined ? '' : `${(part.bytes / 1e6).toFixed(1)} MB`,
    ...before === undefined ? [] : [difference(part.cpu, part.part === 'all' ? before.total.cpu : earlier.get(part.part))],
  ]);
  const head = ['', 'ms of CPU', 'share', 'ms of clock', 'size', ...before === undefined ? [] : ['before']];
  return [
    `${titleOf(profile)}, ${(profile.bytes / 1e6).toFixed(1)} MB\n`,
    columns([head, ...rows]),
    ...profile.withoutBytecode === undefined ? [] : [`without compiled files: ${profile.withoutBytecode.toFixed(1)} ms of CPU`],
    ...profile.status === null ? [] : [`${profile.operation} was answered with ${profile.status}`],
    ...profile.advice.map((line) => `- ${line}`),
    '',
  ].join('\n');
}

function difference(now: number, before: number | undefined): string {
  if (before === undefined) return 'new';
  return `${before.toFixed(1)} (${now >= before ? '+' : ''}${(now - before).toFixed(1)})`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const width = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(width[column]) : cell.padStart(width[column]))).join('  ').trimEnd()).join('\n');
}

function readProfile(file: string): Profile {
  const wrong = (why: string): UsageError => new UsageError(`\`--compare\` must be a file that \`cdk-fastapi profile --json\` wrote, got: ${file}, ${why}`);
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw wrong('which is no file');
  let read: Partial<Profile> | null;
  try {
    read = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<Profile> | null;
  } catch {
    throw wrong('which is no JSON');
  }
  const { parts, total: all } = read ?? {};
  const good = Array.isArray(parts) && parts.every((part: Partial<Part> | null) => typeof part?.part === 'string' && typeof part.cpu === 'number') && typeof all?.cpu === 'number';
  if (!good) throw wrong('which has no `parts` and `total`');
  // Looked at above as far as it is read.
  return read as Profile;
}

function runs(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 99.');
  return Number(text);
}
