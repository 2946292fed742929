import { Option } from 'commander';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import { ExitCode, type CliCommand } from './cli-command';
import { count, json } from './terminal';
import { formatIssue, type Issue } from '../openapi/issue';
import { API_TYPE_NAMES, type ApiType } from '../operations/api-type';

interface LintOptions extends AppOptions {
  readonly kind: ApiType;
  readonly catchAll?: true;
}

/** `cdk-fastapi lint`: every problem of every operation. */
export const lintCommand: CliCommand = (program, terminal, end) => {
  addAppOptions(program.command('lint'))
    .description('show every problem of every operation, with its rule and remedy')
    .addOption(new Option('--kind <kind>', 'kind of API').choices(API_TYPE_NAMES).default('rest'))
    .option('--catch-all', 'as with `catchAll: true`: what has no route of its own is served by one function')
    .action((options: LintOptions, command) => {
      const app = appOf(command, options);
      const operations = app._operationsFor(options.kind, options.catchAll ?? false);
      const { source, issues, all } = operations;
      const errors = operations.problems().length;
      if (options.json) {
        const { kind, catchAll = false } = options;
        terminal.out(json({ source, kind, catchAll, operations: all.length, errors, issues: issues.map(record) }));
      } else {
        for (const issue of issues) terminal.out(`${issue.severity}: ${formatIssue(issue)}\n`);
        terminal.out(`${summary(issues, errors)} in ${count(all.length, 'operation')} of ${source}\n`);
      }
      if (errors > 0) end(ExitCode.PROBLEMS);
    });
};

/** An issue as programs read it: the JSON calls its remedy `wayOut`. */
function record({ remedy, ...issue }: Issue): object {
  return { ...issue, wayOut: remedy };
}

function summary(issues: readonly Issue[], errors: number): string {
  return `${count(errors, 'error')}, ${count(issues.filter(({ severity }) => severity === 'warning').length, 'warning')}`;
}
