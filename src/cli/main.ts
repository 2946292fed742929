import * as fs from 'fs';
import * as path from 'path';
import { Command, CommanderError } from 'commander';
import { closest } from 'fastest-levenshtein';
import { ExitCode, type CliCommand } from './cli-command';
import { clientCommand } from './client-command';
import { generateCommand } from './generate-command';
import { lintCommand } from './lint-command';
import { localCommand } from './local-command';
import { newCommand } from './new-command';
import { openApiCommand } from './openapi-command';
import { planCommand } from './plan-command';
import { profileCommand } from './profile-command';
import { PROCESS_TERMINAL, type Terminal } from './terminal';
import { UsageError } from './usage-error';
import { RUNTIME_DIRECTORY } from '../private/assets';
import { FastApiError } from '../private/errors';

/** The commands, in the order in which `--help` lists them. */
const COMMANDS: readonly CliCommand[] = [
  newCommand, openApiCommand, generateCommand, clientCommand, lintCommand, planCommand, profileCommand, localCommand,
];

const EXIT_CODES = '\nExit status: 0 good, 1 problems found, 2 wrong usage.';

/**
 * Runs the command line of a process.
 *
 * @param argv interpreter, program, arguments: as in `process.argv`
 */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader such as `head` may have seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.exitCode = await run(argv, PROCESS_TERMINAL);
}

/** Runs a command line and tells how it ends; a problem is written to the terminal. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code = ExitCode.GOOD;
  const program = new Command('cdk-fastapi')
    .description('Tools for FastAPI projects that are deployed with the AWS CDK.')
    .version(version())
    .helpCommand(false)
    .showSuggestionAfterError()
    .addHelpText('after', EXIT_CODES)
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .exitOverride();
  for (const add of COMMANDS) add(program, terminal, (end) => { code = end; });
  addHelp(program);
  for (const command of program.commands) command.addHelpText('after', EXIT_CODES);
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.GOOD : ExitCode.USAGE;
    const known = FastApiError.isFastApiError(error);
    terminal.err(`${known ? `error: ${error.message}` : error instanceof Error ? error.stack : error}\n`);
    return error instanceof UsageError ? ExitCode.USAGE : ExitCode.PROBLEMS;
  }
}

/** `cdk-fastapi help lint`: the same as `cdk-fastapi lint --help`. */
function addHelp(program: Command): void {
  program.command('help').argument('[command]', 'name of a command').description('show the help of a command')
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (command !== undefined) return command.help();
      const names = program.commands.map((one) => one.name());
      return program.error(`error: unknown command '${name}'\n(Did you mean ${closest(name ?? '', names)}?)`);
    });
}

function version(): string {
  // The package's own file, whose version is text.
  const { version: text } = JSON.parse(fs.readFileSync(path.join(RUNTIME_DIRECTORY, '..', 'package.json'), 'utf8')) as { version: string };
  return text;
}
