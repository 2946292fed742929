import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { InvalidArgumentError } from 'commander';
import type { CliCommand } from './cli-command';
import { serve } from './local-run';
import { UsageError } from './usage-error';
import { variable, variables } from './variables';
import { appCommand } from '../local/assembly/app-command';
import type { SessionOptions } from '../local/local-session';

interface LocalOptions {
  readonly cdkOut?: string;
  readonly app?: string;
  readonly watch?: true;
  readonly stack: readonly string[];
  readonly api: readonly string[];
  readonly port: number;
  readonly pagePort: number;
  readonly env: readonly string[];
  readonly envFile: readonly string[];
  readonly auth: boolean;
  readonly verifySignatures?: readonly string[];
  readonly aws?: true;
  readonly debug?: number | true;
  readonly concurrency?: number;
  readonly json?: true;
}

const ASSEMBLY = 'cdk.out';
const DEBUG_PORT = 5678;

/** `cdk-fastapi local`: serves what `cdk synth` made, on this machine. */
export const localCommand: CliCommand = (program, terminal) => {
  const command = program.command('local')
    .description('serve the synthesized APIs on this machine, from their bundles')
    .option('--cdk-out <dir>', `cloud assembly that \`cdk synth\` wrote (default: ${ASSEMBLY}, or what the app of cdk.json makes where there is none)`)
    .option('--app <command>', 'command that synthesizes, in place of that of cdk.json')
    .option('--watch', 'synthesize again where routes, dependencies or the CDK app have changed')
    .option('--stack <name>', 'serve the APIs of this stack; may be repeated (default: all)', collect, [])
    .option('--api <name>', 'serve this API, by logical id or construct id; may be repeated (default: all)', collect, [])
    .option('--port <number>', 'port of the first API, the next ones follow; 0 takes free ones', portNumber, 0)
    .option('--page-port <number>', 'port of the page with APIs, requests and tokens; 0 takes a free one', portNumber, 0)
    .option('--env <NAME=value>', 'environment variable of every function; may be repeated', variable, [])
    .option('--env-file <file>', 'file with such variables, one a line; may be repeated', collect, [])
    .option('--no-auth', 'let every request through: authorizers, signatures and API keys are not checked')
    .option('--verify-signatures <KEY:SECRET>', 'check signatures with this key; may be repeated (default: a signature must be there)', signingKey)
    .option('--aws', 'hand the AWS settings of this shell to the functions (default: none of them)')
    .option('--concurrency <number>', 'environments of one function at most (default: 10)', wholeNumber)
    .option('--debug [port]', `have the first function wait for a debugger, by debugpy at port ${DEBUG_PORT}`, portNumber)
    .option('--json', 'write lines of JSON: first the URLs, then the APIs, then requests and logs as they come');
  command.action(async (options: LocalOptions) => {
    const assembly = options.cdkOut ?? ASSEMBLY;
    const isNeeded = options.app !== undefined || options.watch === true || (options.cdkOut === undefined && !existsSync(join(assembly, 'manifest.json')));
    const app = isNeeded ? appCommand(process.cwd(), options.app) : undefined;
    if (options.watch && app === undefined) throw new UsageError('`--watch` needs an app that synthesizes, got: none; give --app, or start it beside cdk.json');
    if (options.app !== undefined && options.cdkOut !== undefined) throw new UsageError('give either --app or --cdk-out, got: both');
    if (app === undefined && !existsSync(join(assembly, 'manifest.json'))) {
      throw new UsageError(`\`--cdk-out\` must be a cloud assembly, which must hold manifest.json, got: ${assembly}; run \`cdk synth\` first, or name another directory`);
    }
    await serve({ app, watch: options.watch === true, json: options.json === true, session: sessionOptions(options, assembly) }, terminal);
  });
};

function sessionOptions(options: LocalOptions, assembly: string): SessionOptions {
  const fromFiles = options.envFile.map((file) => {
    try {
      return parseEnv(readFileSync(file, 'utf8'));
    } catch {
      throw new UsageError(`\`--env-file\` must be a file that can be read, got: ${file}`);
    }
  });
  const keys = options.verifySignatures?.map((pair): [string, string] => [pair.split(':')[0], pair.split(':').slice(1).join(':')]);
  return {
    assembly,
    stacks: options.stack,
    apis: options.api,
    port: options.port,
    pagePort: options.pagePort,
    environment: { ...Object.assign({}, ...fromFiles) as Record<string, string>, ...variables(options.env) },
    aws: options.aws === true,
    noAuth: !options.auth,
    keys: keys === undefined ? undefined : new Map(keys),
    debugPort: options.debug === true ? DEBUG_PORT : options.debug,
    concurrency: options.concurrency,
  };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('it must be a number from 0 to 65535');
  return port;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('it must be a whole number from 1 to 9999');
  return Number(text);
}

function signingKey(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^\w+:.+$/.test(text)) throw new InvalidArgumentError('it must be an access key id and its secret key with a colon between them');
  return [...before, text];
}
