import * as fs from 'fs';
import * as path from 'path';
import { InvalidArgumentError, Option } from 'commander';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import type { CliCommand } from './cli-command';
import { writeWhole } from './output-file';
import { count, json } from './terminal';
import { UsageError } from './usage-error';
import { gatewayDocument } from '../openapi/gateway/gateway-document';
import { printable } from '../private/printable';

interface OpenApiOptions extends AppOptions {
  readonly out?: string;
  readonly for?: 'api-gateway';
  readonly serverUrl?: string;
}

/** `cdk-fastapi openapi`: the document with its route facts. */
export const openApiCommand: CliCommand = (program, terminal) => {
  addAppOptions(program.command('openapi'))
    .description('write the OpenAPI document of an app, with what only the running app knows about its routes')
    .option('--out <file>', 'file to write (default: standard output)')
    .addOption(new Option('--for <reader>', 'the program that it is for: API Gateway accepts OpenAPI 3.0.1').choices(['api-gateway']))
    .option('--server-url <url>', 'with --for: where the API is', serverUrl)
    .action((options: OpenApiOptions, command) => {
      if (options.serverUrl !== undefined && options.for === undefined) {
        throw new UsageError(`\`--server-url\` needs \`--for api-gateway\`, got: ${options.serverUrl} alone`);
      }
      const app = appOf(command, options);
      const { out } = options;
      if (out !== undefined && !fs.existsSync(path.dirname(path.resolve(out)))) {
        throw new UsageError(`\`--out\` must be a file in a directory that exists, got: ${out}`);
      }
      const converted = options.for === undefined ? undefined : gatewayDocument(app._document, options.serverUrl);
      for (const { place, loss } of converted?.losses ?? []) terminal.err(`${printable(`${place}: ${loss}`, 1000)}\n`);
      const document = json(converted?.content ?? app._document.content);
      if (options.out === undefined) {
        terminal.out(document);
        return;
      }
      writeWhole(options.out, document);
      const operations = app.operations.length;
      const losses = converted && { losses: converted.losses };
      if (options.json) terminal.out(json({ out: options.out, source: app._document.source, operations, ...losses }));
      else terminal.err(`${options.out}: ${count(operations, 'operation')} of ${app._document.source}\n`);
    });
};

function serverUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) throw new InvalidArgumentError('It must be a URL that begins with https:// or http://.');
  return text;
}
