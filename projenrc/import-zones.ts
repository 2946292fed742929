import type { cdk } from 'projen';

/** The rooms of `src/`, in the data's way: each may import itself and the rooms above it. */
const ROOMS = [
  'private', 'cache', 'openapi', 'operations', 'python', 'bundling', 'app', 'functions', 'integrations', 'access', 'monitoring', 'frontend', 'api',
  'rest-api', 'http-api', 'function-url', 'typed', 'codegen', 'client', 'local', 'cli',
];

/** Rooms of one kind of API each. */
const KINDS = ['rest-api', 'http-api', 'function-url'];

const MESSAGE = 'imports point up the list of rooms only: see ARCHITECTURE.md';

/** Makes the direction of imports a lint rule, and keeps processes in one file. */
export function importZones(project: cdk.JsiiProject): void {
  const zones = ROOMS.map((room, index) => ({
    target: `./src/${room}`,
    from: ROOMS.slice(index + 1).map((later) => `./src/${later}`).concat('./src/index.ts'),
    message: `\`${room}\`: ${MESSAGE}`,
  }));
  // The construct library does not reach into the TypeScript-only rooms, nor they into each other without need.
  for (const zone of zones) {
    if (['./src/python', './src/bundling'].includes(zone.target)) zone.from.push('./src/openapi', './src/operations');
    // A kind of API knows nothing of the others.
    const kind = KINDS.find((each) => zone.target === `./src/${each}`);
    if (kind !== undefined) zone.from = [...new Set([...zone.from, ...KINDS.filter((each) => each !== kind).map((each) => `./src/${each}`)])];
  }

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
