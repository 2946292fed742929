import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cacheDirectory } from '../src/cache/cache-directory';
import { checkDocument } from '../src/openapi/document';
import { gatewayDocument } from '../src/openapi/gateway/gateway-document';
import { findInterpreters } from '../src/python/interpreters';
import { findUv, runUv } from '../src/python/uv';

/**
 * Has openapi-spec-validator read what `cdk-fastapi openapi --for api-gateway` writes of every document of the corpus. Beside the
 * schema of OpenAPI 3.0 it looks at defaults and path parameters. A fault is the app's, and in the table below, or an error; so is a row of
 * the table that is no fault any more. `npx ts-node -T -P tsconfig.dev.json scripts/documentation-reader.ts`; exit status 1 where there is an error.
 */
const VALIDATOR = 'openapi-spec-validator==0.9.0';
const CORPUS = process.env.CORPUS_DIR ?? join(__dirname, '..', '..', 'shared', 'corpus');

/** Documents whose own faults the conversion keeps. */
const FAULTS: Readonly<Record<string, RegExp>> = {
  // Defaults that are not of the type that is declared.
  'digitalocean': /^None is not valid/,
  'dispatch': /^\[\] is not of type 'string'/,
  'langgraph-control-plane': /^'null' is not of type 'integer'/,
  'r2r': /^\{\} is not of type 'string'/,
  // Parameters of the path that no operation declares.
  'heyapi-full-31': /^Path parameter 'api-version' .* was not resolved/,
  'invokeai': /^Path parameter 'workflow_id' .* was not resolved/,
};

function main(): number {
  const folder = join(CORPUS, 'docs');
  if (!existsSync(folder)) {
    process.stderr.write(`documentation-reader: skipped, no corpus at ${CORPUS}\n`);
    return 0;
  }
  const work = mkdtempSync(join(tmpdir(), 'cdk-fastapi-documentation-'));
  const names = readdirSync(folder).map((file) => file.replace('.openapi.json.gz', '')).filter((name) => convert(folder, name, work));
  const done = spawnSync(environment(), [join(__dirname, 'documentation', 'validate.py'), work], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  rmSync(work, { recursive: true, force: true });
  if (done.status !== 0) throw new Error(done.stderr);
  const read = done.stdout.trim().split('\n').map((line) => JSON.parse(line) as { name: string; problem: string | null });
  const errors = read.flatMap(({ name, problem }) => {
    const known = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
    if (problem === null) return known === undefined ? [] : [`${name} has no fault any more: remove it from the table`];
    return known?.test(problem) ? [] : [`${name}: ${problem.slice(0, 500)}`];
  });
  process.stderr.write([...errors, `documentation-reader: ${names.length} documents, ${Object.keys(FAULTS).length} with faults of their own, ${errors.length} errors\n`].join('\n'));
  return errors.length === 0 ? 0 : 1;
}

/** Writes a converted document; none of Swagger 2, which the library does not read. */
function convert(folder: string, name: string, work: string): boolean {
  const document = JSON.parse(gunzipSync(readFileSync(join(folder, `${name}.openapi.json.gz`))).toString('utf8')) as { swagger?: string };
  if (document.swagger !== undefined) return false;
  writeFileSync(join(work, `${name}.json`), JSON.stringify(gatewayDocument(checkDocument(document, name), 'https://api.example.com').content));
  return true;
}

/** The interpreter of an environment that has the validator alone. */
function environment(): string {
  const place = join(cacheDirectory(), VALIDATOR.replace('==', '-'));
  const python = join(place, process.platform === 'win32' ? 'Scripts\\python.exe' : 'bin/python');
  if (!existsSync(join(place, 'complete'))) {
    const uv = findUv();
    runUv(uv, ['venv', '--clear', '--no-project', '--python', findInterpreters()[0].path, place], { cwd: __dirname, what: 'make the environment of the validator' });
    runUv(uv, ['pip', 'install', '--python', place, VALIDATOR], { cwd: __dirname, what: 'install the validator' });
    writeFileSync(join(place, 'complete'), '');
  }
  return python;
}

process.exitCode = main();
