import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cdkFastApi from '../src';
import { CASES, CORS, ROUTES, samTemplate, STREAM, type Case } from './sam/cases';
import { viewOf, type Json } from './sam/view';
import { cacheDirectory } from '../src/cache/cache-directory';
import { findInterpreters } from '../src/python/interpreters';
import { findUv, runUv } from '../src/python/uv';
import { documentOf, fastApiApp } from '../test/integrations/fixture';

/**
 * Renders the same small APIs by AWS SAM's translator and by the library, and compares what the two say to API Gateway: routes,
 * integrations, security schemes, settings, and what stands beside the body. A difference is either in the table below, with its
 * reason, or an error; so is a row of the table that nothing differs by any more.
 *
 * `npx ts-node -T -P tsconfig.dev.json scripts/sam-differential.ts`; exit status 1 where there is an error.
 */
const SAM = 'aws-sam-translator==1.115.0';
const TYPES = { rest: 'AWS::ApiGateway::RestApi', http: 'AWS::ApiGatewayV2::Api' };

/** Differences that are meant, by case and place, each with its reason. */
const INTENDED: readonly RegExp[] = [
  // The document has the API's own name and description, because an import in the mode `overwrite` takes those of the document.
  /^REST, .*: document (title|description)$/,
  // The same holds for settings that SAM has beside the body alone.
  /^REST, public, with settings: document x-amazon-apigateway-(api-key-source|minimum-compression-size)$/,
  // CloudFormation takes the mode that is its default, and the setting, beside the body too.
  /^REST, .*: beside (Mode|DisableExecuteApiEndpoint)$/,
  // The CDK does not escape types that the user does not, and API Gateway takes both.
  /^REST, (?!public).*: beside BinaryMediaTypes$/,
  // A server of OpenAPI has a URL.
  /^.*, public, with settings: document servers$/,
  // SAM signs its work.
  /^HTTP, .*: document tags$/,
  // A stream may last as long as its function; SAM leaves it the 29 seconds of a buffered answer.
  /^REST, .*: routes get \/stream integration timeoutInMillis$/,
  // A browser can read errors of API Gateway itself.
  /^REST, .*: document x-amazon-apigateway-gateway-responses DEFAULT_[45]XX /,
  // Preflight requests are answered with 204, under `*\/*` as a binary type as well, by `/` too, and caches know that the answer is an origin's.
  /^REST, .*: routes options \S+ integration (contentHandling|requestTemplates application\/json|responses default (statusCode|responseTemplates application\/json))$/,
  /^REST, .*: routes options \S+ integration responses default responseParameters method\.response\.header\.(Vary|Access-Control-Allow-Methods)$/,
  /^REST, .*: routes options \/ /,
  // Functions are invoked by their own resource policy; SAM has the caller's rights instead, so that every caller needs `lambda:InvokeFunction`.
  /^REST, signed: routes \S+ \S+ integration credentials$/,
  // The page of the resource demands a source of tokens and user pools, and the import reads the same from the scheme's name.
  /^REST, (token|user pool): schemes (token|cognito_user_pools) x-amazon-apigateway-authorizer identitySource$/,
  // A list of sources: SAM has a space in it for REST APIs, and an array for HTTP APIs where the documentation has one text.
  /^(REST, request|HTTP, function): schemes request x-amazon-apigateway-authorizer identitySource$/,
  // OpenAPI demands `flows`, and the parser of the import has a message without.
  /^HTTP, (tokens|user pool): schemes jwt flows$/,
  // SAM leaves `false` out.
  /^HTTP, (?!public).*: document x-amazon-apigateway-cors allowCredentials$/,
];

function main(): number {
  const python = samEnvironment();
  const used = new Set<RegExp>();
  const errors: string[] = [];
  for (const [name, one] of Object.entries(CASES)) {
    const [sam, ours] = [viewOf(bySam(python, one), one.kind), viewOf(byUs(one), one.kind)];
    for (const place of [...new Set([...sam.keys(), ...ours.keys()])].sort()) {
      if (sam.get(place) === ours.get(place)) continue;
      const intended = INTENDED.find((pattern) => pattern.test(`${name}: ${place}`));
      if (intended === undefined) errors.push(`${name}: ${place}\n  SAM:  ${sam.get(place)}\n  ours: ${ours.get(place)}`);
      else used.add(intended);
    }
  }
  errors.push(...INTENDED.filter((pattern) => !used.has(pattern)).map((pattern) => `nothing differs by ${pattern}: remove it from the table`));
  process.stderr.write([...errors, `sam-differential: ${Object.keys(CASES).length} APIs of ${ROUTES.length} routes, ${used.size} kinds of differences that are meant, ${errors.length} errors\n`].join('\n'));
  return errors.length === 0 ? 0 : 1;
}

function bySam(python: string, one: Case): Record<string, Json> {
  const done = spawnSync(python, [join(__dirname, 'sam', 'render.py')], {
    // The translator asks boto3 for a region, and nothing else of AWS.
    input: JSON.stringify(samTemplate(one)), encoding: 'utf8', env: { ...process.env, AWS_DEFAULT_REGION: 'us-east-1', PYTHONWARNINGS: 'ignore' },
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return propertiesOf(JSON.parse(done.stdout) as CloudFormationTemplate, one);
}

function byUs(one: Case): Record<string, Json> {
  const stack = new Stack(new App({ analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } }), 'Stack');
  const rows = ROUTES.map(([method, path], index) => [method, path, `route${index}`] as const);
  const document = documentOf(rows) as { paths: Record<string, { get: Record<string, Json> }> };
  document.paths[STREAM].get['x-streaming'] = one.kind === 'rest';
  const app = fastApiApp(rows, { openApi: cdkFastApi.OpenApiSource.fromDocument(document) });
  const props = { app, pattern: cdkFastApi.IntegrationPattern.SHARED, cors: CORS };
  if (one.kind === 'rest') new cdkFastApi.FastApiRestApi(stack, 'Mine', { ...props, restApiName: 'named', ...one.ours(stack) });
  else new cdkFastApi.FastApiHttpApi(stack, 'Mine', { ...props, apiName: 'named', ...one.ours(stack) });
  return propertiesOf(Template.fromStack(stack).toJSON() as CloudFormationTemplate, one);
}

interface CloudFormationTemplate { readonly Resources: Record<string, { Type: string; Properties: Record<string, Json> }> }

function propertiesOf({ Resources: resources }: CloudFormationTemplate, { kind }: Case): Record<string, Json> {
  return Object.values(resources).find(({ Type: type }) => type === TYPES[kind])!.Properties;
}

/** The interpreter of an environment that has SAM's translator alone. */
function samEnvironment(): string {
  const environment = join(cacheDirectory(), SAM.replace('==', '-'));
  const python = join(environment, process.platform === 'win32' ? 'Scripts\\python.exe' : 'bin/python');
  if (!existsSync(join(environment, 'complete'))) {
    const uv = findUv();
    runUv(uv, ['venv', '--clear', '--no-project', '--python', findInterpreters()[0].path, environment], { cwd: __dirname, what: 'make the environment of SAM\'s translator' });
    runUv(uv, ['pip', 'install', '--python', environment, SAM], { cwd: __dirname, what: 'install SAM\'s translator' });
    writeFileSync(join(environment, 'complete'), '');
  }
  return python;
}

process.exitCode = main();
