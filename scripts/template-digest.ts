import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cdkFastApi from '../src';

/**
 * Prints one line for each template of a fixed set: its name, size and hash. Run it before and after a change of the code
 * that must not change what is deployed, and compare the two with `diff`.
 *
 * `npx ts-node -T -P tsconfig.dev.json scripts/template-digest.ts [directory for the templates]`
 *
 * The set: the bookshop's document and every document of the corpus as REST and HTTP API, shared and isolated; routes as
 * resources; nested stacks; the same API before and after operations come and go; a streaming function URL.
 */
const ROOT = join(__dirname, '..');
const CORPUS = process.env.CORPUS_DIR ?? join(ROOT, '..', 'shared', 'corpus');
const MAX_ISOLATED = 150; // operations; larger documents take minutes and say nothing new
const METHODS = /^(get|put|post|delete|patch|head|options)$/;
const { ISOLATED, SHARED } = cdkFastApi.IntegrationPattern;

type Document = Record<string, unknown>; // before it is checked
type Props = Partial<cdkFastApi.FastApiRestApiProps & cdkFastApi.FastApiHttpApiProps>;

const work = mkdtempSync(join(tmpdir(), 'cdk-fastapi-digest-'));
const kept = process.argv[2];

function main(): void {
  for (const [name, document] of documents()) {
    if (document.swagger !== undefined) continue; // refused, as the tests show
    digest(`${name}-shared`, document, { pattern: SHARED, catchAll: true });
    if (operations(document) <= MAX_ISOLATED) digest(`${name}-isolated`, document, { pattern: ISOLATED, catchAll: true });
  }
  const items = synthetic(12);
  digest('resources', items, { definition: cdkFastApi.RouteDefinition.RESOURCES });
  digest('options', items, { auth: undefined, cors: { allowOrigins: ['https://example.com'], allowCredentials: true }, functionOptions: { timeout: Duration.seconds(5), environment: { A: 'b' } } });
  digest('nested', items, { functionStacks: 20 });
  digest('nested-large', synthetic(90), {});
  // The days after: an operation more, one less, a parameter with another name.
  digest('day-two-more', synthetic(13), {});
  digest('day-two-less', synthetic(11), {});
  digest('day-two-renamed', JSON.parse(JSON.stringify(items).replaceAll('{item_id}', '{id}').replaceAll('"item_id"', '"id"')), {});
  const stack = new Stack(newApp('url'), 'Url');
  new cdkFastApi.FastApiStreamingFunctionUrl(stack, 'Api', { app: project(items) });
  print('url', stack);
  rmSync(work, { recursive: true, force: true });
}

function documents(): [string, Document][] {
  const folder = join(CORPUS, 'docs');
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return files.map((file) => [file.replace('.openapi.json.gz', ''), JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString('utf8'))]);
}

function operations(document: Document): number {
  return Object.values(document.paths as Record<string, object> ?? {}).flatMap((item) => Object.keys(item)).filter((key) => METHODS.test(key)).length;
}

/** A document with so many operations: plain, with parameters, protected, streaming. */
function synthetic(count: number): Document {
  const paths: Record<string, object> = {};
  for (let i = 0; i < count; i++) {
    const path = i % 3 === 0 ? `/items${i}` : `/items${i}/{item_id}`;
    paths[path] = {
      [['get', 'post', 'put', 'delete'][i % 4]]: {
        'operationId': `operation_${i}`,
        'tags': [`tag${i % 4}`],
        'security': i % 2 ? [{ bearer: [] }] : [],
        'x-cdk-fastapi': { name: `operation_${i}`, module: 'main', streaming: i % 5 === 4 },
        'responses': { 200: { description: 'ok' } },
      },
    };
  }
  return { openapi: '3.1.0', info: { title: 'Synthetic', version: '1' }, components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } }, paths: JSON.parse(JSON.stringify(paths)) };
}

function digest(name: string, document: Document, props: Props): void {
  for (const [kind, Api] of [['rest', cdkFastApi.FastApiRestApi], ['http', cdkFastApi.FastApiHttpApi]] as const) {
    const stack = new Stack(newApp(`${kind}-${name}`), 'Stack', { env: { account: '123456789012', region: 'us-east-1' } });
    try {
      new Api(stack, 'Api', { app: project(document), ...props });
    } catch (error) {
      console.log(`${kind}-${name} refused ${hash(String(error))}`);
      continue;
    }
    print(`${kind}-${name}`, stack);
  }
}

function newApp(name: string): App {
  return new App({ outdir: join(work, name), analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
}

function project(document: Document): cdkFastApi.FastApiApp {
  const bundle = join(work, 'bundle');
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'main.py'), '');
  return cdkFastApi.FastApiApp.fromDirectory(bundle, {
    entrypoint: 'main:app', openApi: cdkFastApi.OpenApiSource.fromDocument(document), bundling: cdkFastApi.PythonBundling.prebuilt(bundle),
  });
}

function print(name: string, stack: Stack): void {
  const directory = (stack.node.root as App).synth().directory;
  for (const file of readdirSync(directory).filter((each) => each.endsWith('.template.json')).sort()) {
    // The hash of an asset changes with the shim in it, which is no part of what is compared.
    const template = readFileSync(join(directory, file), 'utf8').replaceAll(/[0-9a-f]{64}/g, 'HASH');
    console.log(`${name}/${file.replaceAll(/[0-9A-F]{8}/g, '')} ${template.length} ${hash(template)}`);
    if (kept !== undefined) {
      mkdirSync(join(kept, name), { recursive: true });
      writeFileSync(join(kept, name, file), template);
    }
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

main();
