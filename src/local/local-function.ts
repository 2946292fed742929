import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Template } from './template';
import { FastApiError } from '../private/errors';
import { entries, member, stringMember, type Json } from '../private/json';
import { runTool, toolEnvironment } from '../private/process';

/** A Lambda function of a synthesized stack, ready to be run on this machine. */
export interface LocalFunction {
  readonly logicalId: string;
  /** Directory that stands for `/var/task`. */
  readonly directory: string;
  /** For example `cdk_fastapi_runtime.handler.handler`, or `run.sh` under the Lambda Web Adapter. */
  readonly handler: string;
  /** For example `3.13`. */
  readonly python: string;
  /** Only what this machine can know: values that AWS makes at deployment are left out. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the variables that were left out. */
  readonly unresolved: readonly string[];
  readonly timeoutSeconds: number;
}

/** The Python functions of a template, by logical id. */
export function readFunctions(template: Template): Map<string, LocalFunction> {
  const functions = new Map<string, LocalFunction>();
  for (const [logicalId, resource] of entries(member(template.body, 'Resources'))) {
    if (stringMember(resource, 'Type') !== 'AWS::Lambda::Function') continue;
    const python = /^python(3\.\d+)$/.exec(stringMember(resource, 'Properties', 'Runtime') ?? '')?.[1];
    const key = stringMember(resource, 'Properties', 'Code', 'S3Key');
    if (python === undefined || key === undefined) continue;
    const timeout = member(resource, 'Properties', 'Timeout');
    functions.set(logicalId, {
      logicalId,
      python,
      directory: codeDirectory(template, logicalId, key),
      handler: stringMember(resource, 'Properties', 'Handler') ?? '',
      timeoutSeconds: typeof timeout === 'number' ? timeout : 3,
      ...readEnvironment(member(resource, 'Properties', 'Environment', 'Variables')),
    });
  }
  return functions;
}

function readEnvironment(variables: Json | undefined): Pick<LocalFunction, 'environment' | 'unresolved'> {
  const environment: Record<string, string> = {};
  const unresolved: string[] = [];
  for (const [name, value] of entries(variables)) {
    if (typeof value === 'string') environment[name] = value;
    else unresolved.push(name);
  }
  return { environment, unresolved };
}

const unzipped = new Map<string, string>();

function codeDirectory(template: Template, logicalId: string, key: string): string {
  const source = template.assets.get(key.replace(/\.zip$/, ''));
  if (source === undefined || !existsSync(source)) {
    throw new FastApiError(`the code of \`${logicalId}\` must be in the cloud assembly, got: ${key}; run \`cdk synth\` again`);
  }
  if (statSync(source).isDirectory()) return source;
  let directory = unzipped.get(source);
  if (directory === undefined) {
    directory = mkdtempSync(join(tmpdir(), 'cdk-fastapi-local-'));
    runTool(['python3', '-m', 'zipfile', '-e', source, directory], { cwd: directory, env: toolEnvironment(), what: `unpack ${source}` });
    unzipped.set(source, directory);
  }
  return directory;
}
