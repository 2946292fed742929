import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { generate, type GenerateOptions } from '../../src/codegen/generate';
import type { LanguageName } from '../../src/codegen/language';
import { checkDocument, type OpenApiDocument } from '../../src/openapi/document';
import type { ApiType } from '../../src/operations/api-type';
import { Operations } from '../../src/operations/operations';

export const GIVEN = path.join(__dirname, 'given');
export const GOLDEN = path.join(__dirname, 'golden');

/** Where each language has the file of a construct, below a directory. */
export const FILES: Record<LanguageName, (name: string, directory: string) => string> = {
  typescript: (name, directory) => path.join(directory, `${dashed(name)}.ts`),
  python: (name, directory) => path.join(directory, `${dashed(name).replaceAll('-', '_')}_construct.py`),
  java: (name, directory) => path.join(directory, 'java', 'app', `${name}.java`),
};

/** Documents and the constructs that they are given for. */
export const CASES: { document: string; options: Pick<GenerateOptions, 'name' | 'apiType' | 'catchAll'> & Partial<GenerateOptions> }[] = [
  { document: 'my-api', options: { name: 'MyApi', apiType: 'rest' } },
  { document: 'my-api', options: { name: 'MyHttpApi', apiType: 'http', entrypoint: 'main:app', openapi: 'test/codegen/given/my-api.json' } },
  { document: 'hostile', options: { name: 'HostileApi', apiType: 'rest', catchAll: true } },
  { document: 'shared-names', options: { name: 'ShopApi', apiType: 'rest' } },
  { document: 'catch-all', options: { name: 'TilesApi', apiType: 'http', catchAll: true } },
  { document: 'empty', options: { name: 'EmptyApi', apiType: 'rest' } },
];

export function operationSet(document: unknown, { apiType, catchAll = false }: Pick<GenerateOptions, 'apiType' | 'catchAll'>): Operations {
  return Operations.fromDocument(checkDocument(document, 'the document'), { apiType, catchAll });
}

export function given(name: string): Record<string, unknown> {
  return JSON.parse(fs.readFileSync(path.join(GIVEN, `${name}.json`), 'utf8'));
}

/** The text for a case, as if the command ran in the project's root. */
export function textOf({ document, options }: (typeof CASES)[number], language: LanguageName): { text: string; warnings: readonly string[]; file: string } {
  const file = FILES[language](options.name, GOLDEN);
  const all: GenerateOptions = { entry: 'test/codegen/golden/my_api', ...options, language, out: path.relative('.', file) };
  return { ...generate(operationSet(given(document), options), all), file };
}

const corpus = path.join(process.env.CORPUS_DIR ?? path.resolve(__dirname, '../../../shared/corpus'), 'docs');

/** A real document that is refused as a whole: it is no OpenAPI 3. */
const REFUSED = 'openfga-swagger2';

/** Names of the real documents beside the project, none where there are none. */
export const CORPUS = (fs.existsSync(corpus) ? fs.readdirSync(corpus) : []).map((file) => file.replace('.openapi.json.gz', '')).filter((name) => name !== REFUSED);

const documents = new Map<string, OpenApiDocument>();

/** The operations of a real document; checking one takes a while. */
export function corpusSet(name: string, apiType: ApiType, catchAll: boolean): Operations {
  const document = documents.get(name)
    ?? checkDocument(JSON.parse(gunzipSync(fs.readFileSync(path.join(corpus, `${name}.openapi.json.gz`))).toString()), name);
  documents.set(name, document);
  return Operations.fromDocument(document, { apiType, catchAll });
}

function dashed(name: string): string {
  return name.replace(/(?<=.)([A-Z])/g, '-$1').toLowerCase();
}
