// Runs the generator, in a process of its own: it is an ECMAScript module, and writes to the console.
// Standard input: { generator: URL of its main module, document, output, names, reactQuery, streams: [id of operation, ...] }
// Writes to the file `names` how the generator has called what: { operations: [{ path, method, name }], types: [{ schema, name }] }
import { readFileSync, writeFileSync } from 'node:fs';

const { generator, document, output, names, reactQuery, streams } = JSON.parse(readFileSync(0, 'utf8'));
const { createClient } = await import(generator);

// The hooks wait for whole answers.
const hasHooks = (operation) => (streams.includes(operation.operationId ?? operation.id) ? false : undefined);

const [{ gen: { symbols } }] = await createClient({
  input: document,
  output: { path: output, clean: true, importFileExtension: '.js' },
  parser: { hooks: { operations: { isQuery: hasHooks, isMutation: hasHooks } } },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk', ...(reactQuery ? ['@tanstack/react-query'] : [])],
  logs: { level: 'silent', file: false },
});

// Where in the document something stands is in `path`: ['paths', '/books', 'get'], or ['components', 'schemas', 'Book'].
const operations = symbols.query({ category: 'sdk', resource: 'operation' })
  .map(({ finalName: name, meta: { path: [, path, method] } }) => ({ path, method: method.toUpperCase(), name }));
const types = symbols.query({ category: 'type', resource: 'definition' })
  .filter(({ meta: { path } }) => path.length === 3 && path[1] === 'schemas')
  .map(({ finalName: name, meta: { path: [, , schema] } }) => ({ schema, name }));
writeFileSync(names, JSON.stringify({ operations, types }));
