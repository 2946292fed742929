import { InvalidArgumentError, Option } from 'commander';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import { ExitCode, type CliCommand } from './cli-command';
import { reportLimits, type LimitsRow } from './plan/limits-report';
import { comparePackings, type Packing } from './plan/packing';
import { comparePatterns, GROUPINGS, type ComparedPattern, type Grouping } from './plan/pattern-comparison';
import { count, json } from './terminal';
import type { FastApiApp } from '../app/fast-api-app';
import { IntegrationPattern } from '../functions/integration-pattern';
import { API_TYPE_NAMES, type ApiType } from '../operations/api-type';
import { FastApiError } from '../private/errors';
import { LIMITS } from '../private/limits';

interface PlanOptions extends AppOptions {
  readonly kind: ApiType;
  readonly pattern: keyof typeof PATTERNS;
  readonly groups: Grouping;
  readonly catchAll?: true;
  readonly functionStacks?: number;
  readonly documentation?: true;
}

const PATTERNS = { isolated: IntegrationPattern.ISOLATED, grouped: IntegrationPattern.GROUPED, shared: IntegrationPattern.SHARED } as const;

/** `cdk-fastapi plan`: what an API of the app uses, of how much, and what the construct does about it. */
export const planCommand: CliCommand = (program, terminal, end) => {
  addAppOptions(program.command('plan'))
    .description('show resources, templates and routes of the API that an app becomes: used, allowed, what is done about it')
    .addOption(new Option('--kind <kind>', 'kind of API').choices(API_TYPE_NAMES).default('rest'))
    .addOption(new Option('--pattern <pattern>', 'how operations are spread over functions').choices(Object.keys(PATTERNS)).default('isolated'))
    .addOption(new Option('--groups <by>', 'with --pattern grouped: which operations share a function').choices(Object.keys(GROUPINGS)).default('tag'))
    .option('--function-stacks <number>', 'as `functionStacks` of the construct: 0 or 20', functionStacks)
    .option('--documentation', 'as `documentation: true` of the construct, with the largest models of a REST API')
    .option('--catch-all', 'as with `catchAll: true`: what has no route of its own is served by one function')
    .action((options: PlanOptions, command) => {
      const app = appOf(command, options);
      const { kind, pattern, catchAll = false } = options;
      const { functionStacks: stacks, documentation } = options;
      const operations = app._operationsFor(kind, catchAll);
      const { source, all } = operations;
      const groups = pattern === 'grouped' ? GROUPINGS[options.groups]() : undefined;
      const request = { apiType: kind, catchAll, functionStacks: stacks, documentation };
      const { totals, ...report } = reportLimits(app, { ...request, pattern: PATTERNS[pattern], groups });
      const patterns = comparePatterns(app, operations, request, {
        pattern: pattern === 'grouped' ? `grouped by ${options.groups}` : pattern, ...totals,
      });
      // A document alone tells nothing of what is packed.
      const { packings, unknown } = options.entry === undefined ? {} : packed(app, totals.functions);
      if (options.json) {
        terminal.out(json({ source, kind, pattern, catchAll, operations: all.length, ...report, totals, patterns, packings }));
      } else {
        terminal.out(`${kind.toUpperCase()} API, ${pattern}, ${count(all.length, 'operation')} of ${source}\n`);
        terminal.out(table(report.rows));
        terminal.out(`\n${comparison(patterns)}\n`);
        if (packings !== undefined) terminal.out(`${packingTable(packings)}\n`);
        if (unknown !== undefined) terminal.out(`warning: how the app is packed is not known: ${unknown}\n`);
        for (const { way, problem } of packings ?? []) if (problem !== undefined) terminal.out(`info: ${way}: ${problem}; PythonBundling.image() takes them\n`);
        for (const message of report.messages) terminal.out(`${message}\n`);
        for (const problem of report.problems) terminal.out(`error: ${problem}\n`);
      }
      if (report.problems.length > 0) end(ExitCode.PROBLEMS);
    });
};

/** Columns: what, used, allowed, what is done about it. */
function table(rows: readonly LimitsRow[]): string {
  const cells = [['', 'used', 'allowed', ''], ...rows.map(({ what, used, allowed, note }) => [what, number(used), allowed === undefined ? '' : number(allowed), note ?? ''])];
  const width = (column: number): number => Math.max(...cells.map((row) => row[column].length));
  const [first, second, third] = [width(0), width(1), width(2)];
  return cells.map(([what, used, allowed, note]) => `${what.padEnd(first)}  ${used.padStart(second)}  ${allowed.padStart(third)}  ${note}`.trimEnd()).join('\n') + '\n';
}

/** The patterns beside one another. */
function comparison(patterns: readonly ComparedPattern[]): string {
  const rows = patterns.map(({ pattern, functions, resources, bytes }) => [pattern, number(functions), number(resources), number(bytes)]);
  return columns([['pattern', 'functions = first cold starts', 'resources', 'template bytes'], ...rows]);
}

/** The ways of packing, in megabytes: what a bundle would be, or why none can be made here. */
function packed(app: FastApiApp, functions: number): { packings?: Packing[]; unknown?: string } {
  try {
    return { packings: comparePackings(app, functions) };
  } catch (error) {
    if (!FastApiError.isFastApiError(error)) throw error;
    return { unknown: error.message.split('\n')[0] };
  }
}

function packingTable(packings: readonly Packing[]): string {
  const size = (bytes: number | undefined): string => (bytes === undefined ? '' : (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 2 : 1));
  const rows = packings.map(({ way, functionBytes, layerBytes, imageBytes, uploadAfterEdit, codeStorage, versionStorage, quotaShare }) => [
    way, size(functionBytes), size(layerBytes), size(imageBytes), size(uploadAfterEdit), size(codeStorage), `${(quotaShare * 100).toFixed(2)} %`, size(versionStorage),
  ]);
  const quota = `of ${LIMITS.codeStorageGibibytes.ours} GB`;
  return columns([['packing, in MB', 'a function', 'layer', 'image', 'uploaded after an edit', 'code storage', quota, 'and for versions of each deployment'], ...rows]);
}

function columns(rows: readonly (readonly string[])[]): string {
  const width = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(width[column]) : cell.padStart(width[column]))).join('  ')).join('\n') + '\n';
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function functionStacks(text: string): number {
  if (text !== '0' && text !== '20') throw new InvalidArgumentError('It must be 0 or 20.');
  return Number(text);
}
