import type { cdk } from 'projen';

/** The rooms of `src/`, in the data's way: each may import itself and the rooms above it. */
const ROOMS = [
  'private', 'openapi', 'operations', 'bundling', 'app', 'functions', 'integrations', 'access', 'api', 'typed', 'codegen', 'client', 'local', 'cli',
];

const MESSAGE = 'imports point up the list of rooms only: see ARCHITECTURE.md';

/** Makes the direction of imports a lint rule, and keeps processes in one file. */
export function importZones(project: cdk.JsiiProject): void {
  const zones = ROOMS.map((room, index) => ({
    target: `./src/${room}`,
    from: ROOMS.slice(index + 1).map((later) => `./src/${later}`).concat('./src/index.ts'),
    message: `\`${room}\`: ${MESSAGE}`,
  }));
  // The construct library does not reach into the TypeScript-only rooms, nor they into each other without need.
  const bundling = zones.find((zone) => zone.target === './src/bundling')!;
  bundling.from.push('./src/operations');

  // One program holds sources, tests, scripts and examples; projen's own choice knows the sources only.
  const eslintrc = project.tryFindObjectFile('.eslintrc.json')!;
  eslintrc.addDeletionOverride('parserOptions.projectService');
  eslintrc.addOverride('parserOptions.project', './tsconfig.dev.json');

  project.eslint!.addRules({
    'import/no-restricted-paths': ['error', { zones }],
    'import/no-cycle': ['error'],
    'no-restricted-imports': ['error', {
      paths: ['child_process', 'node:child_process'].map((name) => ({ name, message: 'start processes through src/private/process.ts' })),
    }],
    '@typescript-eslint/no-explicit-any': ['error'],
    'max-lines': ['error', { max: 400 }],
    '@stylistic/max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true }],
  });
  project.eslint!.addOverride({ files: ['src/private/process.ts', 'test/**', 'scripts/**', 'bench/**', 'projenrc/**'], rules: { 'no-restricted-imports': 'off' } });
  // Tables of cases are read by row, file modes are bits, and templates are untyped.
  const tables = ['@stylistic/max-len', '@stylistic/object-property-newline', '@typescript-eslint/no-explicit-any', 'max-lines', 'no-bitwise'];
  project.eslint!.addOverride({ files: ['test/**'], rules: Object.fromEntries(tables.map((rule) => [rule, 'off'])) });
}
