import * as fs from 'fs';
import * as path from 'path';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import type { CliCommand } from './cli-command';
import { writeWhole } from './output-file';
import { count, json } from './terminal';
import { UsageError } from './usage-error';

/** `cdk-fastapi openapi`: the document with its route facts. */
export const openApiCommand: CliCommand = (program, terminal) => {
  addAppOptions(program.command('openapi'))
    .description('write the OpenAPI document of an app, with what only the running app knows about its routes')
    .option('--out <file>', 'file to write (default: standard output)')
    .action((options: AppOptions & { readonly out?: string }, command) => {
      const app = appOf(command, options);
      const { out } = options;
      if (out !== undefined && !fs.existsSync(path.dirname(path.resolve(out)))) {
        throw new UsageError(`\`--out\` must be a file in a directory that exists, got: ${out}`);
      }
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
