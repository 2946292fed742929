import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateText, lambdaName, TemplateReferences } from './assembly/intrinsics';
import type { ProjectSource } from './assembly/project-source';
import { unpackedCode } from './assembly/unpacked-code';
import type { Template } from './template';
import { APPLICATION, DEPENDENCIES } from '../bundling/image/dockerfile';
import { entries, member, stringMember, type Json } from '../private/json';
import { references } from '../private/references';

/** What a function is run by. */
export interface FunctionRuntime {
  readonly language: 'python' | 'nodejs';
  /** For example `3.13` or `22`. */
  readonly version: string;
}

/** A Lambda function of a synthesized stack, ready to be run on this machine. */
export interface LocalFunction {
  readonly logicalId: string;
  /** Its name on this machine. */
  readonly name: string;
  /** Directory that becomes `/var/task`. It belongs to the assembly or to the cache: nothing runs in it. */
  readonly directory: string;
  /** Directories whose files are there too, where it has none of their names: the packages of an image. */
  readonly beneath?: readonly string[];
  /** Directories that become `/opt`, the last over the others: those of its layers that lie in the assembly. */
  readonly layers?: readonly string[];
  /** For example `cdk_fastapi_runtime.handler.handler`, or `run.sh` under the Lambda Web Adapter. */
  readonly handler: string;
  readonly runtime: FunctionRuntime;
  readonly architecture: 'x86_64' | 'arm64';
  /** Only what this machine can know: values that AWS makes at deployment are left out. */
  readonly environment: Readonly<Record<string, string>>;
  /** Layers that are not in the assembly. */
  readonly missingLayers?: readonly string[];
  /** Names of the variables that were left out. */
  readonly unresolved: readonly string[];
  readonly timeoutSeconds: number;
  /** MB. */
  readonly memory: number;
  /** Why it cannot be run; the rest says little then. */
  readonly problem?: string;
  /** The project that it was made of, where the assembly says so. */
  readonly source?: ProjectSource;
}

/** The functions of a template, by logical id. What is wrong with one stands in its `problem`. */
export function readFunctions(template: Template): Map<string, LocalFunction> {
  const functions = new Map<string, LocalFunction>();
  const known = new TemplateReferences(template.body);
  for (const [logicalId, resource] of entries(member(template.body, 'Resources'))) {
    if (stringMember(resource, 'Type') !== 'AWS::Lambda::Function') continue;
    const properties = member(resource, 'Properties');
    const name = stringMember(properties, 'Runtime');
    const source = template.sources.get(logicalId);
    const context = contextOf(template, member(properties, 'Code', 'ImageUri'));
    const runtime = context === undefined ? runtimeOf(name) : runtimeOf(`python${source?.python}`);
    const architecture = member(properties, 'Architectures');
    const variables = readEnvironment(member(properties, 'Environment', 'Variables'), known);
    const code = runtime === undefined
      ? { directory: '', problem: `\`${logicalId}\` must be a function of Python or Node.js to be run on this machine, got: ${name ?? stringMember(properties, 'PackageType') ?? 'none'}` }
      : context !== undefined ? imageCode(context)
        : codeOf(template, logicalId, member(properties, 'Code'), runtime, Object.hasOwn(variables.environment, 'CDK_FASTAPI_APP'));
    functions.set(logicalId, {
      logicalId,
      name: lambdaName(logicalId),
      runtime: runtime ?? { language: 'python', version: '' },
      architecture: Array.isArray(architecture) && architecture[0] === 'arm64' ? 'arm64' : 'x86_64',
      ...code,
      handler: stringMember(properties, 'Handler') ?? commandOf(member(properties, 'ImageConfig')),
      timeoutSeconds: numberOr(member(properties, 'Timeout'), 3),
      memory: numberOr(member(properties, 'MemorySize'), 128),
      source,
      ...layersOf(template, member(properties, 'Layers')),
      ...variables,
    });
  }
  return functions;
}

/** The function that a value of a template leads to, through aliases and versions. */
export function functionOf(body: Json, value: Json | undefined): string | undefined {
  for (const id of references(value)) {
    const type = stringMember(body, 'Resources', id, 'Type');
    if (type === 'AWS::Lambda::Function') return id;
    if (type === 'AWS::Lambda::Alias' || type === 'AWS::Lambda::Version') {
      const found = functionOf(body, member(body, 'Resources', id, 'Properties', 'FunctionName') ?? null);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Nothing where this machine runs no such functions. */
function runtimeOf(name: string | undefined): FunctionRuntime | undefined {
  const [, language, version] = /^(python|nodejs)([\d.]*\d)(?:\.x)?$/.exec(name ?? '') ?? [];
  return language === 'python' || language === 'nodejs' ? { language, version } : undefined;
}

/** The Lambda Web Adapter, in whose place this machine sends the requests itself. */
const WEB_ADAPTER = /:layer:LambdaAdapterLayer/;

function layersOf(template: Template, given: Json | undefined): Pick<LocalFunction, 'layers' | 'missingLayers'> {
  const layers: string[] = [];
  const missingLayers: string[] = [];
  for (const layer of Array.isArray(given) ? given : []) {
    const [id = ''] = references(layer);
    const asset = assetOf(template, member(template.body, 'Resources', id, 'Properties', 'Content'));
    if (asset !== undefined && existsSync(asset)) layers.push(unpackedCode({ asset }));
    else if (!WEB_ADAPTER.test(JSON.stringify(layer))) missingLayers.push(typeof layer === 'string' ? layer : id || JSON.stringify(layer));
  }
  return { layers, missingLayers };
}

function numberOr(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function readEnvironment(variables: Json | undefined, known: TemplateReferences): Pick<LocalFunction, 'environment' | 'unresolved'> {
  const environment: Record<string, string> = {};
  const unresolved: string[] = [];
  for (const [name, value] of entries(variables)) {
    const text = evaluateText(value, known);
    if (text === undefined) unresolved.push(name);
    else environment[name] = text;
  }
  return { environment, unresolved };
}

function codeOf(template: Template, logicalId: string, code: Json | undefined, runtime: FunctionRuntime, ours: boolean): Pick<LocalFunction, 'directory' | 'problem'> {
  const inline = stringMember(code, 'ZipFile');
  if (inline !== undefined) return { directory: unpackedCode({ inline, file: runtime.language === 'nodejs' ? 'index.js' : 'index.py' }) };
  const asset = assetOf(template, code);
  if (asset === undefined || !existsSync(asset)) {
    const got = asset ?? (stringMember(code, 'S3Key') || 'none');
    return { directory: '', problem: `the code of \`${logicalId}\` must be in the cloud assembly, got: ${got}; run \`cdk synth\` again` };
  }
  const directory = unpackedCode({ asset });
  if (ours && !existsSync(join(directory, 'cdk_fastapi_runtime'))) {
    return {
      directory,
      problem: `the code of \`${logicalId}\` must be bundled, got: a placeholder, as \`cdk ls\` and other commands that need no code leave it; run \`cdk synth\``,
    };
  }
  return { directory };
}

function assetOf(template: Template, code: Json | undefined): string | undefined {
  return template.assets.get((stringMember(code, 'S3Key') ?? '').replace(/\.\w+$/, ''));
}

/** The build context of an image that lies in the assembly and is one of ours: others say nothing of what is in them. */
function contextOf(template: Template, uri: Json | undefined): string | undefined {
  const hash = /:([\w-]+)"\}?$/.exec(JSON.stringify(uri ?? ''))?.[1];
  const directory = template.assets.get(hash ?? '');
  return directory !== undefined && existsSync(join(directory, APPLICATION, 'cdk_fastapi_runtime')) ? directory : undefined;
}

function imageCode(context: string): Pick<LocalFunction, 'directory' | 'beneath'> {
  const dependencies = join(context, DEPENDENCIES);
  return { directory: join(context, APPLICATION), beneath: existsSync(dependencies) ? [dependencies] : [] };
}

/** The first text of an image's command: our script of the server, or the handler. */
function commandOf(config: Json | undefined): string {
  const command = member(config, 'Command');
  return Array.isArray(command) ? String(command[0]) : '';
}
