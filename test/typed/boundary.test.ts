import * as path from 'node:path';
import * as ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');
const source = (file: string): string => path.join(ROOT, 'src', file).split(path.sep).join('/');

/** A change of the core: the file, what is replaced, and by what. */
type Change = readonly [file: string, before: string | RegExp, after: string];

const changes: Record<string, Change> = {
  'a builder that takes other overrides': [
    'rest-api/integration-builder.ts', 'withOverrides(overrides: Record<string, RestApiIntegration>)', 'withOverrides(overrides: Map<string, RestApiIntegration>)',
  ],
  'a builder that lacks a step': ['http-api/integration-builder.ts', 'withOperationOptions(name', 'withOptionsOfOperation(name'],
  'a builder that names operations otherwise': ['rest-api/integration-builder.ts', 'withOperationOptions(name: string', 'withOperationOptions(name: symbol'],
  'a builder that gives something else': ['rest-api/integration-builder.ts', 'public build(): Record<string, RestApiIntegration> {\n    return this.toIntegrations();', 'public build(): RestApiIntegration[] {\n    return Object.values(this.toIntegrations());'],
  'another start of the builder': [
    'rest-api/fast-api-rest-api.ts', 'scope: Construct, app: FastApiApp, options: DefaultRestApiIntegrationsOptions = {})', 'app: FastApiApp, scope: Construct, options: DefaultRestApiIntegrationsOptions = {})',
  ],
  'a new property that must be given': ['api/fast-api-api-options.ts', 'readonly catchAll?: boolean;', 'readonly catchAll: boolean;'],
  'other expected operations': ['api/fast-api-api-options.ts', 'readonly expectedOperations?: Record<string, string>;', 'readonly expectedOperations?: string[];'],
  'a grant with other options': ['access/grant-invoke-options.ts', 'readonly operations?: string[];', 'readonly operations?: Record<string, string>;'],
  'an API without a handler': ['api/fast-api-api.ts', 'public handler(name: string)', 'public lambdaFunction(name: string)'],
};

const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile);
const options: ts.CompilerOptions = { ...ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options, noEmit: true };
let before: ts.Program | undefined;

/** Compiles the generics with a changed core, and gives the errors in them. */
function errorsOf(change?: Change): string[] {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (file, languageVersion, ...others) => {
    const [changed, from, to] = change ?? [];
    if (changed === undefined || file !== source(changed)) return before?.getSourceFile(file) ?? getSourceFile(file, languageVersion, ...others);
    const text = ts.sys.readFile(file)!;
    const mutated = text.replace(from!, to!);
    if (mutated === text) throw new Error(`${changed} has no ${from}`);
    return ts.createSourceFile(file, mutated, languageVersion);
  };
  const program = ts.createProgram([source('typed/index.ts')], options, host);
  before ??= program;
  return ['rest', 'http'].flatMap((kind) => {
    const file = program.getSourceFile(source(`typed/${kind}.ts`))!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  });
}

test('the generics compile with the core as it is', () => {
  expect(errorsOf()).toEqual([]);
});

// The one cast of each kind must not hide that the core has moved.
test.each(Object.entries(changes))('%s: the compiler refuses the generics', (_what, change) => {
  expect(errorsOf(change).length).toBeGreaterThan(0);
});
