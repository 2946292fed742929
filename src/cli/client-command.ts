import type { Command } from 'commander';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import type { CliCommand } from './cli-command';
import { count, json } from './terminal';
import { usage } from './usage-error';
import { hasPackage } from '../client/generator';
import { clientDestination, writeClient } from '../client/write-client';

interface ClientCommandOptions extends AppOptions {
  readonly out: string;
  readonly iam?: true;
  readonly reactQuery?: true;
}

/** Packages that what the options add imports. */
const PACKAGES = { iam: ['@smithy/signature-v4', '@aws-crypto/sha256-js'], reactQuery: ['@tanstack/react-query'] } as const;

/** `cdk-fastapi client`: a typed client in TypeScript. */
export const clientCommand: CliCommand = (program, terminal) => {
  addAppOptions(program.command('client'))
    .description('write a typed client of an app in TypeScript, with streams')
    .requiredOption('--out <directory>', 'directory to write to, in a project that has @hey-api/openapi-ts')
    .option('--iam', 'also write what signs requests with AWS credentials')
    .option('--react-query', 'also write hooks of TanStack Query for React')
    .action((options: ClientCommandOptions, command: Command) => {
      const { out, iam = false, reactQuery = false } = options;
      const app = appOf(command, options);
      // What is missing is told before the app is read.
      const destination = usage(() => clientDestination(out));
      const document = app._document;
      const written = writeClient(document, destination, { iam, reactQuery });
      for (const warning of written.warnings) terminal.err(`warning: ${warning}\n`);
      const missing = [...(iam ? PACKAGES.iam : []), ...(reactQuery ? PACKAGES.reactQuery : [])].filter((name) => !hasPackage(name, out));
      if (missing.length > 0) terminal.err(`The client imports packages that are not installed; run \`npm install ${missing.join(' ')}\`\n`);
      if (options.json) terminal.out(json({ out, source: document.source, ...written, missing }));
      else terminal.err(`${out}: ${count(written.operations, 'operation')}, ${count(written.streams, 'stream')} of ${document.source}\n`);
    });
};
