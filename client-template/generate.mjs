// Runs the generator, in a process of its own: it is an ECMAScript module, and writes to the console.
// Standard input: { generator: URL of its main module, typescript?: URL of the one to use, document, output, names, reactQuery,
// streams: [id of operation, ...] }
// Writes to the file `names` how the generator has called what: { operations: [{ path, method, name }], types: [{ schema, name }] }
import { readFileSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';

const { generator, typescript, document, output, names, reactQuery, streams } = JSON.parse(readFileSync(0, 'utf8'));
if (typescript !== undefined) useTypeScript(typescript);
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

/** Has every import of `typescript` lead to another one than the project's own. */
function useTypeScript(url) {
  if (nodeModule.registerHooks) {
    nodeModule.registerHooks({ resolve: (specifier, context, next) => (specifier === 'typescript' ? { url, shortCircuit: true } : next(specifier, context)) });
    return;
  }
  const hook = `export const resolve = (specifier, context, next) => (specifier === 'typescript' ? { url: ${JSON.stringify(url)}, shortCircuit: true } : next(specifier, context));`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
