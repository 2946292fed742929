import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { cacheEntry } from '../../src/cache/cache';
import { hashParts, listFiles } from '../../src/private/hash';
import { inUsersCache } from '../support/projects';

const ROOT = path.resolve(__dirname, '../..');

/** What users may have set; all of it holds in programs that use typed constructs. */
export const STRICT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  lib: ['lib.es2022.d.ts'],
  types: ['node'],
  typeRoots: [path.join(ROOT, 'node_modules', '@types')],
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  declaration: true,
  isolatedDeclarations: false,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
};

/** The declarations that the package ships, made from the sources once and for all suites: programs see these, not the sources. */
export function declarations(): string {
  const sources = path.join(ROOT, 'src');
  return inUsersCache(() => cacheEntry({
    kind: 'test-declarations',
    key: hashParts({ root: ROOT, compiler: ts.version, ...Object.fromEntries(['tsconfig.json', 'package-lock.json'].map(read)), ...Object.fromEntries(listFiles(sources).map((file) => read(path.join('src', file)))) }),
    what: 'making the declarations of the library for the tests',
    verification: 'presence',
    build: emitDeclarations,
  })).directory;
}

function read(file: string): [string, string] {
  return [file, fs.readFileSync(path.join(ROOT, file), 'utf8')];
}

function emitDeclarations(directory: string): void {
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const sources = ts.createProgram([path.join(ROOT, 'src/index.ts'), path.join(ROOT, 'src/typed/index.ts')], {
    ...options, declaration: true, emitDeclarationOnly: true, outDir: path.join(directory, 'lib'), inlineSourceMap: false, inlineSources: false,
  });
  sources.emit();
  // So that the declarations find the CDK where the programs find it.
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'), 'junction');
}

/** A program on the declarations of the package. */
export function program(files: readonly string[], options: ts.CompilerOptions = {}): ts.Program {
  const lib = path.join(declarations(), 'lib');
  return ts.createProgram(files, {
    ...STRICT, paths: { 'cdk-fastapi': [path.join(lib, 'index.d.ts')], 'cdk-fastapi/typed': [path.join(lib, 'typed', 'index.d.ts')] }, ...options,
  });
}

/** One error of a program. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** Everything that the compiler says. */
export function problems(compiled: ts.Program): Problem[] {
  return ts.getPreEmitDiagnostics(compiled).map(({ file, start, messageText }) => ({
    file: file?.fileName ?? '',
    line: file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
    message: ts.flattenDiagnosticMessageText(messageText, '\n'),
  }));
}
