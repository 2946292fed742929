import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import * as cdkFastApi from '../src';
import { httpBody } from '../src/http-api/body/body';
import { everything } from '../test/http-api/body/everything';

/**
 * Has swagger-parser-v3, whose messages the import of API Gateway returns word for word, read the body of every HTTP API that the corpus
 * makes, and one with every kind of route. `FailOnWarnings` makes a failed deployment of each message; exit status 1 where there is one.
 *
 * `npx ts-node -T -P tsconfig.dev.json scripts/import-reader.ts`; needs Maven, and is skipped by name without it.
 */
const ROOT = join(__dirname, '..');
const CORPUS = process.env.CORPUS_DIR ?? join(ROOT, '..', 'shared', 'corpus');
/** Bytes of a document whose prose has no room in a template. */
const LONG = 1_500_000;
const ANY_VALUE = 'arn:aws:lambda:us-east-1:111111111111:function:of-the-template';

const PATHS = { '/{p+}': { parameters: [{ name: 'p+', in: 'path', required: true, schema: { type: 'string' } }], get: { responses: {} } } };
/** Mistakes for which the parser has a message. */
const CONTROLS = {
  greedy: { paths: { '/{p+}': { ...PATHS['/{p+}'], parameters: [{ ...PATHS['/{p+}'].parameters[0], name: 'p' }] } } },
  flows: { paths: PATHS, components: { securitySchemes: { jwt: { type: 'oauth2' } } } },
  name: { paths: PATHS, components: { securitySchemes: { 'a b': { type: 'apiKey', in: 'header', name: 'a' } } } },
};

/** A JSON object as the CDK writes it. */
type Template = Record<string, unknown>;

function main(): number {
  if (spawnSync('mvn', ['--version']).status !== 0) {
    process.stderr.write('import-reader: skipped, Maven is not on this machine\n');
    return 0;
  }
  const work = mkdtempSync(join(tmpdir(), 'cdk-fastapi-import-'));
  const bodies = join(work, 'bodies');
  mkdirSync(bodies);
  const everyRoute = new Stack(newApp(work, 'everything'), 'Stack');
  httpBody(everything(everyRoute));
  write(bodies, 'every-kind-of-route', everyRoute);
  for (const [name, mistake] of Object.entries(CONTROLS)) writeFileSync(join(bodies, `control-${name}.json`), JSON.stringify({ openapi: '3.0.1', info: { title: 'a', version: '1' }, ...mistake }));
  for (const [name, document] of documents()) {
    for (const [suffix, auth] of Object.entries(auths())) {
      // The prose of one document alone is longer than a template may be.
      const documentation = suffix === 'iam' && JSON.stringify(document).length < LONG;
      const stack = new Stack(newApp(work, `${name}-${suffix}`), 'Stack', {
        env: { account: '111111111111', region: 'us-east-1' }, suppressTemplateIndentation: true,
      });
      new cdkFastApi.FastApiHttpApi(stack, 'Api', { app: project(work, document), pattern: cdkFastApi.IntegrationPattern.SHARED, catchAll: true, auth, documentation, description: 'described', disableExecuteApiEndpoint: true });
      write(bodies, `${name}-${suffix}`, stack);
    }
  }
  const done = spawnSync('mvn', ['-q', '-B', '-f', join(ROOT, 'scripts', 'import-reader'), `-DbuildDirectory=${join(work, 'target')}`, 'compile', 'exec:java', `-Dexec.args=${bodies}`], { stdio: 'inherit' });
  rmSync(work, { recursive: true, force: true });
  return done.status ?? 1;
}

/** Signed, with what the app's document says, and with tokens. */
function auths(): Record<string, cdkFastApi.HttpApiAuth> {
  return { iam: cdkFastApi.HttpApiAuth.iam(), jwt: cdkFastApi.HttpApiAuth.jwt({ issuer: 'https://issuer.example', audience: ['a'], scopes: ['read'] }) };
}

function* documents(): Generator<[string, Template]> {
  const folder = join(CORPUS, 'docs');
  for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const document = JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString('utf8'));
    if (document.swagger === undefined) yield [file.replace('.openapi.json.gz', ''), document];
  }
}

function newApp(work: string, name: string): App {
  return new App({ outdir: join(work, 'assemblies', name), analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
}

function project(work: string, document: Template): cdkFastApi.FastApiApp {
  const bundle = join(work, 'bundle');
  mkdirSync(bundle, { recursive: true });
  writeFileSync(join(bundle, 'main.py'), '');
  return cdkFastApi.FastApiApp.fromDirectory(bundle, {
    entrypoint: 'main:app', openApi: cdkFastApi.OpenApiSource.fromDocument(document), bundling: cdkFastApi.PythonBundling.prebuilt(bundle),
  });
}

function write(bodies: string, name: string, stack: Stack): void {
  const { template } = (stack.node.root as App).synth().getStackByName(stack.stackName) as { template: { Resources: Record<string, Template> } };
  const api = Object.values(template.Resources).find(({ Type: type }) => type === 'AWS::ApiGatewayV2::Api');
  writeFileSync(join(bodies, `${name}.json`), JSON.stringify(deployed((api?.Properties as Template).Body)));
}

/** A body as CloudFormation hands it over: any text in the place of what the deployment knows. */
function deployed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deployed);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'))) return ANY_VALUE;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deployed(inner)]));
}

process.exitCode = main();
