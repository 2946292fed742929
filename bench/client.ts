import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { median, ROUNDS } from './measure';
import type { Bench, Outcome, Row } from './row';
import { lines as jsonLines } from '../client-template/formats';
import { streaming } from '../client-template/stream';
import { findGenerator, runGenerator } from '../src/client/generator';
import { clientDestination, writeClient } from '../src/client/write-client';
import { checkDocument } from '../src/openapi/document';
import type { JsonObject } from '../src/private/json';

const OPERATIONS = 100;
const CHUNKS = 20_000;
const ROOT = path.join(__dirname, '..');

/** The client against what its generator writes by default from the same document, and a stream against a whole body. */
export const rows: readonly Row[] = [
  { name: `client: size of all ${OPERATIONS} operations against the generator's default`, run: async (bench) => sizes(bench, '*', '*') },
  { name: 'client: size of one operation against the generator\'s default', run: async (bench) => sizes(bench, '{ readItem7 }', '{ readItem7 }') },
  { name: 'client: size of one stream against the generator\'s default', run: async (bench) => sizes(bench, '{ watchItems1 }', '{ watchItems1 }') },
  { name: 'client: CPU per streamed item against the whole body as text and one JSON.parse per line', run: async () => perChunk() },
];

/** Gzipped bytes of a minified bundle that has what a page imports, `connect` included on our side. */
function sizes(bench: Bench, ours: string, theirs: string): Outcome {
  const document = appDocument();
  const directory = path.join(bench.scratch, 'client');
  if (!fs.existsSync(directory)) {
    bench.progress('generating both clients');
    fs.mkdirSync(directory, { recursive: true });
    writeClient(checkDocument(document, 'bench'), clientDestination(path.join(directory, 'ours')), { iam: false, reactQuery: false });
    runGenerator(findGenerator([ROOT]), { document, output: path.join(directory, 'theirs'), reactQuery: false, streams: [] });
  }
  const connected = bundle(directory, `export ${ours} from './ours/index.js';\nexport * from './ours/connect.js';`);
  const plain = bundle(directory, `export ${theirs} from './theirs/index.js';\nexport { client } from './theirs/client.gen.js';`);
  return { ratio: connected / plain, detail: `${connected} bytes, with \`connect\` and its errors, against ${plain} bytes; minified by esbuild, gzipped` };
}

function bundle(directory: string, contents: string): number {
  const { outputFiles } = buildSync({ stdin: { contents, resolveDir: directory, loader: 'ts' }, bundle: true, minify: true, format: 'esm', target: 'es2022', write: false });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

/** An app with as many operations, two of which stream: one as events, one as lines. */
function appDocument(): JsonObject {
  const item = { $ref: '#/components/schemas/Item' };
  const answer = (content: JsonObject): JsonObject => ({ responses: { 200: { description: 'OK', content } } });
  const event = { type: 'object', properties: { data: { type: 'string', contentSchema: item } } };
  const operations = Array.from({ length: OPERATIONS - 2 }, (_, index): [string, JsonObject] => [`/items${index}/{item_id}`, {
    get: { operationId: `readItem${index}`, parameters: [{ name: 'item_id', in: 'path', required: true, schema: { type: 'integer' } }], ...answer({ 'application/json': { schema: item } }) },
  }]);
  return {
    openapi: '3.1.0',
    info: { title: 'Bench', version: '1' },
    paths: Object.fromEntries([
      ...operations,
      ['/watch1', { get: { operationId: 'watchItems1', ...answer({ 'text/event-stream': { itemSchema: event } }) } }],
      ['/watch2', { get: { operationId: 'watchItems2', ...answer({ 'application/jsonl': { itemSchema: item } }) } }],
    ]),
    components: { schemas: { Item: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } } } },
  };
}

/** Every item arrives in a chunk of its own. */
async function perChunk(): Promise<Outcome> {
  const lines = Array.from({ length: CHUNKS }, (_, id) => new TextEncoder().encode(`${JSON.stringify({ id, name: `item ${id}`, tags: ['a', 'b'] })}\n`));
  const answer = (): Response => new Response(new ReadableStream({
    start: (controller) => {
      for (const line of lines) controller.enqueue(line);
      controller.close();
    },
  }), { headers: { 'content-type': 'application/jsonl' } });
  const stream = streaming<() => Promise<{ response: Response }>, unknown>(async () => ({ response: answer() }), jsonLines);
  const sides = {
    ours: async () => {
      let items = 0;
      for await (const item of stream()) if (item !== undefined) items++;
      return items;
    },
    whole: async () => (await answer().text()).split('\n').filter((line) => line !== '').map((line): unknown => JSON.parse(line)).length,
  };
  const times: Record<keyof typeof sides, number[]> = { ours: [], whole: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of ['ours', 'whole'] as const) {
      const before = process.cpuUsage();
      const items = await sides[name]();
      const { user, system } = process.cpuUsage(before);
      if (items !== CHUNKS) throw new Error(`${name} has read ${items} of ${CHUNKS} items`);
      if (round > 0) times[name].push((user + system) / CHUNKS);
    }
  }
  const [ours, whole] = [median(times.ours), median(times.whole)];
  return { ratio: ours / whole, detail: `${ours.toFixed(2)} µs against ${whole.toFixed(2)} µs of CPU for an item of about 50 bytes in a chunk of its own, ${CHUNKS} of them; only the stream has the first before the last` };
}
