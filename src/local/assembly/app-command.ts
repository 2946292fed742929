import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FastApiError } from '../../private/errors';
import { entries, member, stringMember, type Json } from '../../private/json';
import { startShell, signalGroup } from '../../private/process';

/** The command of a CDK app, and what the CDK's own command line would tell it. */
export interface AppCommand {
  /** A line for the shell, as `cdk.json` has it. */
  readonly line: string;
  readonly directory: string;
}

/**
 * The app of a directory.
 *
 * @param line in place of that of `cdk.json`
 * @returns nothing where neither is given
 */
export function appCommand(directory: string, line: string | undefined): AppCommand | undefined {
  const given = line ?? stringMember(readOptional(join(directory, 'cdk.json')), 'app');
  return given === undefined ? undefined : { line: given, directory };
}

/**
 * Synthesizes into a directory.
 *
 * @param said hears what the app prints
 * @throws FastApiError where the app fails
 */
export async function synthesize(command: AppCommand, outdir: string, said: (text: string) => void, signal?: AbortSignal): Promise<void> {
  const settings = member(readOptional(join(command.directory, 'cdk.json')), 'context');
  const looked = readOptional(join(command.directory, 'cdk.context.json'));
  const context = { ...Object.fromEntries(entries(settings)), ...Object.fromEntries(entries(looked)) };
  const child = startShell(command.line, {
    cwd: command.directory,
    // What the CDK's command line sets: https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cx-api/lib/cxapi.ts
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  const stop = (): void => signalGroup(child, 'SIGTERM');
  signal?.addEventListener('abort', stop);
  child.stdout?.on('data', (chunk: Buffer) => said(chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => said(chunk.toString('utf8')));
  const how = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, ended) => resolve(code === 0 ? undefined : ended ?? `exit status ${code}`));
  });
  signal?.removeEventListener('abort', stop);
  if (how !== undefined) throw new FastApiError(`the app must synthesize, got: ${how} of \`${command.line}\` in ${command.directory}`);
}

function readOptional(file: string): Json | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new FastApiError(`${file} must hold JSON, got: ${error instanceof Error ? error.message : String(error)}`);
  }
}
