import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const assemblyFile = join(__dirname, '..', '.jsii');

interface Assembly {
  readonly types: Record<string, { name: string; namespace?: string }>;
}

// jsii leaves exported functions and constants out of `.jsii` without a word: they would exist in TypeScript alone.
(existsSync(assemblyFile) ? test : test.skip)('every runtime export of index.ts is in .jsii (compile first)', () => {
  const assembly: Assembly = JSON.parse(readFileSync(assemblyFile, 'utf8'));
  const exported = Object.keys(jest.requireActual<Record<string, unknown>>('../src/index'));
  const described = new Set(Object.values(assembly.types).map((type) => type.name));
  expect(exported.length).toBeGreaterThan(10);
  expect(exported.filter((name) => !described.has(name))).toEqual([]);
});
