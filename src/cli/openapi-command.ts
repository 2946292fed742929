import { addAppOptions, appOf, type AppOptions } from './app-options';
import type { CliCommand } from './cli-command';
import { writeWhole } from './output-file';
import { count, json } from './terminal';

/** `cdk-fastapi openapi`: the document with its route facts. */
export const openApiCommand: CliCommand = (program, terminal) => {
  addAppOptions(program.command('openapi'))
    .description('write the OpenAPI document of an app, with what only the running app knows about its routes')
    .option('--out <file>', 'file to write (default: standard output)')
    .action((options: AppOptions & { readonly out?: string }, command) => {
      const app = appOf(command, options);
      const document = json(app._document.content);
      if (options.out === undefined) {
        terminal.out(document);
        return;
      }
      writeWhole(options.out, document);
      const operations = app.operations.length;
      if (options.json) terminal.out(json({ out: options.out, source: app._document.source, operations }));
      else terminal.err(`${options.out}: ${count(operations, 'operation')} of ${app._document.source}\n`);
    });
};
