import * as fs from 'fs';
import * as path from 'path';
import { type Command, Option } from 'commander';
import { addAppOptions, appOf, type AppOptions } from './app-options';
import { ExitCode, type CliCommand } from './cli-command';
import { writeWhole } from './output-file';
import { count, json } from './terminal';
import { usage } from './usage-error';
import { reasonOf } from '../cache/cache-directory';
import { generate } from '../codegen/generate';
import { LANGUAGES, type LanguageName } from '../codegen/language';
import { isGenerated, staleness } from '../codegen/stale';
import { checkConstructName } from '../codegen/typed-construct';
import { API_TYPE_NAMES, type ApiType } from '../operations/api-type';
import { FastApiError } from '../private/errors';
import { makeDirectory } from '../private/make-directory';

interface GenerateCommandOptions extends AppOptions {
  readonly name: string;
  readonly kind: ApiType;
  readonly language: LanguageName;
  readonly out: string;
  readonly catchAll?: true;
  readonly check?: true;
}

/** `cdk-fastapi generate`: the construct of an app with typed operations. */
export const generateCommand: CliCommand = (program, terminal, end) => {
  addAppOptions(program.command('generate'))
    .description('write the construct of an app, with its operations as names that the compiler knows')
    .requiredOption('--name <name>', 'name of the class, such as MyApi')
    .addOption(new Option('--kind <kind>', 'kind of API').choices(API_TYPE_NAMES).default('rest'))
    .addOption(new Option('--language <language>', 'language of the file').choices(Object.keys(LANGUAGES)).makeOptionMandatory())
    .requiredOption('--out <file>', 'file to write')
    .option('--catch-all', 'as with `catchAll: true`: what has no route of its own is served by one function')
    .option('--check', 'write nothing, and fail where the file is not what would be written')
    .action((options: GenerateCommandOptions, command: Command) => {
      checkOut(command, options);
      usage(() => checkConstructName(options.name));
      const before = usage(() => fileBefore(options));
      const app = appOf(command, options);
      const operations = app._operationsFor(options.kind, options.catchAll ?? false);
      const { text, warnings } = generate(operations, { ...options, apiType: options.kind, entry: options.entry ?? path.dirname(options.openapi ?? '.') });
      for (const warning of warnings) terminal.err(`warning: ${warning}\n`);

      const { out } = options;
      const problem = options.check ? checkFile(before, text, LANGUAGES[options.language].operations) : undefined;
      if (!options.check) write(out, text);
      if (options.json) terminal.out(json({ out, source: operations.source, operations: operations.all.length, warnings, problem }));
      else if (problem === undefined) terminal.err(`${out}: ${count(operations.all.length, 'operation')} of ${operations.source}\n`);
      else terminal.err(`error: ${out} must be what \`cdk-fastapi generate\` writes, got: ${problem}; run the command without --check\n`);
      if (problem !== undefined) end(ExitCode.PROBLEMS);
    });
};

/** Compilers look at the names of files. */
function checkOut(command: Command, { out, language, name }: GenerateCommandOptions): void {
  const { ending } = LANGUAGES[language];
  const file = path.basename(out);
  if (language === 'java' && file !== `${name}.java`) command.error(`error: --out must be a file called ${name}.java, got: ${out}`);
  if (!file.endsWith(ending)) command.error(`error: --out must be a file that ends in ${ending}, got: ${out}`);
}

/** What the file holds; one of somebody else is left alone. */
function fileBefore({ out, check }: GenerateCommandOptions): string | undefined {
  const before = read(out);
  if (!check && before !== undefined && !isGenerated(before)) {
    throw new FastApiError(`\`--out\` must be a new file or one that \`cdk-fastapi generate\` has written, got: ${out}, which is neither; name another file, or remove it`);
  }
  return before;
}

function write(file: string, text: string): void {
  makeDirectoryOf(file);
  writeWhole(file, text);
}

/** Generated files may have a directory of their own, which no clone has. */
function makeDirectoryOf(file: string): void {
  const directory = path.dirname(file);
  try {
    makeDirectory(directory);
  } catch (error) {
    throw new FastApiError(`\`--out\` must be a file in a directory that can be made, got: ${directory} (${reasonOf(error)})`, { cause: error });
  }
}

function checkFile(text: string | undefined, fresh: string, operations: (text: string) => Map<string, string>): string | undefined {
  return text === undefined ? 'no file' : staleness(text, fresh, operations);
}

/** Nothing where there is no file. */
function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined;
    throw new FastApiError(`\`--out\` must be a file that can be read, got: ${file} (${reasonOf(error)})`, { cause: error });
  }
}
