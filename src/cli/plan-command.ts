import { InvalidArgumentError, Option } from 'commander';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import { ExitCode, type CliCommand } from './cli-command';
import { reportLimits, type LimitsRow } from './plan/limits-report';
import { count, json } from './terminal';
import { IntegrationPattern } from '../functions/integration-pattern';
import type { ApiType } from '../operations/api-type';

interface PlanOptions extends AppOptions {
  readonly kind: ApiType;
  readonly pattern: 'isolated' | 'shared';
  readonly catchAll?: true;
  readonly functionStacks?: number;
}

const PATTERNS = { isolated: IntegrationPattern.ISOLATED, shared: IntegrationPattern.SHARED } as const;

/** `cdk-fastapi plan`: what an API of the app uses, of how much, and what the construct does about it. */
export const planCommand: CliCommand = (program, terminal, end) => {
  addAppOptions(program.command('plan'))
    .description('show resources, templates and routes of the API that an app becomes: used, allowed, what is done about it')
    .addOption(new Option('--kind <kind>', 'kind of API').choices(['rest', 'http']).default('rest'))
    .addOption(new Option('--pattern <pattern>', 'how operations are spread over functions').choices(Object.keys(PATTERNS)).default('isolated'))
    .option('--function-stacks <number>', 'as `functionStacks` of the construct: 0 or 20', functionStacks)
    .option('--catch-all', 'as with `catchAll: true`: what has no route of its own is served by one function')
    .action((options: PlanOptions, command) => {
      const app = appOf(command, options);
      const { kind, pattern, catchAll = false } = options;
      const { source, all: operations } = app._operationsFor(kind, catchAll);
      const report = reportLimits(app, { apiType: kind, pattern: PATTERNS[pattern], catchAll, functionStacks: options.functionStacks });
      if (options.json) {
        terminal.out(json({ source, kind, pattern, catchAll, operations: operations.length, ...report }));
      } else {
        terminal.out(`${kind.toUpperCase()} API, ${pattern}, ${count(operations.length, 'operation')} of ${source}\n`);
        terminal.out(table(report.rows));
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

function number(value: number): string {
  return value.toLocaleString('en');
}

function functionStacks(text: string): number {
  if (text !== '0' && text !== '20') throw new InvalidArgumentError('It must be 0 or 20.');
  return Number(text);
}
