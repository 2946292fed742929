import * as fs from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { isJsonObject, stringMember } from '../private/json';
import { addWarning } from '../private/messages';
import { printable } from '../private/printable';

/** A variable that the app was read with, and takes from a file or from the process that reads it. */
export interface Setting {
  readonly name: string;
  /** Absolute path of the file with its value. */
  readonly file?: string;
}

/** Variables that Lambda gives, that a shell keeps for itself, and those of tools and credentials: none is a setting of an app. */
const NOT_OF_APPS = /^(AWS_.*|LAMBDA_.*|_.*|PATH|HOME|USER|LOGNAME|SHELL|TERM|PWD|OLDPWD|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|TEMP|TMP|HOSTNAME|PYTHON.*|VIRTUAL_ENV|CI|CDK_.*|JSII_.*|npm_.*|NODE_.*|GITHUB_.*|XDG_.*|COLUMNS|LINES)$/i;
const LISTED = 20;

/** What `introspect.py` wrote of them; nothing where it could not tell. */
export function readSettings(file: string): Setting[] {
  let written: unknown;
  try {
    written = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
  return (Array.isArray(written) ? written : []).filter(isJsonObject).map((each) => ({ name: stringMember(each, 'name') ?? '', file: stringMember(each, 'file') }))
    .filter(({ name }) => !NOT_OF_APPS.test(name));
}

/**
 * Says at synth which variables the app was read with and a function lacks. Then all that is added to functions is known.
 *
 * @param functions those that run the app
 */
export function warnOfMissingVariables(scope: Construct, settings: readonly Setting[], entry: string, functions: readonly lambda.Function[]): void {
  if (settings.length === 0) return;
  scope.node.addValidation({
    validate: () => {
      const lacking = functions.map((each) => ({ path: each.node.path, names: lackingIn(each, settings) })).filter(({ names }) => names.length > 0);
      const missing = settings.filter(({ name }) => lacking.some(({ names }) => names.includes(name)));
      if (missing.length > 0) {
        const which = lacking.length === functions.length ? '' : ` (${lacking.length} of ${functions.length} functions, the first: ${lacking[0].path})`;
        addWarning(scope, 'missingVariables', printable(
          `\`environment\` of the functions lacks variables that the app was read with, got: none of ${described(missing, entry)}${which}; `
          + 'give them by `environment` of `functionOptions`, where secrets are better read by the app itself', 2000,
        ));
      }
      return [];
    },
  });
}

function lackingIn(made: lambda.Function, settings: readonly Setting[]): string[] {
  // The L1 of a function that the CDK makes is its default child.
  const resource = made.node.defaultChild as lambda.CfnFunction | undefined;
  const given: unknown = Stack.of(made).resolve(resource?.environment);
  const variables = isJsonObject(given) && isJsonObject(given.variables) ? Object.keys(given.variables).map((name) => name.toUpperCase()) : [];
  return settings.map(({ name }) => name).filter((name) => !variables.includes(name.toUpperCase()));
}

function described(settings: readonly Setting[], entry: string): string {
  const places = new Map<string, string[]>();
  for (const { name, file } of settings) {
    const place = file === undefined ? 'of this shell, or of `environment` of OpenApiSource.fromApp' : `in ${path.relative(fs.realpathSync(entry), file)}, which is not in the bundle`;
    places.set(place, [...places.get(place) ?? [], name]);
  }
  return [...places].map(([place, names]) => (
    `${names.slice(0, LISTED).join(', ')}${names.length > LISTED ? ` and ${names.length - LISTED} more` : ''} ${place}`
  )).join('; ');
}
