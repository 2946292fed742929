import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { checkDocument } from '../../src/openapi/document';
import type { DeclaredOperation } from '../../src/operations/declared-operation';
import { declaredOperations } from '../../src/operations/declared-operation';
import { camelCase } from '../../src/operations/operation-name';
import { Operations } from '../../src/operations/operations';

const CORPUS = process.env.CORPUS_DIR ?? join(__dirname, '..', '..', '..', 'shared', 'corpus');
const FOUND = existsSync(join(CORPUS, 'docs'));
const names = (folder: string, ending: string) => (
  FOUND ? readdirSync(join(CORPUS, folder)).filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length)).sort() : []
);

/** A document of the corpus that is refused as a whole. */
const SWAGGER = 'openfga-swagger2';
const INEXPRESSIBLE = new Set(['method', 'greedy-last', 'segment-mixed', 'segment-charset', 'segment-empty', 'slash-pair']);

interface TrueRoute {
  readonly type: string;
  readonly path: string;
  readonly path_format: string;
  readonly methods: string[] | null;
  readonly name: string;
  readonly in_schema: boolean;
  readonly operation_id: string | null;
  readonly converters: Record<string, string>;
}

function content(name: string): Record<string, any> { // a document as it is parsed
  return JSON.parse(gunzipSync(readFileSync(join(CORPUS, 'docs', `${name}.openapi.json.gz`))).toString('utf8'));
}

function routesOf(name: string): TrueRoute[] {
  return JSON.parse(readFileSync(join(CORPUS, 'routes', `${name}.routes.json`), 'utf8'));
}

(FOUND ? describe : describe.skip)('the corpus of real documents (not in this checkout: set CORPUS_DIR)', () => {
  const documents = FOUND ? names('docs', '.openapi.json.gz').filter((name) => name !== SWAGGER) : ['none'];
  const running = FOUND ? names('routes', '.routes.json') : ['none'];

  test.each(documents)('%s is served with a catch-all, and without it only what cannot be expressed is refused', (name) => {
    const document = checkDocument(content(name), name);
    for (const kind of ['rest', 'http'] as const) {
      const served = Operations.fromDocument(document, { apiType: kind, catchAll: true }).orThrow();
      const plain = Operations.fromDocument(document, { apiType: kind });
      const declared = declaredOperations(document).map(({ guard }) => guard);
      expect(served.all.flatMap(({ guards }) => guards)).toEqual(expect.arrayContaining(declared));
      expect(plain.problems().filter(({ rule }) => !INEXPRESSIBLE.has(rule))).toEqual([]);
      for (const operation of plain.all) expect(plain.find(operation.qualifiedName)).toBe(operation);
      expect(new Set(plain.all.map(({ constructId }) => constructId)).size).toBe(plain.all.length);
    }
  });

  test('Swagger 2.0 is refused', () => {
    expect(() => checkDocument(content(SWAGGER), SWAGGER)).toThrow('must be OpenAPI 3.0, 3.1 or 3.2, got: Swagger');
  });

  test('names read from operationIds are those of the route functions', () => {
    let compared = 0;
    for (const name of running) {
      const declared = new Map(declaredOperations(checkDocument(content(name), name)).map((operation): [string, DeclaredOperation] => [operation.guard, operation]));
      for (const route of routesOf(name).filter(({ in_schema: documented, operation_id: id }) => documented && id)) {
        for (const method of route.methods ?? []) {
          const operation = declared.get(`${method} ${route.path_format}`);
          const suffix = route.path_format.replace(/[^\p{L}\p{N}_]/gu, '_');
          // A multi-method route has the id of one of its methods; an id that the app chose is no default.
          if (!operation?.operationId?.startsWith(`${route.name}${suffix}_`)) continue;
          expect([name, operation.guard, operation.name]).toEqual([name, operation.guard, camelCase(route.name)]);
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(700);
  });

  test.each(running)('the greedy parameters of %s are greedy where its route facts say so', (name) => {
    const document = content(name);
    const wanted = new Map<string, TrueRoute>();
    for (const route of routesOf(name)) {
      for (const method of route.in_schema ? route.methods ?? [] : []) {
        const operation = document.paths[route.path_format]?.[method.toLowerCase()];
        if (operation === undefined || wanted.has(`${method} ${route.path_format}`)) continue;
        wanted.set(`${method} ${route.path_format}`, route);
        operation['x-cdk-fastapi'] = { name: route.name, path: route.path, converters: route.converters };
      }
    }
    expect(wanted.size).toBeGreaterThan(0);
    const set = Operations.fromDocument(checkDocument(document, name), { apiType: 'rest' });
    for (const operation of set.all) {
      const route = wanted.get(operation.guard);
      if (route === undefined || operation.catchAll) continue;
      const own = route.path.split('/').filter((part) => part !== '').map((part) => (
        part.startsWith('{') ? (part.endsWith(':path}') ? 'greedy' : 'variable') : part
      ));
      expect([operation.guard, operation.parts.map((part) => (part.startsWith('{') ? (part.endsWith('+}') ? 'greedy' : 'variable') : part))]).toEqual([operation.guard, own]);
    }
    expect(set.problems().filter(({ rule }) => !INEXPRESSIBLE.has(rule))).toEqual([]);
  });
});
