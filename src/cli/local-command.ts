import { InvalidArgumentError } from 'commander';
import type { CliCommand } from './cli-command';
import { count } from './terminal';
import { variable, variables } from './variables';
import { lambdaPython } from '../local/lambda-python';
import { readApis } from '../local/local-api';
import { readFunctions } from '../local/local-function';
import { LocalServer } from '../local/local-server';
import { readTemplates } from '../local/template';
import { FastApiError } from '../private/errors';

interface LocalOptions {
  readonly cdkOut: string;
  readonly port: number;
  readonly env: readonly string[];
  readonly json?: true;
}

/** `cdk-fastapi local`: serves what `cdk synth` made, on this machine. */
export const localCommand: CliCommand = (program, terminal) => {
  program.command('local')
    .description('serve the synthesized APIs on this machine, from their bundles; authorization is not checked')
    .option('--cdk-out <dir>', 'cloud assembly that `cdk synth` wrote', 'cdk.out')
    .option('--port <number>', 'port of the first API, the next ones follow; 0 takes free ones', portNumber, 0)
    .option('--env <NAME=value>', 'environment variable of every function; may be repeated', variable, [])
    .option('--json', 'one line of JSON with the URLs when they are served')
    .action(async (options: LocalOptions) => {
      const servers = startable(options);
      const stop = new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      const urls: Record<string, string> = {};
      try {
        for (const [index, { name, server }] of servers.entries()) {
          urls[name] = await server.listen(options.port === 0 ? 0 : options.port + index);
          if (!options.json) terminal.out(`${name}  ${urls[name]}\n`);
        }
        if (options.json) terminal.out(`${JSON.stringify(urls)}\n`);
        else terminal.err(`serving ${count(servers.length, 'API')}; press Ctrl+C to stop\n`);
        await stop;
      } finally {
        for (const { server } of servers) await server.close();
      }
    });
};

function startable(options: LocalOptions): { name: string; server: LocalServer }[] {
  const environment = variables(options.env);
  const servers = readTemplates(options.cdkOut).flatMap((template) => {
    const functions = readFunctions(template);
    return readApis(template).map((api) => {
      const first = api.routes.map((route) => functions.get(route.functionId ?? '')).find((definition) => definition !== undefined);
      if (first === undefined) throw new FastApiError(`\`${api.logicalId}\` of ${template.name} must have a function of this assembly to be served`);
      return { name: `${template.name}/${api.logicalId}`, server: new LocalServer(api, functions, { python: lambdaPython(first.python), environment }) };
    });
  });
  if (servers.length === 0) throw new FastApiError(`\`--cdk-out\` must hold an API, got: ${options.cdkOut}`);
  return servers;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('it must be a number from 0 to 65535');
  return port;
}
