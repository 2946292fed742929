// Runs the generator, in a process of its own: it is an ECMAScript module, and writes to the console.
// Standard input: { generator: URL of its main module, document, output, reactQuery, streams: [id of operation, ...] }
import { readFileSync } from 'node:fs';

const { generator, document, output, reactQuery, streams } = JSON.parse(readFileSync(0, 'utf8'));
const { createClient } = await import(generator);

// The hooks wait for whole answers.
const hasHooks = (operation) => (streams.includes(operation.operationId ?? operation.id) ? false : undefined);

await createClient({
  input: document,
  output: { path: output, clean: true, importFileExtension: '.js' },
  parser: { hooks: { operations: { isQuery: hasHooks, isMutation: hasHooks } } },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk', ...(reactQuery ? ['@tanstack/react-query'] : [])],
  logs: { level: 'silent', file: false },
});
