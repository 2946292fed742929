import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { interleave, measure, median, ROUNDS, seconds, type Command } from './measure';
import type { Bench, Outcome, Row } from './row';

const ROOT = path.join(__dirname, '..');
const CHILDREN = path.join(__dirname, 'children');
const STACKS = 10;
const OPERATIONS = 40;

/** What typed constructs cost: at synth, when they are written, and in the compiler. They are of the built library. */
export const rows: readonly Row[] = [
  { name: 'typed: synth, a generated construct against the core', goal: 1.02, run: async (bench) => synth(bench) },
  { name: 'typed: generate, 1,000 operations, against 2 s of CPU', goal: 1, run: async (bench) => generate(bench) },
  { name: 'typed: type-check, work per operation, 1,000 against 500', goal: 1.05, run: async (bench) => typeCheck(bench) },
];

function synth(bench: Bench): Outcome {
  bench.progress('generating the construct');
  const { file, document, directory } = construct(bench, OPERATIONS);
  const built = path.join(directory, 'bench-api.cjs');
  fs.writeFileSync(built, ts.transpileModule(fs.readFileSync(file, 'utf8'), { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } })
    .outputText.replace(/"cdk-fastapi(\/typed)?"/g, (_, typed) => JSON.stringify(path.join(ROOT, 'lib', typed ? 'typed' : ''))));
  const side = (name: string): { run: () => Command[] } => ({
    run: () => [{
      argv: [process.execPath, path.join(CHILDREN, 'synth-typed.cjs'), name, built, directory, document, String(STACKS), path.join(bench.scratch, `typed-${name}`)],
      cwd: bench.scratch,
      env: { CDK_VALIDATION: 'false' },
    }],
  });
  bench.progress('synthesizing in turn');
  const { typed, untyped } = interleave({ typed: side('typed'), untyped: side('untyped') }, bench.scratch);
  return {
    ratio: typed.cpu / untyped.cpu,
    detail: `${seconds(typed.cpu)} against ${seconds(untyped.cpu)} for ${STACKS} stacks of ${OPERATIONS} operations, builder included; nothing is bundled`,
  };
}

function generate(bench: Bench): Outcome {
  const { command } = construct(bench, 1000);
  bench.progress('generating');
  const cpu = median(Array.from({ length: ROUNDS }, () => measure(command, bench.scratch)).map(({ user, system }) => user + system));
  return { ratio: cpu / 2, detail: `${seconds(cpu)} for the whole command, from an OpenAPI document to a TypeScript file` };
}

interface Checked {
  readonly seconds: number;
  readonly instantiations: number;
}

function typeCheck(bench: Bench): Outcome {
  const sizes = [1, 500, 1000];
  const programs = sizes.map((size) => program(bench, size));
  const runs = sizes.map((): Checked[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    bench.progress(`type-checking, round ${round + 1} of ${ROUNDS}`);
    for (const [index, file] of programs.entries()) runs[index].push(check(bench, file));
  }
  const [none, half, whole] = runs.map((checked) => ({
    seconds: median(checked.map((run) => run.seconds)), instantiations: checked[0].instantiations,
  }));
  return {
    // Counted, not timed: the same on every machine.
    ratio: (whole.instantiations - none.instantiations) / (1000 - 1) / ((half.instantiations - none.instantiations) / (500 - 1)),
    detail: `${whole.instantiations - none.instantiations} type instantiations against ${half.instantiations - none.instantiations}; `
      + `${seconds(whole.seconds)} against ${seconds(half.seconds)} of CPU, ${seconds(none.seconds)} with one operation, for defaults, an override, an explicit map and every handler`,
  };
}

function check(bench: Bench, file: string): Checked {
  const result = path.join(bench.scratch, 'type-check.json');
  measure({ argv: [process.execPath, path.join(CHILDREN, 'type-check.cjs'), file, path.join(ROOT, 'node_modules'), result], cwd: bench.scratch }, bench.scratch);
  // What the child has just written.
  return JSON.parse(fs.readFileSync(result, 'utf8')) as Checked;
}

/** A program that uses a construct in every way, with as much text as the construct has operations. */
function program(bench: Bench, size: number): string {
  const { directory } = construct(bench, size);
  const names = Array.from({ length: size }, (_, index) => nameOf(index));
  const file = path.join(directory, 'program.ts');
  fs.writeFileSync(file, `import { App, Stack } from 'aws-cdk-lib';
import { MockIntegration } from 'aws-cdk-lib/aws-apigateway';
import { BenchApi } from './bench-api';

const stack = new Stack(new App());
const own = { integration: new MockIntegration() };
const api = new BenchApi(stack, 'Api', { integrations: BenchApi.defaultIntegrations(stack).withOperationOptions('${names[0]}', { memorySize: 512 }).build() });
const other = new BenchApi(stack, 'Other', { integrations: BenchApi.defaultIntegrations(stack).withOverrides({ ${names[0]}: { ...own, extra: 1 } }).build() });
export const extra: number = other.integrations.${names[0]}.extra;
export const explicit = new BenchApi(stack, 'Explicit', { integrations: {
${names.map((name) => `  ${name}: own,\n`).join('')}} });
${names.map((name) => `api.integrations.${name}.handler.addEnvironment('NAME', 'value');\n`).join('')}`);
  if (!fs.existsSync(path.join(directory, 'node_modules'))) fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'), 'junction');
  return file;
}

/** A document of as many operations, and the construct that the command writes for it. */
function construct(bench: Bench, size: number): { directory: string; document: string; file: string; command: Command } {
  const directory = path.join(bench.scratch, `typed-${size}`);
  const document = path.join(directory, 'openapi.json');
  const file = path.join(directory, 'bench-api.ts');
  const command: Command = {
    argv: [process.execPath, path.join(ROOT, 'bin', 'cdk-fastapi'), 'generate', '--openapi', document, '--name', 'BenchApi', '--language', 'typescript', '--out', file],
    cwd: directory,
  };
  if (!fs.existsSync(file)) {
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(directory, 'main.py'), 'from fastapi import FastAPI\n\napp = FastAPI()\n');
    fs.writeFileSync(path.join(directory, 'requirements.txt'), 'fastapi\n');
    fs.writeFileSync(document, JSON.stringify(documentOf(size)));
    measure(command, bench.scratch);
  }
  return { directory, document, file, command };
}

function nameOf(index: number): string {
  return `readThing${index}`;
}

/** As FastAPI writes it: a summary, a parameter and two responses each. */
function documentOf(size: number): object {
  const reference = (name: string): object => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });
  const paths = Object.fromEntries(Array.from({ length: size }, (_, index) => [`/things${index}/{thing_id}`, {
    get: {
      tags: ['things'],
      summary: `Read Thing ${index}`,
      operationId: nameOf(index),
      parameters: [{ name: 'thing_id', in: 'path', required: true, schema: { type: 'integer', title: 'Thing Id' } }],
      responses: { 200: { description: 'Successful Response', content: reference('Thing') }, 422: { description: 'Validation Error', content: reference('Problem') } },
    },
  }]));
  const schemas = { Thing: { type: 'object', properties: { name: { type: 'string' } } }, Problem: { type: 'object', properties: { detail: { type: 'string' } } } };
  return { openapi: '3.1.0', info: { title: 'Things', version: '1' }, paths, components: { schemas } };
}

if (require.main === module) void main();

/** The rows of this file alone: `npx ts-node -P tsconfig.dev.json bench/typed.ts`. */
async function main(): Promise<void> {
  const { mkdtempSync, realpathSync } = fs;
  const { tmpdir } = await import('node:os');
  const bench = { scratch: realpathSync(mkdtempSync(path.join(tmpdir(), 'cdk-fastapi-bench-'))), progress: (message: string) => void process.stderr.write(`${message}\n`) };
  try {
    for (const row of rows) process.stdout.write(`${JSON.stringify({ name: row.name, goal: row.goal, ...await row.run(bench) })}\n`);
  } finally {
    fs.rmSync(bench.scratch, { recursive: true, force: true });
  }
}
