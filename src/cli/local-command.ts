import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Command, InvalidArgumentError } from 'commander';
import { ExitCode, type CliCommand } from './cli-command';
import { LocalLog } from './local-log';
import { apiTable } from './local-table';
import type { Terminal } from './terminal';
import { count } from './terminal';
import { variable, variables } from './variables';
import { LocalSession, summaryOf, type SessionOptions } from '../local/local-session';

interface LocalOptions {
  readonly cdkOut: string;
  readonly stack: readonly string[];
  readonly api: readonly string[];
  readonly port: number;
  readonly env: readonly string[];
  readonly envFile: readonly string[];
  readonly auth: boolean;
  readonly verifySignatures?: readonly string[];
  readonly aws?: true;
  readonly debug?: number | true;
  readonly concurrency?: number;
  readonly json?: true;
}

const DEBUG_PORT = 5678;

/** `cdk-fastapi local`: serves what `cdk synth` made, on this machine. */
export const localCommand: CliCommand = (program, terminal) => {
  const command = program.command('local')
    .description('serve the synthesized APIs on this machine, from their bundles')
    .option('--cdk-out <dir>', 'cloud assembly that `cdk synth` wrote', 'cdk.out')
    .option('--stack <name>', 'serve the APIs of this stack; may be repeated (default: all)', collect, [])
    .option('--api <name>', 'serve this API, by logical id or construct id; may be repeated (default: all)', collect, [])
    .option('--port <number>', 'port of the first API, the next ones follow; 0 takes free ones', portNumber, 0)
    .option('--env <NAME=value>', 'environment variable of every function; may be repeated', variable, [])
    .option('--env-file <file>', 'file with such variables, a line each; may be repeated', collect, [])
    .option('--no-auth', 'let every request through: authorizers, signatures and API keys are not checked')
    .option('--verify-signatures <KEY:SECRET>', 'check signatures with this key; may be repeated (default: a signature must be there)', signingKey)
    .option('--aws', 'hand the AWS settings of this shell to the functions (default: none of them)')
    .option('--concurrency <number>', 'environments of one function at most', concurrency)
    .option('--debug [port]', `wait for debugpy, at port ${DEBUG_PORT}, before a function starts`, portNumber)
    .option('--json', 'write lines of JSON: first the URLs, then the APIs, then requests and logs as they come');
  command.action(async (options: LocalOptions) => {
    const log = new LocalLog(terminal, options.json === true);
    const stop = stopped();
    const session = await LocalSession.start(sessionOptions(command, options), log);
    try {
      announce(session, options, terminal);
      await stop;
    } finally {
      await session.close();
    }
  });
};

function sessionOptions(command: Command, options: LocalOptions): SessionOptions {
  const fromFiles = options.envFile.map((file) => {
    try {
      return parseEnv(readFileSync(file, 'utf8'));
    } catch {
      return command.error(`error: --env-file must be a file that can be read, got: ${file}`, { exitCode: ExitCode.USAGE });
    }
  });
  const debug = options.debug === true ? DEBUG_PORT : options.debug;
  return {
    assembly: options.cdkOut,
    stacks: options.stack,
    apis: options.api,
    port: options.port,
    environment: { ...Object.assign({}, ...fromFiles) as Record<string, string>, ...variables(options.env) },
    aws: options.aws === true,
    noAuth: !options.auth,
    keys: options.verifySignatures === undefined ? undefined : new Map(options.verifySignatures.map((pair) => [pair.split(':')[0], pair.split(':').slice(1).join(':')])),
    debugPort: debug,
    concurrency: options.concurrency,
  };
}

function announce(session: LocalSession, options: LocalOptions, terminal: Terminal): void {
  const summaries = session.served.map(summaryOf);
  if (options.json) {
    terminal.out(`${JSON.stringify(Object.fromEntries(summaries.map(({ name, url }) => [name, url])))}\n`);
    // A program that waits for the first line has it alone.
    setImmediate(() => terminal.out(`${JSON.stringify({ type: 'apis', apis: summaries })}\n`));
    return;
  }
  for (const summary of summaries) {
    terminal.out(`${summary.name}  ${summary.url}\n`);
    terminal.err(apiTable(summary));
  }
  if (!options.auth) {terminal.err('AUTHORIZATION IS OFF: every request is let through\n');} else if (options.verifySignatures === undefined && session.served.some(({ api }) => api.routes.some(({ authorization }) => authorization.authorizer.kind === 'iam'))) {
    terminal.err('IAM: a signature must be there, and is not checked; --verify-signatures KEY:SECRET checks it\n');
  }
  terminal.err(`serving ${count(summaries.length, 'API')}; press Ctrl+C to stop\n`);
}

/** Settled when the user, or whoever started this program, wants it to end. */
async function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('it must be a number from 0 to 65535');
  return port;
}

function concurrency(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('it must be a whole number from 1 to 9999');
  return Number(text);
}

function signingKey(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^\w+:.+$/.test(text)) throw new InvalidArgumentError('it must be an access key id and its secret key with a colon between them');
  return [...before, text];
}
