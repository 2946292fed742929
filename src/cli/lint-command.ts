import { Option } from 'commander';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import { ExitCode, type CliCommand } from './cli-command';
import { count, json } from './terminal';
import { formatIssue, type Issue } from '../openapi/issue';
import type { RouteKind } from '../operations/route-kind';

interface LintOptions extends AppOptions {
  readonly kind: RouteKind;
  readonly catchAll?: true;
}

/** `cdk-fastapi lint`: every problem of every operation. */
export const lintCommand: CliCommand = (program, terminal, end) => {
  addAppOptions(program.command('lint'))
    .description('show every problem of every operation, with its rule and the way out')
    .addOption(new Option('--kind <kind>', 'kind of API').choices(['rest', 'http']).default('rest'))
    .option('--catch-all', 'as with `catchAll: true`: what has no route of its own is served by one function')
    .action((options: LintOptions, command) => {
      const app = appOf(command, options);
      const set = app._operationSet(options.kind, options.catchAll ?? false);
      const errors = set.problems().length;
      if (options.json) {
        const { kind, catchAll = false } = options;
        terminal.out(json({ source: set.source, kind, catchAll, operations: set.operations.length, errors, issues: set.issues }));
      } else {
        for (const issue of set.issues) terminal.out(`${issue.severity}: ${formatIssue(issue)}\n`);
        terminal.out(`${summary(set.issues, errors)} in ${count(set.operations.length, 'operation')} of ${set.source}\n`);
      }
      if (errors > 0) end(ExitCode.PROBLEMS);
    });
};

function summary(issues: readonly Issue[], errors: number): string {
  return `${count(errors, 'error')}, ${count(issues.length - errors, 'warning')}`;
}
